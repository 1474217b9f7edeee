-- name: ratings_parsed  materialize: no  output: no
-- The source's text as numbers. A canonical number takes the fast way (round trip); only the rest meets the regular expressions.
-- *_number: a whole number as it is written, or as a float (1.0, 2.0E7); 007 is none. *_digits: any digits, for somebody who says that
-- ids are numbers. *_text: NULL where nothing stands. Whether a column counts as numbers or as text is the host's choice for the
-- whole column (it makes ratings_typed from this relation). time_number: as it stands, in whatever unit; time: seconds since 1970.
-- The earliest times of 64 bits are none, so that what follows may subtract.
-- The sentinel # stands for $, which differs between engines before a line end. malformed: the line could not be taken apart, for
-- the reason that problem tells. line: where the row begins in its file, NULL where there are no lines. own: what the user's condition
-- (--where) takes from the table's other columns.
SELECT
  CASE WHEN CAST(TRY_CAST(userId AS BIGINT) AS STRING) = userId THEN TRY_CAST(userId AS BIGINT)
       WHEN regexp_extract(concat(userId, '#'), '^ *(0|-?[1-9][0-9]{0,18})(?:[.]0*)? *#$', 1) <> ''
         THEN TRY_CAST(regexp_extract(concat(userId, '#'), '^ *(0|-?[1-9][0-9]{0,18})(?:[.]0*)? *#$', 1) AS BIGINT)
       WHEN regexp_extract(concat(userId, '#'), '^ *-?[1-9](?:[.][0-9]{1,16}[eE][+]?|[eE][+])[0-9]{1,2} *#$', 0) <> ''
        AND abs(TRY_CAST(userId AS DOUBLE)) < 9007199254740992 AND TRY_CAST(userId AS DOUBLE) = floor(TRY_CAST(userId AS DOUBLE))
         THEN CAST(TRY_CAST(userId AS DOUBLE) AS BIGINT) END AS user_number,
  CASE WHEN regexp_extract(concat(userId, '#'), '^ *[0-9]{1,18} *#$', 0) <> ''
       THEN TRY_CAST(userId AS BIGINT) END AS user_digits,
  CASE WHEN TRIM(BOTH ' ' FROM userId) IN ('', 'nan', 'NaN', '<NA>', 'null', 'NULL') OR instr(userId, chr(0)) > 0 THEN NULL
       ELSE TRIM(BOTH ' ' FROM userId) END AS user_text,
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
  CASE WHEN regexp_extract(rating, '^ *[-+]?([0-9]{1,40}([.][0-9]{0,40})?|[.][0-9]{1,40})([eE][-+]?[0-9]{1,3})? *$', 0) <> ''
       THEN TRY_CAST(TRIM(BOTH ' ' FROM rating) AS DOUBLE) END AS rating,
  time_number,
  CASE WHEN time_number IS NOT NULL
         THEN CAST(floor((time_number - ((time_number % time_divisor) + time_divisor) % time_divisor) / time_divisor + 0.5) AS BIGINT)
       WHEN hour < 24 AND minute < 60 AND second <= 60
         THEN (365 * (year - 1970) + CAST(floor((year - 1969) / 4) - floor((year - 1901) / 100) + floor((year - 1601) / 400) AS BIGINT)
               + CAST(EXTRACT(DOY FROM day) AS BIGINT) - 1) * 86400 + hour * 3600 + minute * 60 + second - zone END AS time,
  COALESCE(TRIM(BOTH ' ' FROM time), '') NOT IN ('', 'nan', 'NaN', 'NaT', '<NA>', 'null', 'NULL', 'None') AS has_time,
  malformed, line, problem,
  userId AS user_source, movieId AS movie_source, rating_source, time AS time_source, own
FROM (
  SELECT
    r.userId, r.movieId, r.rating_source, r.rating, r.time, r.time_number, r.time_divisor, r.malformed, r.line, r.problem, r.own, r.day,
    CAST(EXTRACT(YEAR FROM r.day) AS BIGINT) AS year,
    COALESCE(TRY_CAST(split_part(r.clock, ':', 1) AS BIGINT), 0) AS hour,
    COALESCE(TRY_CAST(split_part(r.clock, ':', 2) AS BIGINT), 0) AS minute,
    COALESCE(TRY_CAST(split_part(r.clock, ':', 3) AS BIGINT), 0) AS second,
    COALESCE(CASE WHEN r.zone LIKE '-%' THEN -60 ELSE 60 END
             * (60 * TRY_CAST(substr(r.zone, 2, 2) AS BIGINT)
                + COALESCE(TRY_CAST(right(REPLACE(substr(r.zone, 4), ':', ''), 2) AS BIGINT), 0)), 0) AS zone
  FROM (
    SELECT
      n.userId, n.movieId, n.rating AS rating_source, n.time, n.malformed, n.line, n.problem, n.own, n.time_number,
      CASE WHEN p.decimal_comma THEN REPLACE(n.rating, ',', '.') ELSE n.rating END AS rating,
      CASE WHEN p.time_divisor > 0 THEN p.time_divisor
           WHEN abs(n.time_number) < 100000000000 THEN 1
           WHEN abs(n.time_number) < 100000000000000 THEN 1000
           WHEN abs(n.time_number) < 100000000000000000 THEN 1000000
           ELSE 1000000000 END AS time_divisor,
      TRY_CAST(REPLACE(regexp_extract(n.iso, '^[0-9/-]+', 0), '/', '-') AS DATE) AS day,
      regexp_extract(n.iso, '[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?', 0) AS clock,
      regexp_extract(n.iso, ':[0-9]{2}(?:[.,][0-9]*)? *([-+][0-9]{2}(?::?[0-9]{2})?)$', 1) AS zone
    FROM (
      SELECT
        userId, movieId, rating, time, malformed, line, problem, own, iso,
        CASE WHEN whole > -9223372035000000000 THEN whole END AS time_number
      FROM (
        SELECT
          userId, movieId, rating, time, malformed, line, problem, own,
          CASE WHEN CAST(TRY_CAST(time AS BIGINT) AS STRING) = time THEN TRY_CAST(time AS BIGINT)
               WHEN regexp_extract(concat(time, '#'), '^ *(-?[0-9]{1,19})(?:[.][0-9]*)? *#$', 1) <> ''
                 THEN TRY_CAST(regexp_extract(concat(time, '#'), '^ *(-?[0-9]{1,19})(?:[.][0-9]*)? *#$', 1) AS BIGINT)
               WHEN regexp_extract(concat(time, '#'), '^ *-?[0-9](?:[.][0-9]*)?[eE][+]?[0-9]{1,2} *#$', 0) <> ''
                AND abs(TRY_CAST(TRIM(BOTH ' ' FROM time) AS DOUBLE)) < 9000000000000000000
                 THEN CAST(floor(TRY_CAST(TRIM(BOTH ' ' FROM time) AS DOUBLE)) AS BIGINT) END AS whole,
          CASE WHEN TRY_CAST(time AS BIGINT) IS NULL
                 THEN regexp_extract(
                   concat(time, '#'), concat('^ *([0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}',
                                             '(?:[ T]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]*)?)? *',
                                             '(?:Z|UTC|[-+][0-9]{2}(?::?[0-9]{2})?)?)?) *#$'), 1)
               ELSE '' END AS iso
        FROM raw_ratings
      ) AS w
    ) AS n
    CROSS JOIN params AS p
  ) AS r
) AS parsed
