-- name: ratings_of_frequent_items  materialize: no  output: no
-- Runs only with --min-item-ratings: one pass, items before users.
SELECT r.userId, r.movieId, r.rating, r.time
FROM ratings_once AS r
SEMI JOIN (
  SELECT c.movieId
  FROM (SELECT movieId, count(*) AS n FROM ratings_once GROUP BY movieId) AS c
  CROSS JOIN params AS p
  WHERE c.n >= p.min_item_ratings
) AS frequent ON r.movieId = frequent.movieId
