-- name: movies_parsed  materialize: no  output: no
-- Ids as in ratings_parsed; the year is that of the column of years where it names one, else it stands at the end of the title, where
-- a range "(2006–2007)" counts as its first year. The sentinel # stands for $, which differs between engines before a line end.
SELECT
  CASE WHEN CAST(TRY_CAST(movieId AS BIGINT) AS STRING) = movieId THEN TRY_CAST(movieId AS BIGINT)
       WHEN regexp_extract(concat(movieId, '#'), '^ *(0|-?[1-9][0-9]{0,18})(?:[.]0*)? *#$', 1) <> ''
         THEN TRY_CAST(regexp_extract(concat(movieId, '#'), '^ *(0|-?[1-9][0-9]{0,18})(?:[.]0*)? *#$', 1) AS BIGINT)
       WHEN regexp_extract(concat(movieId, '#'), '^ *-?[1-9](?:[.][0-9]{1,16}[eE][+]?|[eE][+])[0-9]{1,2} *#$', 0) <> ''
        AND abs(TRY_CAST(movieId AS DOUBLE)) < 9007199254740992 AND TRY_CAST(movieId AS DOUBLE) = floor(TRY_CAST(movieId AS DOUBLE))
         THEN CAST(TRY_CAST(movieId AS DOUBLE) AS BIGINT) END AS movie_number,
  CASE WHEN regexp_extract(concat(movieId, '#'), '^ *[0-9]{1,18} *#$', 0) <> ''
       THEN TRY_CAST(movieId AS BIGINT) END AS movie_digits,
  CASE WHEN TRIM(BOTH ' ' FROM movieId) IN ('', 'nan', 'NaN', '<NA>', 'null', 'NULL') OR instr(movieId, chr(0)) > 0 THEN NULL
       ELSE TRIM(BOTH ' ' FROM movieId) END AS movie_text,
  COALESCE(TRIM(BOTH ' ' FROM title), '') AS title,
  CAST(COALESCE(NULLIF(regexp_extract(concat(COALESCE(year, ''), '#'), '^ *([0-9]{4})(?:[.]0*|[-/].*)? *#$', 1), ''),
                NULLIF(regexp_extract(concat(COALESCE(title, ''), '#'),
                                      '[(]([0-9]{4})(|[-–] *[0-9]{0,4} *)[)] *#$', 1), '')) AS INT) AS year,
  COALESCE(genres, '') AS genres,
  movieId AS movie_source, malformed, line, problem
FROM raw_movies
