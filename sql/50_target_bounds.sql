-- name: target_bounds  materialize: yes  output: no
-- Held-out users with at least 5 liked films: floor(0.2 n) of them are to be found (target), those with the smallest hash of
-- seed, user and film. The bound is the largest of these hashes; 51_arrays compares with it.
SELECT userId, max(hash) AS bound
FROM (
  SELECT userId, hash,
         row_number() OVER (PARTITION BY userId ORDER BY hash ASC NULLS LAST) AS place,
         count(*) OVER (PARTITION BY userId) AS n
  FROM (
    SELECT r.userId, md5(concat(p.seed, ':', r.userId, ':', r.movieId)) AS hash
    FROM ratings_split AS r
    JOIN users AS u ON r.userId = u.userId
    CROSS JOIN params AS p
    WHERE u.fold <> 'train' AND r.rating >= p.liked
  ) AS liked
) AS ranked
WHERE n >= 5 AND place <= floor(n / 5)
GROUP BY userId
