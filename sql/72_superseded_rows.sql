-- name: superseded_rows  materialize: no  output: yes
-- The rows that 34_ratings_once leaves out.
SELECT CAST(userId AS STRING) AS userId, CAST(movieId AS STRING) AS movieId, CAST(rating AS STRING) AS rating,
       CAST(time AS STRING) AS time,
       CASE WHEN repeats = 'max' THEN 'superseded by a higher rating' ELSE 'superseded by a later rating' END AS reason
FROM (
  SELECT k.userId, k.movieId, k.rating, k.time, p.repeats,
         row_number() OVER (PARTITION BY k.userId, k.movieId
                            ORDER BY CASE WHEN p.repeats = 'max' THEN k.rating END DESC NULLS LAST,
                                     k.time DESC NULLS LAST, k.rating DESC NULLS LAST) AS place
  FROM ratings_kept AS k
  CROSS JOIN params AS p
) AS numbered
WHERE place > 1
