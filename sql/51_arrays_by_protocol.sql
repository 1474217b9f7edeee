-- name: arrays_by_protocol  materialize: no  output: no
-- Runs only with --protocol liang, in the place of 51_arrays: the host has made protocol_targets(number, place), the places, in the
-- order of the films' ids, of what is to be found of each held-out user. Who has none is not judged.
SELECT u.user, i.item, r.rating, r.time,
       CAST(CASE WHEN t.place IS NOT NULL THEN 2 WHEN j.number IS NOT NULL THEN 1 ELSE 0 END AS TINYINT) AS part
FROM (
  SELECT userId, movieId, rating, time, row_number() OVER (PARTITION BY userId ORDER BY movieId ASC NULLS LAST) - 1 AS place
  FROM ratings_split
) AS r
JOIN users AS u ON r.userId = u.userId
JOIN items AS i ON r.movieId = i.movieId
LEFT JOIN (SELECT DISTINCT number FROM protocol_targets) AS j ON u.user = j.number
LEFT JOIN protocol_targets AS t ON u.user = t.number AND r.place = t.place
