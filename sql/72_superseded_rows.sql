-- name: superseded_rows  materialize: no  output: yes
-- The rows that 34_ratings_once leaves out, with their lines: of equal ones the first counts. Rows with the same values are kept alike.
SELECT line, CAST(userId AS STRING) AS userId, CAST(movieId AS STRING) AS movieId, CAST(rating AS STRING) AS rating,
       CAST(time AS STRING) AS time,
       CASE WHEN repeats = 'max' THEN 'superseded by a higher rating' ELSE 'superseded by a later rating' END AS reason
FROM (
  SELECT c.line, c.userId, c.movieId, c.rating, c.time, p.repeats AS repeats,
         row_number() OVER (PARTITION BY c.userId, c.movieId
                            ORDER BY CASE WHEN p.repeats = 'max' THEN c.rating END DESC NULLS LAST,
                                     c.time DESC NULLS LAST, c.rating DESC NULLS LAST, c.line ASC NULLS LAST) AS place
  FROM ratings_checked AS c
  SEMI JOIN (SELECT userId, movieId FROM ratings_kept GROUP BY userId, movieId HAVING count(*) > 1) AS d
    ON c.userId = d.userId AND c.movieId = d.movieId
  SEMI JOIN ratings_kept AS k
    ON c.userId = k.userId AND c.movieId = k.movieId AND c.rating = k.rating AND c.time IS NOT DISTINCT FROM k.time
  CROSS JOIN params AS p
  WHERE c.reason = 0
) AS numbered
WHERE place > 1
