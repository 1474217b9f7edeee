-- name: held_out_parts  materialize: yes  output: no
-- Held-out users with at least 5 liked films: floor(0.2 n) of them, by a hash of seed, user and film, are to be found
-- (target), the other liked ones go in (given).
SELECT userId, movieId, CASE WHEN place <= floor(n / 5) THEN 'target' ELSE 'given' END AS part
FROM (
  SELECT r.userId, r.movieId,
         row_number() OVER (PARTITION BY r.userId
           ORDER BY md5(concat(p.seed, ':', r.userId, ':', r.movieId)) ASC NULLS LAST, r.movieId ASC NULLS LAST) AS place,
         count(*) OVER (PARTITION BY r.userId) AS n
  FROM ratings_final AS r
  JOIN users AS u ON r.userId = u.userId
  CROSS JOIN params AS p
  WHERE u.fold <> 'train' AND r.rating >= p.liked
) AS liked
WHERE n >= 5
