"""The C interface as Python declares it: rows from record batches, planning, versions."""

import json
import os
import re
import subprocess
import sys

import pyarrow
import pytest

import encore
from conftest import ROOT
from encore import _core

HEAD = {"items": 300, "users": 5, "scale": {"minimum": 0.5, "maximum": 5, "liked": 4, "implicit": False}, "seed": 42, "fingerprint": "f"}


@pytest.fixture
def rows():
    with _core.Rows(HEAD, bytes(5), [1] * 300) as made:
        yield made


def batch(user=(0, 1, 2), item=(5, 6, 7), rating=(1.0, 2.0, 3.0), part=None, types=("int32", "int32", "float32", "int8")):
    columns = {"user": user, "item": item, "rating": rating} | ({} if part is None else {"part": part})
    arrays = [pyarrow.array(values, type_) for values, type_ in zip(columns.values(), types)]
    return pyarrow.RecordBatch.from_arrays(arrays, names=list(columns))


def test_batches_of_every_form_are_taken(rows):
    rows.push(batch())
    rows.push(batch(user=[3, 4, 4], types=("int32", "int32", "float64")))
    rows.push(batch(user=[0, 0, 0], part=[0, 1, 2]).select(["part", "rating", "item", "user"]).slice(1))  # in any order, from a slice
    rows.push(batch([], [], []))
    assert len(rows) == 8
    rows.finish()
    assert len(rows) == 8


@pytest.mark.parametrize("wrong, sentence", [
    (dict(user=[0, None, 2]), "row 1 of a batch has no value in column 'user'"),
    (dict(item=[5, 6, 300]), "row 2 of a batch has 300 in column 'item'; it must be at least 0 and below 300"),
    (dict(user=[-1, 1, 2]), "row 0 of a batch has -1 in column 'user'"),
    (dict(rating=[1, float("nan"), 2]), "row 1 of a batch has nan in column 'rating'"),
    (dict(part=[0, 5, 0]), "row 1 of a batch has 5 in column 'part'; it must be 0, 1, 2, 3 or 4"),
    (dict(types=("int64", "int32", "float32")), "column 'user' is int64; cast it to int32"),
    (dict(types=("int32", "int32", "int32"), rating=[1, 2, 3]), "column 'rating' is int32; cast it to float32 or float64"),
])
def test_a_batch_with_a_mistake_is_not_taken_at_all(rows, wrong, sentence):
    with pytest.raises(encore.UserError, match=re.escape(sentence)):
        rows.push(batch(**wrong))
    assert len(rows) == 0
    rows.push(batch())
    assert len(rows) == 3


memory = """
import numpy, pyarrow
from encore import _core

count, users, items = 3_000_000, 5_000, 2_000
head = {"items": items, "users": users, "scale": {"minimum": 1, "maximum": 5, "liked": 4, "implicit": False}, "seed": 1, "fingerprint": ""}
pairs = numpy.random.default_rng(1).permutation(users * items)[:count]
user, item = (pairs // items).astype(numpy.int32), (pairs % items).astype(numpy.int32)
del pairs
stars = numpy.ones(count, numpy.float32)
batches = pyarrow.table({"user": user, "item": item, "rating": stars}).to_batches(10_000)
_core.program_version()

def now(name):
    return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith(name))

open("/proc/self/clear_refs", "w").write("5")  # the peak starts here
before = now("VmRSS")
rows = _core.Rows(head, bytes(users), numpy.ones(items, numpy.int64))
for batch in batches:
    rows.push(batch)
rows.finish()
print(len(rows), (now("VmHWM") - before) / count)
"""


