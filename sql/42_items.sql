-- name: items  materialize: yes  output: yes
-- The catalogue: films with at least one kept rating, numbered by ascending source id.
SELECT
  CAST(row_number() OVER (ORDER BY c.movieId ASC NULLS LAST) - 1 AS INT) AS item,
  c.movieId, m.title, m.year, m.genres, c.ratings, c.training_ratings
FROM (
  SELECT movieId, CAST(sum(ratings) AS BIGINT) AS ratings, CAST(sum(training_ratings) AS BIGINT) AS training_ratings
  FROM item_stars GROUP BY movieId
) AS c
JOIN movies_rated AS m ON c.movieId = m.movieId
