-- name: events_file  materialize: no  output: yes
-- What events.parquet holds.
SELECT e.user, e.item, e.kind, CAST(e.count AS BIGINT) AS count, CAST(e.time AS BIGINT) AS time FROM events_judged AS e WHERE e.reason = ''
