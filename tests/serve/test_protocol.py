"""What clients send that is no proper request, all of which gets a sentence or a close; and how the server behaves as a
neighbour: health, keys, origins, stopping, another model."""

import concurrent.futures
import http.client
import json
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import pathlib

from server import PROGRAM, Server, WithServer, encore, folder

HEAD = b"POST /v1/recommend HTTP/1.1\r\nHost: localhost\r\n"


def status_of(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else None


class Malformed(WithServer):
    options = ("--request-timeout", "1", "--idle-timeout", "2")

    def wire(self, data, status, answers=1, **more):
        got = self.server.raw(data, **more)
        self.assertEqual(status_of(got), status, got)
        self.assertEqual(got.count(b"HTTP/1.1 "), answers, got)
        body = got.split(b"\r\n\r\n", 1)[1]
        if answers == 1:
            self.assertIn("message", json.loads(body)["error"])
        return got

    def test_a_body_whose_length_could_be_read_twice(self):
        smuggled = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
        length = b"Content-Length: %d\r\n\r\n" % len(smuggled)
        self.wire(HEAD + b"Transfer-Encoding: chunked\r\n" + length + smuggled, 400)
        self.wire(HEAD + b"Content-Length: 0\r\n" + length + smuggled, 400)
        self.wire(HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n" + smuggled, 501)
        self.wire(HEAD + b"Transfer-Encoding: identity\r\n\r\n" + smuggled, 501)
        self.wire(HEAD + b"Transfer-Encoding: xchunked\r\n\r\n" + smuggled, 501)
        self.wire(HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + smuggled, 501)
        self.wire(HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled, 400)
        self.wire(b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + smuggled, 400)
        for wrong in (b"-1", b"1,1", b"0x5", b"+5", b"99999999999999999999999", b""):
            self.wire(HEAD + b"Content-Length: " + wrong + b"\r\n\r\n" + smuggled, 400)
        self.wire(HEAD + b"Content-Length : 5\r\n\r\n" + smuggled, 400)

    def test_chunks(self):
        body = b'{"k": 1}'
        good = HEAD + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        self.assertEqual(status_of(self.server.raw(good)), 200)
        self.wire(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400)
        self.wire(HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", 400)

    def test_headers(self):
        self.wire(b"GET / HTTP/1.1\r\n\r\n", 400)
        self.wire(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)
        self.wire(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 20000 + b"\r\n\r\n", 431)
        self.wire(b"GET /" + b"y" * 5000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414)
        self.wire(b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400)
        self.wire(b"GET / HTTP/1.1\r\nHost: a\r\nBad Name: 1\r\n\r\n", 400)
        self.wire(b"GET / HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n", 400)
        self.wire(b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501)
        self.wire(b"GET http://other/ HTTP/1.1\r\nHost: a\r\n\r\n", 400)
        self.wire(b"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400)
        self.wire(b"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400)
        self.wire(b"POST / HTTP/1.1\r\nHost: a\r\nExpect: a miracle\r\nContent-Length: 1\r\n\r\n", 417)
        self.wire(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400)

    def test_too_large(self):
        self.wire(HEAD + b"Content-Length: 9000000\r\n\r\n", 413)
        many = b"".join(b"%x\r\n%s\r\n" % (1 << 20, b" " * (1 << 20)) for _ in range(9))
        got = self.server.raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + many)
        self.assertIn(status_of(got), (413, None))

    def test_slow_and_half_closed(self):
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=10) as wire:
            began = time.monotonic()
            wire.sendall(b"GET / HT")
            self.assertEqual(wire.recv(1), b"")
            self.assertLess(time.monotonic() - began, 8)
        self.assertEqual(self.server.raw(HEAD + b"Content-Length: 50\r\n\r\n{}", half_close=True), b"")
        whole = b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"
        self.assertEqual(status_of(self.server.raw(whole, half_close=True)), 200)
        self.assertEqual(self.server.raw(b"", half_close=True), b"")

    def test_pipelined_requests_are_answered_in_their_order(self):
        body = b'{"k": 3}'
        two = HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(body), body) + b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        got = self.server.raw(two)
        self.assertLess(got.index(b"recommId"), got.index(b'{"status":"live"}'))

    def test_bodies(self):
        for body, part in (
            ("{", "no JSON"),
            ("", "no JSON"),
            ('{"k": NaN}', "no JSON"),
            ('{"k": Infinity}', "no JSON"),
            ('{"k": 1e999}', "no JSON"),
            ('{"k": 1, "k": 2}', "twice"),
            ("[" * 100000, "deep"),
            ('{"ratings": ' + "[" * 50 + "]" * 50 + "}", "deep"),
            (b'{"user": "\xff\xfe"}', "no JSON"),
            ('{"user": "\\ud800"}', "no JSON"),
            ("null", "must be an object"),
        ):
            self.refused(400, "/v1/recommend", body, part)
        self.refused(413, "/v1/recommend", json.dumps([{}] * 1001), "at most 1000")

    def test_paths(self):
        self.assertEqual(self.server.ask("GET", "/nothing")[0], 404)
        status, _, headers = self.server.ask("GET", "/v1/recommend")
        self.assertEqual((status, headers["Allow"]), (405, "POST"))
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        connection.request("HEAD", "/health/live")
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.read()), (200, b""))
        self.assertEqual(self.server.ask("GET", "/health/live", connection=connection)[1], {"status": "live"})
        connection.close()

    def test_request_ids(self):
        self.assertEqual(self.server.ask("GET", "/health/live", headers={"X-Request-Id": "mine-1"})[2]["X-Request-Id"], "mine-1")
        self.assertNotEqual(self.server.ask("GET", "/health/live", headers={"X-Request-Id": "a b"})[2]["X-Request-Id"], "a b")

    def test_described(self):
        description = self.server.ask("GET", "/openapi.json")[1]
        self.assertIn("post", description["paths"]["/v1/recommend"])
        self.assertEqual(description["components"]["schemas"]["RecommendRequest"]["properties"]["k"]["maximum"], 1000)
        text = self.server.ask("GET", "/metrics")[1]
        self.assertIn('encore_requests_total{path="/openapi.json",status="200"}', text)


