-- name: rejected_rows  materialize: no  output: yes
-- The rejected rows themselves, as the source has them, and why a line was none; read only when somebody wants to see them.
SELECT c.line, c.userId, c.movieId, c.rating, c.time, w.reason, c.problem
FROM (
  SELECT r.line, r.user_source AS userId, r.movie_source AS movieId, r.rating_source AS rating, r.time_source AS time, r.problem,
         CASE WHEN r.reason = 0 AND m.movieId IS NULL THEN 6 ELSE r.reason END AS reason
  FROM ratings_checked AS r
  LEFT JOIN movies AS m ON r.movieId = m.movieId
) AS c
JOIN reasons AS w ON c.reason = w.code
WHERE w.kind = 'rejected'
