-- name: doubles  materialize: no  output: no
-- How many rows a later rating of the same user and film supersedes.
SELECT CAST(COALESCE(sum(n - 1), 0) AS BIGINT) AS superseded
FROM (SELECT count(*) AS n FROM ratings_kept GROUP BY userId, movieId) AS pairs
WHERE n > 1
