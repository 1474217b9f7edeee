-- name: refused  materialize: no  output: yes
-- Why rows of the source did not stay. Superseded rows and those below the minimum counts are differences that the host takes.
SELECT w.kind, w.reason, CAST(count(*) AS BIGINT) AS n
FROM ratings_read AS r
JOIN (
  VALUES (1, 'rejected', 'userId is missing or not a number'),
         (2, 'rejected', 'movieId is missing or not a number'),
         (3, 'rejected', 'rating is not a number'),
         (4, 'rejected', 'rating is out of scale'),
         (5, 'rejected', 'time is not a number'),
         (6, 'rejected', 'unknown movie'),
         (8, 'filtered', 'title has no year'),
         (9, 'filtered', 'outside the years'),
         (10, 'filtered', 'outside the filter')
) AS w(code, kind, reason) ON r.reason = w.code
GROUP BY w.kind, w.reason
