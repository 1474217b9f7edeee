-- name: event_sightings  materialize: yes  output: no
-- What a log of events says in the end of each user and film beside ratings, by kind: that the film was seen without a word more, shown
-- or dismissed, how often and when last. undo, remove and forget take it back; a rating or a like says more than seen, and of a film
-- that was dismissed before the opposite. Ids as text; raw_events as in 06_event_standing.
SELECT e.userId, e.movieId, e.kind, CAST(count(*) AS BIGINT) AS count, max(e.time) AS time
FROM raw_events AS e
LEFT JOIN (SELECT userId, max(seq) AS seq FROM raw_events WHERE kind = 'forget' GROUP BY userId) AS f ON e.userId = f.userId
LEFT JOIN (
  SELECT userId, movieId,
         max(CASE WHEN kind IN ('undo', 'remove') THEN seq ELSE 0 END) AS taken_back,
         max(seq) AS rated
  FROM raw_events
  WHERE kind IN ('rating', 'like', 'undo', 'remove')
  GROUP BY userId, movieId
) AS o ON e.userId = o.userId AND e.movieId = o.movieId
WHERE e.kind IN ('seen', 'shown', 'dismissed')
  AND (f.seq IS NULL OR e.seq > f.seq)
  AND (o.rated IS NULL OR e.seq > CASE WHEN e.kind = 'shown' THEN o.taken_back ELSE o.rated END)
GROUP BY e.userId, e.movieId, e.kind
