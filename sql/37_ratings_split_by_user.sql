-- name: ratings_split_by_user  materialize: yes  output: no
-- Runs only with --split ratings, user-time and last: which ratings of each user are held out. held_out: 0 training, 3 validation, 4 test.
-- In the order of `place` the test ratings come first, then those for validation: by the hash of seed, user and film, or the latest first
-- (of equal times the larger movieId). A share is rounded down, but holds one rating where the user has others left to train on.
SELECT userId, movieId, rating, time,
       CAST(CASE WHEN place <= test_ratings THEN 4 WHEN place <= test_ratings + validation_ratings THEN 3 ELSE 0 END AS TINYINT) AS held_out
FROM (
  SELECT userId, movieId, rating, time, place, test_ratings,
         CASE WHEN validation_share > 0 AND validation_whole = 0 AND n - test_ratings > 1 THEN 1
              ELSE validation_whole END AS validation_ratings
  FROM (
    SELECT userId, movieId, rating, time, place, n, validation_share, validation_whole,
           CASE WHEN test_share > 0 AND test_whole = 0 AND n - validation_whole > 1 THEN 1 ELSE test_whole END AS test_ratings
    FROM (
      SELECT r.userId, r.movieId, r.rating, r.time, r.place, r.n, p.test_share AS test_share, p.validation_share AS validation_share,
             CAST(CASE WHEN p.split <> 'last' THEN floor(r.n * p.test_share) WHEN r.n >= 3 THEN 1 ELSE 0 END AS BIGINT) AS test_whole,
             CAST(CASE WHEN p.split <> 'last' THEN floor(r.n * p.validation_share) WHEN r.n >= 3 THEN 1 ELSE 0 END AS BIGINT)
               AS validation_whole
      FROM (
        SELECT f.userId, f.movieId, f.rating, f.time,
               count(*) OVER (PARTITION BY f.userId) AS n,
               row_number() OVER (
                 PARTITION BY f.userId
                 ORDER BY CASE WHEN q.split = 'ratings' THEN md5(concat(q.seed, ':', f.userId, ':', f.movieId)) END ASC NULLS LAST,
                          f.time DESC NULLS LAST, f.movieId DESC NULLS LAST) AS place
        FROM ratings_final AS f
        CROSS JOIN params AS q
      ) AS r
      CROSS JOIN params AS p
    ) AS counted
  ) AS tested
) AS shared
