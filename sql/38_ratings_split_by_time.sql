-- name: ratings_split_by_time  materialize: yes  output: no
-- Runs only with --split time: the last ratings of all, of equal times those with the larger movieId, then userId. held_out as in 37.
SELECT userId, movieId, rating, time,
       CAST(CASE WHEN place <= floor(n * p.test_share) THEN 4
                 WHEN place <= floor(n * p.test_share) + floor(n * p.validation_share) THEN 3
                 ELSE 0 END AS TINYINT) AS held_out
FROM (
  SELECT userId, movieId, rating, time,
         row_number() OVER (ORDER BY time DESC NULLS LAST, movieId DESC NULLS LAST, userId DESC NULLS LAST) AS place,
         count(*) OVER () AS n
  FROM ratings_final
) AS r
CROSS JOIN params AS p
