"""One configuration of a study on Spark, answered: phases, monitor, losses, recommendations, settings, the picture of stages."""

import json
import os
import subprocess

import pytest
from conftest import answer_to, program, request_of, root

from encore.spark.study.phases import NAMES


def test_the_nine_phases_in_order_each_with_its_cost(done):
    phases = done["phases"]
    assert [phase["name"] for phase in phases] == list(NAMES)
    assert all(phase["seconds"] > 0 and phase["peak_bytes"] > 0 and phase["rows"] > 0 for phase in phases)
    ends = [phase["start_seconds"] + phase["seconds"] for phase in phases]
    assert all(end <= phase["start_seconds"] + 1e-9 for end, phase in zip(ends, phases[1:]) if phase["name"] != NAMES[6])
    assert [bool(phase["materialise_seconds"]) for phase in phases] == [True] * 4 + [False, True] + [False] * 3
    assert all(phase["kept_bytes"] > 0 for phase in phases[:6])
    assert done["seconds"] == pytest.approx(sum(phase["seconds"] for phase in phases))
    rows = {phase["name"]: phase["rows"] for phase in phases}
    assert rows["data loading"] == 100_836 and rows["movies data transformation"] == 9742
    assert rows["ratings arrays generation"] == done["dataset"]["ratings"]


def test_the_dataset_is_the_command_lines(done, tmp_path):
    subprocess.run([program, "prepare", str(root / "data" / "ml-latest-small"), "-o", str(tmp_path / "films"), "--years", "1950-1959",
                    "--hold-out", "0", "--validation", "0.2", "--seed", "42", "--quiet"], check=True)
    summary = json.loads((tmp_path / "films" / "dataset.json").read_text())
    assert done["dataset"] == {"rows": 100_836, "movies": summary["movies"], "users": summary["users"], "ratings": summary["ratings"],
                               "training_users": summary["users_by_fold"]["train"],
                               "test_users": summary["users_by_fold"]["validation"]}


def test_losses_are_the_command_lines(done, tmp_path):
    films, model = tmp_path / "films", tmp_path / "films.model"
    for words in (["prepare", str(root / "data" / "ml-latest-small"), "-o", str(films), "--years", "1950-1959", "--hold-out", "0",
                   "--validation", "0.2", "--seed", "42"],
                  ["train", str(films), "-o", str(model), "--model", "reference", "--epochs", "2", "--batch-size", "64", "--seed", "42",
                   "--loss-after-epoch"]):
        subprocess.run([program, *words, "--quiet"], check=True)
    lines = (model / "history.csv").read_text().splitlines()
    names = lines[0].split(",")
    there = [dict(zip(names, line.split(","))) for line in lines[1:]]
    assert [epoch["train_loss"] for epoch in done["history"]] == [pytest.approx(float(one["train_loss"]), rel=1e-6) for one in there]
    assert [epoch["test_loss"] for epoch in done["history"]] == [pytest.approx(float(one["validation_loss"]), rel=1e-6) for one in there]
    assert done["evaluation"]["train"]["mse"] == pytest.approx(done["history"][-1]["train_loss"], rel=1e-4)
    assert done["evaluation"]["test"]["mse"] == pytest.approx(done["history"][-1]["test_loss"], rel=1e-4)
    assert done["evaluation"]["test"]["users"] == done["dataset"]["test_users"]


def test_java_compiles_quickly_on_few_cores_unless_the_user_says_otherwise(tmp_path):
    from encore.spark.study import session
    from encore.spark.study.request import Request

    class NoSession:
        """A session whose settings are those asked for."""

        def __init__(self, settings):
            self.sparkContext, self.getConf, self.getAll, self.master = self, lambda: self, lambda: settings.items(), "local[2]"

    def java_of(**said):
        request = Request(**request_of(tmp_path, **{"spark": {}, **said}))
        rows = session.settings_beside_the_study(NoSession(session.settings_of(request)), request)
        return session.settings_of(request).get("spark.driver.extraJavaOptions"), [row["value"] for row in rows if "Java" in row["name"]]

    assert java_of() == ("-XX:TieredStopAtLevel=1 -XX:+UseSerialGC", ["-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"])
    assert java_of(spark={"spark.driver.extraJavaOptions": "-Xint"}) == ("-Xint", [])
    assert java_of(master="local[8]", workers=8) == (None, [])
    assert java_of(master="local-cluster[2,1,1024]") == (None, [])


def test_where_the_time_of_the_workers_went(done):
    training = done["training"]
    assert (training["epochs"], len(training["workers"])) == (2, 2)
    assert training["parameters"] == 2 * 150 * done["dataset"]["movies"] + done["dataset"]["movies"] + 150 + 150 * 25 + 25 + 25 * 150 + 150
    whole = next(phase for phase in done["phases"] if phase["name"] == "model training")["seconds"]
    for worker in training["workers"]:
        spent = [worker[name] for name in ("compute_seconds", "exchange_seconds", "waiting_seconds", "other_seconds")]
        assert all(part >= 0 for part in spent) and sum(spent) <= whole
    parts = next(phase for phase in done["phases"] if phase["name"] == "model training")["parts"]
    assert sum(part["seconds"] for part in parts) <= whole


