-- name: movies_parsed  materialize: no  output: no
-- Ids as in ratings_parsed; the year stands at the end of the title, a range "(2006–2007)" counts as its first year.
-- The sentinel # stands for $, which differs between engines before a line end.
SELECT
  CASE WHEN regexp_extract(movieId, '^ *[0-9]{1,18} *$', 0) <> '' THEN TRY_CAST(movieId AS BIGINT) END AS movie_number,
  NULLIF(TRIM(BOTH ' ' FROM movieId), '') AS movie_text,
  COALESCE(TRIM(BOTH ' ' FROM title), '') AS title,
  CAST(NULLIF(regexp_extract(concat(COALESCE(title, ''), '#'), '[(]([0-9]{4})(|[-–] *[0-9]{0,4} *)[)] *#$', 1), '') AS INT) AS year,
  COALESCE(genres, '') AS genres
FROM raw_movies
