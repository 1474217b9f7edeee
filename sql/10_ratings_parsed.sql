-- name: ratings_parsed  materialize: no  output: no
-- The source's text as numbers. A canonical number takes the fast way (round trip); only the rest meets the regular expression.
-- An id that is no non-negative whole number has no *_number; whether a column counts as numbers or as text is the host's choice
-- for the whole column (it makes ratings_typed from this relation). The *_source columns are read only for the list of rejects.
-- malformed: the line could not be taken apart (always false where the reader keeps such lines to itself).
SELECT
  CASE WHEN CAST(TRY_CAST(userId AS BIGINT) AS STRING) = userId AND TRY_CAST(userId AS BIGINT) >= 0 THEN TRY_CAST(userId AS BIGINT)
       WHEN regexp_extract(userId, '^ *[0-9]{1,18} *$', 0) <> '' THEN TRY_CAST(userId AS BIGINT) END AS user_number,
  NULLIF(TRIM(BOTH ' ' FROM userId), '') AS user_text,
  CASE WHEN CAST(TRY_CAST(movieId AS BIGINT) AS STRING) = movieId AND TRY_CAST(movieId AS BIGINT) >= 0 THEN TRY_CAST(movieId AS BIGINT)
       WHEN regexp_extract(movieId, '^ *[0-9]{1,18} *$', 0) <> '' THEN TRY_CAST(movieId AS BIGINT) END AS movie_number,
  NULLIF(TRIM(BOTH ' ' FROM movieId), '') AS movie_text,
  CASE WHEN regexp_extract(rating, '^ *[-+]?([0-9]{1,17}([.][0-9]{0,17})?|[.][0-9]{1,17})([eE][-+]?[0-9]{1,3})? *$', 0) <> ''
       THEN TRY_CAST(TRIM(BOTH ' ' FROM rating) AS DOUBLE) END AS rating,
  CASE WHEN CAST(TRY_CAST(time AS BIGINT) AS STRING) = time THEN TRY_CAST(time AS BIGINT)
       WHEN regexp_extract(time, '^ *[0-9]{1,18} *$', 0) <> '' THEN TRY_CAST(time AS BIGINT) END AS time,
  NULLIF(TRIM(BOTH ' ' FROM time), '') IS NOT NULL AS has_time,
  malformed,
  userId AS user_source, movieId AS movie_source, rating AS rating_source, time AS time_source
FROM raw_ratings
