"""Answers: the same as the command's, whole lists whatever is excluded, pages that do not overlap, reasons, batches."""

import concurrent.futures
import json

from server import Server, WithServer, encore, folder

ALIEN, TOY_STORY = 1214, 1


def as_command(answer):
    """The answer's films as `encore recommend --json` prints them."""
    return [{key: film[key] for key in ("movieId", "title", "year", "score")} for film in answer["items"]]


class Recommend(WithServer):
    @classmethod
    def setUpClass(cls):
        cls.options = ("--dataset", folder() / "films")
        super().setUpClass()

    def recommend(self, **request):
        status, answer = self.server.post("/v1/recommend", request)
        self.assertEqual(status, 200, answer)
        return answer

    def test_equals_the_command(self):
        model = str(folder() / "films.model")
        by_title = json.loads(encore("recommend", model, "--rate", "Alien=5", "--rate", "toy story=3", "-k", "7", "--json", "--quiet"))
        answer = self.recommend(ratings=[{"title": "Alien", "rating": 5}, {"movieId": TOY_STORY, "rating": 3}], k=7)
        self.assertEqual(as_command(answer), by_title["users"][0]["items"])
        self.assertEqual(answer["score"], by_title["score"])
        of_user = json.loads(encore("recommend", model, "--user", "42", "--dataset", str(folder() / "films"), "--json", "--quiet"))
        self.assertEqual(as_command(self.recommend(user=42)), of_user["users"][0]["items"])
        where = json.loads(encore("recommend", model, "--rate", "Alien=5", "--where", "year < 1960", "--json", "--quiet"))
        filtered = self.recommend(ratings=[{"title": "Alien", "rating": 5}], where="year < 1960")
        self.assertEqual(as_command(filtered), where["users"][0]["items"])

    def test_places_for_films_that_few_know(self):
        model = str(folder() / "films.model")
        asked = json.loads(encore("recommend", model, "--user", "42", "--dataset", str(folder() / "films"), "--explore", "0.3", "--seed", "7",
                                  "--json", "--quiet"))["users"][0]["items"]
        answer = self.recommend(user=42, explore=0.3, seed=7)
        self.assertEqual([film["explored"] for film in answer["items"]], [film["explored"] for film in asked])
        self.assertEqual(as_command(answer), as_command({"items": asked}))
        self.assertEqual(sum(film["explored"] for film in answer["items"]), 3)
        more = self.recommend(cursor=answer["cursor"])
        self.assertEqual(sum(film["explored"] for film in more["items"]), 3)
        self.assertFalse({film["movieId"] for film in more["items"]} & {film["movieId"] for film in answer["items"]})
        self.refused(400, "/v1/recommend", {"explore": 0.5, "diversity": 0.5}, "both decide the places", "explore")
        self.refused(400, "/v1/recommend", {"explore": 2}, "explore", "explore")
        self.refused(400, "/v1/recommend", {"user": 42, "seed": 7}, "draws of explore", "seed")
        server = Server("--dataset", folder() / "films", "--explore", "0.3")
        self.addCleanup(server.stop)
        self.assertEqual(sum(film["explored"] for film in server.post("/v1/recommend", {"user": 42})[1]["items"]), 3)
        self.assertNotIn("explored", server.post("/v1/recommend", {"user": 42, "explore": 0})[1]["items"][0])
        self.assertNotIn("explored", server.post("/v1/recommend", {"user": 42, "diversity": 0.5})[1]["items"][0])

    def test_many_at_once_are_answered_as_one_alone(self):
        requests = [{"user": user, "k": 1 + user % 9} for user in range(1, 150)]
        alone = [as_command(self.recommend(**request)) for request in requests[:20]]
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            together = list(pool.map(lambda request: as_command(self.recommend(**request)), requests))
        self.assertEqual(together[:20], alone)
        status, batch = self.server.post("/v1/recommend", requests)
        self.assertEqual(status, 200)
        self.assertEqual([as_command(answer) for answer in batch], together)
        lines = "\n".join(map(json.dumps, requests))
        status, text, _ = self.server.ask("POST", "/v1/recommend", lines, {"Content-Type": "application/x-ndjson"})
        self.assertEqual([as_command(json.loads(line)) for line in text.splitlines()], together)

    def test_a_wrong_request_of_a_batch_fails_alone(self):
        status, answers = self.server.post("/v1/recommend", [{"user": 1}, {"k": 0}, {"user": 2}])
        self.assertEqual(status, 200)
        self.assertEqual([("items" in answer) for answer in answers], [True, False, True])
        self.assertEqual(answers[1]["error"]["field"], "k")

    def test_exclude_and_where_leave_whole_lists(self):
        first = self.recommend(user=42, k=20)
        out = [film["movieId"] for film in first["items"]]
        second = self.recommend(user=42, k=20, exclude=out)
        self.assertEqual(len(second["items"]), 20)
        self.assertFalse({film["movieId"] for film in second["items"]} & set(out))
        few = self.recommend(user=42, k=20, where="year BETWEEN 1940 AND 1945", fields=["movieId", "year", "genres"])
        self.assertEqual(len(few["items"]), 20)
        self.assertTrue(all(1940 <= film["year"] <= 1945 and set(film) == {"movieId", "year", "genres"} for film in few["items"]))
        none = self.recommend(user=42, where="year < 1500")
        self.assertEqual((none["items"], none["note"]), ([], "no film of the catalogue fits where"))

    def test_seen_films_are_no_answer_and_no_taste(self):
        ratings = [{"title": "Alien", "rating": 5}]
        first = self.recommend(ratings=ratings, k=20)
        out = [film["movieId"] for film in first["items"][:5]]
        second = self.recommend(ratings=ratings, k=15, seen=out)
        self.assertEqual(as_command(second), as_command(first)[5:])
        self.assertEqual(second["items"], self.recommend(ratings=ratings, k=15, exclude=out)["items"])
        typed = json.loads(encore("recommend", str(folder() / "films.model"), "--rate", "Alien=5", "-k", "15", "--json", "--quiet",
                                  *(word for film in out for word in ("--seen", f"id:{film}"))))
        self.assertEqual(as_command(second), typed["users"][0]["items"])
        self.assertEqual(self.recommend(seen=[out[0], 987654321])["score"], "ratings")
        self.assertEqual(self.recommend(seen=[987654321])["unknown"], ["987654321"])
        status, refusal = self.server.post("/v1/recommend", {"ratings": ratings, "seen": out, "includeSeen": True})
        self.assertEqual((status, refusal["error"]["field"]), (400, "seen"))

    def test_pages_neither_repeat_nor_skip(self):
        whole = [film["movieId"] for film in self.recommend(user=42, k=60)["items"]]
        paged, answer = [], self.recommend(user=42, k=25)
        while True:
            paged += [film["movieId"] for film in answer["items"]]
            if len(paged) >= 60:
                break
            again = self.recommend(cursor=answer["cursor"])
            answer = self.recommend(cursor=answer["cursor"])  # the same cursor gives the same page
            self.assertEqual(again["items"], answer["items"])
        self.assertEqual(paged[:60], whole)
        self.refused(410, "/v1/recommend", {"cursor": "0123456789abcdef"}, "ask for the first page again", "cursor")
        self.refused(400, "/v1/recommend", {"cursor": answer["cursor"], "user": 1}, "cannot change", "user")

    def test_seen_films_are_a_taste_of_a_model_that_takes_them_in(self):
        model = folder() / "channels.model"
        encore("train", str(folder() / "films"), "-o", str(model), "--model", "mult-dae", "--input", "channels", "--epochs", "2", "--quiet")
        server = Server("--events", folder() / "seen events", model=model)
        self.addCleanup(server.stop)
        asked = json.loads(encore("recommend", str(model), "--seen", f"id:{ALIEN}", "-k", "10", "--json", "--quiet"))
        self.assertEqual(asked["score"], "probability")
        answer = server.post("/v1/recommend", {"seen": [ALIEN]})[1]
        self.assertEqual(as_command(answer), asked["users"][0]["items"])
        self.assertEqual(server.post("/v1/events", [{"user": 7, "movieId": ALIEN, "kind": "seen"}])[0], 200)
        self.assertEqual(as_command(server.post("/v1/recommend", {"user": 7})[1]), asked["users"][0]["items"])

    def test_seen_films(self):
        rated = {film["movieId"] for film in self.server.ask("GET", "/v1/users/42")[1]["items"]}
        seen = {film["movieId"] for film in self.recommend(user=42, k=200, includeSeen=True)["items"]}
        unseen = {film["movieId"] for film in self.recommend(user=42, k=200)["items"]}
        self.assertTrue(seen & rated)
        self.assertFalse(unseen & rated)

    def test_reasons_are_ratings_of_the_person(self):
        ratings = [{"title": "Alien", "rating": 5}, {"title": "Aliens", "rating": 5}, {"movieId": TOY_STORY, "rating": 5}]
        answer = self.recommend(ratings=ratings, k=5, explain=True)
        reasons = [reason for film in answer["items"] for reason in film["reasons"]]
        self.assertTrue(reasons)
        self.assertTrue(all(reason["gain"] > 0 and reason["title"].startswith(("Alien", "Toy")) for reason in reasons))
        # Leaving the rating out must lose just what the reason says.
        film, reason = answer["items"][0], answer["items"][0]["reasons"][0]
        without = [rating for rating in ratings if not (rating.get("movieId", 0) == reason["movieId"] or rating.get("title", "?") + " (" == reason["title"][: len(rating.get("title", "?")) + 2])]
        self.assertEqual(len(without), 2)
        import math

        other = {one["movieId"]: one["score"] for one in self.recommend(ratings=without, k=1000)["items"]}
        self.assertAlmostEqual(math.log(film["score"]) - math.log(other[film["movieId"]]), reason["gain"], places=4)

    def test_diversity(self):
        plain = self.recommend(user=42, k=20)
        zero = self.recommend(user=42, k=20, diversity=0)
        mixed = self.recommend(user=42, k=20, diversity=0.7)
        self.assertEqual(plain["items"], zero["items"])
        self.assertEqual(plain["items"][0], mixed["items"][0])
        self.assertNotEqual(plain["items"], mixed["items"])
        following = self.recommend(cursor=mixed["cursor"])
        self.assertFalse({film["movieId"] for film in mixed["items"]} & {film["movieId"] for film in following["items"]})

    def test_somebody_of_whom_nothing_is_known_gets_popular_films(self):
        answer = self.recommend(user="nobody")
        self.assertEqual((answer["score"], len(answer["items"])), ("ratings", 10))
        self.assertIn("nothing is known of the user nobody yet", answer["note"])
        unknown = self.recommend(ratings=[{"movieId": 99999999, "rating": 5}])
        self.assertEqual(unknown["unknown"], ["99999999"])

    def test_similar_films_equal_the_command(self):
        listed = json.loads(encore("similar", str(folder() / "films.model"), "Alien", "-k", "5", "--json", "--quiet"))
        status, answer = self.server.post("/v1/similar", {"title": "alien", "k": 5})
        self.assertEqual((status, answer), (200, listed))
        self.refused(404, "/v1/similar", {"movieId": 99999999}, "no film with the id", "movieId")
        self.refused(400, "/v1/similar", {"title": "Aliem"}, "did you mean", "title")

    def test_items(self):
        status, answer, _ = self.server.ask("GET", "/v1/items?q=godf%20&k=3")
        self.assertEqual(status, 200)
        self.assertEqual(answer["items"][0]["title"], "Godfather, The (1972)")
        self.assertEqual(self.server.ask("GET", f"/v1/items/{ALIEN}")[1]["title"], "Alien (1979)")
        self.assertEqual(self.server.ask("GET", "/v1/items/99999999")[0], 404)
        self.assertEqual(self.server.ask("GET", "/v1/items?k=none")[0], 400)

    def test_mistakes_name_their_place(self):
        at = "/v1/recommend"
        self.refused(400, at, {"ratings": [{"title": "Alien", "rating": 9}]}, "0.5 to 5", "ratings[0].rating")
        self.refused(400, at, {"ratings": [{"title": "Aliem", "rating": 5}]}, "did you mean", "ratings[0].title")
        self.refused(400, at, {"ratings": [{"title": "Alien"}]}, "is missing", "ratings[0].rating")
        self.refused(400, at, {"ratings": [{"rating": 5}]}, "by movieId or by title", "ratings[0]")
        self.refused(400, at, {"ratings": 5}, "must be a list", "ratings")
        self.refused(400, at, {"rating": []}, 'did you mean "ratings"?', "rating")
        self.refused(400, at, {"k": 0}, "whole number from 1 to 1000", "k")
        self.refused(400, at, {"k": 2.5}, "whole number", "k")
        self.refused(400, at, {"k": "10"}, "whole number", "k")
        self.refused(400, at, {"user": {}}, "must be an id", "user")
        self.refused(400, at, {"where": "year <"}, "where", "where")
        self.refused(400, at, {"where": "(SELECT 1)"}, "where", "where")
        self.refused(400, at, {"diversity": 2}, "from 0 to 1", "diversity")
        self.refused(400, at, {"explain": 1}, "true or false", "explain")
        self.refused(400, at, {"fields": ["stars"]}, "must be one of", "fields[0]")
        self.refused(400, at, {"exclude": [None]}, "must be an id", "exclude[0]")
        self.refused(400, at, "5", "must be an object")
