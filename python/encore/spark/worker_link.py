"""A worker's connection to the driver: tells that it lives, what it came to and why it fails, and carries checkpoint parts. Without
it (a driver that cannot be reached) the training goes on; only the telling is lost."""

import json
import os
import socket
import threading
from contextlib import suppress

from encore.spark import link_frames

_seconds_to_connect = 5
_seconds_for_an_answer = 60


class WorkerLink:
    """One connection. `tell` never raises; `ask` raises OSError when the driver is gone."""

    def __init__(self, addresses, secret, rank, host):
        """addresses: (host, port) pairs, tried in order."""
        self._lock, self._telling = threading.Lock(), threading.Lock()
        self._stopped = threading.Event()
        self._socket = _connected(addresses, secret)
        self.tell({"kind": "hello", "rank": rank, "host": host, "pid": os.getpid()})

    @property
    def connected(self):
        return self._socket is not None

    def tell(self, message, body=b""):
        with self._lock:
            if self._socket is None:
                return
            try:
                self._socket.sendall(link_frames.frame(message, body))
            except OSError:
                self._drop()

    def ask(self, message, body=b""):
        """(answer, body) of the driver."""
        with self._lock:
            if self._socket is None:
                raise OSError("the driver cannot be reached")
            try:
                self._socket.sendall(link_frames.frame(message, body))
                text, size = link_frames.lengths(_exactly(self._socket, link_frames.HEAD.size))
                answer = json.loads(_exactly(self._socket, text))
                return answer, _exactly(self._socket, size)
            except (OSError, ValueError, link_frames.BadFrame) as error:
                self._drop()
                raise OSError(f"the driver cannot be reached any more ({error})") from error

    def keep_telling(self, status, seconds=1.0):
        """Sends status() every second from a thread of its own: a worker that is stopped is noticed by its silence."""
        def beat():
            while not self._stopped.wait(seconds):
                with self._telling:
                    message = {"kind": "alive", **status()}
                self.tell(message)

        threading.Thread(target=beat, daemon=True, name="encore-link").start()

    def quiet(self):
        """While this is held, `status` is not called."""
        return self._telling

    def close(self):
        self._stopped.set()
        self.tell({"kind": "bye"})
        with self._lock:
            self._drop()

    def _drop(self):
        if self._socket is not None:
            with suppress(OSError):
                self._socket.close()
        self._socket = None


def _connected(addresses, secret):
    for host, port in addresses:
        try:
            connection = socket.create_connection((host, port), timeout=_seconds_to_connect)
        except OSError:
            continue
        try:
            driver_nonce = _exactly(connection, link_frames.NONCE_BYTES)
            own_nonce = os.urandom(link_frames.NONCE_BYTES)
            connection.sendall(own_nonce + link_frames.proof(secret, b"worker", driver_nonce, own_nonce))
            link_frames.require_proof(_exactly(connection, link_frames.PROOF_BYTES), secret, b"driver", driver_nonce, own_nonce)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(_seconds_for_an_answer)
            return connection
        except (OSError, link_frames.BadFrame):
            connection.close()
    return None


def _exactly(connection, size):
    parts = []
    while size:
        part = connection.recv(min(size, 1 << 20))
        if not part:
            raise OSError("the connection ended")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
