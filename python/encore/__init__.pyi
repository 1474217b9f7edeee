# Written by setup/stubs (`make docs`) from the package and the core's tables of options: not to be changed by hand.
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar, overload

from encore.errors import Failure as Failure, Interrupted as Interrupted, PeerLost as PeerLost, TrainingFailed as TrainingFailed, UserError as UserError, WorkerLost as WorkerLost

from encore import monitor as monitor, spark as spark

Path = str | os.PathLike[str]
Film = str | int  # a title, or an id
Ratings = Mapping[Any, float] | Sequence[tuple[Film, float]] | Sequence[Film] | Path | Any
Source = Path | Sequence[Path] | Any  # or a table or a sparse matrix
Log = Callable[[str], Any]
Frame = TypeVar("Frame")

__version__: str

class Answer(list[dict[str, Any]]):
    """Films, best first: dicts with movieId, title, year and score.

    score: what the scores are (docs/recommending.md); unknown: ids that the model does not know; note: what else there is to say.
    """
    score: str | None
    unknown: list[str]
    note: str | None

    def __init__(
        self,
        items: Iterable[dict[str, Any]],
        score: str | None = None,
        unknown: Iterable[str] = (),
        note: str | None = None,
    ) -> None:
        ...

class Dataset:
    """A dataset folder, as `encore prepare` writes it."""
    summary: dict[str, Any]

    def __init__(self, path: Path) -> None:
        """Raises UserError when `path` is no dataset folder."""

    @property
    def is_temporary(self) -> bool:
        """Whether the folder goes with this object."""

    @property
    def path(self) -> str:
        ...

    def __fspath__(self) -> str:
        ...

    @property
    def fingerprint(self) -> str:
        """The sha256 over the ratings; equal datasets have equal ones."""

    @property
    def unusable(self) -> dict[str, int]:
        """{reason: rows} that were rejected, without earlier ratings of the same item."""

    def rejects_text(self) -> str:
        """'12 of 100 rows were rejected: 12 rating is out of scale'; empty when none was."""

