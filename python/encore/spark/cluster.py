"""What a session's cluster offers and forbids: slots, cores of a task, settings that a barrier stage cannot live with, jobs that can
be called off. Not what runs there."""

import threading
import time
from contextlib import contextmanager, suppress

from pyspark import InheritableThread

from encore.errors import UserError


def setting(spark, name, default=None):
    with suppress(Exception):
        return spark.conf.get(name, default)
    return default


def is_local(spark):
    """Whether driver and executor are one process, so that no more slots will come."""
    master = setting(spark, "spark.master", "")
    return master == "local" or master.startswith("local[")


def task_cpus(spark):
    """Threads that a task may use."""
    return int(setting(spark, "spark.task.cpus", "1"))


def slots(spark):
    """How many tasks run at the same time now."""
    context = spark.sparkContext._jsc.sc()
    return int(context.maxNumConcurrentTasks(context.resourceProfileManager().defaultResourceProfile()))


def require_barrier(spark):
    """Raises UserError when this cluster refuses stages whose tasks all run at once."""
    if str(setting(spark, "spark.dynamicAllocation.enabled", "false")).lower() == "true":
        raise UserError("training needs all its workers at the same time, which Spark refuses under dynamic allocation; set "
                        "spark.dynamicAllocation.enabled=false for this application")


def wait_for_slots(spark, workers, seconds):
    """Slots once there are `workers` of them or `seconds` are over: executors of a cluster register late."""
    end = time.monotonic() + seconds
    while True:
        count = slots(spark)
        if count >= workers or time.monotonic() >= end:
            return count
        time.sleep(0.2)


def require_slots(spark, workers, count):
    """Raises UserError when fewer than `workers` tasks can run at once."""
    if count >= workers:
        return
    more = f"start Spark with local[{workers * task_cpus(spark)}]" if is_local(spark) else \
        "give the application more executors or cores (spark.executor.instances, spark.executor.cores, spark.cores.max)"
    raise UserError(f"workers is {workers}, but this cluster runs {count} tasks at the same time (spark.task.cpus is "
                    f"{task_cpus(spark)}); set workers={max(count, 1)}, or {more}")


@contextmanager
def stoppable_jobs(spark, tag, description):
    """Jobs of this block carry `tag`; whatever ends the block early also ends them, Ctrl-C too."""
    context = spark.sparkContext
    before = {name: context.getLocalProperty(name) for name in ("spark.job.description", "spark.job.interruptOnCancel")}
    context.addJobTag(tag)
    context.setInterruptOnCancel(True)
    context.setJobDescription(description)
    try:
        yield
    except BaseException:
        with suppress(Exception):
            stop_jobs(spark, tag)
        raise
    finally:
        with suppress(Exception):  # the session may be gone
            context.removeJobTag(tag)
            for name, value in before.items():
                context.setLocalProperty(name, value)


def run_stoppable(spark, tag, description, action):
    """action(stopping) in a thread of its own, its jobs as in `stoppable_jobs`; `stopping` is an event that says that nobody waits
    any more. PySpark cannot cancel a job on Ctrl-C in the very thread that waits for it: both would use one connection to the JVM."""
    stopping = threading.Event()

    def work():
        with stoppable_jobs(spark, tag, description):
            return action(stopping)

    waiting = Waiting(work)
    try:
        return waiting.outcome()
    except BaseException:
        if not waiting.ended():
            stopping.set()
            with suppress(Exception):
                stop_jobs(spark, tag)
            waiting.ended(60)
        raise


class Waiting:
    """Work in a thread of its own that one waits for in a way that Ctrl-C interrupts. Not Thread.join: interrupted, it may call a
    thread ended that is not (CPython 3.10 to 3.12)."""

    def __init__(self, work):
        self._outcome, self._ended = {}, threading.Event()

        def run():
            try:
                self._outcome["value"] = work()
            except BaseException as error:
                self._outcome["error"] = error
            finally:
                self._ended.set()

        InheritableThread(target=run, daemon=True).start()

    def ended(self, seconds=0):
        """Whether it has, within so many seconds; None: however long it takes."""
        return self._ended.wait(seconds)

    def outcome(self):
        """What the work returns or raises."""
        while not self._ended.wait(0.5):
            pass
        if "error" in self._outcome:
            raise self._outcome["error"]
        return self._outcome["value"]


def stop_jobs(spark, tag):
    """From any thread."""
    spark.sparkContext.cancelJobsWithTag(tag)
