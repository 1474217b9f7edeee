-- name: refused  materialize: no  output: yes
-- How many rows did not stay, by reason: bad rows, and those of films that may not stay. What --where, a later rating and the minimum
-- counts leave out are differences that the host takes.
SELECT w.kind, w.reason, c.n
FROM (
  SELECT reason, n FROM reason_counts
  UNION ALL
  SELECT reason, CAST(sum(ratings) AS BIGINT) AS n FROM movies_rated WHERE reason <> 0 GROUP BY reason
) AS c
JOIN reasons AS w ON c.reason = w.code
