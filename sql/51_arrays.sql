-- name: arrays  materialize: no  output: yes
-- The sparse matrix; the host writes it in order of user, then item. Only held-out users' ratings are looked up among the parts.
SELECT u.user, i.item, CAST(CAST(r.rating AS DOUBLE) / p.maximum AS FLOAT) AS value, r.rating, r.time, CAST(NULL AS STRING) AS part
FROM ratings_final AS r
JOIN users AS u ON r.userId = u.userId
JOIN items AS i ON r.movieId = i.movieId
CROSS JOIN params AS p
WHERE u.fold = 'train'
UNION ALL
SELECT u.user, i.item, CAST(CAST(r.rating AS DOUBLE) / p.maximum AS FLOAT) AS value, r.rating, r.time, h.part
FROM ratings_final AS r
JOIN users AS u ON r.userId = u.userId
JOIN items AS i ON r.movieId = i.movieId
CROSS JOIN params AS p
LEFT JOIN held_out_parts AS h ON r.userId = h.userId AND r.movieId = h.movieId
WHERE u.fold <> 'train'
