-- name: ratings_unsplit  materialize: no  output: no
-- Runs with --split users, which holds out whole users (40_users) and of them some films (50_target_bounds).
SELECT userId, movieId, rating, time, CAST(0 AS TINYINT) AS held_out FROM ratings_final
