"""The picture of stages, from an event log written by hand."""

import json

import pytest
from encore.spark.study.phases import PHASE_PROPERTY
from encore.spark.study.stages import largest_result, picture


def rdd(number, scope, *parents):
    return {"RDD ID": number, "Name": "MapPartitionsRDD", "Scope": json.dumps({"id": scope, "name": scope.split("#")[0]}),
            "Parent IDs": list(parents)}


def stage(number, parents, *rdds, name="count at NativeMethodAccessorImpl.java:0"):
    return {"Stage ID": number, "Parent IDs": parents, "Stage Name": name, "Number of Tasks": 2, "RDD Info": list(rdds)}


def started(job, phase, *stages, **properties):
    return {"Event": "SparkListenerJobStart", "Job ID": job, "Submission Time": 1_700_000_000_000, "Stage Infos": list(stages),
            "Properties": {PHASE_PROPERTY: phase, **properties}}


def completed(one, begin, end):
    return {"Event": "SparkListenerStageCompleted", "Stage Info": {**one, "Submission Time": begin, "Completion Time": end}}


@pytest.fixture
def log(tmp_path):
    """A job of statistics that writes a shuffle, and one of arrays that reads it again: stage 2 is stage 0 once more."""
    scan, write, read = rdd(1, "Scan csv#1"), rdd(2, "Exchange#2", 1), rdd(3, "Exchange#2", 2)
    grouped = stage(1, [0], read, rdd(4, "WholeStageCodegen (2)#3", 3))
    first, again = stage(0, [], scan, write), stage(2, [], scan, write)
    last = stage(3, [2], read, rdd(5, "WholeStageCodegen (2)#4", 3), name="collect at /somewhere/pipeline.py:82")
    plan = {"nodeName": "WholeStageCodegen (2)", "children": [{"nodeName": "HashAggregate", "children": [
        {"nodeName": "Project", "children": [{"nodeName": "InputAdapter", "children": [{"nodeName": "Exchange", "children": []}]}]}]}]}
    events = [started(0, "statistical analysis", first, grouped), completed(first, 0, 500), completed(grouped, 500, 900),
              {"Event": "SparkListenerJobEnd", "Job ID": 0, "Completion Time": 1_700_000_001_000},
              {"Event": "org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart", "executionId": 7, "sparkPlanInfo": plan},
              started(1, "ratings arrays generation", again, last, **{"spark.sql.execution.id": "7"}), completed(last, 1000, 1250),
              {"Event": "SparkListenerTaskEnd", "Stage ID": 3, "Task Metrics": {"Result Size": 300}},
              {"Event": "SparkListenerTaskEnd", "Stage ID": 3, "Task Metrics": {"Result Size": 200}},
              {"Event": "SparkListenerTaskEnd", "Stage ID": 1, "Task Metrics": {"Result Size": 400}}]
    path = tmp_path / "log"
    path.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    return path


def test_what_was_written_before_is_skipped(log):
    metrics = {3: {"inputRecords": 5, "shuffleReadBytes": 70, "shuffleWriteBytes": 0}}
    dag = picture(log, metrics)
    assert dag["job"] == 1
    skipped, ran = dag["stages"]
    assert (skipped["id"], skipped["status"], skipped["seconds"], skipped["shuffle_read_bytes"]) == (2, "skipped", None, None)
    assert (ran["id"], ran["status"], ran["parents"], ran["seconds"], ran["shuffle_read_bytes"]) == (3, "complete", [2], 0.25, 70)
    assert [job["stages"] for job in dag["jobs"]] == [[0, 1], [2, 3]]


def step(number, name, *parents, kind="narrow", kept=False):
    return {"id": number, "name": name, "kind": kind, "kept": kept, "parents": list(parents)}


def test_a_wide_step_stands_where_it_is_written(log):
    skipped, ran = picture(log, {})["stages"]
    assert skipped["operations"] == [step(1, "Scan csv"), step(2, "Exchange", 1, kind="wide")]
    assert ran["operations"] == [step(3, "Project, HashAggregate", 2)]


def node(name, *children, text=None):
    return {"nodeName": name, "simpleString": text or name, "children": list(children)}


def test_generated_code_is_named_table_by_table(tmp_path):
    """Code (1) of the query is a filter, code (1) of the table that it reads, and that is kept, is a projection."""
    table = node("WholeStageCodegen (1)", node("Project", node("InputAdapter", node("Scan csv")), text="Project [a#1, b#2]"))
    plan = node("WholeStageCodegen (1)", node("Filter", node("InputAdapter", node("InMemoryTableScan", node(
        "AdaptiveSparkPlan", table, text="AdaptiveSparkPlan isFinalPlan=true")))))
    kept = {**rdd(3, "mapPartitions#4", 2), "Storage Level": {"Use Memory": True},
            "Name": "AdaptiveSparkPlan isFinalPlan=false\n+- *(1) Project [a#1, b#2]\n   +- Scan csv"}
    one = stage(0, [], rdd(1, "Scan csv#1"), rdd(2, "WholeStageCodegen (1)#2", 1), kept, rdd(4, "WholeStageCodegen (1)#3", 3))
    events = [{"Event": "org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart", "executionId": 1, "sparkPlanInfo": plan},
              started(0, "ratings arrays generation", one, **{"spark.sql.execution.id": "1"}), completed(one, 0, 1)]
    path = tmp_path / "log"
    path.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    assert picture(path, {})["stages"][0]["operations"] == [
        step(1, "Scan csv"), step(2, "Project", 1), step(3, "mapPartitions", 2, kept=True), step(4, "Filter", 3)]


def test_a_step_of_two_stages_stands_in_both(tmp_path):
    """Both read the same kept rows; neither reads what the other wrote."""
    scan = rdd(1, "Scan csv#1")
    left, right = stage(0, [], scan, rdd(2, "Exchange#2", 1)), stage(1, [], scan, rdd(3, "Exchange#3", 1))
    last = stage(2, [0, 1], rdd(4, "Exchange#2", 2), rdd(5, "Exchange#3", 3), rdd(6, "Join#4", 4, 5))
    path = tmp_path / "log"
    path.write_text(json.dumps(started(0, "ratings arrays generation", left, right, last)) + "\n", encoding="utf-8")
    assert [one["operations"] for one in picture(path, {})["stages"]] == [
        [step(1, "Scan csv"), step(2, "Exchange", 1, kind="wide")], [step(3, "Scan csv"), step(4, "Exchange", 3, kind="wide")],
        [step(5, "Join", 2, 4)]]


def test_names_are_without_folders_and_bridges(log):
    dag = picture(log, {})
    assert [job["name"] for job in dag["jobs"]] == ["count", "collect at pipeline.py:82"]
    assert [job["seconds"] for job in dag["jobs"]] == [1.0, None]  # the second one was cut off


def test_no_job_of_the_phase_no_picture(log):
    assert picture(log, {}, phase="model training") is None


def test_a_log_that_was_cut_short_tells_what_it_has(log):
    whole = log.read_text(encoding="utf-8")
    log.write_text(whole[:whole.index("SparkListenerTaskEnd")], encoding="utf-8")
    assert picture(log, {})["job"] == 1 and largest_result(log) is None


def test_results_are_added_up_for_each_stage(log):
    assert largest_result(log) == 500
