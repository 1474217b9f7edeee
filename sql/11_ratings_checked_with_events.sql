-- name: ratings_checked_with_events  materialize: no  output: no
-- The rows of the source (ratings_of_source: those of 11_ratings_checked), without what a log of events replaced (reason 11; see
-- 05_reasons), and the ratings of the log. events_typed is event_standing with the ids that the source's have: numbers or text.
SELECT
  c.userId, c.movieId, c.rating, c.time,
  CAST(CASE WHEN c.reason = 0 AND (e.userId IS NOT NULL OR f.userId IS NOT NULL) THEN 11 ELSE c.reason END AS TINYINT) AS reason,
  c.user_source, c.movie_source, c.rating_source, c.time_source, c.line, c.problem
FROM ratings_of_source AS c
LEFT JOIN (SELECT userId, movieId FROM events_typed WHERE NOT forgotten) AS e ON c.userId = e.userId AND c.movieId = e.movieId
LEFT JOIN (SELECT userId FROM events_typed WHERE forgotten) AS f ON c.userId = f.userId
UNION ALL
SELECT
  n.userId, n.movieId, n.rating, n.time,
  CAST(CASE
    WHEN n.userId IS NULL THEN 1
    WHEN n.movieId IS NULL THEN 2
    WHEN NOT (n.rating BETWEEN p.minimum AND p.maximum) THEN 4
    ELSE 0 END AS TINYINT) AS reason,
  n.user_source, n.movie_source, CAST(n.rating AS STRING) AS rating_source, CAST(n.time AS STRING) AS time_source,
  CAST(NULL AS BIGINT) AS line, CAST(NULL AS STRING) AS problem
FROM events_typed AS n
CROSS JOIN params AS p
WHERE n.rating IS NOT NULL
