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


def test_a_wide_step_stands_where_it_is_written(log):
    skipped, ran = picture(log, {})["stages"]
    assert skipped["operations"] == [{"id": 1, "name": "Scan csv", "kind": "narrow", "parents": []},
                                     {"id": 2, "name": "Exchange", "kind": "wide", "parents": [1]}]
    assert ran["operations"] == [{"id": 5, "name": "Project, HashAggregate", "kind": "narrow", "parents": [2]}]


def test_names_are_without_folders_and_bridges(log):
    dag = picture(log, {})
    assert [job["name"] for job in dag["jobs"]] == ["count", "collect at pipeline.py:82"]
    assert [job["seconds"] for job in dag["jobs"]] == [1.0, None]  # the second one was cut off


def test_no_job_of_the_phase_no_picture(log):
    assert picture(log, {}, phase="model training") is None


def test_results_are_added_up_for_each_stage(log):
    assert largest_result(log) == 500
