-- name: item_features  materialize: yes  output: yes
-- What a table of --item-features tells of the catalogue's items, by name: the column and the text in small letters of ASCII, so that
-- every engine makes the same names (dataset/item_features.h does it for films that come later). A feature is there or not,
-- however often it stands in the table; of a table with weights the largest counts.
SELECT item, feature, weight
FROM (
  SELECT i.item, f.feature,
         CASE WHEN count(f.weight) = 0 THEN CAST(1 AS DOUBLE) ELSE max(f.weight) END AS weight
  FROM (
    SELECT TRIM(BOTH ' ' FROM item) AS id, weight,
           concat(kind, ':', translate(TRIM(BOTH ' ' FROM feature), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')) AS feature
    FROM raw_item_features
    WHERE TRIM(BOTH ' ' FROM feature) <> ''
  ) AS f
  JOIN items AS i ON f.id = CAST(i.movieId AS STRING)
  GROUP BY i.item, f.feature
) AS counted
WHERE weight <> 0
