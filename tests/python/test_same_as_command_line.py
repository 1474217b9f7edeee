"""What Python does is what the command line does, bit for bit."""

import hashlib

import pytest

from conftest import RATINGS


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def without_time(figures):
    return {key: value for key, value in figures.items() if "seconds" not in key and "rss" not in key and key != "phases"}


def test_prepare_writes_the_same_dataset(program, dataset, tmp_path):
    typed = program("prepare", RATINGS, "-o", tmp_path / "films", "--validation", "0.1")
    assert dataset.fingerprint == typed["fingerprint"]
    assert without_time(dataset.summary) == without_time(typed)


def test_train_makes_the_same_weights_and_history(program, dataset, model, tmp_path):
    typed = program("train", dataset.path, "-o", tmp_path / "typed", "--epochs", "3")
    for file in ("weights.safetensors", "config.json"):
        assert digest(tmp_path / "typed" / file) == hashlib.sha256(open(f"{model.path}/{file}", "rb").read()).hexdigest()
    assert [without_time(epoch) for epoch in model.history] == [without_time(epoch) for epoch in typed["epochs"]]


def test_options_of_all_kinds_reach_the_core(program, dataset, tmp_path):
    import encore

    model = encore.train(dataset, tmp_path / "called", model="autorec", hidden=[20, 10], epochs=2, batch_size=64, learning_rate=0.01,
                         loss_after_epoch=True, normalise=False, seed=7)
    program("train", dataset.path, "-o", tmp_path / "typed", "--model", "autorec", "--hidden", "20,10", "--epochs", "2", "--batch-size",
            "64", "--learning-rate", "0.01", "--loss-after-epoch", "--no-normalise", "--seed", "7")
    assert digest(tmp_path / "called" / "weights.safetensors") == digest(tmp_path / "typed" / "weights.safetensors")
    assert model.config["architecture"]["model"] == "autorec"


def test_recommend_answers_the_same(program, dataset, model):
    typed = program("recommend", model.path, "--rate", "Rear Window=5", "--rate", "id:318=4.5", "-k", "7", "--where", "year < 1970")
    called = model.recommend({"Rear Window": 5, 318: 4.5}, k=7, where="year < 1970")
    assert list(called) == typed["users"][0]["items"]
    assert called.score == typed["score"]
    typed = program("recommend", model.path, "--user", "42", "--dataset", dataset.path, "--exclude", "Vertigo (1958)", "--include-seen")
    assert list(model.recommend(user=42, exclude="Vertigo (1958)", include_seen=True)) == typed["users"][0]["items"]


def test_seen_films_are_no_answer(program, model):
    import encore

    first = model.recommend({"Alien": 5}, k=4)
    typed = program("recommend", model.path, "--rate", "Alien=5", "--seen", first[0]["title"], "--seen", f"id:{first[1]['movieId']}", "-k", "2")
    assert list(model.recommend({"Alien": 5}, seen=[first[0]["title"], first[1]["movieId"]], k=2)) == typed["users"][0]["items"] == first[2:]
    assert model.recommend({"Alien": 5}, seen=first[0]["title"], k=3) == first[1:]
    with pytest.raises(encore.UserError, match="seen names films that are no answers, and include_seen=True makes"):
        model.recommend({"Alien": 5}, seen=["Aliens"], include_seen=True)
    with pytest.raises(encore.UserError, match="recommend has no option seen"):
        model.recommend_many([1, 2], seen=["Aliens"])  # one person's word


def test_retired_and_forgotten_films(program, dataset, model, tmp_path):
    import encore

    model.save(tmp_path / "changed")
    changed = encore.load(tmp_path / "changed")
    first = changed.recommend({"Alien": 5}, k=5)
    gone, deleted = first[0], first[1]
    changed.retire(gone["title"])
    assert changed.recommend({"Alien": 5}, k=4) == first[1:]
    assert gone["movieId"] not in set(changed.recommend_many(dataset=dataset, k=50)["movieId"])
    assert changed.recommend({gone["movieId"]: 5}, k=4) != changed.recommend(k=4)  # still a taste
    assert program("items", "list", changed.path)["retired"] == 1
    with pytest.raises(encore.UserError, match="is retired already"):
        changed.retire(gone["movieId"])
    changed.restore(gone["movieId"])
    assert changed.recommend({"Alien": 5}, k=5) == first
    changed.forget(deleted["movieId"])
    assert [film["movieId"] for film in changed.recommend({"Alien": 5}, k=4)] == [film["movieId"] for film in [first[0], *first[2:]]]
    with pytest.raises(encore.UserError, match="has no film with"):
        changed.retire(deleted["movieId"])
    changed.retire(gone["movieId"])
    said = []
    again = encore.train(dataset, changed.path, model="popularity", log=said.append)
    assert any(f"1 retired film of {changed.path} stays retired: {gone['title']}" in line for line in said)
    assert program("items", "list", again.path)["retired"] == 1