class Model:
    """A model folder, opened once for any number of questions."""
    dataset: Dataset | None
    config: dict[str, Any]

    def __init__(self, path: Path, dataset: Dataset | None = None) -> None:
        """dataset: what `evaluate` and `recommend(user=…)` look into unless told otherwise. Raises UserError."""

    @property
    def is_temporary(self) -> bool:
        """Whether the folder goes with this object."""

    @property
    def path(self) -> str:
        ...

    def __fspath__(self) -> str:
        ...

    @property
    def history(self) -> list[dict[str, Any]]:
        """One dict for each epoch trained: epoch, losses, seconds."""

    def recommend(
        self,
        ratings: Ratings | None = None,
        *,
        log: Log | None = None,
        item_column: str | None = None,
        title_column: str | None = None,
        year_column: str | None = None,
        rating_column: str | None = None,
        encoding: Literal['auto', 'utf-8', 'utf-16-le', 'utf-16-be', 'cp1252'] = 'auto',
        quote: Literal['double', 'none'] = 'double',
        user: int | str | None = None,
        all: bool = False,
        dataset: Dataset | Path | None = None,
        output: Path | None = None,
        k: int = 10,
        count: int | None = None,
        where: str | None = None,
        exclude: Film | Sequence[Film] | None = None,
        seen: Film | Sequence[Film] | None = None,
        include_seen: bool = False,
        explain: bool = False,
        explore: float = 0.0,
        seed: int | None = None,
        threads: int | None = None,
    ) -> Answer:
        """Films for somebody new, for a user of a dataset, or for all of them.

        ratings: what somebody new rated: a dict or pandas.Series {title: stars}, or pairs, or a list of titles alone, all of them liked as
        much as can be; a whole number instead of a title is the film's id. A path is a CSV file of such ratings.

        Returns an Answer, a list of films; with all=True what `encore recommend --all --json` prints, as a dict. Raises UserError.

        Options:
            item_column: The column of the films' ids in the file of ratings, by its name or number. (text; default: movieId, or a name that is common for ids)
            title_column: The column of the films' titles there. (text; default: title, or a name that is common for titles)
            year_column: The column of the films' years there, for titles without one. (text; default: year, if there is one)
            rating_column: The column of the ratings there. (text; default: rating, or a name that is common for ratings)
            encoding: How the text of that file is written; auto: UTF-8, or UTF-16 where it shows, else cp1252, which has Latin-1 in it. (one of 'auto', 'utf-8', 'utf-16-le', 'utf-16-be', 'cp1252'; default: 'auto')
            quote: Whether double quotes enclose fields there; none: they are characters like others. (one of 'double', 'none'; default: 'double')
            user: A user of dataset. (text)
            all: All users of dataset, written to the file output. (switch)
            dataset: The dataset folder that holds the ratings of user or all=True. (text)
            output: Where all=True writes its recommendations: Parquet when the name ends in .parquet, else CSV. (text)
            k, count: How many films for each user. (whole number; from 1 to 1000000; default: 10)
            where: Only films for which this SQL expression over movieId, title, year, genres and ratings is true. (text)
            exclude: A film that is not to be recommended, whoever has seen it, by its title or as id:318. (texts)
            seen: A film that the person has seen without rating it, by its title or as id:318: no answer, and a taste for models of input channels only. (texts)
            include_seen: Films that the user has rated, or seen as the dataset says, may be recommended too. (switch)
            explain: Say why each film is there: the person's ratings without which its score would fall most. (switch)
            explore: This share of the places goes to films with few ratings (at most the median, none for new ones), drawn from those that suit the person best, so that they are found and rated. (number; from 0 to 1)
            seed: Of the draws of explore: the same seed, ratings and model give the same list. (whole number; default: 42)
            threads: Threads to work with; the result does not depend on them. (whole number; from 1 to 1024; default: what the processor and the container allow)
        """

    def recommend_many(
        self,
        who: Frame | Iterable[Film] | None = None,
        *,
        dataset: Dataset | Path | None = None,
        block: int = 20000,
        user_column: str = 'userId',
        item_column: str = 'movieId',
        rating_column: str = 'rating',
        log: Log | None = None,
        k: int = 10,
        count: int | None = None,
        where: str | None = None,
        exclude: Film | Sequence[Film] | None = None,
        include_seen: bool = False,
        explore: float = 0.0,
        seed: int | None = None,
        threads: int | None = None,
    ) -> Frame | Any:
        """Films for many people at once, as a table: userId, rank, movieId, title, year, score, by user and rank.

        who: ids of users of the dataset, in their order; or None: all of them; or a table of anybody's ratings with the columns userId,
        movieId (or title) and rating, in pandas, Polars or Arrow, which the answer is in, too (otherwise pandas).
        dataset: that of the ids, the one that the model was trained on unless given. block: how many people are answered at a time.

        Raises UserError; for a table with rows that cannot be used (no user, no item, no rating on the scale), too.

        Options:
            k, count: How many films for each user. (whole number; from 1 to 1000000; default: 10)
            where: Only films for which this SQL expression over movieId, title, year, genres and ratings is true. (text)
            exclude: A film that is not to be recommended, whoever has seen it, by its title or as id:318. (texts)
            include_seen: Films that the user has rated, or seen as the dataset says, may be recommended too. (switch)
            explore: This share of the places goes to films with few ratings (at most the median, none for new ones), drawn from those that suit the person best, so that they are found and rated. (number; from 0 to 1)
            seed: Of the draws of explore: the same seed, ratings and model give the same list. (whole number; default: 42)
            threads: Threads to work with; the result does not depend on them. (whole number; from 1 to 1024; default: what the processor and the container allow)
        """

    def recommend_blocks(
        self,
        who: Frame | Iterable[Film] | None = None,
        *,
        dataset: Dataset | Path | None = None,
        block: int = 20000,
        user_column: str = 'userId',
        item_column: str = 'movieId',
        rating_column: str = 'rating',
        log: Log | None = None,
        k: int = 10,
        count: int | None = None,
        where: str | None = None,
        exclude: Film | Sequence[Film] | None = None,
        include_seen: bool = False,
        explore: float = 0.0,
        seed: int | None = None,
        threads: int | None = None,
    ) -> Iterator[Frame | Any]:
        """What `recommend_many` answers, one table for each `block` people: memory for any number of users.

        Options:
            k, count: How many films for each user. (whole number; from 1 to 1000000; default: 10)
            where: Only films for which this SQL expression over movieId, title, year, genres and ratings is true. (text)
            exclude: A film that is not to be recommended, whoever has seen it, by its title or as id:318. (texts)
            include_seen: Films that the user has rated, or seen as the dataset says, may be recommended too. (switch)
            explore: This share of the places goes to films with few ratings (at most the median, none for new ones), drawn from those that suit the person best, so that they are found and rated. (number; from 0 to 1)
            seed: Of the draws of explore: the same seed, ratings and model give the same list. (whole number; default: 42)
            threads: Threads to work with; the result does not depend on them. (whole number; from 1 to 1024; default: what the processor and the container allow)
        """

    def add_items(self, films: Source, *, item_vectors: Path | None = None, log: Log | None = None) -> dict[str, Any]:
        """Brings new films into the model without training, from a table with the columns title, and perhaps movieId, year, genres and
        others, whose texts are features: a path, or a DataFrame of pandas, Polars or Arrow. The model's folder is written anew, and this
        Model answers with them at once.

        item_vectors: a file of the new films' vectors, by their ids, made as those of `prepare(item_vectors=…)`.

        Returns the object of `encore items add --json`, as a dict: {"added": films, "films": how many there are now}. Raises UserError.
        """

    def rate_items(self, ratings: Source, dataset: Dataset | Path | None = None, *, log: Log | None = None) -> dict[str, Any]:
        """Lets ratings of films that `add_items` brought in count, without training, from a table with the columns userId, movieId and
        rating that holds all of them until now: a path, or a DataFrame of pandas, Polars or Arrow. The model's folder is written anew, and
        this Model answers by them at once.

        dataset: the one that the model was trained on, which knows what else these users like; the model's own unless given.

        Returns the object of `encore items rate --json`, as a dict: {"rated": films, "left_out": numbers of ratings that count for
        nothing, "films": how many there are}. Raises UserError.
        """

    def similar(self, title: Film, *, log: Log | None = None, k: int = 10, count: int | None = None) -> Answer:
        """The films that the model takes for most like one, named by its title, or by its id as a whole number. Raises UserError.

        Options:
            k, count: How many films. (whole number; from 1 to 1000000; default: 10)
        """

    def retire(self, *films: Film) -> None:
        """These films are no answer of anybody's any more, though a rating of them still counts: `encore items retire`. The folder is
        rewritten, whole or not at all. Raises UserError, and then nothing has changed.
        """

    def restore(self, *films: Film) -> None:
        """The way back from `retire`. Raises UserError, and then nothing has changed."""

    def forget(self, *films: Film) -> None:
        """Deletes these films and their numbers from the folder, which is rewritten, whole or not at all: `encore items forget`. Raises
        UserError, and then nothing has changed.
        """

    def evaluate(
        self,
        dataset: Dataset | Path | None = None,
        *,
        log: Log | None = None,
        fold: Literal['test', 'validation'] = 'test',
        reconstruction: bool = True,
        other_dataset: bool = False,
        metrics: str | None = None,
        by: Sequence[str] | None = None,
        candidates: str = 'rated-by-somebody',
        hide: Literal['given', 'rated'] = 'given',
        give: Literal['liked', 'all', 'seen'] = 'liked',
        negatives: int = 0,
        per_user: str | None = None,
        threads: int | None = None,
    ) -> dict[str, Any]:
        """Judges the model on held-out users, beside popularity and constants: the object of `encore evaluate --json`, as a dict.

        dataset: the one that it was trained on, unless given. Raises UserError.

        Options:
            fold: The held-out users to judge on; settings are chosen on validation users, never on test users. (one of 'test', 'validation'; default: 'test')
            reconstruction: Errors of reconstruction too, for training and held-out users; without them only the ranking is judged. (switch; default: True)
            other_dataset: Judge on another dataset with the same films, although its held-out users may be users that the model was trained on. (switch)
            metrics: Which metrics, with any number behind an @: ndcg@K, recall@K, recall-all@K, hit@K, mrr@K, map@K, precision@K, auc, coverage@K, gini@K, novelty@K, diversity@K, harm@K, rmse, mae. (text; default: recall@20,recall@50,ndcg@10,ndcg@100,precision@10,coverage,gini, or those of the dataset's protocol)
            by: Judge slices too: popularity (of the films to be found), history (how much of a user goes in), or an SQL condition on the films to be found, such as "year < 1980". (texts)
            candidates: Which films are ranked: rated-by-somebody (with a training rating), all, or those whose ids stand in this file, one a line. (text; default: 'rated-by-somebody')
            hide: Which films are not shown to a user: given (what went in; what they disliked stays a candidate) or rated (all that they rated but the films to be found). (one of 'given', 'rated'; default: 'given')
            give: What of a judged user goes in: liked (a part of what they liked), all (four fifths of what they rated lower, too, which then is no answer; a model of `train input channels` uses it) or seen (those four fifths alone). (one of 'liked', 'all', 'seen'; default: 'liked')
            negatives: Rank only N films drawn by chance beside those to be found, as some papers did (99); such figures mislead, and 0 ranks all. (whole number; from 0 to 1000000)
            per_user: Write what each user adds to each metric to this Parquet file. (text; default: means only)
            threads: Threads to work with; the result does not depend on them. (whole number; from 1 to 1024; default: what the processor and the container allow)
        """

    def save(self, folder: Path, overwrite: bool = False) -> None:
        """Copies the model folder. Raises UserError when something is there already: without overwrite anything, with it anything but
        a model, whose retired films stay retired in the copy.
        """

