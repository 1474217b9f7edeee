"""Signals are Python's own: Ctrl-C is a KeyboardInterrupt and SIGTERM ends the process, whatever the core is doing, in threads and in
forked and spawned processes; a handler of the program's is called, and decides."""

import os
import signal
import subprocess
import sys

import pytest

TRIALS = 10
ENDINGS = {signal.SIGINT: "KeyboardInterrupt", signal.SIGTERM: "ended by SIGTERM"}

# A question in a loop, in many processes at once would be slow; so one process after the other forks a child that asks, and is told to
# end after a moment that differs from trial to trial. The parent says how each child ended.
loop = """
import multiprocessing, os, signal, sys, threading, time
import encore

path, way, number, trials = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])

def ask(model, begun):
    begun.set()
    while True:
        model.recommend({318: 5}, k=3)

def asking_in_a_thread(model, begun):
    threading.Thread(target=ask, args=(model, begun), daemon=True).start()
    while True:  # an endless wait may miss a signal that comes just before it begins, in any Python program
        time.sleep(0.05)

def child(begun, model=None):
    model = model or encore.load(path)
    try:
        (asking_in_a_thread if way == "thread" else ask)(model, begun)
    except KeyboardInterrupt:
        os._exit(42)

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn" if way == "spawn" else "fork")
    shared = encore.load(path) if way in ("fork of an open model", "thread") else None
    if shared:
        shared.recommend({318: 5})
    for trial in range(trials):
        begun = context.Event()
        process = context.Process(target=child, args=(begun, *([shared] if shared else [])))
        process.start()
        begun.wait()
        time.sleep(0.003 + 0.0037 * trial)
        os.kill(process.pid, number)
        process.join(30)
        print({42: "KeyboardInterrupt", -15: "ended by SIGTERM", None: "it lives on"}.get(process.exitcode, process.exitcode))
        process.kill()
"""


def said_by(tmp_path, text, *arguments, timeout=200):
    script = tmp_path / "script.py"
    script.write_text(text)
    done = subprocess.run([sys.executable, script, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=timeout)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("way, trials", [("loaded after the fork", TRIALS), ("fork of an open model", TRIALS), ("thread", TRIALS), ("spawn", 3)])
@pytest.mark.parametrize("number", ENDINGS)
def test_a_loop_of_questions_ends(model, tmp_path, way, trials, number):
    assert said_by(tmp_path, loop, model.path, way, int(number), trials) == [ENDINGS[number]] * trials


handlers = """
import os, signal, sys, threading, time
import encore

dataset, = sys.argv[1:]

def after_epoch(number, action):
    def log(line):
        if f" {number}/" in line:
            action()
    return log

signals = []
signal.signal(signal.SIGINT, lambda number, _: signals.append(number))
signal.signal(signal.SIGTERM, lambda number, _: signals.append(number))
both = after_epoch(2, lambda: [os.kill(os.getpid(), number) for number in (signal.SIGINT, signal.SIGTERM)])
model = encore.train(dataset, epochs=4, log=both)
print([int(number) for number in signals], len(model.history), "epochs")

def leave(number, _):
    raise SystemExit("as the handler says")

signal.signal(signal.SIGTERM, leave)
try:
    encore.train(dataset, epochs=100000, log=after_epoch(2, lambda: os.kill(os.getpid(), signal.SIGTERM)))
except SystemExit as error:
    print(error)

signal.signal(signal.SIGINT, signal.default_int_handler)
trained = []
def train():
    try:
        trained.append(encore.train(dataset, epochs=6, log=after_epoch(2, lambda: os.kill(os.getpid(), signal.SIGINT))))
    except BaseException as error:
        trained.append(error)
thread = threading.Thread(target=train)
try:
    thread.start()
    while not trained:
        time.sleep(0.01)
    print("the main thread saw nothing")
except KeyboardInterrupt:
    print("KeyboardInterrupt in the main thread")
while not trained:
    time.sleep(0.01)
print(len(trained[0].history), "epochs in the other")
"""


def test_a_handler_of_the_programs_decides_and_threads_are_left_alone(dataset, tmp_path):
    assert said_by(tmp_path, handlers, dataset.path) == [
        "[2, 15] 4 epochs", "as the handler says", "KeyboardInterrupt in the main thread", "6 epochs in the other"]


beside_a_training = """
import os, signal, sys, threading, time
import encore

dataset, path, way = sys.argv[1:]
model, trained, begun = encore.load(path), [], threading.Event()

def train(epochs, log):
    return encore.train(dataset, model="mult-dae", epochs=epochs, log=log)

thread = threading.Thread(target=lambda: trained.append(train(6, lambda line: " 1/" in line and begun.set())))
thread.start()
begun.wait()
threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    while way == "recommend":
        model.recommend({318: 5})
    while way == "evaluate":
        encore.evaluate(model, dataset)
    if way == "train":
        train(100000, lambda line: None)
    thread.join()
    print("the main thread saw nothing")
except KeyboardInterrupt:
    print("KeyboardInterrupt in the main thread")
while not trained:  # a second join() after one that was interrupted may return at once, in any Python program
    time.sleep(0.01)
print(len(trained[0].history), "epochs in the other")
"""


@pytest.mark.parametrize("way", ["join", "recommend", "evaluate", "train"])
def test_ctrl_c_ends_what_the_main_thread_does_and_no_training_beside_it(dataset, model, tmp_path, way):
    assert said_by(tmp_path, beside_a_training, dataset.path, model.path, way) == ["KeyboardInterrupt in the main thread", "6 epochs in the other"]


two_trainings = """
import sys, threading
import encore

class Enough(Exception):
    pass

def enough(line):
    if " 2/" in line:
        raise Enough

ended = {}
def train(name, epochs, log):
    try:
        ended[name] = len(encore.train(sys.argv[1], epochs=epochs, log=log).history)
    except Enough as error:
        ended[name] = "Enough"

threads = [threading.Thread(target=train, args=arguments) for arguments in (("stopped", 100000, enough), ("other", 8, lambda line: None))]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
train("in the main thread", 100000, enough)
print(ended["stopped"], ended["other"], ended["in the main thread"])
"""


def test_a_log_that_raises_stops_its_own_training_only(dataset, tmp_path):
    assert said_by(tmp_path, two_trainings, dataset.path) == ["Enough 8 Enough"]


commands_in_a_loop = """
import os, sys, threading, time
import encore

threading.Thread(target=lambda: (time.sleep(float(sys.argv[2])), os.kill(os.getpid(), int(sys.argv[3]))), daemon=True).start()
while True:
    encore.evaluate(sys.argv[1], sys.argv[4])
"""


@pytest.mark.parametrize("number", ENDINGS)
def test_a_loop_of_commands_ends(dataset, model, number):
    for trial in range(TRIALS):
        done = subprocess.run([sys.executable, "-c", commands_in_a_loop, model.path, str(0.1 + 0.011 * trial), str(int(number)), dataset.path],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
        if number == signal.SIGINT:  # encore.Interrupted, a KeyboardInterrupt, while a command works
            assert done.returncode in (-signal.SIGINT, 1) and "Interrupt" in done.stderr.splitlines()[-1], done.stderr
        else:
            assert done.returncode == -signal.SIGTERM, done.stderr


def test_no_process_of_these_tests_lives_on():
    children = subprocess.run(["ps", "--ppid", str(os.getpid()), "-o", "args="], stdout=subprocess.PIPE, text=True).stdout
    assert "script.py" not in children
