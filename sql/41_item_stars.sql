-- name: item_stars  materialize: yes  output: no
-- Ratings of each film with each number of stars: one pass over the ratings, from which all further counts follow.
SELECT r.movieId, r.rating, CAST(count(*) AS BIGINT) AS ratings,
       CAST(count_if(u.fold = 'train' AND r.held_out = 0) AS BIGINT) AS training_ratings
FROM ratings_split AS r
JOIN users AS u ON r.userId = u.userId
GROUP BY r.movieId, r.rating
