-- name: integrated  materialize: no  output: no
-- The ratings beside their films. The host adds the column `passes`, the user's own condition (--where), over these columns.
SELECT r.userId, r.movieId, r.rating, r.time, m.title, m.year, m.genres
FROM ratings_valid AS r
JOIN movies_rated AS m ON r.movieId = m.movieId
WHERE m.reason = 0
