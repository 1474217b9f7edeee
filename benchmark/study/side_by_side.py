"""What the comparisons of benchmark/study/run and benchmark/spark/run share: the made-up ratings, the environments of the programs
beside Encore, one command of Encore measured, the judge. No comparison itself.
"""
import json
import pathlib
import signal
import subprocess
import sys

from process_tree import measure

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))
from suite.page import megabytes  # noqa: E402, F401  (both comparisons print it)


def say(text):
    print(text, file=sys.stderr, flush=True)


def parsed(parser):
    """The options, common ones included. From now on SIGTERM, like Ctrl-C, ends what is being measured, too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build/bench", help="folder for data sets and results")
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/encore")
    parser.add_argument("--workers", type=int, default=2, help="Spark's workers, the command line's threads")
    parser.add_argument("--scale", type=float, default=1, help="of the made-up ratings (encore generate --scale), for trials")
    parser.add_argument("--driver-memory", default="9g", help="of the study's Spark; what the study gave it")
    parser.add_argument("--limit", type=int, default=420, help="seconds that one side may take")
    return parser.parse_args()


def in_work(options, name):
    return options.work / (name if options.scale == 1 else f"{name}-{options.scale:g}")


def whole_twin(options):
    """The twin of MovieLens 25M, made when it is not there."""
    folder = in_work(options, "ml-25m")
    if not folder.exists():
        options.work.mkdir(parents=True, exist_ok=True)
        say(f"making {folder.name}")
        words = ["generate", "-o", folder, "--like", "ml-25m", "--scale", str(options.scale), "--quiet"]
        subprocess.run([options.program, *words], check=True)
    return folder


def twin_of(options, years):
    """A folder with only the ratings of films of these years."""
    folder = in_work(options, f"ml-25m-{years}")
    if not folder.exists():
        whole = whole_twin(options)
        say(f"making {folder.name}")
        subprocess.run([sys.executable, HERE / "fifties.py", whole, folder, years], check=True)
    return folder


def environment(kind, name):
    """The Python of what setup/KIND NAME makes ("peers", "python"), or None and why there is none."""
    made = subprocess.run([ROOT / "setup" / kind, name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if made.returncode == 0:
        return ROOT / made.stdout.strip() / "bin/python", None
    return None, (made.stderr.strip().splitlines() or [f"setup/{kind} {name} failed"])[-1]


def encore(options, *words):
    """A command of Encore: its measures, and its JSON answer as "answer"."""
    say(f"Encore: {words[0]}")
    log = options.work / "encore.log"
    measured = measure([options.program, *words, "--json", "--quiet"], log=log)
    text = log.read_text(encoding="utf-8")
    if measured["status"] != 0:
        sys.exit(f"encore {words[0]}: {text}")
    return {**measured, "answer": json.loads(text)}


def script(options, name, python, path, words, env=None):
    """A measured Python script with --output and --marks: (measures with "answer", None), or (measures, why it did not finish)."""
    output, marks, log = (options.work / f"{name}.{end}" for end in ("out.json", "marks", "log"))
    say(f"{name}: takes a while; it tells how far it is in {log}")
    measured = measure([python, path, *words, "--output", output, "--marks", marks], marks=marks, log=log, limit=options.limit, env=env)
    if measured["status"] == 0:
        return {**measured, "answer": json.loads(output.read_text(encoding="utf-8"))}, None
    tail = " ".join(log.read_text(encoding="utf-8").strip().splitlines()[-1:])[:200]
    how = f"more than {options.limit} s" if measured["status"] is None else f"exit status {measured['status']}: {tail}"
    return measured, f"{name} did not finish ({how}); its log is {log}"


def judge(python, source, model, years):
    say("judging")
    done = subprocess.run([python, HERE / "judge.py", source, model, "--years", years], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def write_report(options, name, report, text):
    (options.work / f"{name}.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    (options.work / f"{name}.md").write_text(text, encoding="utf-8")
    print(text)


def ratio(left, right):
    return f"{left / right:.1f}×" if left and right else "–"