class Neighbour(unittest.TestCase):
    def serving(self, *options, **more):
        server = Server(*options, **more)
        self.addCleanup(server.stop)
        return server

    def test_keys(self):
        with tempfile.NamedTemporaryFile("w", suffix=".keys") as keys:
            keys.write("# ours\nreader-reader-reader read\nwriter-writer-writer write\nslow-slow-slow-slow read 2\n")
            keys.flush()
            server = self.serving("--key-file", keys.name)
            self.assertEqual(server.ask("GET", "/health/live")[0], 200)
            self.assertEqual(server.ask("GET", "/v1/items")[0], 401)
            self.assertEqual(server.ask("GET", "/v1/items", headers={"Authorization": "Bearer wrong"})[0], 401)
            reader = {"Authorization": "Bearer reader-reader-reader"}
            self.assertEqual(server.ask("GET", "/v1/items", headers=reader)[0], 200)
            self.assertEqual(server.ask("POST", "/v1/reload", headers=reader)[0], 403)
            self.assertEqual(server.ask("POST", "/v1/reload", headers={"X-Api-Key": "writer-writer-writer"})[0], 200)
            slow = [server.ask("GET", "/v1/items", headers={"X-Api-Key": "slow-slow-slow-slow"})[0] for _ in range(6)]
            self.assertIn(429, slow)
            self.assertEqual(slow[0], 200)

    def test_origins(self):
        server = self.serving("--cors", "https://films.example")
        self.assertEqual(server.ask("POST", "/v1/recommend", "{}", {"Origin": "https://evil.example"})[0], 403)
        status, _, headers = server.ask("POST", "/v1/recommend", "{}", {"Origin": "https://films.example"})
        self.assertEqual((status, headers["Access-Control-Allow-Origin"]), (200, "https://films.example"))

    def test_what_cannot_start_is_a_sentence(self):
        model = str(folder() / "films.model")
        taken = self.serving()
        with tempfile.NamedTemporaryFile("w") as keys:
            keys.write("short read\n")
            keys.flush()
            for options, part in (
                (["--host", "0.0.0.0"], "--key-file"),
                (["--host", "nowhere"], "--host nowhere"),
                (["--port", str(taken.port)], "cannot listen"),
                (["--tls-cert", "x"], "go together"),
                (["--tls-cert", "x", "--tls-key", "y"], "--tls-cert x"),
                (["--key-file", keys.name], "line 1"),
                (["--key-file", "/nowhere"], "cannot be read"),
            ):
                ended = subprocess.run([PROGRAM, "serve", model, *options], capture_output=True, text=True, timeout=20)
                self.assertEqual((ended.returncode, part in ended.stderr), (2, True), ended.stderr)

    def test_accepted_requests_are_answered_after_sigterm(self):
        server = Server()
        connections = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=20) for _ in range(30)]
        body = json.dumps({"ratings": [{"title": "Alien", "rating": 5}], "k": 1000, "explain": True})
        for connection in connections:
            connection.request("POST", "/v1/recommend", body)
        server.process.send_signal(signal.SIGTERM)
        answers = [connection.getresponse() for connection in connections]
        self.assertEqual({answer.status for answer in answers}, {200})
        self.assertTrue(all(len(json.loads(answer.read())["items"]) == 1000 for answer in answers))
        self.assertEqual(server.stop(), 0)

    def test_another_model_without_a_failed_request(self):
        with tempfile.TemporaryDirectory() as place:
            model = pathlib.Path(place) / "m"
            shutil.copytree(folder() / "films.model", model)
            server = self.serving("--watch", model=model)
            body = {"ratings": [{"title": "Alien", "rating": 5}], "k": 5}
            first = server.post("/v1/recommend", body)[1]
            encore("train", str(folder() / "films"), "-o", str(model), "--epochs", "1", "--seed", "5", "--quiet")
            stop = time.monotonic() + 15
            statuses = set()
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                while time.monotonic() < stop:
                    answers = list(pool.map(lambda _: server.post("/v1/recommend", body), range(8)))
                    statuses |= {status for status, _ in answers}
                    if answers[-1][1]["items"] != first["items"]:
                        break
            self.assertEqual(statuses, {200})
            second = server.post("/v1/recommend", body)[1]
            self.assertNotEqual(first["items"], second["items"])
            self.assertEqual(server.post("/v1/recommend", {"cursor": first["cursor"]})[0], 410)
            # A broken one is refused, and the old one stays.
            (model / "items.parquet").write_bytes(b"damaged")
            status, answer = server.post("/v1/reload", "")
            self.assertEqual(status, 409)
            self.assertIn("stays as it was", answer["error"]["message"])
            self.assertEqual(server.post("/v1/recommend", body)[1]["items"], second["items"])

    def test_films_that_are_added_to_a_watched_model_answer_without_a_restart(self):
        with tempfile.TemporaryDirectory() as place:
            model = pathlib.Path(place) / "m"
            shutil.copytree(folder() / "films.model", model)
            new = pathlib.Path(place) / "new.csv"
            new.write_text('title,genres\n"Alien: Romulus (2024)",Horror|Sci-Fi\n')
            server = self.serving("--watch", model=model)
            body = {"ratings": [{"title": "Alien", "rating": 5}], "k": 5, "where": "ratings = 0"}
            self.assertEqual(server.post("/v1/recommend", body)[1]["items"], [])
            encore("items", "add", str(model), str(new), "--quiet")
            stop, titles = time.monotonic() + 15, []
            while time.monotonic() < stop and not titles:
                status, answer = server.post("/v1/recommend", body)
                self.assertEqual(status, 200)
                titles = [film["title"] for film in answer["items"]]
            self.assertEqual(titles, ["Alien: Romulus (2024)"])

    def test_https(self):
        import ssl

        with tempfile.TemporaryDirectory() as place:
            made = subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                 "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{place}/key", "-out", f"{place}/cert"],
                capture_output=True,
            )
            if made.returncode != 0:
                self.skipTest("no program openssl to make a certificate with")
            server = self.serving("--tls-cert", f"{place}/cert", "--tls-key", f"{place}/key")
            context = ssl.create_default_context(cafile=f"{place}/cert")
            connection = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=10, context=context)
            connection.request("GET", "/health/live")
            self.assertEqual(connection.getresponse().read(), b'{"status":"live"}\n')
            connection.close()

    def test_access_log(self):
        with tempfile.TemporaryDirectory() as place:
            log = pathlib.Path(place) / "log"
            server = Server("--access-log", log)
            server.ask("GET", "/v1/items?q=a", headers={"X-Request-Id": "seen"})
            server.stop()
            line = json.loads(log.read_text().splitlines()[0])
            self.assertEqual((line["id"], line["path"], line["status"]), ("seen", "/v1/items", 200))

    def test_the_manager_is_told(self):
        with tempfile.TemporaryDirectory() as place, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(f"{place}/notify")
            manager.settimeout(10)
            server = Server(environment={"NOTIFY_SOCKET": f"{place}/notify"})
            self.assertIn(b"READY=1", manager.recv(100))
            server.process.send_signal(signal.SIGHUP)
            self.assertRegex(manager.recv(100), rb"^RELOADING=1\nMONOTONIC_USEC=[0-9]+$")
            self.assertIn(b"READY=1", manager.recv(100))
            server.stop()
            self.assertEqual(manager.recv(100), b"STOPPING=1")

    def test_connections_beyond_the_limit_are_closed(self):
        server = self.serving("--connections", "3")
        held = [socket.create_connection(("127.0.0.1", server.port), timeout=5) for _ in range(3)]
        time.sleep(0.2)
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as one_more:
            self.assertEqual(one_more.recv(1), b"")
        for wire in held:
            wire.close()

    def test_health_for_containers(self):
        server = self.serving()
        asked = [PROGRAM, "health", "--json", "--port", str(server.port)]
        ended = subprocess.run(asked, capture_output=True, text=True, timeout=20)
        self.assertEqual((ended.returncode, json.loads(ended.stdout)), (0, {"ready": True, "status": 200}))
        server.stop()
        self.assertEqual(subprocess.run(asked, capture_output=True, timeout=20).returncode, 1)
        ended = subprocess.run([PROGRAM, "health", "--host", "nowhere"], capture_output=True, text=True, timeout=20)
        self.assertEqual((ended.returncode, "--host nowhere" in ended.stderr), (2, True))
