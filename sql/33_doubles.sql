-- name: doubles  materialize: no  output: no
-- How many rows there are beyond the first of each user and film.
SELECT CAST(COALESCE(sum(n - 1), 0) AS BIGINT) AS superseded
FROM (SELECT count(*) AS n FROM ratings_kept GROUP BY userId, movieId) AS pairs
WHERE n > 1