def test_a_rating_takes_at_most_sixteen_bytes():
    done = subprocess.run([sys.executable, "-c", memory], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if "clear_refs" in done.stderr or "PermissionError" in done.stderr:
        pytest.skip("the peak of this process's memory cannot be reset here (/proc/self/clear_refs)")
    assert done.returncode == 0, done.stderr
    count, bytes_of_a_rating = done.stdout.split()
    assert count == "3000000"
    assert float(bytes_of_a_rating) < 16


def test_nulls_outside_a_slice_do_not_matter(rows):
    whole = batch(user=[None, 1, 2, None], item=[1, 2, 3, 4], rating=[1, 2, 3, 4])
    rows.push(whole.slice(1, 2))
    assert len(rows) == 2
    with pytest.raises(encore.UserError, match="row 2 of a batch"):
        rows.push(whole.slice(1))


def test_a_missing_column_and_a_pair_that_comes_twice(rows):
    with pytest.raises(encore.UserError, match="a batch of ratings has no column 'item'"):
        rows.push(batch().select(["user", "rating"]))
    rows.push(batch())
    rows.push(batch())
    with pytest.raises(encore.UserError, match="user 0 has item 5 twice"):
        rows.finish()


def test_what_only_a_bug_can_cause_is_a_failure(rows):
    rows.finish()
    with pytest.raises(encore.Failure, match="after they had been finished"):
        rows.push(batch())
    rows.close()
    with pytest.raises(encore.Failure, match="this Rows is closed"):
        rows.push(batch())
    with pytest.raises(ValueError, match="an array of 5 numbers is wanted, not of 4"):
        _core.Rows(HEAD, bytes(4), [1] * 300)


def test_plans_are_the_command_lines(dataset, model):
    train_users = model.config["training"].get("users") or 437
    plan = json.loads(_core.plan_training({"model": "mult-dae", "hidden": [20], "normalise": False}, train_users))
    assert plan.pop("one_process") is False
    assert (plan["hidden"], plan["normalise"]) == ([20], False)
    resumed = json.loads(_core.plan_resumed({"epochs": 3}, plan))
    assert resumed == {**plan, "epochs": 3}
    with pytest.raises(encore.UserError, match="leave that option out to go on"):
        _core.plan_resumed({"hidden": [30]}, plan)
    with pytest.raises(encore.UserError, match="there is no option 'bach-size'; did you mean 'batch-size'"):
        _core.plan_training({"bach-size": 5}, train_users)
    with pytest.raises(encore.UserError, match="--epochs is '0'; it must be a whole number from 1 to 1000000"):
        _core.plan_training({"epochs": 0}, train_users)


def test_items_are_cut_at_blocks_and_users_are_dealt_evenly():
    plan = _core.plan_training({"block-items": 16, "shards": 3}, 9)
    first = list(_core.cut_items(plan, [1] * 300, 9, 3))
    assert first[0] == 0 and first[-1] == 300 and sorted(first) == first
    assert all(item % 16 == 0 for item in first[:-1])
    ranks = list(_core.deal_users(plan, [1, 3, 4, 7, 8, 9]))
    assert sorted(ranks) == [0, 0, 1, 1, 2, 2]


def test_inputs_are_the_liked_ratings_or_all():
    assert _core.input_condition(_core.plan_training({"input": "binary"}, 5), HEAD) == "CAST(rating AS DOUBLE) >= CAST(4 AS DOUBLE)"
    assert _core.input_condition(_core.plan_training({"input": "ratings"}, 5), HEAD) == "TRUE"
    implicit = {**HEAD, "scale": {**HEAD["scale"], "implicit": True}}
    assert _core.input_condition(_core.plan_training({}, 5), implicit) == "TRUE"


def test_a_kernel_path_is_that_of_a_plan():
    single, rounded = (_core.kernel_path(_core.plan_training({"precision": name}, 5)) for name in ("f32", "bf16"))
    assert rounded in (single, "AMX"), "bf16 has last bits of its own by tiles alone"
    with pytest.raises(encore.Failure):
        _core.kernel_path("no plan")


def test_strangers_do_not_meet():
    with _core.Listener("127.0.0.1") as listener:
        assert re.fullmatch(r"127\.0\.0\.1:\d+", listener.address)
        settings = {"process": 0, "processes": 2, "local_ranks": 1, "addresses": [listener.address, "127.0.0.1:1"], "secret": "00" * 16,
                    "identity": {"plan": "p"}, "timeout_seconds": 0.5}
        with pytest.raises(encore.PeerLost):
            _core.World(listener, settings)


def test_declarations_are_those_of_the_header():
    header = (ROOT / "src" / "c_api" / "encore.h").read_text()
    assert f"ENCORE_API_VERSION {_core.API_VERSION}\n" in header
    declared = {name: 0 if arguments.strip() == "void" else arguments.count(",") + 1 for name, arguments in
                re.findall(r"ENCORE_EXPORT [^;]*?\b(encore_\w+)\(([^;]*?)\);", re.sub(r"\w+ \(\*(\w+)\)\([^)]*\)", r"\1", header))}
    known = {name: len(arguments) for name, arguments in _core._functions.items()}
    known |= {name: len(arguments) for name, (arguments, _) in _core._plain_functions.items()}
    assert known == declared


def test_the_full_library_has_every_function_and_the_core_all_without_duckdb():
    names = set(_core._functions) | set(_core._plain_functions)
    for name in names:
        _core.full().plain(name)
    missing = {name for name in names if not hasattr(_core.core()._library, name)}
    assert missing == {"encore_model_assemble", "encore_command", "encore_tune", "encore_options", "encore_stop_new",
                       "encore_stop_request", "encore_stop_free", "encore_answers_open", "encore_answers_recommend", "encore_answers_similar", "encore_answers_free",
                       "encore_answers_catalogue", "encore_answers_films", "encore_answers_people", "encore_answers_top"}
    with pytest.raises(encore.Failure, match="it needs the full library"):
        _core.core().call("encore_options", None)


def test_libraries_show_nothing_else_and_the_core_needs_no_duckdb():
    for library in (_core.core(), _core.full()):
        shown = subprocess.run(["nm", "-D", "--defined-only", library.path], check=True, stdout=subprocess.PIPE, text=True).stdout
        assert all(line.split()[2].startswith("encore_") for line in shown.splitlines())
    needed = subprocess.run(["readelf", "-d", _core.core().path], check=True, stdout=subprocess.PIPE, text=True).stdout
    libraries = [line for line in needed.splitlines() if "NEEDED" in line]
    assert libraries and not any("duckdb" in line or "libcrypto" in line for line in libraries)


def test_another_version_is_refused(tmp_path):
    source = tmp_path / "other.c"
    source.write_text("int encore_api_version(void) { return 999; }\n")
    library = tmp_path / "libencore.so"
    subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-o", library, source], check=True)
    with pytest.raises(encore.Failure, match="two versions of Encore are mixed"):
        _core.Library(library)
    with pytest.raises(encore.Failure, match="cannot be loaded"):
        _core.Library(source)
