"""Events: kept before they are acknowledged, counted at once, there again after kill -9, forgotten on request."""

import json
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

from server import PROGRAM, RATINGS, Server, encore, folder

ALIEN, TOY_STORY, HEAT = 1214, 1, 6


def ids(answer):
    return [film["movieId"] for film in answer["items"]]


class Events(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)
        self.events = self.place / "events"

    def serving(self, *options, model=None):
        server = Server("--events", self.events, *options, model=model)
        self.addCleanup(server.stop)
        return server

    def send(self, server, events, **expected):
        status, answer = server.post("/v1/events", events)
        self.assertEqual(status, 200, answer)
        for key, value in expected.items():
            self.assertEqual(answer[key], value, answer)
        return answer

    def recommend(self, server, **request):
        status, answer = server.post("/v1/recommend", request)
        self.assertEqual(status, 200, answer)
        return answer

    def test_what_was_done_counts_at_once(self):
        server = self.serving("--dataset", folder() / "films")
        # Somebody whom nobody knew: the same answer as for the ratings alone.
        self.send(server, {"user": "anna", "movieId": ALIEN, "rating": 5}, added=1, last=1)
        self.send(server, [{"user": "anna", "title": "Toy Story", "rating": 3}, {"user": "anna", "movieId": HEAT, "kind": "like"}], last=3)
        by_hand = [{"movieId": ALIEN, "rating": 5}, {"movieId": TOY_STORY, "rating": 3}, {"movieId": HEAT, "rating": 5}]
        anna = self.recommend(server, user="anna")
        self.assertEqual(anna["items"], self.recommend(server, ratings=by_hand)["items"])
        # A user of the dataset: what the dataset says and what came since.
        before = self.recommend(server, user=42, k=20)
        both = self.recommend(server, user=42, ratings=[{"movieId": ALIEN, "rating": 5}], k=20)
        self.send(server, {"user": 42, "movieId": ALIEN, "rating": 5})
        self.assertEqual(self.recommend(server, user=42, k=20)["items"], both["items"])
        # Seen and dismissed films are no answers, and say nothing else.
        first, second = ids(before)[:2]
        self.send(server, [{"user": 42, "movieId": ALIEN, "kind": "undo"}, {"user": 42, "movieId": first, "kind": "seen"},
                           {"user": 42, "movieId": second, "kind": "dismissed"}])
        self.assertEqual(ids(self.recommend(server, user=42, k=18)), ids(before)[2:])
        self.assertEqual(ids(self.recommend(server, user=42, k=500, includeSeen=True)).count(second), 0)
        # Taken back again.
        self.send(server, [{"user": 42, "movieId": film, "kind": "undo"} for film in (first, second)])
        self.assertEqual(self.recommend(server, user=42, k=20)["items"], before["items"])

    def test_a_rating_of_the_dataset_can_be_taken_away(self):
        server = self.serving("--dataset", folder() / "films")
        rated = server.ask("GET", "/v1/users/42")[1]["items"]
        film = rated[0]["movieId"]
        self.send(server, {"user": 42, "movieId": film, "kind": "remove"})
        self.assertEqual(len(server.ask("GET", "/v1/users/42")[1]["items"]), len(rated) - 1)
        self.send(server, {"user": 42, "movieId": film, "kind": "undo"})
        self.assertEqual(server.ask("GET", "/v1/users/42")[1]["items"], rated)

    def test_everything_is_there_after_kill_9(self):
        server = self.serving("--seal-after", "2")
        self.send(server, [{"user": "anna", "movieId": ALIEN, "rating": 5, "id": "a"}, {"user": "anna", "movieId": HEAT, "rating": 2}])
        self.send(server, {"user": "anna", "movieId": TOY_STORY, "kind": "dismissed"})
        before = self.recommend(server, user="anna", k=50)
        server.process.send_signal(signal.SIGKILL)
        server.process.communicate()
        again = self.serving()
        self.assertEqual(self.recommend(again, user="anna", k=50)["items"], before["items"])
        self.send(again, {"user": "anna", "movieId": ALIEN, "rating": 5, "id": "a"}, added=0, repeated=1, last=3)
        shown = json.loads(encore("events", "inspect", str(self.events), "--json"))
        self.assertEqual((shown["events"], shown["kinds"], shown["users"]), (3, {"rating": 2, "dismissed": 1}, 1))
        self.assertIn("3", encore("events", "inspect", str(self.events)))

    def test_forgotten(self):
        server = self.serving("--dataset", folder() / "films")
        self.send(server, {"user": 42, "movieId": ALIEN, "rating": 5})
        self.assertEqual(server.ask("DELETE", "/v1/users/42")[0], 200)
        self.assertEqual(server.ask("GET", "/v1/users/42")[0], 404)
        self.assertIn("nothing is known", self.recommend(server, user=42)["note"])
        self.send(server, {"user": 42, "movieId": ALIEN, "rating": 5})
        self.assertEqual([film["movieId"] for film in server.ask("GET", "/v1/users/42")[1]["items"]], [ALIEN])
        refused = subprocess.run([PROGRAM, "events", "erase", str(self.events)], capture_output=True, text=True)
        self.assertEqual((refused.returncode, refused.stdout), (2, ""))
        self.assertIn("is written by another server already", refused.stderr)
        server.stop()
        self.assertEqual(json.loads(encore("events", "erase", str(self.events), "--json")), {"erased": 1, "users": 1, "files": 1})
        lines = (self.events / "0001.csv").read_text(encoding="utf-8").splitlines()
        self.assertRegex(lines[1], r"^1,\d+,,,erased,,,,[0-9a-f]{8}$")
        self.assertRegex(lines[3], rf"^3,\d+,42,{ALIEN},rating,5,")  # said since then
        self.assertIn("holds nothing that a forgotten user said", encore("events", "erase", str(self.events)))
        again = self.serving("--dataset", folder() / "films")
        self.assertEqual([film["movieId"] for film in again.ask("GET", "/v1/users/42")[1]["items"]], [ALIEN])

    def test_retired_films_are_no_answers(self):
        server = self.serving()
        asked = {"ratings": [{"movieId": ALIEN, "rating": 5}], "k": 10}
        whole = self.recommend(server, **asked)
        gone = ids(whole)[0]
        page = self.recommend(server, **asked)
        # Ids are numbers as everywhere, and one film has one id, however it was written.
        self.assertEqual(server.ask("DELETE", f"/v1/items/00{gone}")[1], {"movieId": gone, "status": "retired"})
        self.assertEqual(ids(self.recommend(server, **asked))[:9], ids(whole)[1:])
        self.assertTrue(server.ask("GET", f"/v1/items/{gone}")[1]["retired"])
        similar = server.post("/v1/similar", {"movieId": ALIEN, "k": 1000})[1]
        self.assertNotIn(gone, ids(similar))
        title = server.ask("GET", f"/v1/items/{gone}")[1]["title"].split(" (")[0].split(",")[0].replace(" ", "+")
        self.assertNotIn(gone, ids(server.ask("GET", f"/v1/items?q={title}")[1]))
        # A list that has begun goes on without films that were retired since.
        later = ids(self.recommend(server, cursor=page["cursor"]))[0]
        self.assertEqual(server.ask("DELETE", f"/v1/items/{later}")[0], 200)
        self.assertNotIn(later, ids(self.recommend(server, cursor=page["cursor"])))
        # Still an input, and it may come back.
        self.assertNotEqual(ids(self.recommend(server, ratings=[{"movieId": gone, "rating": 5}])), ids(self.recommend(server)))
        for film in (gone, later):
            self.assertEqual(server.ask("PUT", f"/v1/items/{film}", "{}")[1], {"movieId": film, "status": "active"})
        self.assertEqual(self.recommend(server, **asked)["items"], whole["items"])
        self.assertEqual(server.ask("DELETE", "/v1/items/99999999")[0], 404)

    def test_films_that_the_folder_retired_are_no_answers_either(self):
        model = self.place / "films.model"
        shutil.copytree(folder() / "films.model", model)
        asked = {"ratings": [{"movieId": ALIEN, "rating": 5}], "k": 10}
        server = self.serving(model=model)
        whole = self.recommend(server, **asked)
        gone, by_log = ids(whole)[:2]
        encore("items", "retire", str(model), f"id:{gone}")
        self.assertEqual(server.ask("POST", "/v1/reload", "{}")[0], 200)
        self.assertEqual(server.ask("DELETE", f"/v1/items/{by_log}")[0], 200)
        self.assertEqual(ids(self.recommend(server, **asked))[:8], ids(whole)[2:])
        popular = ids(self.recommend(server, k=1000))
        similar = ids(server.post("/v1/similar", {"movieId": ALIEN, "k": 1000})[1])
        for film in (gone, by_log):
            self.assertTrue(server.ask("GET", f"/v1/items/{film}")[1]["retired"])
            self.assertNotIn(film, popular)
            self.assertNotIn(film, similar)
        self.assertIn("encore_retired_items 2\n", server.ask("GET", "/metrics")[1])
        status, refusal, _ = server.ask("PUT", f"/v1/items/{gone}", "{}")
        self.assertEqual(status, 409)
        self.assertIn("encore items restore", refusal["error"]["message"])
        encore("items", "restore", str(model), f"id:{gone}")
        self.assertEqual(server.ask("POST", "/v1/reload", "{}")[0], 200)
        self.assertEqual(server.ask("PUT", f"/v1/items/{by_log}", "{}")[0], 200)
        self.assertEqual(self.recommend(server, **asked)["items"], whole["items"])

    def test_a_batch_is_kept_whole_or_not_at_all(self):
        server = self.serving()
        good = {"user": 1, "movieId": ALIEN, "rating": 5}
        for wrong, field, part in (
            ({"movieId": ALIEN, "rating": 5}, "[1].user", "is missing"),
            ({"user": 1, "rating": 5}, "[1].movieId", "must name one film"),
            ({"user": 1, "movieId": ALIEN}, "[1].kind", "must be one of rating, like, seen"),
            ({"user": 1, "movieId": ALIEN, "kind": "forget"}, "[1].kind", "must be one of"),
            ({"user": 1, "movieId": ALIEN, "kind": "rating"}, "[1].rating", "is missing"),
            ({"user": 1, "movieId": ALIEN, "kind": "seen", "rating": 5}, "[1].rating", "is no key of an event of the kind seen"),
            ({"user": 1, "movieId": ALIEN, "rating": 9}, "[1].rating", "0.5 to 5"),
            ({"user": "a\nb", "movieId": ALIEN, "rating": 5}, "[1].user", "control character"),
            ({"user": 1, "movieId": ALIEN, "rating": 5, "id": "x" * 257}, "[1].id", "longer than 256"),
            ({"user": 1, "movieId": ALIEN, "rating": 5, "time": -1}, "[1].time", "whole number"),
            ({"user": 1, "movieId": ALIEN, "rating": 5, "stars": 1}, "[1].stars", "no key"),
            ({"user": 1, "title": "Aliem", "rating": 5}, "[1].title", "did you mean"),
        ):
            status, answer = server.post("/v1/events", [good, wrong])
            self.assertEqual((status, answer["error"].get("field")), (400, field), answer)
            self.assertIn(part, answer["error"]["message"])
        lines = json.dumps(good) + "\n\nnonsense\n"
        status, answer, _ = server.ask("POST", "/v1/events", lines, {"Content-Type": "application/x-ndjson"})
        self.assertEqual((status, answer["error"]["field"]), (400, "line 3"))
        self.assertEqual(server.ask("GET", "/v1/users/1")[0], 404)
        # A film that the model does not know is kept, and said.
        answer = self.send(server, [good, {"user": 1, "movieId": "new", "rating": 4}], added=2, unknown=["new"])
        self.assertIn("next training", answer["note"])
        self.assertIn("encore_events_total 2", server.ask("GET", "/metrics")[1])

    def test_without_a_log(self):
        server = Server()
        self.addCleanup(server.stop)
        for method, path, body in (("POST", "/v1/events", {"user": 1, "movieId": ALIEN, "rating": 5}), ("DELETE", "/v1/users/1", None),
                                   ("DELETE", f"/v1/items/{ALIEN}", None), ("PUT", f"/v1/items/{ALIEN}", "{}")):
            status, answer, _ = server.ask(method, path, body)
            self.assertEqual((status, "--events" in answer["error"]["message"]), (409, True), answer)

    def test_what_cannot_start_is_a_sentence(self):
        self.serving()
        model = str(folder() / "films.model")
        for options, part in ((["--events", str(self.events)], "another server"), (["--events", "/nowhere/events"], "/nowhere"),
                              (["--seal-after", "5"], "--seal-after")):
            ended = subprocess.run([PROGRAM, "serve", model, "--port", "0", *options], capture_output=True, text=True, timeout=20)
            self.assertEqual((ended.returncode, part in ended.stderr), (2, True), ended.stderr)
        ended = subprocess.run([PROGRAM, "events", "inspect", "/nowhere"], capture_output=True, text=True)
        self.assertEqual(ended.returncode, 2)


