-- name: ratings_summed  materialize: yes  output: no
-- Instead of 34_ratings_once where counts are added up. As decimals, whose sum does not depend on the order of the rows.
SELECT userId, movieId, CAST(sum(CAST(rating AS DECIMAL(28, 6))) AS DOUBLE) AS rating, max(time) AS time
FROM ratings_kept
GROUP BY userId, movieId
