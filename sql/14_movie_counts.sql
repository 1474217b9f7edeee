-- name: movie_counts  materialize: yes  output: no
-- Which films were rated, and how often: so that what holds for a film is decided once and not for each of its ratings.
SELECT movieId, CAST(count(*) AS BIGINT) AS ratings FROM ratings_valid GROUP BY movieId
