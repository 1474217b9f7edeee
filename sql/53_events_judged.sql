-- name: events_judged  materialize: yes  output: no
-- What users did beside rating, with the reason why a row does not stay ('': it does). Of films and users without a kept rating nothing
-- could be learned; a rated film was seen anyway; and where times say what is held out, what came later is not known yet. The host has
-- made sightings_typed(userId, movieId, kind, count, time) of the log (07_event_sightings) and of a table of seen films.
SELECT u.user, i.item, s.kind, s.count, s.time,
       CASE WHEN u.user IS NULL OR i.item IS NULL THEN 'user or film without a rating'
            WHEN s.kind = 'seen' AND r.userId IS NOT NULL THEN 'rated, too'
            WHEN s.kind = 'seen' AND s.time >= CASE WHEN p.split = 'time' THEN a.time WHEN p.split IN ('user-time', 'last') THEN h.time END
              THEN 'not before what is held out'
            ELSE '' END AS reason
FROM (
  SELECT userId, movieId, kind, CAST(sum(count) AS BIGINT) AS count, max(time) AS time FROM sightings_typed GROUP BY userId, movieId, kind
) AS s
CROSS JOIN params AS p
CROSS JOIN (SELECT min(time) AS time FROM ratings_split WHERE held_out > 0) AS a
LEFT JOIN users AS u ON s.userId = u.userId
LEFT JOIN items AS i ON s.movieId = i.movieId
LEFT JOIN (SELECT userId, movieId FROM ratings_split) AS r ON s.userId = r.userId AND s.movieId = r.movieId
LEFT JOIN (SELECT userId, min(time) AS time FROM ratings_split WHERE held_out > 0 GROUP BY userId) AS h ON s.userId = h.userId
