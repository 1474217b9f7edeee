# What the trials of the built program share: a folder of their own, one call that runs the program within limits, checksums
# of what must stay, and one line a failure. Not a trial itself.
import contextlib
import hashlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RATINGS = os.path.join(REPOSITORY, "data", "ml-latest-small")
LONGEST = 120  # seconds; a command of these trials takes about one, so more is a hang


class Answer:
    """What one run of the program said."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def is_sentence(self):
        lines = [line for line in self.err.splitlines() if not line.startswith("warning: ")]  # --quiet keeps warnings
        return len(lines) == 1 and lines[0].startswith("encore: ") and self.out == ""


class Trial:
    def __init__(self, program):
        self.program = os.path.abspath(program)
        self.folder = tempfile.mkdtemp(prefix="encore-trial-")
        self.failures = 0
        self.count = 0
        os.chdir(self.folder)

    def fail(self, text):
        self.failures += 1
        print(text, file=sys.stderr, flush=True)

    def start(self, *words, limit=None, **more):
        """Starts the program; limit: (resource.RLIMIT_…, value)."""

        def prepare_child():
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            for ignored in (signal.SIGINT, signal.SIGHUP):  # by background jobs of a shell and by nohup, whose children we may be
                signal.signal(ignored, signal.SIG_DFL)
            if limit:
                resource.setrlimit(limit[0], (limit[1], limit[1]))

        settings = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([self.program, *words], preexec_fn=prepare_child, **{**settings, **more})

    def run(self, *words, limit=None, **more):
        child = self.start(*words, limit=limit, **more)
        self.count += 1
        try:
            out, err = child.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            return Answer("a hang", "", "")
        return Answer(child.returncode, (out or b"").decode("utf-8", "replace"), (err or b"").decode("utf-8", "replace"))

    def must(self, *words):
        answer = self.run(*words)
        if answer.code != 0:
            sys.exit(f"encore {' '.join(words)}: exit code {answer.code}: {answer.err}")
        return answer

    def refuses(self, words, code, text, where=".", label=""):
        """The command ends with this exit code and one sentence that holds `text`, and changes nothing in `where`."""
        before = state_of(where)
        answer = self.run(*words)
        name = f"{label} encore {' '.join(str(word)[:60] for word in words)}".strip()
        if answer.code != code or not answer.is_sentence() or text not in answer.err:
            self.fail(f"{name}: exit code {answer.code} (expected {code} and '{text}'): {answer.err[:300]}{answer.out[:100]}")
        if state_of(where) != before:
            self.fail(f"{name}: changed {changes(before, state_of(where))}")
        return answer

    def end(self, sentence):
        os.chdir("/")
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.failures:
            sys.exit(f"{self.failures} of these trials failed")
        print(sentence)


def state_of(folder):
    """Every path below the folder, hidden ones too, with its content's checksum."""
    state = {}
    for place, folders, files in os.walk(folder):
        for name in folders:
            state[os.path.join(place, name)] = "folder"
        for name in files:
            path = os.path.join(place, name)
            with contextlib.suppress(OSError), open(path, "rb") as file:
                state[path] = hashlib.sha256(file.read()).hexdigest()
    return state


def changes(before, after):
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def write(path, content):
    with open(path, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
    return path


def small_dataset(trial, name="films", *more):
    trial.must("prepare", RATINGS, "-o", name, "--where", "movieId < 3000", "--quiet", *more)


def small_model(trial, name="model", dataset="films", *more):
    trial.must("train", dataset, "-o", name, "--hidden", "20", "--epochs", "2", "--quiet", *more)