class Tuned:
    """The results of a search, the winner as a Model, and the folder that holds them."""

    def __init__(self, path: Path, dataset: Dataset, results: dict[str, Any]) -> None:
        ...

    @property
    def is_temporary(self) -> bool:
        """Whether the folder goes with this object."""

    @property
    def path(self) -> str:
        ...

    def __fspath__(self) -> str:
        ...

    @property
    def results(self) -> dict[str, Any]:
        """All that `encore tune --json` says; docs/json.md names the keys."""

    @property
    def winner(self) -> dict[str, Any]:
        """The best trial: its options, what it reaches, the command that makes it again."""

    @property
    def trials(self) -> list[dict[str, Any]]:
        """Every trial, in the order in which they were begun."""

    @property
    def model(self) -> Model:
        """The winner, trained."""

    @property
    def page(self) -> str:
        """The path of the page that shows the search."""

def compare(
    *models: Model | Path,
    dataset: Dataset | Path | None = None,
    log: Log | None = None,
    fold: Literal['test', 'validation'] = 'test',
    metrics: str = 'ndcg@100,ndcg@10,recall@20',
    candidates: str = 'rated-by-somebody',
    hide: Literal['given', 'rated'] = 'given',
    seed: int = 42,
    page: str | None = None,
    threads: int | None = None,
) -> dict[str, Any]:
    """Says which of several models ranks better for the same users, by how much, and how sure that is: the object of
    `encore compare --json`, as a dict.

    models: two or more, objects or folders; all others are compared with the first.
    dataset: the one that they were trained on; without it that of the first model that knows its own. Raises UserError.

    Options:
        fold: The held-out users to judge on; settings are chosen on validation users, never on test users. (one of 'test', 'validation'; default: 'test')
        metrics: Which metrics of single lists, as for encore.evaluate; the first is the one of the sentence. (text; default: 'ndcg@100,ndcg@10,recall@20')
        candidates: Which films are ranked: rated-by-somebody, all, or those whose ids stand in this file. (text; default: 'rated-by-somebody')
        hide: Which films are not shown to a user, as for encore.evaluate. (one of 'given', 'rated'; default: 'given')
        seed: Decides the samples of users behind intervals and probabilities. (whole number; default: 42)
        page: Write a page with charts too: the differences, curves over k, slices, quality against time. (text; default: none)
        threads: Threads to work with; the result does not depend on them. (whole number; from 1 to 1024; default: what the processor and the container allow)
    """

