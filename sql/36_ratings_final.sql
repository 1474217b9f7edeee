-- name: ratings_final  materialize: no  output: no
-- Runs only with --min-user-ratings: users count what the films before them left.
SELECT r.userId, r.movieId, r.rating, r.time
FROM ratings_of_frequent_items AS r
SEMI JOIN (
  SELECT c.userId
  FROM (SELECT userId, count(*) AS n FROM ratings_of_frequent_items GROUP BY userId) AS c
  CROSS JOIN params AS p
  WHERE c.n >= p.min_user_ratings
) AS frequent ON r.userId = frequent.userId
