-- name: event_standing  materialize: yes  output: no
-- What a log of events says in the end of each user and film: the rating that counts, or (rating NULL) that none does, in place of
-- whatever the source says; with movieId NULL that the user is forgotten, by the source too. raw_events comes from the host: seq, time,
-- userId, movieId, kind and value of every event that can matter here (ratings, likes, and what takes them back), ids as text. undo
-- takes back what events before it said; remove also what the source says.
SELECT p.userId, p.movieId, CASE WHEN p.rated > p.removed AND p.rated > p.undone THEN p.value END AS rating,
       CASE WHEN p.rated > p.removed AND p.rated > p.undone THEN p.time END AS time
FROM (
  SELECT e.userId, e.movieId,
         max(CASE WHEN e.kind = 'undo' THEN e.seq ELSE 0 END) AS undone,
         max(CASE WHEN e.kind = 'remove' THEN e.seq ELSE 0 END) AS removed,
         max(CASE WHEN e.kind IN ('rating', 'like') THEN e.seq ELSE 0 END) AS rated,
         max_by(e.value, CASE WHEN e.kind IN ('rating', 'like') THEN e.seq ELSE 0 END) AS value,
         max_by(e.time, CASE WHEN e.kind IN ('rating', 'like') THEN e.seq ELSE 0 END) AS time
  FROM (
    SELECT n.seq, n.time, n.userId, n.movieId, n.kind,
           CASE WHEN n.kind = 'like' THEN CASE WHEN s.counts THEN CAST(1 AS DOUBLE) ELSE s.maximum END ELSE n.value END AS value
    FROM raw_events AS n
    CROSS JOIN params AS s
  ) AS e
  LEFT JOIN (SELECT userId, max(seq) AS seq FROM raw_events WHERE kind = 'forget' GROUP BY userId) AS f ON e.userId = f.userId
  WHERE e.kind <> 'forget' AND (f.seq IS NULL OR e.seq > f.seq)
  GROUP BY e.userId, e.movieId
) AS p
WHERE p.removed > p.undone OR (p.rated > p.undone AND p.rated > p.removed)
UNION ALL
SELECT userId, CAST(NULL AS STRING) AS movieId, CAST(NULL AS DOUBLE) AS rating, CAST(NULL AS BIGINT) AS time
FROM raw_events
WHERE kind = 'forget'
GROUP BY userId
