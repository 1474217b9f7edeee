-- name: superseded_rows  materialize: no  output: yes
-- The rows that 34_ratings_once leaves out.
SELECT CAST(userId AS STRING) AS userId, CAST(movieId AS STRING) AS movieId, CAST(rating AS STRING) AS rating,
       CAST(time AS STRING) AS time, 'superseded by a later rating' AS reason
FROM (
  SELECT userId, movieId, rating, time,
         row_number() OVER (PARTITION BY userId, movieId ORDER BY time DESC NULLS LAST, rating DESC NULLS LAST) AS place
  FROM ratings_kept
) AS numbered
WHERE place > 1
