-- name: ratings_checked  materialize: no  output: no
-- Every row of the source with the reason why it is no rating (0: it is one; see 05_reasons). passes: the user's condition (--where) where
-- it is over the table's own columns.
SELECT
  r.userId, r.movieId, r.rating, r.time,
  CAST(CASE
    WHEN r.malformed THEN 9
    WHEN r.userId IS NULL THEN 1
    WHEN r.movieId IS NULL THEN 2
    WHEN r.rating IS NULL THEN 3
    WHEN NOT (r.rating BETWEEN p.minimum AND p.maximum) THEN 4
    WHEN r.has_time AND r.time IS NULL THEN 5
    WHEN NOT r.passes THEN 10
    ELSE 0 END AS TINYINT) AS reason,
  r.user_source, r.movie_source, r.rating_source, r.time_source, r.line, r.problem
FROM ratings_typed AS r
CROSS JOIN params AS p
