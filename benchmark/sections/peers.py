"""Encore's step beside PyTorch's and Keras', in turns, in one run; from the same weights, on the same ratings."""

import os

from suite import page
from suite.bench import ROOT, environment, say
from suite.turns import Contestant

NAME, HEADING = "peers", "Beside PyTorch and Keras"
CONTEST = ROOT / "benchmark/peers/contest.py"
BATCH = 64
LABELS = {
    "encore": "**Encore**, f32",
    "encore-bf16": "**Encore**, bf16",
    "keras": "Keras `fit`",
    "torch": "PyTorch, eager, default Adam",
    "torch-fused": "PyTorch, eager, fused Adam",
    "torch-compile": "PyTorch, `torch.compile`, fused Adam",
    "torch-by-hand": "PyTorch by hand: EmbeddingBag, loss by sums, fused Adam",
    "torch-bf16": "PyTorch, bf16 autocast, fused Adam",
    "torch-bf16-compile": "PyTorch, bf16 autocast, `torch.compile`, fused Adam",
}
PEERS = list(LABELS)[2:]
# What a first loss may differ by, relatively: products in bf16. The others may by 1e-4: torch.compile adds up 680,000 cells one by one.
TOLERANCE = {"encore-bf16": 2e-2, "torch-bf16": 2e-2, "torch-bf16-compile": 2e-2}


def measure(bench):
    python, reason = environment("frameworks", bench.install)
    if not python:
        return {"left_out": reason}
    result = {"shapes": [], "versions": {}}
    for shape in bench.size.shapes:
        say(f"peers: {shape.items} films")
        result["shapes"].append({"items": shape.items, **contest(bench, python, shape, result["versions"])})
    return result


def contest(bench, python, shape, versions):
    """Losses of the first batch and milliseconds of a step, by name, of all contestants on this shape."""
    start = bench.work / f"start-{shape.items}"
    words = ["--items", shape.items, "--per-user", shape.per_user, "--users", bench.size.users, "--batch", BATCH]
    bench.engine("start", start, *words)
    with bench.contest() as turns, open(bench.work / "peers.log", "w", encoding="utf-8") as log:
        losses = {}
        for name, precision in (("encore", "f32"), ("encore-bf16", "bf16")):
            words = ["--precision", precision]
            one = bench.stepper(name, shape.items, shape.per_user, shards=bench.threads, batch=BATCH, extra=words)
            losses[name] = turns.add(one).run(1)["loss"]
        for name in PEERS:
            if name.endswith("compile") and not bench.compile:
                continue
            say(f"peers: {name} makes itself ready")
            command = [python, CONTEST, name, start, BATCH, bench.threads]
            ready = turns.add(Contestant(name, command, variables(bench), log)).ready
            losses[name], versions[name] = ready["loss"], ready["version"]
        require_equal(losses)
        return {"losses": losses, "milliseconds": turns.take_turns()}


def variables(bench):
    """The environment of the peers: no GPU, and what torch.compile makes is kept for the next run."""
    return {
        **os.environ,
        "OMP_NUM_THREADS": str(bench.threads),
        "CUDA_VISIBLE_DEVICES": "",
        "TORCHINDUCTOR_CACHE_DIR": str(bench.work / "torchinductor"),
        "TORCHINDUCTOR_COMPILE_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def require_equal(losses):
    """All start from the same weights with the same batch, so the first loss must be the same."""
    for name, loss in losses.items():
        if abs(loss - losses["encore"]) > TOLERANCE.get(name, 1e-4) * losses["encore"]:
            raise SystemExit(
                f"bench: {name} does not compute the same: its first loss is {loss:.9g}, Encore's {losses['encore']:.9g}"
            )


def rival(name):
    return "encore-bf16" if "bf16" in name else "encore"


def page_lines(result, pictures):
    if "left_out" in result:
        return [f"Left out: {result['left_out']}"]
    shapes = result["shapes"]
    rows = []
    for name, label in LABELS.items():
        cells = []
        for shape in shapes:
            taken, ours = shape["milliseconds"].get(name), shape["milliseconds"].get(rival(name))
            cells += [
                f"{page.milliseconds(taken['median'])} ({page.milliseconds(taken['least'])})" if taken else "–",
                page.times(taken["median"] / ours["median"]) if taken and ours else "–",
            ]
        rows.append([label, *cells])
    head = [
        "one step: median (least) of the rounds, in ms",
        *(cell for shape in shapes for cell in (f"{shape['items']:,} films", "times Encore's")),
    ]
    worst = max(
        abs(loss / shape["losses"]["encore"] - 1)
        for shape in shapes
        for name, loss in shape["losses"].items()
        if name not in TOLERANCE
    )
    versions = " and ".join(sorted(set(result["versions"].values()), reverse=True))
    series = [
        {
            "name": label.replace("*", "").replace("`", ""),
            "x": [f"{shape['items']:,} films" for shape in shapes],
            "y": [shape["milliseconds"][name]["median"] for shape in shapes],
        }
        for name, label in LABELS.items()
        if name in shapes[0]["milliseconds"]
    ]
    picture = pictures.draw(
        "benchmarks-peers",
        {"title": "One step, batch 64, two threads", "x": "", "y": "milliseconds", "kind": "bars", "series": series},
    )
    return [
        f"One step of `reference` (150 – 25 – 150, softmax, MSE over all cells, Adam), batch {BATCH}, two threads; {versions}.",
        "",
        *page.table(head, rows),
        "",
        *picture,
        "- All programs stand ready in memory and take turns: one steps while the others are stopped, round after round. bf16 is compared with bf16.",
        "- Encore's step is charged for everything from the sparse ratings on: it gathers its batch, and updates every weight. The peers are given"
        " what they like best, made beforehand and not timed: PyTorch its dense batches (by hand: the sparse rows as tensors), Keras one dense"
        " array of all users, from which `fit` shuffles and cuts its batches; what `fit` sets up before its first batch is not timed either.",
        f"- From the same weights the first batch has the same loss, within {worst:.0e} (bf16: 2e-2 is asked).",
        "- Default Adam is PyTorch's own choice on a CPU; it differs from Keras' in where ε stands, which costs nothing.",
    ]
