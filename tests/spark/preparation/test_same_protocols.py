"""Ratings that are held out, by published protocols and by the caller's own files: Spark's folder is that of `encore prepare`, row for row,
the fingerprint included."""

import logging
import subprocess

import pytest

from conftest import diseases, program, real_ratings

from encore.errors import UserError


def test_liang(compare, movielens):
    dataset = compare.same(movielens, protocol="liang", hold_out=0.1, validation=0.1)
    assert dataset.summary["protocol"] == "liang" and min(dataset.summary["users_by_fold"].values()) > 5
    assert dataset.summary["filtered"]["held out, unknown to training"] > 0


def test_liang_of_some_ratings_with_text_ids(compare, tmp_path):
    rows = "".join(f"u{user},m{film},{4 + film % 2},{film}\n" for user in range(40) for film in range(user % 5, 9 + user % 7))
    (tmp_path / "ratings.csv").write_text("userId,movieId,rating,timestamp\n" + rows)
    dataset = compare.same(tmp_path / "ratings.csv", protocol="liang", hold_out=0.2, validation=0.2, where="time > 1")
    assert dataset.summary["filter"]["where"] == "(time > 1\n) AND rating > 3.5"


def test_recbole(compare, movielens):
    dataset = compare.same(movielens, protocol="recbole")
    assert dataset.summary["filtered"]["outside the core of films and users with enough ratings"] > 1000
    assert dataset.summary["liked"] == 3


def test_recbole_leaves_nothing_of_a_table_without_a_core(compare, tmp_path):
    (tmp_path / "ratings.csv").write_text("userId,movieId,rating\n" + "".join(f"{n},{n % 3},4\n" for n in range(60)) + "7,1,99\n")
    with pytest.raises(UserError, match="none of the 61 ratings is left .*out of scale, for example: line 62: '7, 1, 99'"):
        compare.same_or_refused(tmp_path / "ratings.csv", protocol="recbole")


def test_leave_one_out(compare, movielens):
    dataset = compare.same(movielens, protocol="leave-one-out", min_user_ratings=30)
    assert dataset.summary["implicit"] and dataset.summary["split"] == "last"


def test_lightgcn(compare, tmp_path):
    folder = tmp_path / "gowalla"
    folder.mkdir()
    (folder / "train.txt").write_text("0 10 11 12 10\n1 11 13\n2\n\n3 10 12 \n")
    (folder / "test.txt").write_text("0 13\n1 10 12\r\n2 11\n3\n1 11\n")
    dataset = compare.same(folder, protocol="lightgcn")
    assert dataset.summary["source"]["ratings"] == "train.txt"
    assert dataset.summary["filtered"] == {"held out, unknown to training": 1, "held out, but in training too": 1}
    (folder / "train.txt").write_text("0 10\n1 x\n")
    with pytest.raises(UserError, match="train.txt, line 2: 'x' is no number; a line is a user"):
        compare.same_or_refused(folder, protocol="lightgcn")
    with pytest.raises(UserError, match="train.txt cannot be read"):
        compare.same_or_refused(real_ratings, protocol="lightgcn")


def test_what_a_protocol_decides_is_not_said_beside_it(spark):
    from encore.spark import prepare

    for said, sentence in (({"protocol": "recbole", "split": "time"}, "protocol='recbole' decides split; leave that out"),
                           ({"protocol": "liang", "seed": 7}, "protocol='liang' decides seed; leave that out"),
                           ({"protocol": "lightgcn", "test_ratings": "t.csv"}, "protocol='lightgcn' decides test_ratings; leave that out"),
                           ({"protocol": "liang"}, "holds out 10,000 users for validation and 10,000 for testing"),
                           ({"split": "files"}, "split='files' needs test_ratings"),
                           ({"test_ratings": "t.csv"}, "test_ratings goes with split='files'"),
                           ({"split": "files", "test_ratings": "t.csv", "validation": 0.1}, "name validation_ratings")):
        with pytest.raises(UserError, match=sentence):
            prepare(spark, str(real_ratings), **said)


@pytest.fixture
def files(tmp_path):
    """Ratings to train on, and two files of held-out ones, with rows that cannot count: (train, test, validation)."""
    texts = {"train": "1,10,4,100\n1,11,3,101\n2,10,5,102\n2,12,1,103\n3,11,2,104\n4,12,4.5,105\n",
             "test": "1,12,5,200\n2,11,4,201\n3,11,5,202\n9,10,4,203\n1,99,3,204\n1,12,2,199\n4,10,2.5,206\n",
             "validation": "1,12,3,150\n3,10,4,151\n"}
    for name, rows in texts.items():
        (tmp_path / f"{name}.csv").write_text("userId,movieId,rating,timestamp\n" + rows)
    return tuple(str(tmp_path / f"{name}.csv") for name in texts)


