"""The file of a configuration, from what its phases found (docs/study.md). Nothing is measured here."""

import json
import os

from encore import _core
from encore.spark.study import session, stages
from encore.spark.study.phases import NAMES, training_seconds

_figures = ("users", "mse", "mse_zero", "mse_item_mean", "mse_floor")


def empty_answer(request):
    """What a configuration that has not begun can say. Raises UserError for a model or an option that there is not."""
    plan = json.loads(_core.plan_training(json.dumps(request.training_options()), 1))
    return {"id": request.id, "label": request.label, "purpose": request.purpose, "engine": "spark", "subset": request.subset,
            "workers": request.workers, "parallel": request.parallel, "variant": request.variant,
            "output": plan["output_activation"], "loss": plan["loss"], "status": "done", "failure": None, "settings": [],
            "seconds": 0.0, "peak_bytes": 0, "session_seconds": None, "dataset": None, "phases": [], "monitor": None,
            "samples": {"seconds": [], "cpu_percent": [], "memory_bytes": [], "cores": [], "processes": {}}, "training": None,
            "history": [], "evaluation": None, "recommendation_test": None, "query_plans": [], "dag": None,
            "memory": {"sparse_rows_bytes": None, "dense_bytes_per_cell": None}}


def add_watched(answer, monitor):
    """What the monitor saw."""
    watched = monitor.to_dict()
    answer["monitor"], answer["samples"], answer["peak_bytes"] = watched["monitor"], watched["samples"], monitor.peak_bytes


def add_found(answer, monitor, phases):
    """What the phases took, and what they found until they were done or failed."""
    runs = monitor.to_dict(most=1)["phases"]
    answer["phases"] = [_phase(name, [run for run in runs if run["name"] == name], phases)
                        for name in NAMES if any(run["name"] == name for run in runs)]
    answer["seconds"] = sum(phase["seconds"] for phase in answer["phases"])
    if phases.summary:
        answer["dataset"] = _dataset(phases.summary)
    answer["history"] = [{"epoch": one["epoch"], "train_loss": one["train_loss"], "test_loss": one["validation_loss"],
                          "ndcg@100": one["validation_ndcg@100"], "seconds": one["seconds"]} for one in phases.history]
    if phases.model:
        answer["training"] = _training(phases)
    if phases.evaluation:
        answer["evaluation"] = _evaluation(phases.evaluation)
    answer["recommendation_test"] = phases.recommendations


def add_picture(answer, monitor, request, heap, metrics, event_log):
    """The picture of jobs and stages, and what Encore needed beside the study's settings."""
    answer["dag"] = stages.picture(event_log, metrics)
    peaks = {}
    for sample in monitor.samples:
        for kind, size in sample.processes.items():
            peaks[kind] = max(size, peaks.get(kind, 0))
    answer["settings"] += session.needed_beside_the_study(heap, stages.largest_result(event_log), peaks, request)


def partial_file(path):
    """Where the answer so far lies while a configuration runs: what is left of one that is killed."""
    folder, name = os.path.split(os.path.abspath(path))
    return os.path.join(folder, f".{name}.partial")


def write(path, answer):
    """Aside, then renamed."""
    aside = f"{path}.{os.getpid()}.tmp"
    with open(aside, "w", encoding="utf-8") as file:
        json.dump(answer, file, ensure_ascii=False, indent=1, allow_nan=False)
        file.write("\n")
    os.replace(aside, path)


def _phase(name, runs, phases):
    """A phase may run in several stretches (arrays, then their fingerprint)."""
    return {"name": name, "start_seconds": runs[0]["start_seconds"], "seconds": sum(run["seconds"] for run in runs),
            "cpu_seconds": sum(run["cpu_seconds"] for run in runs), "peak_bytes": max(run["peak_bytes"] for run in runs),
            "rows": phases.rows.get(name), "materialise_seconds": phases.materialise_seconds.get(name),
            "kept_bytes": phases.kept_bytes.get(name), "parts": phases.parts.get(name, [])}


def _dataset(summary):
    folds = summary["users_by_fold"]
    return {"rows": summary["rows"], "movies": summary["movies"], "users": summary["users"], "ratings": summary["ratings"],
            "training_users": folds["train"], "test_users": folds["validation"]}


def _training(phases):
    epochs, losses = training_seconds(phases.history)
    return {"epochs": len(phases.history), "steps": phases.history[-1]["steps"] if phases.history else 0,
            "parameters": phases.model.description["config"]["parameters"], "epoch_seconds": epochs, "losses_seconds": losses,
            "workers": _workers(phases.history, phases.fit_seconds)}


def _workers(history, fit_seconds):
    """Where each worker's part of the fit went. `exchange`: sending and adding up; `waiting`: for the others; `other`: Spark."""
    spent = {}
    for record in history:
        for worker in record["workers"]:
            total = spent.setdefault(worker["process"], {"compute": 0.0, "exchange": 0.0, "waiting": 0.0, "seconds": 0.0})
            total["compute"] += worker["compute_seconds"]
            total["exchange"] += worker["exchange_seconds"] - worker["waiting_seconds"]
            total["waiting"] += worker["waiting_seconds"]
            total["seconds"] += worker["seconds"]
    return [{"worker": worker, "compute_seconds": total["compute"], "exchange_seconds": total["exchange"],
             "waiting_seconds": total["waiting"], "other_seconds": max(0.0, fit_seconds - total["seconds"])}
            for worker, total in sorted(spent.items())]


def _evaluation(figures):
    """The held-out users were prepared as validation users; in a study they are its test users."""
    def chosen(fold):
        return {name: figures[fold].get(name) for name in _figures} if figures[fold] else None

    return {"train": chosen("train"), "test": chosen("validation"), "ranking": figures["ranking"], "popularity": figures["popularity"]}