def test_recommend_takes_ratings_in_many_forms(model, tmp_path):
    import pandas

    wanted = model.recommend({"Rear Window": 5, "Vertigo (1958)": 4.5})
    file = tmp_path / "mine.csv"
    file.write_text("title,rating\nRear Window,5\nVertigo (1958),4.5\n")
    for ratings in (pandas.Series({"Rear Window": 5, "Vertigo (1958)": 4.5}), [("Rear Window", 5), ("Vertigo (1958)", 4.5)], file,
                    str(file)):
        assert model.recommend(ratings) == wanted


def test_recommend_for_all_users_writes_the_same_file(program, dataset, model, tmp_path):
    program("recommend", model.path, "--all", "--dataset", dataset.path, "-o", tmp_path / "typed.csv", "-k", "3")
    told = model.recommend(all=True, output=tmp_path / "called.csv", k=3)
    assert told["user_count"] == dataset.summary["users"]
    assert digest(tmp_path / "typed.csv") == digest(tmp_path / "called.csv")


def test_similar_and_evaluate_answer_the_same(program, dataset, model):
    assert list(model.similar("Toy Story (1995)", k=4)) == program("similar", model.path, "Toy Story (1995)", "-k", "4")["items"]
    assert model.evaluate() == program("evaluate", model.path, dataset.path)
    assert model.evaluate(dataset, fold="validation", reconstruction=False) == program(
        "evaluate", model.path, dataset.path, "--fold", "validation", "--no-reconstruction")


def test_new_films_come_in_from_tables_and_files_alike(program, model, tmp_path, dataset):
    import pandas

    import encore

    typed, called = tmp_path / "typed.model", tmp_path / "called.model"
    model.save(typed), model.save(called)
    file = tmp_path / "new.csv"
    file.write_text('title,genres\n"Alien: Romulus (2024)",Horror|Sci-Fi\nPaddington in Peru (2024),Children|Comedy\n')
    program("items", "add", typed, file)
    grown = encore.Model(called)
    before = grown.recommend({"Alien": 5}, k=50)
    added = grown.add_items(pandas.read_csv(file))
    assert [film["title"] for film in added["added"]] == ["Alien: Romulus (2024)", "Paddington in Peru (2024)"]
    assert digest(called / "weights.safetensors") == digest(typed / "weights.safetensors")
    new = grown.recommend({"Alien": 5}, k=2, where="ratings = 0")
    assert {film["title"] for film in new} == {"Alien: Romulus (2024)", "Paddington in Peru (2024)"}
    old = [film["movieId"] for film in grown.recommend({"Alien": 5}, k=52) if not film["title"].endswith("(2024)")]
    assert old[:40] == [film["movieId"] for film in before][:40]
    arrived = tmp_path / "arrived.csv"
    arrived.write_text("userId,movieId,rating\n" + "".join(f"{user},{added['added'][0]['movieId']},5\n" for user in range(1, 40)))
    program("items", "rate", typed, arrived, "--dataset", dataset.path)
    rated = grown.rate_items(pandas.read_csv(arrived), dataset.path)
    assert rated["rated"][0]["title"] == "Alien: Romulus (2024)"
    assert rated["rated"][0]["ratings"] + rated["left_out"]["by_held_out_users"] == 39
    assert digest(called / "weights.safetensors") == digest(typed / "weights.safetensors")


def test_compare_says_the_same(program, dataset, model, tmp_path):
    import encore

    program("train", dataset.path, "-o", tmp_path / "popular", "--model", "popularity")
    typed = program("compare", tmp_path / "popular", model.path, dataset.path, "--metrics", "hit@10,ndcg@20", "--seed", "7")
    assert encore.compare(tmp_path / "popular", model.path, dataset=dataset.path, metrics="hit@10,ndcg@20", seed=7) == typed
    nameless = encore.train(dataset, model="popularity")
    found = encore.compare(nameless, model, metrics="hit@10,ndcg@20", seed=7)["comparisons"][0]
    assert found["metrics"] == typed["comparisons"][0]["metrics"]
    assert found["first"] == "model 1" and "model 1" in found["sentence"]
    for arguments, sentence in (((model,), "two models or more"), ((model.path, model.path), "name the folder that the models were trained on")):
        with pytest.raises(encore.UserError, match=sentence):
            encore.compare(*arguments)
    with pytest.raises(encore.UserError, match="metrics: coverage is one figure of all lists together"):
        encore.compare(nameless, model, metrics="coverage")
