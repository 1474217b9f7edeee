-- name: star_histogram  materialize: no  output: yes
SELECT CAST(rating AS DOUBLE) AS stars, CAST(sum(ratings) AS BIGINT) AS ratings FROM item_stars GROUP BY rating
