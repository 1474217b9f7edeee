-- name: users  materialize: yes  output: yes
-- Dense numbers by ascending source id, and the fold: the first 8 hex digits of md5(seed:userId) against the shares.
SELECT
  CAST(row_number() OVER (ORDER BY c.userId ASC NULLS LAST) - 1 AS INT) AS user,
  c.userId,
  c.ratings,
  CASE WHEN substr(md5(concat(p.seed, ':', c.userId)), 1, 8) < p.test_below THEN 'test'
       WHEN substr(md5(concat(p.seed, ':', c.userId)), 1, 8) < p.held_out_below THEN 'validation'
       ELSE 'train' END AS fold
FROM (SELECT userId, CAST(count(*) AS BIGINT) AS ratings FROM ratings_split GROUP BY userId) AS c
CROSS JOIN params AS p
