"""Ratings of films that came after the training: what `items rate` does, over HTTP, at once and after a restart."""

import hashlib
import http.client
import json
import pathlib
import shutil
import tempfile
import unittest

from server import Server, encore, folder

ALIEN = 1214


class ItemRatings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """A model with two new films, and users of its training."""
        cls.made = pathlib.Path(tempfile.mkdtemp(prefix="encore-item-ratings-"))
        cls.addClassCleanup(shutil.rmtree, cls.made, ignore_errors=True)
        cls.grown = cls.made / "grown.model"
        shutil.copytree(folder() / "films.model", cls.grown)
        new = cls.made / "new.csv"
        new.write_text('title,genres\n"Alien: Romulus (2024)",Horror|Sci-Fi\n"Another One (2024)",Comedy\n')
        added = json.loads(encore("items", "add", str(cls.grown), str(new), "--json"))["added"]
        cls.film, cls.other = (film["movieId"] for film in added)
        # Whom the training knew is told by what counts of one rating each.
        ratings = cls.made / "everybody.csv"
        ratings.write_text("userId,movieId,rating\n" + "".join(f"{user},{cls.film},5\n" for user in range(1, 101)))
        copy = cls.copy_of(cls.grown, "everybody.model")
        told = json.loads(encore("items", "rate", str(copy), str(ratings), "--dataset", str(folder() / "films"), "--json"))
        cls.known, cls.held_out = told["rated"][0]["ratings"], told["left_out"]["by_held_out_users"]

    @classmethod
    def copy_of(cls, model, name):
        shutil.rmtree(cls.made / name, ignore_errors=True)
        return pathlib.Path(shutil.copytree(model, cls.made / name))

    def serving(self, model, *options):
        server = Server(*options, model=model)
        self.addCleanup(server.stop)
        return server

    def put(self, server, film, ratings, **more):
        status, answer, _ = server.ask("PUT", f"/v1/items/{film}/ratings", ratings, **more)
        return status, answer

    def answers(self, server):
        status, answer = server.post("/v1/recommend", {"ratings": [{"movieId": ALIEN, "rating": 5}], "k": 1000})
        self.assertEqual(status, 200, answer)
        return [(film["movieId"], film["score"]) for film in answer["items"]]

    def test_they_count_at_once_and_after_a_restart_as_the_command_has_them(self):
        model = self.copy_of(self.grown, "served.model")
        server = self.serving(model, "--dataset", folder() / "films")
        before = self.answers(server)
        ratings = [{"user": user, "rating": 5} for user in range(1, 101)]
        status, answer = self.put(server, self.film, ratings)
        self.assertEqual(status, 200, answer)
        self.assertEqual(answer, {"movieId": self.film, "ratings": self.known, "liked": self.known,
                                  "leftOut": {"byUnknownUsers": 0, "byHeldOutUsers": self.held_out}})
        after = self.answers(server)
        self.assertNotEqual(after, before)
        by_command = self.copy_of(self.made / "everybody.model", "compared.model")
        same = [hashlib.sha256((one / "weights.safetensors").read_bytes()).hexdigest() for one in (model, by_command)]
        self.assertEqual(*same)
        server.stop()
        self.assertEqual(self.answers(self.serving(model, "--dataset", folder() / "films")), after)
        # Sent again, in another order, with a rating that a later one replaces, they are the same bits.
        server = self.serving(model, "--dataset", folder() / "films")
        again = [{"user": "007", "rating": 1}] + ratings[::-1]
        self.assertEqual(self.put(server, self.film, again)[0], 200)
        self.assertEqual(self.answers(server), after)

    def test_what_cannot_be_rated_is_refused_and_changes_nothing(self):
        model = self.copy_of(self.grown, "refused.model")
        sums = (model / "sha256sums.txt").read_text()
        server = self.serving(model, "--dataset", folder() / "films")
        one = [{"user": 1, "rating": 5}]
        for status, film, body, part in (
            (404, 987654321, one, "knows no film with the id 987654321"),
            (409, ALIEN, one, "was there when the model was trained"),
            (400, self.film, [], "the list of ratings is empty"),
            (400, self.film, [{"user": 1, "rating": 9}], "[0].rating must be on the scale of this model, 0.5 to 5"),
            (400, self.film, [{"user": 1, "rating": 4}, {"rating": 4}], "[1].user is missing"),
            (400, self.film, {"user": 1}, "rating is missing"),
            (400, self.film, {"user": 1, "rating": 4, "stars": 1}, "stars"),
            (409, self.film, [{"user": "nobody", "rating": 4}], "none of the 1 ratings"),
        ):
            got, answer = self.put(server, film, body)
            self.assertEqual(got, status, answer)
            self.assertIn(part, answer["error"]["message"])
        self.assertEqual(server.ask("POST", f"/v1/items/{self.film}/ratings", one)[0], 405)
        self.assertEqual((model / "sha256sums.txt").read_text(), sums)
        status, answer = self.put(self.serving(model), self.film, one)
        self.assertEqual((status, "start the server with --dataset" in answer["error"]["message"]), (409, True))

    def test_it_needs_a_key_that_may_write(self):
        keys = self.made / "keys"
        keys.write_text("the-key-that-only-reads read\nthe-key-that-may-write write\n")
        server = self.serving(self.copy_of(self.grown, "keys.model"), "--dataset", folder() / "films", "--key-file", keys)
        one = [{"user": user, "rating": 4} for user in range(1, 11)]
        self.assertEqual(self.put(server, self.film, one)[0], 401)
        self.assertEqual(self.put(server, self.film, one, headers={"X-Api-Key": "the-key-that-only-reads"})[0], 403)
        self.assertEqual(self.put(server, self.film, one, headers={"X-Api-Key": "the-key-that-may-write"})[0], 200)

    def test_two_at_once_both_count(self):
        server = self.serving(self.copy_of(self.grown, "two.model"), "--dataset", folder() / "films")
        ratings = json.dumps([{"user": user, "rating": 5} for user in range(1, 51)])
        wires = []
        for film in (self.film, self.other):
            wires.append(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60))
            wires[-1].request("PUT", f"/v1/items/{film}/ratings", ratings)
        self.assertEqual([wire.getresponse().status for wire in wires], [200, 200])
        for film in (self.film, self.other):
            self.assertGreater(server.ask("GET", f"/v1/items/{film}")[1]["ratings"], 0)
