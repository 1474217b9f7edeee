-- name: ratings_kept  materialize: yes  output: no
-- Runs only when some film or the condition leaves ratings out.
SELECT userId, movieId, rating, time FROM integrated_filtered WHERE passes