def test_files(compare, files, caplog):
    train, test, validation = files
    with caplog.at_level(logging.WARNING, "encore"):
        dataset = compare.same(train, split="files", test_ratings=test, validation_ratings=validation)
    assert dataset.summary["rejected"] == {"held out twice": 2}
    assert dataset.summary["filtered"] == {"held out, unknown to training": 2, "held out, but in training too": 1}
    assert dataset.summary["users_by_fold"] == {"train": 4, "validation": 1, "test": 3}
    told = subprocess.run([program, "prepare", train, "-o", str(compare.folder / "told"), "--split", "files", "--test-ratings", test,
                           "--validation-ratings", validation], stderr=subprocess.PIPE, text=True, check=True).stderr
    for line in (one.getMessage() for one in caplog.records if "held-out" in one.getMessage()):
        assert line in told
    assert "2 held-out ratings are of 1 users and 1 films that training does not know" in caplog.text


def test_files_of_text_ids_without_times(compare, files, tmp_path):
    for name, file in zip(("a", "b"), files):
        text = open(file, encoding="utf-8").read().replace("\n1,", "\nann,")
        lines = [line.rpartition(",")[0] if name == "b" else line for line in text.splitlines()]
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n")
    dataset = compare.same(tmp_path / "a.csv", split="files", test_ratings=str(tmp_path / "b.csv"))
    assert dataset.users.where("userId = 'ann'").count() == 1


def test_files_of_the_real_ratings_and_data_frames(compare, movielens, tmp_path):
    """Every eleventh rating; as a DataFrame, too."""
    header, *lines = (movielens / "ratings.csv").read_text().splitlines()
    for name, kept in (("train", lambda n: n % 11), ("test", lambda n: n % 11 == 0)):
        (tmp_path / f"{name}.csv").write_text("\n".join([header, *(line for n, line in enumerate(lines) if kept(n))]) + "\n")
    options = {"split": "files", "movies": str(movielens / "movies.csv"), "where": "year < 2000"}
    dataset = compare.same(tmp_path / "train.csv", test_ratings=str(tmp_path / "test.csv"), **options)
    from encore.spark import prepare

    types = "userId BIGINT, movieId BIGINT, rating DOUBLE, timestamp BIGINT"
    train, test = (compare.spark.read.csv(str(tmp_path / f"{name}.csv"), header=True, schema=types) for name in ("train", "test"))
    assert prepare(compare.spark, train, test_ratings=test, **options).fingerprint == dataset.fingerprint


def test_files_of_movielens_without_header(compare, tmp_path):
    lines = (diseases / "ml-1m" / "ratings.dat").read_text(encoding="latin-1").splitlines(keepends=True)
    (tmp_path / "ratings.dat").write_text("".join(lines[:-1]))
    (tmp_path / "test.dat").write_text(lines[-1])
    compare.same(tmp_path / "ratings.dat", split="files", test_ratings=str(tmp_path / "test.dat"))


@pytest.mark.parametrize("rows,sentence", [
    ("1,12,9,1\n", "test_ratings .*: line 2: the row '1, 12, 9' .user, item, rating. cannot be used"),
    ("1,12,5,1\nx,12,5,1\n", "line 3: the row 'x, 12, 5'"),
    ("1,12\n", "line 2: "), (None, "test_ratings: .*there is no such file")])
def test_a_row_of_a_file_that_cannot_be_used_is_named(compare, files, tmp_path, rows, sentence):
    if rows is not None:
        (tmp_path / "bad.csv").write_text("userId,movieId,rating,timestamp\n" + rows)
    with pytest.raises(UserError, match=sentence):
        compare.same_or_refused(files[0], split="files", test_ratings=str(tmp_path / "bad.csv"))


def test_files_lack_a_column(compare, files, tmp_path):
    (tmp_path / "bad.csv").write_text("userId,film,rating\n1,10,4\n")
    with pytest.raises(UserError, match="has no column 'movieId'; it must have the columns of the training ratings"):
        compare.same_or_refused(files[0], split="files", test_ratings=str(tmp_path / "bad.csv"))
