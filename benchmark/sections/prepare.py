"""`prepare` of all ratings beside one bare DuckDB statement that scans, joins, sorts and writes the same Parquet, in turns; and the opening
of what was prepared."""

import shutil
import statistics

from suite import page

NAME, HEADING = "prepare", "Preparation"
ROUNDS = 3
# What `prepare` writes of the ratings, from a typed scan and with dense numbers, without any check, count, fold or report.
STATEMENT = """
COPY (
  WITH ratings AS (SELECT userId, movieId, rating, timestamp FROM read_csv('{ratings}', header = true, auto_detect = false,
                     columns = {{'userId': 'BIGINT', 'movieId': 'BIGINT', 'rating': 'DOUBLE', 'timestamp': 'BIGINT'}})),
       users AS (SELECT userId, CAST(row_number() OVER (ORDER BY userId) - 1 AS INTEGER) AS user FROM (SELECT DISTINCT userId FROM ratings)),
       items AS (SELECT movieId, CAST(row_number() OVER (ORDER BY movieId) - 1 AS INTEGER) AS item FROM (SELECT DISTINCT movieId FROM ratings))
  SELECT user, item, CAST(rating / 5 AS FLOAT) AS value, CAST(rating AS FLOAT) AS rating, timestamp AS time, CAST(NULL AS VARCHAR) AS part
  FROM ratings JOIN users USING (userId) JOIN items USING (movieId)
  ORDER BY user, item
) TO '{output}' (FORMAT parquet, COMPRESSION zstd)
"""


def measure(bench):
    twin, output = bench.twin(), bench.work / "statement.parquet"
    statement = bench.work / "statement.sql"
    statement.write_text(STATEMENT.format(ratings=twin / "ratings.csv", output=output), encoding="utf-8")
    folder = bench.work / "turns.dataset"
    taken = {"prepare": [], "statement": []}
    rounds = ROUNDS if bench.size.name == "full" else 1
    for _ in range(rounds):
        took = bench.measured(bench.engine_program, "statement", statement, "--threads", bench.threads)
        taken["statement"].append({key: took[key] for key in ("seconds", "cpu_seconds", "peak_bytes")})
        took = bench.prepare("all", folder)
        phases = [{key: phase[key] for key in ("name", "seconds")} for phase in took["answer"]["phases"]]
        taken["prepare"].append(
            {"phases": phases, **{key: took[key] for key in ("seconds", "cpu_seconds", "peak_bytes")}}
        )
    opened = [bench.engine("open", folder) for _ in range(rounds)]
    output.unlink()
    shutil.rmtree(folder)
    return {"taken": taken, "ratings": opened[0]["ratings"], "open_seconds": [one["seconds"] for one in opened]}


def least(rows, key):
    return min(row[key] for row in rows)


def page_lines(result, pictures):
    taken = result["taken"]
    rows = [
        [
            label,
            f"{least(taken[name], 'seconds'):.1f}",
            f"{statistics.median(row['cpu_seconds'] for row in taken[name]):.1f}",
            f"{least(taken[name], 'cpu_seconds'):.1f}",
            page.megabytes(max(row["peak_bytes"] for row in taken[name])),
        ]
        for name, label in (("prepare", "`encore prepare`"), ("statement", "one typed DuckDB statement"))
    ]
    ratio = least(taken["prepare"], "cpu_seconds") / least(taken["statement"], "cpu_seconds")
    phases = min(taken["prepare"], key=lambda row: row["seconds"])["phases"]
    return [
        f"{result['ratings']:,} ratings of the twin of MovieLens 25M, two threads; {len(taken['prepare'])} rounds in turns.",
        "",
        *page.table(
            [
                "from CSV to sorted Parquet",
                "seconds, least",
                "CPU seconds, median",
                "CPU seconds, least",
                "peak memory",
            ],
            rows,
        ),
        "",
        f"`prepare` takes {ratio:.2f} times the CPU time of the statement, which scans typed columns, makes dense numbers, joins, sorts and writes, and"
        " nothing else. `prepare` also judges every row, says why rows were left out, splits users and targets, counts, and takes the fingerprint.",
        "",
        *page.table(
            ["phase of `prepare`", "seconds"], [[phase["name"], f"{phase['seconds']:.2f}"] for phase in phases]
        ),
        "",
        f"Opening the prepared dataset for training takes {min(result['open_seconds']):.2f} s (median {statistics.median(result['open_seconds']):.2f}).",
    ]
