#!/usr/bin/env python3
"""One program that Encore is compared with, on the split of a dataset folder: each of its models with the best of a few settings by
NDCG@100 of the validation users, judged on the test users. Prints one JSON object: {model: {recall@20, …, cpu, memory, lines, setting}}.
Not a table (../measure_quality.py), and no model: those stand in the file of the program, PROGRAM_peer.py.

    .deps/peers-implicit/bin/python benchmark/quality/peer.py implicit DATASET [--models NAME,…]

Every setting is tried in a process of its own. `cpu` and `memory` are those of the process with all that it started, from its beginning
until the model is trained, less what judging took in between; `lines` are the lines of code of the model's function and of the functions
of that file which it calls.
"""
import argparse
import contextlib
import importlib
import inspect
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import tokenize

import split as splitting

PATIENCE = 5  # a training that shows itself several times is ended after so many times without a better one
TICKS = os.sysconf("SC_CLK_TCK")


def family():
    """The processes that this one started, with all of theirs, and itself: {pid: seconds of processors}."""
    parents, spent = {}, {}
    for folder in pathlib.Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue  # it has just ended
            parents[int(folder.name)] = int(fields[1])
            spent[int(folder.name)] = sum(map(int, fields[11:15])) / TICKS
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return {pid: spent[pid] for pid in found}


def peak():
    """Bytes: the greatest resident size of each of the family, added up."""
    total = 0
    for pid in family():
        with contextlib.suppress(OSError):  # it has just ended
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
            total += sum(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))
    return total


def lines_of(function):
    """Lines with code of a function and of the functions of its module that it calls, each once."""
    module, found, waiting = sys.modules[function.__module__], {}, [function]
    while waiting:
        one = waiting.pop()
        found[one.__name__] = one
        names = {name for code in codes(one.__code__) for name in code.co_names}
        called = [getattr(module, name, None) for name in names - set(found)]
        waiting += [other for other in called if inspect.isfunction(other) and other.__module__ == module.__name__]
    empty = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    tokens = [tokenize.generate_tokens(io.StringIO(inspect.getsource(one)).readline) for one in found.values()]
    return sum(len({token.start[0] for token in of_one if token.type not in empty}) for of_one in tokens)


def codes(code):
    yield code
    for inner in code.co_consts:
        if inspect.iscode(inner):
            yield from codes(inner)


def run(split, model, setting):
    """Trains in this process and judges: what stands in a table, without the setting."""
    known = not model.get("folds_in", True)
    made = model["fit"](split.with_held_out() if known else split.train, **setting)
    stages = iter(made if inspect.isgenerator(made) else [made])
    judging, best, worse = 0.0, None, 0
    for stage, scores_of in enumerate(stages, 1):
        trained, memory = sum(family().values()), peak()
        validation = splitting.judged(split, "validation", scores_of, known)["ndcg@100"]
        worse = 0 if best is None or validation > best["validation_ndcg@100"] else worse + 1
        if worse == 0:
            best = {**splitting.judged(split, "test", scores_of, known), "validation_ndcg@100": validation, "stage": stage}
        best |= {"cpu": trained - judging, "memory": memory}
        judging += sum(family().values()) - trained
        if worse == PATIENCE:
            break
    return best


def tried(program, dataset, name, setting, threads):
    """`run` in a process of its own, which may leave files where it stands."""
    script, folder = pathlib.Path(__file__).resolve(), pathlib.Path(dataset).resolve()
    command = [sys.executable, "-W", "ignore", script, program, folder, "--models", name, "--setting", json.dumps(setting)]
    said = {f"{library}_NUM_THREADS": str(threads) for library in ("OMP", "OPENBLAS", "MKL", "RAYON", "LK", "LK_BACKEND")}
    with tempfile.TemporaryDirectory() as place:
        done = subprocess.run(command, capture_output=True, text=True, cwd=place, env=os.environ | said | {"TMPDIR": place})
    if done.returncode != 0:
        raise SystemExit(f"{program}, {name}, {setting}: {done.stderr.strip()}")
    return json.loads(done.stdout.splitlines()[-1])


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("program")
    options.add_argument("dataset")
    options.add_argument("--models", help="names of its models, with commas")
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--setting", type=json.loads, help="only this one, in this process")
    wanted = options.parse_args()
    models = importlib.import_module(f"{wanted.program}_peer").MODELS
    names = wanted.models.split(",") if wanted.models else list(models)
    if wanted.setting is not None:
        print(json.dumps(run(splitting.Split(wanted.dataset), models[names[0]], wanted.setting)))
        return
    answer = {}
    for name in names:
        settings = models[name]["settings"]
        runs = [{**tried(wanted.program, wanted.dataset, name, setting, wanted.threads), "setting": setting} for setting in settings]
        best = max(runs, key=lambda one: one["validation_ndcg@100"])
        answer[name] = {**best, "tried": len(runs), "lines": lines_of(models[name]["fit"]), "folds_in": models[name].get("folds_in", True)}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
