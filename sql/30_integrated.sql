-- name: integrated  materialize: no  output: no
-- Every row of the source beside its film, with the reason why it may not stay (0: none; see 05_reasons).
SELECT
  r.userId, r.movieId, r.rating, r.time, m.title, m.year, m.genres,
  r.user_source, r.movie_source, r.rating_source, r.time_source,
  CAST(CASE
    WHEN r.userId IS NULL THEN 1
    WHEN r.movieId IS NULL THEN 2
    WHEN r.rating IS NULL THEN 3
    WHEN NOT (r.rating BETWEEN p.minimum AND p.maximum) THEN 4
    WHEN r.has_time AND r.time IS NULL THEN 5
    WHEN m.title IS NULL THEN 6
    WHEN p.first_year IS NULL THEN 0
    WHEN m.year IS NULL THEN 7
    WHEN NOT (m.year BETWEEN p.first_year AND p.last_year) THEN 8
    ELSE 0 END AS TINYINT) AS reason
FROM ratings_typed AS r
LEFT JOIN movies AS m ON r.movieId = m.movieId
CROSS JOIN params AS p
