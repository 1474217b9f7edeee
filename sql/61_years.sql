-- name: years  materialize: no  output: yes
-- Films and their ratings by the film's year; a film without a year stands under NULL.
SELECT year, CAST(count(*) AS BIGINT) AS movies, CAST(sum(ratings) AS BIGINT) AS ratings FROM items GROUP BY year