def evaluate(
    model: Model | Path,
    dataset: Dataset | Path | None = None,
    *,
    log: Log | None = None,
    fold: Literal['test', 'validation'] = 'test',
    reconstruction: bool = True,
    other_dataset: bool = False,
    metrics: str | None = None,
    by: Sequence[str] | None = None,
    candidates: str = 'rated-by-somebody',
    hide: Literal['given', 'rated'] = 'given',
    give: Literal['liked', 'all', 'seen'] = 'liked',
    negatives: int = 0,
    per_user: str | None = None,
    threads: int | None = None,
) -> dict[str, Any]:
    """Judges a Model, or the model of a folder: see Model.evaluate.

    Options:
        fold: The held-out users to judge on; settings are chosen on validation users, never on test users. (one of 'test', 'validation'; default: 'test')
        reconstruction: Errors of reconstruction too, for training and held-out users; without them only the ranking is judged. (switch; default: True)
        other_dataset: Judge on another dataset with the same films, although its held-out users may be users that the model was trained on. (switch)
        metrics: Which metrics, with any number behind an @: ndcg@K, recall@K, recall-all@K, hit@K, mrr@K, map@K, precision@K, auc, coverage@K, gini@K, novelty@K, diversity@K, harm@K, rmse, mae. (text; default: recall@20,recall@50,ndcg@10,ndcg@100,precision@10,coverage,gini, or those of the dataset's protocol)
        by: Judge slices too: popularity (of the films to be found), history (how much of a user goes in), or an SQL condition on the films to be found, such as "year < 1980". (texts)
        candidates: Which films are ranked: rated-by-somebody (with a training rating), all, or those whose ids stand in this file, one a line. (text; default: 'rated-by-somebody')
        hide: Which films are not shown to a user: given (what went in; what they disliked stays a candidate) or rated (all that they rated but the films to be found). (one of 'given', 'rated'; default: 'given')
        give: What of a judged user goes in: liked (a part of what they liked), all (four fifths of what they rated lower, too, which then is no answer; a model of `train input channels` uses it) or seen (those four fifths alone). (one of 'liked', 'all', 'seen'; default: 'liked')
        negatives: Rank only N films drawn by chance beside those to be found, as some papers did (99); such figures mislead, and 0 ranks all. (whole number; from 0 to 1000000)
        per_user: Write what each user adds to each metric to this Parquet file. (text; default: means only)
        threads: Threads to work with; the result does not depend on them. (whole number; from 1 to 1024; default: what the processor and the container allow)
    """

def load(folder: Path) -> Model:
    """Opens a model folder that `encore train` or `train` wrote. Raises UserError when it is none."""

