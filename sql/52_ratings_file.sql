-- name: ratings_file  materialize: no  output: yes
-- What ratings.parquet holds, from the rows of arrays that the host has put in order of user, then item. Logarithms are taken of counts
-- only: of others an engine might refuse them.
SELECT a.user, a.item,
       CAST(CASE WHEN p.log_counts
                 THEN ln(1 + CASE WHEN p.log_counts THEN a.rating ELSE 1 END) / ln(1 + CASE WHEN p.log_counts THEN p.liked ELSE 1 END)
                 ELSE a.rating / p.maximum END AS FLOAT) AS value,
       CAST(a.rating AS FLOAT) AS rating, CAST(a.time AS BIGINT) AS time,
       CASE a.part WHEN 1 THEN 'given' WHEN 2 THEN 'target' WHEN 3 THEN 'validation' WHEN 4 THEN 'test' END AS part
FROM arrays_sorted AS a
CROSS JOIN params AS p
