-- name: count_scale  materialize: no  output: no
-- Counts have no scale: it is the smallest and largest of the kept ones.
SELECT CAST(min(rating) AS DOUBLE) AS minimum, CAST(max(rating) AS DOUBLE) AS maximum FROM item_stars
