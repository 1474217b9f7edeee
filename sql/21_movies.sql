-- name: movies  materialize: yes  output: no
-- One row a film; of several with one id the first title counts.
SELECT movieId, title, year, genres
FROM (
  SELECT movieId, title, year, genres,
         row_number() OVER (PARTITION BY movieId ORDER BY title ASC NULLS LAST, genres ASC NULLS LAST) AS place
  FROM movies_typed
  WHERE movieId IS NOT NULL
) AS numbered
WHERE place = 1
