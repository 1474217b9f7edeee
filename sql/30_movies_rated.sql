-- name: movies_rated  materialize: yes  output: no
-- The rated films with the reason why their ratings may not stay (0: none; see 05_reasons).
SELECT
  c.movieId, c.ratings, m.title, m.year, m.genres,
  CAST(CASE
    WHEN m.movieId IS NULL THEN 6
    WHEN p.first_year IS NULL THEN 0
    WHEN m.year IS NULL THEN 7
    WHEN NOT (m.year BETWEEN p.first_year AND p.last_year) THEN 8
    ELSE 0 END AS TINYINT) AS reason
FROM movie_counts AS c
LEFT JOIN movies AS m ON c.movieId = m.movieId
CROSS JOIN params AS p
