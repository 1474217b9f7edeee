"""The picture of jobs and stages: how the stages of the arrays job depend on each other, what each does, and which Spark skipped,
from the event log of the application that ran; what each took, from its status interface. Not the drawing."""

import json
import re
import urllib.request
from contextlib import suppress

from encore.spark.study.operators import is_kept, names_of_code, tables_of
from encore.spark.study.phases import NAMES, PHASE_PROPERTY


def metrics_of_stages(spark):
    """{stage id: what the driver's status interface tells of its last attempt}; asked while the session lives. Empty where the
    interface does not answer."""
    context = spark.sparkContext
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with suppress(OSError, ValueError, TypeError):
        with direct.open(f"{context.uiWebUrl}/api/v1/applications/{context.applicationId}/stages", timeout=30) as answer:
            return {stage["stageId"]: stage for stage in sorted(json.load(answer), key=lambda stage: stage["attemptId"])}
    return {}


def picture(event_log, metrics, phase=NAMES[5]):
    """`dag` of docs/study.md: all jobs, and the stages of the largest one of `phase`. None when no job of it ran."""
    log = _Log(event_log)
    of_phase = [job for job in log.jobs.values() if job["phase"] == phase]
    if not of_phase:
        return None
    drawn = max(of_phase, key=lambda job: (sum(stage in log.ran for stage in job["stages"]), len(job["stages"])))
    stages = sorted(log.stages_of[drawn["id"]], key=lambda stage: stage["Stage ID"])
    operations = _operations(stages, log.plan_of(drawn["id"]))
    return {"job": drawn["id"], "jobs": list(log.jobs.values()),
            "stages": [_stage(stage, log.ran.get(stage["Stage ID"]), metrics.get(stage["Stage ID"], {}), operations[stage["Stage ID"]])
                       for stage in stages]}


def largest_result(event_log):
    """Bytes of the results that the tasks of one stage sent to the driver, of the stage where they were most."""
    sizes = {}
    for event in _events(event_log):
        if event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
            sizes[event["Stage ID"]] = sizes.get(event["Stage ID"], 0) + event["Task Metrics"]["Result Size"]
    return max(sizes.values(), default=None)


def _events(path):
    """The last line may be cut short where Java was killed."""
    with open(path, encoding="utf-8") as file, suppress(ValueError):
        for line in file:
            yield json.loads(line)


class _Log:
    """What the event log says of jobs, stages and plans."""

    def __init__(self, path):
        self.jobs, self.stages_of, self.ran, self._plans, self._execution_of = {}, {}, {}, {}, {}
        for event in _events(path):
            kind = event["Event"].rpartition(".")[2]
            if kind == "SparkListenerJobStart":
                self._begin(event)
            elif kind == "SparkListenerJobEnd" and event["Job ID"] in self.jobs:
                job = self.jobs[event["Job ID"]]
                job["seconds"] = (event["Completion Time"] - job["seconds"]) / 1000
            elif kind == "SparkListenerStageCompleted":
                self.ran[event["Stage Info"]["Stage ID"]] = event["Stage Info"]
            elif kind in ("SparkListenerSQLExecutionStart", "SparkListenerSQLAdaptiveExecutionUpdate"):
                self._plans[event["executionId"]] = event["sparkPlanInfo"]
        for job in self.jobs.values():  # those that were cut off
            job["seconds"] = job["seconds"] if job["seconds"] < 1e9 else None

    def _begin(self, event):
        properties, number = event.get("Properties") or {}, event["Job ID"]
        stages = event["Stage Infos"]
        last = max(stages, key=lambda stage: stage["Stage ID"])
        self.jobs[number] = {"id": number, "name": properties.get("spark.job.description") or _short(last["Stage Name"]),
                             "phase": properties.get(PHASE_PROPERTY),
                             "seconds": event["Submission Time"], "stages": sorted(stage["Stage ID"] for stage in stages)}
        self.stages_of[number] = stages
        self._execution_of[number] = int(properties["spark.sql.execution.id"]) if "spark.sql.execution.id" in properties else None

    def plan_of(self, job):
        return self._plans.get(self._execution_of[job])


