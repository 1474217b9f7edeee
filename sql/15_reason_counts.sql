-- name: reason_counts  materialize: no  output: no
-- How many rows are no ratings, by reason.
SELECT reason, CAST(count(*) AS BIGINT) AS n FROM ratings_read WHERE reason <> 0 GROUP BY reason