class Prepared(unittest.TestCase):
    """encore prepare --events: what the log says of a user and a film counts instead of the source."""

    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)
        self.server = Server("--events", self.place / "events", "--seal-after", "5")
        self.addCleanup(self.server.stop)
        rows = ["1,10,4,100", "1,11,3,100", "2,10,5,100", "2,12,1,100", "3,11,2,100"]
        (self.place / "ratings.csv").write_text("\n".join(["userId,movieId,rating,timestamp", *rows, ""]))

    def event(self, user, film, kind="rating", **more):
        status, answer = self.server.post("/v1/events", {"user": user, "movieId": film, "kind": kind, **more})
        self.assertEqual(status, 200, answer)

    def prepared(self, *options, source="ratings.csv"):
        """The summary, and what each user rated."""
        out = self.place / "out"
        made = json.loads(encore("prepare", str(self.place / source), "--events", str(self.place / "events"), "-o", str(out), "--json",
                                 "--quiet", *options))
        server = Server("--dataset", out)
        self.addCleanup(server.stop)
        users = {}
        for user in ("1", "2", "3", "4", "anna"):
            status, answer, _ = server.ask("GET", f"/v1/users/{user}")
            if status == 200:
                users[user] = {str(film["movieId"]): film["rating"] for film in answer["items"]}
        return made, users

    def test_what_counts(self):
        self.event(1, 10, rating=2)
        self.event(1, 11, "remove")
        self.assertEqual(self.server.ask("DELETE", "/v1/users/2")[0], 200)
        self.event(2, 13, rating=3.5)
        self.event(3, 11, rating=5)
        self.event(3, 11, "undo")
        self.event(4, 10, "like")
        self.event(4, 12, "seen")
        self.event(3, 12, rating=1, time=900)
        self.event(3, 12, rating=4, time=800)  # the last one that was sent counts, whenever it happened
        expected = {"1": {"10": 2}, "2": {"13": 3.5}, "3": {"11": 2, "12": 4}, "4": {"10": 5, "12": None}}  # None: seen
        made, users = self.prepared()
        self.assertEqual(users, expected)
        self.assertEqual((made["rows"], made["ratings"], made["filtered"]), (9, 5, {"replaced by an event": 4}))
        # One id that is no number makes text of all, as in a source.
        self.event("anna", 10, rating=1)
        made, users = self.prepared()
        self.assertEqual(users, {**expected, "anna": {"10": 1}})
        told = subprocess.run([PROGRAM, "prepare", str(self.place / "ratings.csv"), "--events", str(self.place / "events"), "-o",
                               str(self.place / "out")], capture_output=True, text=True, check=True)
        self.assertNotIn("no whole numbers", told.stderr + told.stdout)  # all ids of the file are
        # Who says that ids are numbers hears of the row.
        made, users = self.prepared("--ids", "number")
        self.assertEqual((users, made["rejected"]), (expected, {"no valid userId": 1}))

    def test_seen_and_dismissed_films_are_of_the_dataset_when_the_log_is_gone(self):
        """By the server of another log, and by the shell: no answers; a model of channels takes the seen ones in."""
        seen, dismissed = [318, 356, 296], [593, 2571]
        for film in seen:
            self.event(1, film, "seen")
        for film in dismissed:
            self.event(1, film, "dismissed")
        self.event(1, 1, "seen")  # which user 1 has rated
        out, model = self.place / "out", self.place / "channels.model"
        made = json.loads(encore("prepare", str(pathlib.Path(RATINGS)), "--events", str(self.place / "events"), "--where",
                                 f"userId > 1 OR movieId NOT IN ({','.join(map(str, seen + dismissed))})", "-o", str(out), "--json", "--quiet"))
        self.assertEqual({key: made["events"][key] for key in ("seen", "dismissed", "left_out")},
                         {"seen": 3, "dismissed": 2, "left_out": {"rated, too": 1}})
        self.assertIn("seen, not rated", encore("inspect", str(out)))
        encore("train", str(out), "-o", str(model), "--model", "mult-dae", "--input", "channels", "--epochs", "2", "--quiet")
        server = Server("--dataset", out, model=model)
        self.addCleanup(server.stop)
        items = {film["movieId"]: film for film in server.ask("GET", "/v1/users/1")[1]["items"]}
        self.assertTrue(all(items[film]["seen"] and items[film]["rating"] is None for film in seen))
        self.assertTrue(all(items[film]["dismissed"] for film in dismissed))
        answer = server.post("/v1/recommend", {"user": 1, "k": 200})[1]["items"]
        films = [film["movieId"] for film in answer]
        self.assertFalse(set(films) & {*seen, *dismissed})
        asked = ("recommend", str(model), "--user", "1", "--dataset", str(out), "-k", "200", "--json", "--quiet")
        told = json.loads(encore(*asked))["users"][0]["items"]
        self.assertEqual([film["movieId"] for film in told], films)
        again = [film["movieId"] for film in server.post("/v1/recommend", {"user": 1, "k": 1000, "includeSeen": True})[1]["items"]]
        self.assertEqual((set(seen) <= set(again), set(dismissed) & set(again)), (True, set()))
        everybody = self.place / "all.csv"
        encore("recommend", str(model), "--all", "--dataset", str(out), "-k", "200", "-o", str(everybody), "--quiet")
        lines = [line.split(",") for line in everybody.read_text().splitlines()]
        self.assertEqual([int(line[2]) for line in lines if line[0] == "1"], films)

    def test_films_and_scales(self):
        self.event(1, 99999999, rating=3)
        made = json.loads(encore("prepare", "--events", str(self.place / "events"), str(pathlib.Path(RATINGS)), "-o", str(self.place / "out"),
                                 "--json", "--quiet"))
        self.assertEqual((made["rejected"], made["ratings"]), ({"unknown movie": 1}, 100836))
        self.event(1, 10, rating=0.5)
        made = json.loads(encore("prepare", "--events", str(self.place / "events"), str(self.place / "ratings.csv"), "-o",
                                 str(self.place / "out"), "--scale", "1-5", "--json", "--quiet"))
        self.assertEqual((made["rejected"], made["filtered"]), ({"rating is out of scale": 1}, {"replaced by an event": 1}))

    def test_a_damaged_log_is_a_sentence(self):
        for film in range(3):
            self.event(1, film, rating=3)
        file = self.place / "events" / "0001.csv"
        file.write_bytes(file.read_bytes().replace(b"1,1,rating", b"1,7,rating"))
        ended = subprocess.run([PROGRAM, "prepare", str(self.place / "ratings.csv"), "--events", str(self.place / "events"), "-o",
                                str(self.place / "out")], capture_output=True, text=True)
        self.assertEqual((ended.returncode, "0001.csv, line 3" in ended.stderr, (self.place / "out").exists()), (2, True, False), ended.stderr)
