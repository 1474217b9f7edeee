-- name: ratings_by_protocol  materialize: yes  output: no
-- Runs only with --protocol liang: the host has made protocol_folds(number, fold), the folds of the users by their place among
-- ascending ids. Ratings of held-out users for films without a training user stay out.
WITH numbered AS (
  SELECT userId, row_number() OVER (ORDER BY userId ASC NULLS LAST) - 1 AS number FROM (SELECT DISTINCT userId FROM ratings_final) AS d
), folded AS (
  SELECT r.userId, r.movieId, r.rating, r.time, f.fold
  FROM ratings_final AS r
  JOIN numbered AS n ON r.userId = n.userId
  JOIN protocol_folds AS f ON n.number = f.number
)
SELECT userId, movieId, rating, time, fold, CAST(0 AS TINYINT) AS held_out
FROM folded
WHERE fold = 'train' OR movieId IN (SELECT movieId FROM folded WHERE fold = 'train')
