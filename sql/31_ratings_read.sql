-- name: ratings_read  materialize: yes  output: no
-- All rows once, narrow. `passes` is the user's own condition (--where), added by the host to integrated; true without one.
SELECT
  userId, movieId, CAST(rating AS FLOAT) AS rating, time,
  CAST(CASE WHEN reason = 0 AND NOT COALESCE(passes, FALSE) THEN 9 ELSE reason END AS TINYINT) AS reason
FROM integrated_filtered
