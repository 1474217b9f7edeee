-- name: refused  materialize: no  output: yes
-- How many rows did not stay, by reason. Superseded rows and those below the minimum counts are differences that the host takes.
SELECT w.kind, w.reason, CAST(count(*) AS BIGINT) AS n
FROM ratings_read AS r
JOIN reasons AS w ON r.reason = w.code
GROUP BY w.kind, w.reason
