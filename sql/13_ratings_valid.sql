-- name: ratings_valid  materialize: no  output: no
SELECT userId, movieId, rating, time FROM ratings_read WHERE reason = 0
