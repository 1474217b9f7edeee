-- name: ratings_file  materialize: no  output: yes
-- What ratings.parquet holds, from the rows of arrays that the host has put in order of user, then item.
SELECT a.user, a.item, CAST(a.rating / p.maximum AS FLOAT) AS value, CAST(a.rating AS FLOAT) AS rating, CAST(a.time AS BIGINT) AS time,
       CASE a.part WHEN 1 THEN 'given' WHEN 2 THEN 'target' WHEN 3 THEN 'validation' WHEN 4 THEN 'test' END AS part
FROM arrays_sorted AS a
CROSS JOIN params AS p
