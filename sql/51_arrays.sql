-- name: arrays  materialize: no  output: no
-- The sparse matrix, one narrow row a rating, as it is sorted. part: 0 none, 1 given, 2 target, 3 validation, 4 test.
SELECT u.user, i.item, r.rating, r.time,
       CAST(CASE WHEN r.held_out > 0 THEN r.held_out
                 WHEN u.bound IS NULL OR r.rating < p.liked THEN 0
                 WHEN md5(concat(p.seed, ':', r.userId, ':', r.movieId)) <= u.bound THEN 2
                 ELSE 1 END AS TINYINT) AS part
FROM ratings_split AS r
JOIN (
  SELECT users.userId, users.user, target_bounds.bound
  FROM users LEFT JOIN target_bounds ON users.userId = target_bounds.userId
) AS u ON r.userId = u.userId
JOIN items AS i ON r.movieId = i.movieId
CROSS JOIN params AS p
