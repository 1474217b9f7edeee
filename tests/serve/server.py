"""A server for the tests: a small trained model, made once, and a process that ends with the test."""

import atexit
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["ENCORE_PROGRAM"]
RATINGS = pathlib.Path(__file__).resolve().parents[2] / "data" / "ml-latest-small"
_made = None


def encore(*words):
    return subprocess.run([PROGRAM, *words], check=True, capture_output=True, text=True).stdout


def folder():
    """A folder with films (dataset) and films.model, made by the first who asks and removed when Python ends."""
    global _made
    if _made is None:
        _made = pathlib.Path(tempfile.mkdtemp(prefix="encore-serve-"))
        atexit.register(shutil.rmtree, _made, ignore_errors=True)
        encore("prepare", str(RATINGS), "-o", str(_made / "films"), "--quiet")
        encore("train", str(_made / "films"), "-o", str(_made / "films.model"), "--epochs", "2", "--quiet")
    return _made


class Server:
    """A server on a free port; `stop` sends SIGTERM and returns the exit code."""

    def __init__(self, *options, model=None, environment=None):
        command = [PROGRAM, "serve", str(model or folder() / "films.model"), "--port", "0", "--json", *map(str, options)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})}
        )
        first = self.process.stdout.readline()
        if not first:
            raise RuntimeError(self.process.stderr.read())
        self.url = json.loads(first)["url"]
        self.port = int(self.url.rsplit(":", 1)[1])

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return self.process.returncode

    def ask(self, method, path, body=None, headers=None, connection=None):
        """(status, decoded JSON or text, headers)"""
        own = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        text = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        own.request(method, path, text, headers or {})
        answer = own.getresponse()
        content = answer.read()
        if connection is None:
            own.close()
        kind = answer.headers.get("Content-Type", "")
        return answer.status, json.loads(content) if kind == "application/json" else content.decode(), answer.headers

    def post(self, path, body, **more):
        status, answer, _ = self.ask("POST", path, body, **more)
        return status, answer

    def raw(self, data, half_close=False, timeout=5):
        """All bytes that come back for these bytes, until the server closes or nothing comes for `timeout` seconds."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as wire:
            wire.sendall(data)
            if half_close:
                wire.shutdown(socket.SHUT_WR)
            got = b""
            try:
                while piece := wire.recv(65536):
                    got += piece
            except (TimeoutError, ConnectionResetError):
                pass
            return got


class WithServer(unittest.TestCase):
    """One server for all tests of a class, which must be alive at the end and stop cleanly."""

    options = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.options)

    @classmethod
    def tearDownClass(cls):
        assert cls.server.process.poll() is None, "the server did not survive its tests"
        assert cls.server.stop() == 0

    def refused(self, status, path, body, part, field=None):
        """That this request is refused with a sentence that holds `part`."""
        got, answer = self.server.post(path, body)
        self.assertEqual(got, status, answer)
        self.assertIn(part, answer["error"]["message"])
        if field is not None:
            self.assertEqual(answer["error"].get("field"), field)
