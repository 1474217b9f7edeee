-- name: most_rated  materialize: no  output: yes
-- The films with the most ratings; of equal ones the smaller id first.
SELECT place, movieId, title, year, ratings
FROM (
  SELECT CAST(row_number() OVER (ORDER BY ratings DESC NULLS LAST, item ASC NULLS LAST) AS INT) AS place,
         movieId, title, year, ratings
  FROM items
) AS ranked
WHERE place <= 20
