-- name: reasons  materialize: no  output: no
-- Why a row of the source may not stay: the words for the codes of 11_ratings_checked, 11_ratings_checked_with_events and 30_movies_rated.
SELECT CAST(w.code AS TINYINT) AS code, w.kind, CASE WHEN w.code = 4 AND p.counts THEN 'count is not above 0' ELSE w.reason END AS reason
FROM (
  VALUES (1, 'rejected', 'no valid userId'),
         (2, 'rejected', 'no valid movieId'),
         (3, 'rejected', 'rating is not a number'),
         (4, 'rejected', 'rating is out of scale'),
         (5, 'rejected', 'no valid time'),
         (6, 'rejected', 'unknown movie'),
         (7, 'filtered', 'title has no year'),
         (8, 'filtered', 'outside the years'),
         (9, 'rejected', 'malformed line'),
         (10, 'filtered', 'outside the condition'),
         (11, 'filtered', 'replaced by an event')
) AS w(code, kind, reason)
CROSS JOIN params AS p