def prepare(
    source: Source,
    output: Path | None = None,
    *,
    movies: Source | None = None,
    seen: Source | None = None,
    user_ids: Sequence[Any] | None = None,
    item_ids: Sequence[Any] | None = None,
    log: Log | None = None,
    events: str | None = None,
    glob: str | None = None,
    encoding: Literal['auto', 'utf-8', 'utf-16-le', 'utf-16-be', 'cp1252'] = 'auto',
    years: tuple[float, float] | str | None = None,
    where: str | None = None,
    min_item_ratings: int = 0,
    min_user_ratings: int = 0,
    scale: tuple[float, float] | str | None = None,
    liked: float | None = None,
    repeats: Literal['last', 'max', 'sum', 'count'] | None = None,
    count: Literal['plain', 'log'] = 'plain',
    implicit: bool = False,
    strict: bool = False,
    rejects: Path | None = None,
    hold_out: float = 0.2,
    validation: float = 0.0,
    split: Literal['users', 'ratings', 'time', 'user-time', 'last', 'files'] = 'users',
    protocol: Literal['liang', 'recbole', 'lightgcn', 'leave-one-out'] | None = None,
    test_ratings: str | None = None,
    validation_ratings: str | None = None,
    seed: int = 42,
    user_column: str = 'userId',
    item_column: str = 'movieId',
    rating_column: str = 'rating',
    count_column: str | None = None,
    no_header: bool = False,
    time_column: str = 'timestamp',
    time_unit: Literal['auto', 's', 'ms', 'us', 'ns'] = 'auto',
    no_time: bool = False,
    decimal_comma: bool = False,
    movies_no_header: bool = False,
    movie_id_column: str | None = None,
    item_map: str | None = None,
    item_features: str | None = None,
    item_vectors: str | None = None,
    title_column: str = 'title',
    genres_column: str = 'genres',
    year_column: str = 'year',
    ids: Literal['auto', 'number', 'text'] = 'auto',
    quote: Literal['double', 'none'] = 'double',
    memory: str | None = None,
    threads: int | None = None,
) -> Dataset:
    """Turns ratings into a Dataset.

    source: a MovieLens folder, a file of ratings, or a list of files that are one table; or a table of ratings (pandas.DataFrame, pyarrow.Table, whatever speaks Arrow); or
    a sparse matrix of SciPy's, users × items. The latter two need pyarrow.
    output: the dataset folder to write; without one it is temporary and goes with the object.
    movies: a table of the films' ids, titles and genres: a path, or a table like `source`.
    seen: a table of films that users have seen, rated or not, such as a log of what was watched: a path, or a table like `source`.
    user_ids, item_ids: names of a matrix's rows and columns; otherwise their numbers.
    log: gets each remark and warning as a line; otherwise they go to the logger `encore`.

    Rows that cannot be used are left out and counted by reason in `summary`, with a warning; strict=True refuses them. Raises
    UserError.

    Options:
        events: What users did since, as `encore serve events` keeps it: of a user and film it counts instead of SOURCE. (text; default: SOURCE alone)
        glob: Of a folder (or a zip archive), the files whose path within it fits are one table: * ? [ ] stand for characters of a name, ** for folders, as in '2024-*/**/*.csv'. (text; default: what is called part-… or lies in folders such as country=DE)
        encoding: How text is written; auto: UTF-8, or UTF-16 where it shows, and titles that are not UTF-8 are cp1252, which has Latin-1 in it. (one of 'auto', 'utf-8', 'utf-16-le', 'utf-16-be', 'cp1252'; default: 'auto')
        years: Only films of these years, both included; the year stands at the end of the title. (text; default: all films)
        where: Only ratings for which this SQL condition over movieId, title, year, genres, userId, rating, time and the table's own columns (as text) holds. (text; default: all ratings)
        min_item_ratings: Only films with at least this many ratings; counted once, before the users. (whole number)
        min_user_ratings: Only users with at least this many of the remaining ratings. (whole number)
        scale: The scale of the ratings, such as 1-10 or -10-10; others are rejected, and values become rating / MAX. (text; default: 0.5-5)
        liked: A rating of at least this counts as liked. (number; default: 4, or 0.8 times the maximum of another scale; any count)
        repeats: Of several rows of one user and film: the last or the largest rating, their sum, or how many there are (then the ratings are not looked at). (one of 'last', 'max', 'sum', 'count'; default: last; sum of counts)
        count: What a liked count weighs in models: 1, or log(1 + count) / log(1 + liked). (one of 'plain', 'log'; default: 'plain')
        implicit: Every row counts as 1, whatever its rating; a file without ratings needs this. (switch)
        strict: Stop when a row is rejected for another reason than a later rating of the same film. (switch)
        rejects: Write the rejected rows, with the reasons, to this CSV file. (text; default: counted only)
        hold_out: The share of the users that become test users; of the ratings, with split ratings, time and user-time. (number; from 0 to 0.99; default: 0.2)
        validation: The same for validation, by which settings are chosen. (number; from 0 to 0.99)
        split: What is held out: whole users, of whom a part of the liked films is to be found; or of every user some ratings by chance, all ratings from some time on (time), each user's latest share (user-time), each user's last one (last); or what stands in files. (one of 'users', 'ratings', 'time', 'user-time', 'last', 'files'; default: 'users')
        protocol: Split as published figures were: liang (Liang et al. 2018, numpy's own draws), recbole (RecBole's benchmark), lightgcn (train.txt and test.txt of SOURCE), leave-one-out; see docs/evaluation.md. (one of 'liang', 'recbole', 'lightgcn', 'leave-one-out'; default: none: the options say it)
        test_ratings: With split files: the ratings to be found, with the columns of SOURCE, which holds those to train on. (text; default: none)
        validation_ratings: The same for validation. (text; default: none)
        seed: Decides which users are held out and which of their films are to be found. (whole number; default: 42)
        user_column: The column of the users' ids, by its name or number; without this option, common names are found. (text; default: 'userId')
        item_column: The column of the films' ids, likewise. (text; default: 'movieId')
        rating_column: The column of the ratings, likewise. (text; default: 'rating')
        count_column: The column of counts (plays, pieces, minutes) instead of ratings: any number above 0; they have no scale, and those of one user and item are added up. (text; default: none, unless the ratings' column has a name such as plays or quantity)
        no_header: The file has no line of names; columns are named by their numbers: 1 users, 2 films, 3 ratings, 4 times, unless options say otherwise. (switch)
        time_column: The column of the times: seconds since 1970, or dates and times such as 2005-04-02 23:53:47; there need not be one. (text; default: 'timestamp')
        time_unit: What times that are numbers count; auto: seconds, and what lies beyond the year 5138 then in ms, us or ns. (one of 'auto', 's', 'ms', 'us', 'ns'; default: 'auto')
        no_time: Leave the times alone; of several ratings of a film by one user the highest counts then. (switch)
        decimal_comma: Ratings are written with a decimal comma, such as 4,5. (switch)
        movies_no_header: The table of films has no line of names; its columns are named by their numbers. (switch)
        movie_id_column: The column of the films' ids in the table of films. (text; default: the one of --item-column)
        item_map: A table whose first column holds the films' ids as the ratings have them, the second as the table of films has them. (text; default: both have the same)
        item_features: What is known of the films beside titles, years and genres, for films that come later (`encore items add`): a table with a column of ids, one named feature or tag, and perhaps one named weight; MovieLens' tags.csv is one. (text; default: titles, years and genres alone)
        item_vectors: Vectors of your own for the same purpose, one for each film: NumPy's npy whose first column holds ids, or a table with a column of ids and one of lists, or of numbers alone. (text; default: none)
        title_column: The column of the films' titles. (text; default: 'title')
        genres_column: The column of the films' genres; there need not be one. (text; default: 'genres')
        year_column: The column of the films' years; where there is none, the year stands at the end of the title. (text; default: 'year')
        ids: Whether ids are numbers or text; auto: numbers when every value of a column is a whole number. (one of 'auto', 'number', 'text'; default: 'auto')
        quote: Whether double quotes enclose fields; none: they are characters like others. (one of 'double', 'none'; default: 'double')
        memory: The most memory that the process may use, such as 400MB or 2GB; more work goes over the disk. (text; default: 930MB, or half of what the machine has if that is less)
        threads: Threads to work with; the result does not depend on them. (whole number; from 1 to 1024; default: what the processor and the container allow)
    """

