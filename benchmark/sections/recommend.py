"""Recommendations: one new user from a cold start of the program, and everybody beside the plain way of scoring and sorting everything."""

import shutil
import statistics

from suite import page

NAME, HEADING = "recommend", "Recommendations"
STARTS = 15


def measure(bench):
    trained, everybody = bench.dataset("1950–79"), bench.dataset("all")
    model = bench.work / "recommend.model"
    bench.encore("train", trained, "-o", model, "--model", "reference", "--epochs", 1, "--threads", bench.threads)
    title = bench.encore("recommend", model, "--user", "1", "--dataset", everybody, "-k", 1)["answer"]["users"][0][
        "items"
    ][0]["title"]
    starts = [bench.encore("recommend", model, "--rate", f"{title}=5", "-k", 10) for _ in range(STARTS)]
    rounds = 2 if bench.size.name == "full" else 1
    ours, sorted_first, sorted_whole = [], [], []
    for _ in range(rounds):
        answer = bench.encore(
            "recommend",
            model,
            "--all",
            "--dataset",
            everybody,
            "-k",
            10,
            "-o",
            bench.work / "top10.csv",
            "--threads",
            bench.threads,
        )["answer"]
        ours.append(answer["seconds"])
        words = ["everything", model, everybody, "-k", 10, "--threads", bench.threads]
        sorted_first.append(bench.engine(*words)["seconds"])
    tenth = max(1, answer["user_count"] // 10)
    sorted_whole.append(10 * bench.engine(*words, "--whole", "--users", tenth)["seconds"])
    items = bench.encore("inspect", model)["answer"]["items"]
    shutil.rmtree(model)
    (bench.work / "top10.csv").unlink()
    return {
        "users": answer["user_count"],
        "items": items,
        "start_seconds": [one["seconds"] for one in starts],
        "start_peak_bytes": max(one["peak_bytes"] for one in starts),
        "all_seconds": ours,
        "partial_sort_seconds": sorted_first,
        "sort_seconds": sorted_whole,
    }


def page_lines(result, pictures):
    ours = min(result["all_seconds"])
    rows = [
        [
            "`encore recommend --all`: seen films left out, top 10 kept while the scores pass by, CSV written",
            f"{ours:.1f}",
            "",
        ],
        [
            "all scores by the same kernels, `std::partial_sort` of each row",
            f"{min(result['partial_sort_seconds']):.1f}",
            page.times(min(result["partial_sort_seconds"]) / ours),
        ],
        [
            "all scores by the same kernels, `std::sort` of each row (a tenth of the users, times ten)",
            f"{min(result['sort_seconds']):.1f}",
            page.times(min(result["sort_seconds"]) / ours),
        ],
    ]
    milliseconds = [1e3 * seconds for seconds in result["start_seconds"]]
    return [
        f"A model of {result['items']:,} films (`reference`). One new user from the start of the program to its end, files in the system's cache:"
        f" {statistics.median(milliseconds):.0f} ms (least {min(milliseconds):.0f}), {page.megabytes(result['start_peak_bytes'])}.",
        "",
        f"The best 10 films for {result['users']:,} users, two threads, without the opening of model and dataset:",
        "",
        *page.table(["way", "seconds", "times `recommend --all`"], rows),
    ]