def test_the_monitor_tells_the_processes_apart(done):
    samples = done["samples"]
    lengths = {len(column) for column in (samples["seconds"], samples["cpu_percent"], samples["memory_bytes"], *samples["cores"])}
    assert len(lengths) == 1 and 0 < lengths.pop() <= 600
    assert set(samples["processes"]) == {"driver", "JVM", "Python workers"}
    for place, whole in enumerate(samples["memory_bytes"]):
        assert whole == sum(column[place] for column in samples["processes"].values())
    assert max(samples["processes"]["JVM"]) > 100e6 and max(samples["processes"]["Python workers"]) > 1e6
    assert len(samples["cores"]) == len(os.sched_getaffinity(0))
    assert 0 < done["monitor"]["percent_of_a_core"] < 1


def test_recommendations_come_through_the_saved_model(done):
    test = done["recommendation_test"]
    assert len(test["users"]) == 3 and test["seed"] == 42
    for user in test["users"]:
        assert user["fold"] in ("train", "test") and user["ratings"] >= len(user["rated"]) > 0
        ratings = [film["rating"] for film in user["rated"]]
        scores = [film["score"] for film in user["recommended"]]
        assert ratings == sorted(ratings, reverse=True) and scores == sorted(scores, reverse=True) and scores
        assert not {film["title"] for film in user["rated"]} & {film["title"] for film in user["recommended"]}
    assert [film["ratings"] for film in test["popular"]] == sorted((film["ratings"] for film in test["popular"]), reverse=True)


def test_settings_stand_beside_the_studys_and_what_was_needed(done):
    rows = {row["name"]: row for row in done["settings"]}
    assert (rows["spark.master"]["value"], rows["spark.master"]["study"]) == ("local[2]", "local[*]")
    assert (rows["spark.driver.memory"]["value"], rows["spark.driver.memory"]["study"]) == ("1g", "9g")
    assert rows["spark.executor.instances"]["study"] == "8" and rows["spark.driver.maxResultSize"]["study"] == "2g"
    needed = {name: row for name, row in rows.items() if name.startswith("needed: ")}
    assert len(needed) == 5 and all(row["value"].endswith(("MB", "kB")) for row in needed.values())
    assert not any(str(root) in str(row["value"]) for row in rows.values())


def test_the_arrays_job_has_a_skipped_stage_and_its_parents(done):
    dag = done["dag"]
    drawn = next(job for job in dag["jobs"] if job["id"] == dag["job"])
    assert drawn["phase"] == "ratings arrays generation" and drawn["stages"] == [stage["id"] for stage in dag["stages"]]
    stages = {stage["id"]: stage for stage in dag["stages"]}
    assert {stage["status"] for stage in stages.values()} == {"complete", "skipped"}
    assert all(parent in stages for stage in stages.values() for parent in stage["parents"])
    last = max(stages)
    assert stages[last]["parents"] and stages[last]["status"] == "complete" and not any(last in one["parents"] for one in stages.values())
    for stage in stages.values():
        ran = stage["status"] == "complete"
        assert (stage["seconds"] is not None) == ran and (stage["shuffle_read_bytes"] is not None) == ran
    step_of = {operation["id"]: (stage["id"], operation) for stage in stages.values() for operation in stage["operations"]}
    for stage in stages.values():
        for operation in stage["operations"]:
            for parent in operation["parents"]:  # only what is wide is read by another stage
                where, before = step_of[parent]
                assert where == stage["id"] or (before["kind"] == "wide" and where in stage["parents"])
    assert len(step_of) == sum(len(stage["operations"]) for stage in stages.values())
    assert any("Join" in operation["name"] for stage in stages.values() for operation in stage["operations"])
    assert any(operation["kept"] for stage in stages.values() for operation in stage["operations"])
    assert any(operation["kind"] == "wide" for stage in stages.values() for operation in stage["operations"])
    assert {job["phase"] for job in dag["jobs"]} >= set(NAMES)


@pytest.mark.slow
def test_modes_alone_take_the_dataset_that_is_there(done, work):
    request = request_of(work, id="spark-1950-1959-reference-elephas-2-modes", purpose="modes", parallel="elephas", epochs=1,
                         batch_size=None, source="nowhere")
    code, said, errors = answer_to(work, request)
    assert code == 0 and said["status"] == "done", (said["failure"], errors)
    assert [phase["name"] for phase in said["phases"]] == ["model training", "model evaluation"]
    assert said["dataset"] == done["dataset"] and said["parallel"] == "elephas" and said["recommendation_test"] is None
    assert len(said["history"]) == 1 and said["evaluation"]["ranking"]["ndcg@100"] > 0


@pytest.mark.slow
def test_executors_have_processes_of_their_own(done, work):
    code, said, errors = answer_to(work, request_of(work, id="spark-1950-1959-reference-items-2-modes", purpose="modes",
                                                    master="local-cluster[3,1,1024]"))
    assert code == 0 and said["status"] == "done", (said["failure"], errors)
    assert next(row["value"] for row in said["settings"] if row["name"] == "spark.master") == "local-cluster[2,1,1024]"
    assert max(said["samples"]["processes"]["JVM"]) > max(done["samples"]["processes"]["JVM"])
    assert [epoch["train_loss"] for epoch in said["history"]] == [epoch["train_loss"] for epoch in done["history"]]


def test_the_answer_has_the_keys_of_the_documentation(done):
    page = (root / "docs" / "study.md").read_text(encoding="utf-8")
    part = page[page.index("### A configuration"):page.index("### A request")]
    keys = [name.strip("` ") for line in part.splitlines() if line.startswith("| `") for name in line.split("|")[1].split(",")]
    assert len(keys) > 20 and set(keys) <= done.keys()
