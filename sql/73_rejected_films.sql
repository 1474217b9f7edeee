-- name: rejected_films  materialize: no  output: yes
-- The lines of the table of films that name none; read only when there are any, or somebody wants to see them.
SELECT line, movie_source AS movieId, CASE WHEN malformed THEN 'malformed line' ELSE 'no valid movieId' END AS reason, problem
FROM movies_typed
WHERE movieId IS NULL
