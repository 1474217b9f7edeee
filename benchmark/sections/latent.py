"""The steps of mult-vae, recvae and elsa beside PyTorch's, and those of the first two beside what their products say against mult-dae; in turns, in one run."""

from sections import peers
from suite import page
from suite.bench import environment, say
from suite.turns import Contestant

NAME, HEADING = "latent", "Models with a latent layer, and elsa"
BATCH = {"mult-dae": 100, "mult-vae": 100, "recvae": 100, "elsa": 512}  # each kind's own
MODELS = tuple(BATCH)
# A turn of recvae is a step of each of its four passes.
STEPS = {"recvae": 4}


def products(model, items):
    """Multiply-adds of a row in the dense products of a turn: forward, and back to inputs and weights of what is trained."""
    if model == "mult-dae":
        return 3 * 200 * items
    if model == "mult-vae":
        return 3 * (600 * items + 600 * 400 + 200 * 600)
    layers, output = 4 * 600 * 600 + 600 * 400, 200 * items
    return 3 * (2 * output + 3 * layers + layers) + (2 * output + 2 * layers)


def measure(bench):
    python, reason = environment("frameworks", bench.install)
    if not python:
        return {"left_out": reason}
    items, per_user = (10_000, 20.0) if bench.size.name == "full" else (300, 6.0)
    start = bench.work / f"latent-{items}"
    bench.engine("start", start, "--items", items, "--per-user", per_user, "--users", bench.size.users, "--batch", BATCH["mult-dae"])
    result = {"items": items, "per_user": per_user, "versions": {}}
    with bench.contest() as turns, open(bench.work / "latent.log", "w", encoding="utf-8") as log:
        for model in MODELS:
            turns.add(bench.stepper(model, items, per_user, shards=bench.threads, batch=BATCH[model], model=model))
        for model, way in [(model, way) for model in MODELS[1:] for way in ("eager", "compile")[: 1 + bench.compile]]:
            name = f"{model}-{way}"
            say(f"latent: {name} makes itself ready")
            command = [python, peers.CONTEST, name, start, BATCH[model], bench.threads]
            result["versions"][name] = turns.add(Contestant(name, command, peers.variables(bench), log)).ready["version"]
        result["milliseconds"] = turns.take_turns()
    return result


def page_lines(result, pictures):
    if "left_out" in result:
        return [f"Left out: {result['left_out']}"]
    taken = {name: one["median"] for name, one in result["milliseconds"].items()}
    rows = []
    for model in MODELS:
        steps = STEPS.get(model, 1)
        beside = ["–"] * 3
        if model != "elsa":
            found, share = (taken[model] / taken["mult-dae"], products(model, result["items"]) / products("mult-dae", result["items"]))
            beside = [page.times(found), page.times(share), page.times(found / share)]
        others = [
            f"{page.milliseconds(taken[f'{model}-{way}'] / steps)} ({page.times(taken[f'{model}-{way}'] / taken[model])})"
            if f"{model}-{way}" in taken
            else "–"
            for way in ("eager", "compile")
        ]
        rows.append([f"`{model}`", page.milliseconds(taken[model] / steps), *others, *beside])
    head = ["", "Encore, ms a step", "PyTorch eager (times Encore's)", "`torch.compile`", "an epoch beside `mult-dae`'s", "its products'", "the first over the second"]
    versions = " and ".join(sorted(set(result["versions"].values())))
    return [
        f"{result['items']:,} films, {result['per_user']:g} likes a user, batch 100 (`elsa`: 512, vectors of 512), two threads; {versions}, fused Adam (`elsa`: NAdam), dense batches that lie ready.",
        "",
        *page.table(head, rows),
        "",
        "- A step of `recvae` is the mean of three for the encoder and one for the decoder, and its epoch has four passes.",
        "- The shards of a process share the rows of what lies between the first layer and the last: products, swish, norm, draw and Adam. In a step of "
        "`recvae` (five layers of 600 × 600, forward twice and back) the products there take nearly half of the time.",
        "- *Its products'*: multiply-adds of the dense products of an epoch; what is sparse, drawn or normed is not counted.",
    ]
