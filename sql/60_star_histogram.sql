-- name: star_histogram  materialize: no  output: yes
-- Ratings by their stars. Counts may have any value: below 10 whole ones, from there on in classes 1 : 2 : 5, by their lower bounds.
SELECT CAST(stars AS DOUBLE) AS stars, CAST(sum(ratings) AS BIGINT) AS ratings
FROM (
  SELECT s.ratings,
         CASE WHEN NOT p.counts THEN s.rating WHEN s.rating < 10 THEN floor(s.rating)
              WHEN s.rating < 20 THEN 10
              WHEN s.rating < 50 THEN 20
              WHEN s.rating < 100 THEN 50
              WHEN s.rating < 200 THEN 100
              WHEN s.rating < 500 THEN 200
              WHEN s.rating < 1000 THEN 500
              WHEN s.rating < 2000 THEN 1000
              WHEN s.rating < 5000 THEN 2000
              WHEN s.rating < 10000 THEN 5000
              WHEN s.rating < 20000 THEN 10000
              WHEN s.rating < 50000 THEN 20000
              WHEN s.rating < 100000 THEN 50000
              WHEN s.rating < 200000 THEN 100000
              WHEN s.rating < 500000 THEN 200000
              WHEN s.rating < 1000000 THEN 500000
              WHEN s.rating < 2000000 THEN 1000000
              WHEN s.rating < 5000000 THEN 2000000
              WHEN s.rating < 10000000 THEN 5000000
              WHEN s.rating < 20000000 THEN 10000000
              WHEN s.rating < 50000000 THEN 20000000
              WHEN s.rating < 100000000 THEN 50000000
              WHEN s.rating < 200000000 THEN 100000000
              WHEN s.rating < 500000000 THEN 200000000
              WHEN s.rating < 1000000000 THEN 500000000
              WHEN s.rating < 2000000000 THEN 1000000000
              WHEN s.rating < 5000000000 THEN 2000000000
              ELSE 5000000000 END AS stars
  FROM item_stars AS s
  CROSS JOIN params AS p
) AS classes
GROUP BY stars
