-- name: ratings_split_by_file  materialize: yes  output: no
-- Runs only with --split files: the host has made held_out_rows(userId, movieId, rating, time, held_out) of the caller's files, each pair
-- once. Pairs whose user or film training does not know, and those that training has too, stay out and are counted.
SELECT userId, movieId, rating, time, CAST(0 AS TINYINT) AS held_out FROM ratings_final
UNION ALL
SELECT h.userId, h.movieId, h.rating, h.time, h.held_out
FROM held_out_rows AS h
SEMI JOIN (SELECT DISTINCT userId FROM ratings_final) AS u ON h.userId = u.userId
SEMI JOIN (SELECT DISTINCT movieId FROM ratings_final) AS i ON h.movieId = i.movieId
ANTI JOIN ratings_final AS r ON h.userId = r.userId AND h.movieId = r.movieId