def _operations(stages, plan):
    """{stage: [operation]}: the steps as Spark's own picture groups them. A step that reads what other tasks wrote is wide; it stands
    in the stage that writes for it. `kept`: its rows lie in Spark's cache, so that what stands before it did not run again."""
    rdds = [rdd for stage in stages for rdd in stage["RDD Info"]]
    names, tables = names_of_code(plan) if plan else {}, tables_of(rdds)
    written = _written(stages)
    steps = {}
    for stage in stages:
        for rdd in sorted(stage["RDD Info"], key=lambda rdd: rdd["RDD ID"]):
            place = _place(stage["Stage ID"], rdd, written)
            if place not in steps:
                code = names.get(tables.get(rdd["RDD ID"]), {})
                name = _scope(rdd)["name"].strip()
                steps[place] = {"id": len(steps) + 1, "name": code.get(name) or name, "kind": "narrow", "kept": False, "before": set()}
            step = steps[place]
            step["kept"] = step["kept"] or is_kept(rdd)
            step["kind"] = "wide" if place[0] != stage["Stage ID"] else step["kind"]
            step["before"].update((stage["Stage ID"], parent) for parent in rdd["Parent IDs"])
    by_rdd = {(stage["Stage ID"], rdd["RDD ID"]): _place(stage["Stage ID"], rdd, written) for stage in stages for rdd in stage["RDD Info"]}
    found = {stage["Stage ID"]: [] for stage in stages}
    for place, step in steps.items():
        parents = {steps[by_rdd[one]]["id"] for one in step.pop("before") if one in by_rdd and by_rdd[one] != place}
        found[place[0]].append({**step, "parents": sorted(parents)})
    return found


def _written(stages):
    """{(stage, scope): the stage that writes for it}: exchanges, whose reading half stands in another stage than the writing one."""
    held = {stage["Stage ID"]: {rdd["RDD ID"]: rdd for rdd in stage["RDD Info"]} for stage in stages}
    found = {}
    for stage in stages:
        for rdd in stage["RDD Info"]:
            for parent in rdd["Parent IDs"]:
                if parent not in held[stage["Stage ID"]]:
                    writer = next((one for one in stage["Parent IDs"] if parent in held.get(one, ())), None)
                    if writer is not None:
                        found[stage["Stage ID"], _scope(rdd)["id"]] = writer, _scope(held[writer][parent])["id"]
    return found


def _place(stage, rdd, written):
    """(stage, scope) of the step that an RDD belongs to."""
    return written.get((stage, _scope(rdd)["id"]), (stage, _scope(rdd)["id"]))


def _scope(rdd):
    return json.loads(rdd["Scope"]) if rdd.get("Scope") else {"id": f"rdd {rdd['RDD ID']}", "name": _short(rdd["Name"])}


def _stage(stage, ran, metrics, operations):
    seconds = None
    if ran and "Submission Time" in ran and "Completion Time" in ran:
        seconds = (ran["Completion Time"] - ran["Submission Time"]) / 1000
    number = {name: metrics.get(key) if ran else None for name, key in (
        ("input_rows", "inputRecords"), ("shuffle_read_bytes", "shuffleReadBytes"), ("shuffle_write_bytes", "shuffleWriteBytes"))}
    return {"id": stage["Stage ID"], "name": _short(stage["Stage Name"]), "parents": sorted(stage["Parent IDs"]),
            "status": "complete" if ran else "skipped", "tasks": stage["Number of Tasks"], "seconds": seconds, **number,
            "operations": operations}


def _short(name):
    """"head at pipeline.py:82": without folders, and without a place where it is only the bridge to Java."""
    name = name.strip().splitlines()[0] if name.strip() else name
    if name.startswith("$anonfun$withThreadLocalCaptured"):
        return "broadcast exchange"
    what, _, place = name.partition(" at ")
    place = re.sub(r".*/", "", place)
    return what if not place or place.startswith("NativeMethodAccessorImpl") else f"{what} at {place}"
