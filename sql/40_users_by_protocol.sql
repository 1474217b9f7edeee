-- name: users_by_protocol  materialize: yes  output: no
-- Runs only with --protocol liang, in the place of 40_users: the folds are those of the protocol.
SELECT
  CAST(row_number() OVER (ORDER BY c.userId ASC NULLS LAST) - 1 AS INT) AS user,
  c.userId, c.ratings, c.fold
FROM (SELECT userId, fold, CAST(count(*) AS BIGINT) AS ratings FROM ratings_by_protocol GROUP BY userId, fold) AS c