def train(
    dataset: Dataset | Source,
    output: Path | None = None,
    *,
    log: Log | None = None,
    model: Literal['auto', 'mult-dae', 'reference', 'autorec', 'mult-vae', 'recvae', 'ease', 'elsa', 'item-knn', 'blend', 'popularity'] | None = None,
    hidden: Sequence[int] | None = None,
    input: Literal['ratings', 'binary', 'channels'] | None = None,
    normalise: bool | None = None,
    dropout: float | None = None,
    activation: Literal['linear', 'relu', 'tanh', 'sigmoid'] | None = None,
    output_activation: Literal['linear', 'sigmoid', 'softmax'] | None = None,
    loss: Literal['mse', 'masked-mse', 'multinomial', 'binary-cross-entropy'] | None = None,
    epochs: int | None = None,
    batch_size: int | None = None,
    negatives: int | None = None,
    learning_rate: float | None = None,
    epsilon: float | None = None,
    weight_decay: float | None = None,
    seed: int | None = None,
    loss_after_epoch: bool = False,
    warm_start: Model | Path | None = None,
    patience: int | None = None,
    stop_on: Literal['validation-loss', 'ndcg@100'] | None = None,
    checkpoint_every: int = 0,
    all_ratings: bool = False,
    resume: bool = False,
    retired_from: Model | Path | None = None,
    keep_moments: bool = False,
    threads: int | None = None,
    shards: int | None = None,
    parallel: Literal['items', 'users-step', 'users-epoch', 'elephas', 'async'] | None = None,
    sync_every: Literal['fit', 'epoch'] | None = None,
    push_every: Literal['epoch', 'batch'] | None = None,
    lock: bool = False,
    block_items: int | None = None,
    device: Literal['cpu', 'reference'] | None = None,
    precision: Literal['f32', 'bf16', 'auto'] | None = None,
    beta: float | None = None,
    anneal: int | None = None,
    gamma: float | None = None,
    l2: float | None = None,
    denoise: float | None = None,
    relax: float | None = None,
    balance: float | None = None,
    keep: int | None = None,
    width: int | None = None,
    neighbours: int | None = None,
    shrink: float | None = None,
    parts: str | None = None,
) -> Model:
    """Trains a Model.

    dataset: a Dataset, the path of a dataset folder, or ratings in memory as `prepare` takes them; of these every row must be usable.
    output: the model folder to write; without one it is temporary and goes with the object (Model.save keeps it).
    log: gets a line for each epoch; otherwise they go to the logger `encore`.

    Raises UserError; Interrupted after Ctrl-C, with a checkpoint in `output` (go on with resume=True).

    Options:
        model: What kind of model; docs/models.md says what each of them is. auto: ease, elsa above 25,000 films or where the memory is too small for ease, and another one where options are given that these do not know. (one of 'auto', 'mult-dae', 'reference', 'autorec', 'mult-vae', 'recvae', 'ease', 'elsa', 'item-knn', 'blend', 'popularity'; default: auto)
        hidden: Widths of the hidden layers. (whole numbers; from 1 to 16384; default: the model's own)
        input: What goes in: ratings divided by the scale's maximum, 1 for each liked film, or channels: that, and apart from it what was seen or disliked. (one of 'ratings', 'binary', 'channels'; default: the model's own)
        normalise: Divide each user's input by its length. (switch; default: the model's own)
        dropout: Share of the input that is hidden in training. (number; from 0 to 0.99; default: the model's own)
        activation: Activation of the hidden layers. (one of 'linear', 'relu', 'tanh', 'sigmoid'; default: the model's own)
        output_activation: Activation of the output layer. (one of 'linear', 'sigmoid', 'softmax'; default: the model's own)
        loss: What is minimised; not every loss goes with every output. (one of 'mse', 'masked-mse', 'multinomial', 'binary-cross-entropy'; default: the model's own)
        epochs: Passes over the training users, at most. (whole number; from 1 to 1000000; default: the model's own)
        batch_size: Users in one step. (whole number; from 1 to 65536; default: the model's own)
        negatives: Train on a sampled softmax: in each step over about N films, drawn half evenly and half by popularity, not over the catalogue. For catalogues of hundreds of thousands of films. (whole number; from 1 to 1000000000; default: every film in every step)
        learning_rate: Adam's step size. (number; from 1e-12 to 10; default: the model's own)
        epsilon: Adam's ε, outside the root as in Keras. (number; from 1e-12 to 1; default: the model's own)
        weight_decay: λ of L2 on the weights: gradient + 2λ·weight. (number; from 0 to 1; default: the model's own)
        seed: Decides initial weights, order of users and dropout. (whole number; from 0 to 9000000000000000; default: 42)
        loss_after_epoch: Measure the training loss with a full pass after each epoch, not as the running mean. (switch)
        warm_start: Start from this model's weights; films are matched by their ids, new ones start fresh. (text; default: fresh weights)
        patience: Stop after this many rounds without improvement on validation users; a round is an epoch, or on small data as many as make 50 steps. 0: all epochs. The best epoch is kept. (whole number; from 0 to 1000000; default: 5 with validation users, unless --epochs says how many)
        stop_on: What has to improve on validation users, and the best epoch is the best of. (one of 'validation-loss', 'ndcg@100'; default: ndcg@100, validation-loss where ratings are predicted)
        checkpoint_every: Write a checkpoint after every N epochs; 0: only when stopped with Ctrl-C. (whole number; from 0 to 1000000)
        all_ratings: Train on what is held out too, for a model to be used and not judged: nothing is left to judge it on. (switch)
        resume: Go on from the last checkpoint in MODEL; the result has the same bits as without the stop. (switch)
        retired_from: Films that are retired in this model (`encore items retire`) are retired in the new one, by their ids. (text; default: the model of --warm-start, and the one that is replaced)
        keep_moments: Keep the last checkpoint in the finished model, for a later warm_start or resume=True with more epochs. (switch)
        threads: How many shards compute at the same time. (whole number; from 1 to 1024; default: what the processor and the container allow)
        shards: Into how many ranks the films (with parallel items) or the users (otherwise) are cut. (whole number; from 1 to 1024; default: as many as threads)
        parallel: How ranks share the work; see docs/parallel.md. (one of 'items', 'users-step', 'users-epoch', 'elephas', 'async'; default: items)
        sync_every: With parallel elephas: one average a fit or an epoch. (one of 'fit', 'epoch'; default: epoch)
        push_every: With parallel async: how often workers push their change. (one of 'epoch', 'batch'; default: epoch)
        lock: With parallel async: one worker at a time pulls or pushes. (switch)
        block_items: Films in a block; it fixes the order of all sums, so another size gives other bits. (whole number; from 16 to 4096; default: 128)
        device: The kernels to compute with; `reference` is plain and slow. (one of 'cpu', 'reference'; default: cpu)
        precision: How the output layer multiplies: bf16 rounds what goes into its products, and nothing else; auto takes bf16 where this processor is faster with it, else f32. (one of 'f32', 'bf16', 'auto'; default: f32)
        beta: Weight of the divergence from N(0, 1) in the loss, once it is annealed. For mult-vae. (number; from 0 to 100; default: 0.2)
        anneal: Steps in which that weight grows from 0, evenly. For mult-vae. (whole number; from 0 to 1000000000; default: 2000)
        gamma: Weight of the divergence from the prior in the loss, for each liked film of a user. For recvae. (number; from 0 to 100; default: 0.005)
        l2: λ: how strongly weights are drawn to zero. For ease. (number; from 1e-06 to 1000000000; default: follows from the data; tried on validation users where that takes seconds)
        denoise: Share of each user's likes that is left out of the input, in expectation (EDLAE). For ease. (number; from 0 to 0.99; default: 0.33, or 0 beside --l2, --relax or --balance)
        relax: How far the diagonal may rise above 0 while weights are computed (RDLAE). For ease. (number; from 0 to 1; default: 0.4, or 0 beside --l2, --denoise or --balance; tried as --l2)
        balance: Users count less the more they like: as (likes ÷ mean)^−B; at 0 all count alike. For ease, item-knn. (number; from 0 to 2; default: ease: 0.25, or 0 beside --l2, --denoise or --relax; tried as --l2; item-knn: 0.75)
        keep: Only the N largest weights of each film are stored; 0: all, films² · 4 bytes. For ease. (whole number; from 0 to 1000000; default: 0)
        width: Length of the films' vectors. For elsa. (whole number; from 1 to 4096; default: 512; 256 above 100,000 films)
        neighbours: How many neighbours of each film are kept. For item-knn. (whole number; from 1 to 100000; default: 200)
        shrink: Added to the divisor of each cosine, against neighbours that few users made. For item-knn. (number; from 0 to 1000000; default: 10)
        parts: The kinds of models that are blended. For blend. (text; default: ease,elsa,mult-dae)
    """

