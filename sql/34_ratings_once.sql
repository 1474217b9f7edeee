-- name: ratings_once  materialize: yes  output: no
-- Runs only when doubles exist: the latest rating counts; of equal times, or without a time, the highest.
SELECT userId, movieId, rating, time
FROM (
  SELECT userId, movieId, rating, time,
         row_number() OVER (PARTITION BY userId, movieId ORDER BY time DESC NULLS LAST, rating DESC NULLS LAST) AS place
  FROM ratings_kept
) AS numbered
WHERE place = 1
