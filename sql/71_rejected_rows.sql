-- name: rejected_rows  materialize: no  output: yes
-- The rejected rows themselves, as the source has them; read only when somebody wants to see them.
SELECT r.user_source AS userId, r.movie_source AS movieId, r.rating_source AS rating, r.time_source AS time, w.reason
FROM integrated AS r
JOIN reasons AS w ON r.reason = w.code
WHERE w.kind = 'rejected'