def tune(
    dataset: Dataset | Path,
    output: Path | None = None,
    *,
    log: Log | None = None,
    models: str = 'ease,elsa,mult-dae',
    range: Sequence[str] | None = None,
    search: Literal['tpe', 'random'] = 'tpe',
    metric: str = 'ndcg@100',
    seed: int = 42,
    trials: int = 45,
    minutes: float = 10.0,
    resume: bool = False,
    retired_from: Model | Path | None = None,
    threads: int | None = None,
) -> Tuned:
    """Searches the settings of one or several kinds of models on validation users: what `encore tune --json` says, as a dict, and the
    winner as a Model.

    dataset: a Dataset with validation users, or the path of one.
    output: the folder for all that is found, with the page index.html; without one it is temporary and goes with the object.
    log: gets a line for each answer of a trial; otherwise they go to the logger `encore`.

    Trials run one after the other in this process, each on all threads; `encore tune` in a shell runs several at a time. Raises
    UserError; Interrupted after Ctrl-C, with all answers kept in `output` (go on with resume=True).

    Options:
        models: The kinds of models whose options are searched; the defaults of each are tried first. (text; default: 'ease,elsa,mult-dae')
        range: Where to look for the value of an option of encore.train: LOW:HIGH, A|B|C, or the one value that it always has. (texts)
        search: tpe learns from the trials before where to look (Bergstra et al. 2011); random does not. (one of 'tpe', 'random'; default: 'tpe')
        metric: What the validation users say of a trial: a metric of single lists, as for encore.evaluate. (text; default: 'ndcg@100')
        seed: Decides the values that are tried; the seed of every training is its own default. (whole number; from 0 to 9000000000000000; default: 42)
        trials: How many settings are tried, at most. (whole number; from 1 to 100000; default: 45)
        minutes: How long it may take, with the training of the winner; 0: until all trials are done. (number; from 0 to 1000000; default: 10.0)
        resume: Go on with the trials in FOLDER, or add to them with more trials or minutes. (switch)
        retired_from: Films that are retired in this model (`encore items retire`) are retired in the winner, by their ids. (text)
        threads: Threads to work with; the result does not depend on them. (whole number; from 1 to 1024; default: what the processor and the container allow)
    """
