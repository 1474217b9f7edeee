"""The driver's service for the workers of one training: hears how far they are and why they fail, prints the epochs, notices who
died or fell silent, keeps checkpoints where no storage is shared, and takes the finished model's parts. One thread. Not the exchange of
the training itself: that goes between the workers, in the core."""

import asyncio
import json
import os
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

from encore.spark import link_frames
from encore.spark.failures import Report

_seconds_to_prove = 5
_strangers_at_a_time = 64


@dataclass
class Worker:
    rank: int
    host: str
    pid: int
    heard: float
    status: dict = field(default_factory=dict)
    ended: bool = False

    def place(self):
        """Where it was when last heard of."""
        epoch = self.status.get("epoch")
        return f"in epoch {epoch}" if epoch else {"rows": "while it received its ratings"}.get(self.status.get("phase"), "")


class DriverLink:
    """`on_epoch(record)`, `on_progress(epoch, users)` and `on_silent(report)` are called from the service's thread."""

    def __init__(self, secret, host, ports=(0, 0), silent_after=None, kept=None, parts=None, on_epoch=None, on_progress=None, on_silent=None):
        """Listens at once, on the first free port of `ports`; `kept` is a KeptForWorkers, `parts` are ArrivingParts. Raises OSError when no
        port is free."""
        self.reports = []
        self.workers = {}
        self.called_off = set()  # work that shall end soon, as the workers call it
        self._secret, self._kept, self._parts, self._silent_after = secret, kept, parts, silent_after
        self._on_epoch, self._on_progress, self._on_silent = on_epoch, on_progress, on_silent
        self._strangers = 0
        self._closing = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="encore-driver-link")
        self._thread.start()
        try:
            self._server = self._in_loop(self._listen(host, ports))
            self.port = self._server.sockets[0].getsockname()[1]
        except BaseException:
            self._end_thread()
            raise
        self._watch = asyncio.run_coroutine_threadsafe(self._watch_for_silence(), self._loop)

    def close(self):
        if self._closing:
            return
        self._closing = True
        self._watch.cancel()
        with suppress(Exception):
            self._in_loop(self._end())
        self._end_thread()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def _in_loop(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    def _end_thread(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        if not self._thread.is_alive():
            self._loop.close()

    async def _listen(self, host, ports):
        first, last = ports
        for port in range(first, last + 1):
            for address in (host, None):
                with suppress(OSError):
                    return await asyncio.start_server(self._serve, address, port)
        raise OSError(f"no port from {first} to {last} is free on {host}")

    async def _end(self):
        self._server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader, writer):
        worker = None
        try:
            if not await self._proved(reader, writer):
                return
            while True:
                message, body = await _frame(reader)
                if message["kind"] == "hello":
                    worker = self.workers[message["rank"]] = Worker(message["rank"], message["host"], message["pid"], time.monotonic())
                elif worker is not None:
                    worker.heard = time.monotonic()
                    self._hear(worker, message, body, writer)
                    await writer.drain()
        except (OSError, EOFError, ValueError, KeyError, link_frames.BadFrame, asyncio.CancelledError):
            pass  # however a connection ends, it ends here
        finally:
            if worker is not None and not worker.ended and not self._closing:
                worker.ended = True
                self._note(worker, "lost", f"its process {worker.pid} ended without a word {worker.place()}".rstrip() +
                           " (killed, or out of memory: see spark.executor.memoryOverhead)")
            writer.close()

    async def _proved(self, reader, writer):
        if self._strangers >= _strangers_at_a_time:
            return False
        self._strangers += 1
        try:
            nonce = os.urandom(link_frames.NONCE_BYTES)
            writer.write(nonce)
            other = await asyncio.wait_for(reader.readexactly(link_frames.NONCE_BYTES + link_frames.PROOF_BYTES), _seconds_to_prove)
            theirs, given = other[:link_frames.NONCE_BYTES], other[link_frames.NONCE_BYTES:]
            link_frames.require_proof(given, self._secret, b"worker", nonce, theirs)
            writer.write(link_frames.proof(self._secret, b"driver", nonce, theirs))
            return True
        except (asyncio.TimeoutError, link_frames.BadFrame, EOFError):
            return False
        finally:
            self._strangers -= 1

    def _hear(self, worker, message, body, writer):
        kind = message["kind"]
        if kind == "alive":
            worker.status = message
            if self._on_progress and worker.rank == 0 and message.get("epoch"):
                self._on_progress(message["epoch"], message.get("users", 0))
        elif kind == "epoch" and self._on_epoch:
            self._on_epoch(message["record"])
        elif kind == "failed":
            worker.ended = True
            self._note(worker, message["report"], message["sentence"], message.get("details", ""))
        elif kind == "bye":
            worker.ended = True
        elif kind == "called off?":
            writer.write(link_frames.frame({"called_off": message["work"] in self.called_off}))
        elif kind == "store":
            answer, content = self._kept.answer(message, body) if self._kept else ({"error": "it keeps none"}, b"")
            writer.write(link_frames.frame(answer, content))
        elif kind == "part":
            writer.write(link_frames.frame(self._parts.answer(worker.rank, message, body) if self._parts else {"error": "it takes none"}))

    def _note(self, worker, kind, sentence, details=""):
        self.reports.append(Report(kind, sentence, worker.rank, worker.host, details))

    async def _watch_for_silence(self):
        while self._silent_after:
            before = time.monotonic()
            await asyncio.sleep(1)
            if time.monotonic() - before > 3:
                continue  # the driver itself was away: what came meanwhile has still to be read
            for worker in list(self.workers.values()):
                silence = time.monotonic() - worker.heard
                if not worker.ended and silence > self._silent_after:
                    worker.ended = True
                    self._note(worker, "silent", f"has not answered for {silence:.0f} seconds {worker.place()}".rstrip() +
                               " (stopped, or cut off from the network)")
                    if self._on_silent:
                        await self._loop.run_in_executor(None, self._on_silent, self.reports[-1])


async def _frame(reader):
    text, size = link_frames.lengths(await reader.readexactly(link_frames.HEAD.size))
    return json.loads(await reader.readexactly(text)), await reader.readexactly(size)
