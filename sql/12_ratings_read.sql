-- name: ratings_read  materialize: yes  output: no
-- The one scan of the source: all rows, narrow.
SELECT userId, movieId, rating, time, reason FROM ratings_checked
