-- name: ratings_once  materialize: yes  output: no
-- Runs only when doubles exist: the latest rating counts, or with --repeats max the highest; of equal times, or without a time, the
-- highest.
SELECT userId, movieId, rating, time
FROM (
  SELECT k.userId, k.movieId, k.rating, k.time,
         row_number() OVER (PARTITION BY k.userId, k.movieId
                            ORDER BY CASE WHEN p.repeats = 'max' THEN k.rating END DESC NULLS LAST,
                                     k.time DESC NULLS LAST, k.rating DESC NULLS LAST) AS place
  FROM ratings_kept AS k
  CROSS JOIN params AS p
) AS numbered
WHERE place = 1
