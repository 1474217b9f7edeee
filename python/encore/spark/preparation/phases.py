"""`prepare`: from a source of ratings to a dataset, by the texts of sql/ on Spark SQL: the same rows, reasons and fingerprint
as `encore prepare`. The way through the phases; sources, settings, condition and folder have files of their own."""

import os
import time
from dataclasses import replace
from contextlib import nullcontext
from functools import partial

from encore.errors import UserError
from encore.spark.dataset import Dataset
from encore.spark.preparation import losses
from encore.spark.preparation.condition import columns as columns_of_condition
from encore.spark.preparation.condition import spark_condition
from encore.spark.preparation.counted import count_rows, rows_of_films_that_stay, use_counts
from encore.spark.preparation.events import join_events, read_events
from encore.spark.preparation.item_features import create_item_features, find_feature_table
from encore.spark.preparation.explained import explained
from encore.spark.preparation.fingerprint import fingerprint, strictly_ascends
from encore.spark.preparation.output import StagedDataset, require_outside, require_writable, sorted_parts
from encore.spark.preparation.pipeline import Pipeline
from encore.spark.preparation.plain import MALFORMED, lines_with_names, plain_source
from encore.spark.preparation.protocol import files_of_lightgcn, narrow_to_core, split_as_liang
from encore.spark.preparation.rejects import first_example, listed, require_no_rejects, write_rejects
from encore.spark.preparation.relations import create_movies, create_ratings, judge
from encore.spark.preparation.seen import find_seen_table, frame_of_events
from encore.spark.preparation.settings import checked_settings, has_scale, open_scale, require_liked_on_scale, rule_of_repeats, scale_of_counts
from encore.spark.preparation.source import recognise_source
from encore.spark.preparation.split import split_ratings
from encore.spark.preparation.summary import collect_refused, collect_rejected_films, collect_statistics, empty_summary
from encore.spark.storage import Storage, java_reason


def prepare(spark, source, output=None, **settings):
    """Turns ratings into a dataset.

    `source`: a MovieLens folder (CSV, ML-1M or ML-100K), or any CSV, TSV, JSON lines or Parquet table of ratings, at any address that
    Spark reads, in one file (plain, gzip or bzip2), a folder of parts, or a list of files; or a DataFrame. `output`: the dataset folder to write, at any address that Spark writes; one that is there already
    is replaced. Without it the dataset lives in the session, cached.

    `settings`: the options of `encore prepare`, with its defaults: years=(1950, 1959), events (a folder that this process reads), seen (an address or a DataFrame), where="rating > 1", min_item_ratings,
    min_user_ratings, scale, liked, implicit, strict, rejects (here a folder of CSV), hold_out, validation, split, protocol, test_ratings and
    validation_ratings (addresses or DataFrames), seed, user_column,
    item_column, rating_column, count_column, repeats, time_column, time_unit, no_time, no_header, decimal_comma, movies (an address or a
    DataFrame), movies_no_header, movie_id_column, item_map, item_features, title_column, genres_column, year_column, ids, quote, encoding, glob.

    Returns a Dataset. Raises UserError for whatever the caller can mend; nothing half-written stays behind."""
    return prepare_watched(None, spark, source, output, settings)


def prepare_watched(watch, spark, source, output, settings):
    """`prepare`, each phase within `watch(name, pipeline)`: a context manager that gives a dict, which is told "name", "seconds" and
    "rows" at the phase's end. None: nobody watches."""
    checked = checked_settings(settings)
    source = os.fspath(source) if isinstance(source, os.PathLike) else source
    if isinstance(source, (list, tuple)):
        source = [os.fspath(one) for one in source]
        if not source:
            raise UserError("the list of sources is empty")
        source = source[0] if len(source) == 1 else source
    if isinstance(source, str):
        source = source.rstrip("/") or source
    storage = Storage(spark)
    if output is None and checked.item_features is not None:
        raise UserError("item_features are kept in the dataset's folder; name one with output")
    if output is not None:
        output = os.fspath(output)
        require_writable(storage, output)
        named = [source] if isinstance(source, str) else source if isinstance(source, list) else []
        named += [getattr(checked, name, None) for name in ("movies", "seen", "test_ratings", "validation_ratings", "item_map", "item_features")]
        require_outside(storage, output, [path for path in named if isinstance(path, str)])
    pipeline = Pipeline(spark)
    try:
        return _Run(pipeline, storage, source, checked, watch or _unwatched).execute(spark, output)
    except UserError:
        raise
    except Exception as error:
        raise explained(error, source, checked) or error
    finally:
        pipeline.close()


def _unwatched(name, pipeline):
    return nullcontext({})


class _Run:
    """One run: the state that the phases share."""

    def __init__(self, pipeline, storage, source, settings, watch):
        self.pipeline, self.storage, self.asked, self.settings = pipeline, storage, source, settings
        self.condition, self.watch, self.has_movies = "TRUE", watch, False
        self.summary, self.phases = empty_summary(settings), []
        self.kept_all = True  # ratings_read is kept; else a plain file is read again
        self.valid = 0  # rows that are ratings
        self.left = 0  # ratings that no step has left out yet
        self.seen = None  # the smallest and largest rating of all rows, when some are out of scale

    def execute(self, spark, output):
        for phase in (self.load, self.ratings, self.movies, self.integrate, self.statistics):
            self.phase(phase.__name__, phase)
        if output is None:
            return self.in_session()
        with StagedDataset(self.storage, output) as staged:
            self.phase("arrays", lambda: self.arrays(staged))
            self.phase("fingerprint", self.fingerprint)
            staged.commit(spark, self.summary)
        written = Dataset._read(spark, output.rstrip("/"), staged.schemas)
        return replace(written, phases=self.phases)

    def phase(self, name, step):
        with self.watch(name, self.pipeline) as told:
            begin = time.monotonic()
            rows = step()
            told.update(name=name, seconds=time.monotonic() - begin, rows=rows)
        self.phases.append(told)

    def name_of_source(self):
        return self.source.ratings.path

    def load(self):
        """Finds out what the source is and scans it once."""
        run = self.pipeline.run
        asked = self.asked
        if self.settings.protocol == "lightgcn":
            asked, self.settings.test_ratings = files_of_lightgcn(self.pipeline.spark, self.storage, self.asked)
        self.source = recognise_source(self.pipeline.spark, self.storage, asked, self.settings)
        films = self.source.movies
        self.summary["source"] = {"format": self.source.format, "ratings": self.source.ratings.name if isinstance(self.asked, (str, list)) else "",
                                  "movies": films.name if films and films.path != "the DataFrame" else ""}
        if self.settings.years and not films:
            raise UserError(f"years needs titles, but {self.name_of_source()} has no table of films; name one with movies")
        for remark in self.source.remarks:
            losses.remark(remark)
        self.features = None
        if self.settings.item_features is not None:  # before the work: its mistakes are found at once
            self.features = find_feature_table(self.pipeline.spark, self.storage, self.settings)
            create_item_features(self.pipeline, self.features)
        self.seen_films = find_seen_table(self.pipeline.spark, self.storage, self.settings)
        self.use_counts()
        self.read_condition()
        self.pipeline.set_parameters(self.settings)
        run("reasons")
        self.scan()
        if self.kept_all:
            self.pipeline.expect(self.summary["rows"])
        return self.summary["rows"]

    def use_counts(self):
        """A column of counts may have been found by its name; but whoever names a scale means ratings."""
        settings = self.settings
        if not settings.counts and self.source.counts and not has_scale(settings) and settings.repeats not in ("last", "max"):
            settings.counts, settings.scale = True, open_scale
        elif not settings.counts:
            require_liked_on_scale(settings.scale, settings.asked_scale)
        if settings.count == "log":
            if not settings.counts:
                raise UserError("count='log' is for counts; name their column with count_column, or count rows with repeats='count'")
            settings.scale = settings.scale._replace(log_counts=True)
            self.summary["count"] = "log"

    def scan(self):
        self.events = read_events(self.settings.events) if self.settings.events is not None else None
        self.other_ids = [self.events.text_users, self.events.text_movies] if self.events else []
        plain = None
        if self.settings.ids != "text" and not any(self.other_ids):
            plain = plain_source(self.pipeline.spark, self.storage, self.source, self.settings)
        self.without_lines = plain is not None and self.read(plain)
        if not self.without_lines:
            self.read(self.source)
        for remark in self.relations.remarks:
            losses.remark(remark)

    def read(self, source):
        """Makes ratings_read. False: some line of a source that began with plain ones is none."""
        self.kept_all = source.ratings.number_files is None or not self.leaves_out()
        if not self.kept_all:
            return self.count_rows(source)
        self.make_checked(source)
        self.pipeline.run("ratings_read")
        rows, odd, self.valid = self.pipeline.numbers(
            f"SELECT count(*), count_if(reason = {MALFORMED}), count_if(reason = 0) FROM ratings_read")
        if not source.ratings.plain:
            self.summary["rows"] = rows
            return True
        if odd != lines_with_names(self.source.ratings):
            self.pipeline.let_go("ratings_read")
            return False
        self.pipeline.create("ratings_read", f"SELECT * FROM ratings_read WHERE reason <> {MALFORMED}")
        self.summary["rows"] = rows - odd
        return True

    def make_checked(self, source):
        self.relations = create_ratings(self.pipeline, source, self.settings, *self.other_ids)
        self.check_condition()
        if self.source.own_with_films and self.source.movies:
            self.make_movies()
        self.check()

    def leaves_out(self):
        """Whether most ratings will probably be left out: then a second look at a plain file costs less than keeping all its rows, and the
        first one counts them."""
        return bool(self.settings.years or self.settings.where) and not self.events

    def count_rows(self, source):
        """A plain file's rows by reason and film, instead of the rows; as `read`."""
        self.plain = source
        rows, odd = count_rows(self.pipeline, source, self.make_checked)
        self.summary["rows"] = rows - odd
        return odd == lines_with_names(self.source.ratings)

    def check(self):
        judge(self.pipeline, self.source, self.condition)
        self.pipeline.run("ratings_checked")
        if self.events:
            join_events(self.pipeline, self.events, self.relations, self.source.rating_column is not None)

    def list_rejected(self):
        """Makes rejected_rows. Of a plain file only numbers were read; who is to see rows is told their lines, too."""
        if self.without_lines:
            self.without_lines = False
            create_ratings(self.pipeline, self.source, self.settings, *self.other_ids)
            self.check()
            if self.summary["rejected"].keys() & {losses.SUPERSEDED, losses.LOWER}:
                self.pipeline.run("superseded_rows")
        self.pipeline.run("rejected_rows")

    def ratings(self):
        if self.kept_all:
            self.pipeline.run("ratings_valid")
            self.pipeline.run("movie_counts")
            self.pipeline.run("reason_counts")
            if self.pipeline.few_rows and self.watch is _unwatched:  # known: a query would only tell what the counts of films cost
                return self.valid
        else:
            use_counts(self.pipeline)
        self.valid = self.pipeline.number("SELECT sum(ratings) FROM movie_counts")
        return self.valid

    def movies(self):
        if not self.has_movies:
            self.make_movies()
        if self.source.movies:
            self.pipeline.run("rejected_films")
            return collect_rejected_films(self.pipeline, self.summary)
        return self.pipeline.count("movies")

    def make_movies(self):
        create_movies(self.pipeline, self.source, self.settings, self.relations.movie_is_number)
        self.pipeline.run("movies")
        self.has_movies = True

    def integrate(self):
        run, summary, settings = self.pipeline.run, self.summary, self.settings
        run("movies_rated")
        run("refused")
        in_films = collect_refused(self.pipeline, summary)
        if "rating is out of scale" in summary["rejected"]:
            self.seen = losses.range_of_ratings(self.pipeline)
        self.filter(in_films)
        self.deduplicate()
        self.report_rejects()
        if settings.protocol == "recbole":
            narrow_to_core(self.pipeline, settings, self.relations, summary)
        else:
            self.narrow("ratings_of_frequent_items", "ratings_once", settings.min_item_ratings, "movie has too few ratings")
            self.narrow("ratings_final", "ratings_of_frequent_items", settings.min_user_ratings, "user has too few ratings")
        if settings.protocol == "liang":
            split_as_liang(self.pipeline, settings, summary)
        else:
            split_ratings(self.pipeline, self.storage, settings, self.source, self.relations, summary)
            run("users")
        # In the cache before they are joined: then Spark knows how small they are, and sends them to every task.
        summary["users"], summary["ratings"] = self.pipeline.numbers("SELECT count(*), sum(ratings) FROM users")
        if summary["users"] == 0:
            raise UserError(self.nothing_left())
        run("item_stars")
        if settings.counts:
            self.set_scale_of_counts()
        run("items")
        summary["movies"] = self.pipeline.count("items")
        return summary["ratings"]

    def set_scale_of_counts(self):
        self.pipeline.run("count_scale")
        scale = scale_of_counts(self.settings, *self.pipeline.query("SELECT minimum, maximum FROM count_scale").head())
        self.settings.scale = scale
        self.summary.update(rating_scale={"minimum": scale.minimum, "maximum": scale.maximum}, liked=scale.liked)
        self.pipeline.set_parameters(self.settings)

    def read_condition(self):
        """The user's condition, written anew; and which of the table's own columns it names."""
        if self.settings.where:
            source = self.source
            roles = (source.user_column, source.item_column, source.rating_column, source.time_column)
            self.condition, source.own_columns, films = spark_condition(self.settings.where, source.ratings.columns, roles, bool(source.movies))
            source.own_with_films = films and bool(source.own_columns)

    def check_condition(self):
        """It has been written anew from known columns and functions; here Spark looks at the types."""
        if not self.settings.where:
            return
        kinds = {**columns_of_condition, "movieId": "BIGINT" if self.relations.movie_is_number else "STRING",
                 "userId": "BIGINT" if self.relations.user_is_number else "STRING"}
        types = self.source.ratings.types
        own = [name.lower() for name in self.source.own_columns]
        kinds = {name: kind for name, kind in kinds.items() if name not in own}
        kinds.update(("`" + name.replace("`", "``") + "`", types.get(name, "STRING")) for name in self.source.own_columns)
        row = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in kinds.items())
        try:
            self.pipeline.spark.sql(f"SELECT * FROM (SELECT {row}) AS r WHERE {self.condition}")
        except Exception as error:
            raise UserError(f"where: '{self.settings.where}' does not fit the columns: {java_reason(error)}") from error

    def filter(self, in_films):
        """Without films or conditions that leave ratings out, there is nothing to copy. `in_films`: valid ratings of films that may stay."""
        self.left = in_films
        judged = not self.settings.where or self.source.own_columns  # while the rows were read
        if judged and in_films == self.valid and self.kept_all:
            self.pipeline.pass_on("ratings_kept", "ratings_valid")
            return
        if not self.kept_all:
            self.make_checked(rows_of_films_that_stay(self.pipeline, self.plain))
            self.pipeline.run("ratings_read", keep=False)
            self.pipeline.run("ratings_valid")
        self.pipeline.run("integrated")
        self.pipeline.create("integrated_filtered", f"SELECT *, CAST(({'TRUE' if judged else self.condition}) AS BOOLEAN) AS passes "
                                                    "FROM integrated")
        self.pipeline.run("ratings_kept")
        self.left = self.pipeline.count("ratings_kept")
        if not self.kept_all:
            self.pipeline.expect(self.left)
        left_out = in_films - self.left
        if left_out > 0:
            self.summary["filtered"]["outside the condition"] = self.summary["filtered"].get("outside the condition", 0) + left_out
        self.pipeline.let_go("ratings_read")

    def deduplicate(self):
        doubles = 0 if self.ascends() else (self.pipeline.run("doubles"), self.pipeline.number("SELECT superseded FROM doubles"))[1]
        if doubles == 0:
            self.pipeline.pass_on("ratings_once", "ratings_kept")
            return
        self.left -= doubles
        rule = rule_of_repeats(self.settings)
        if rule == "sum":
            self.pipeline.run("ratings_summed")
            self.pipeline.pass_on("ratings_once", "ratings_summed")
            self.summary["filtered"][losses.ADDED] = doubles
            return
        self.pipeline.run("ratings_once")
        self.pipeline.run("superseded_rows")
        self.summary["rejected"][losses.LOWER if rule == "max" else losses.SUPERSEDED] = doubles

    def ascends(self):
        """Saves the grouping by pairs, which of many ratings takes longer than a look at their order."""
        if self.pipeline.few_rows:
            return False
        numbers = self.relations.user_is_number and self.relations.movie_is_number
        return numbers and strictly_ascends(self.pipeline.query("SELECT userId, movieId FROM ratings_kept"))

    def report_rejects(self):
        """Lists on request what is wrong with the source, and stops under strict."""
        settings, warn = self.settings, losses.much_is_lost(self.summary)
        if not settings.rejects and not settings.strict and not warn and self.left:
            return
        self.list_rejected()
        if settings.rejects:
            write_rejects(self.pipeline, self.source, self.summary, settings.rejects)
        if settings.strict:
            require_no_rejects(self.pipeline, self.source, self.summary)
        elif warn and self.left:
            losses.warn_of_losses(self.name_of_source(), self.summary, self.main_loss())

    def main_loss(self):
        return losses.main_loss(self.summary, self.source, self.settings, self.seen, partial(first_example, self.pipeline, self.source))

    def narrow(self, model, before, least, reason):
        if least <= 1:
            self.pipeline.pass_on(model, before)
            return
        self.pipeline.run(model)
        left = self.pipeline.count(model)
        if left < self.left:
            self.summary["filtered"][reason] = self.left - left
        self.left = left

    def nothing_left(self):
        if self.summary["rows"] == 0:
            return f"{self.name_of_source()} holds no ratings"
        self.list_rejected()
        reasons = listed({**self.summary["rejected"], **self.summary["filtered"]})
        return f"{self.name_of_source()}: none of the {self.summary['rows']} ratings is left ({reasons})" + (
            "; loosen a filter" if losses.years_take_most(self.summary) or not losses.losses_of(self.summary) else f": {self.main_loss()}")

    def statistics(self):
        for model in ("star_histogram", "years", "most_rated"):
            self.pipeline.run(model)
        collect_statistics(self.pipeline, self.summary)
        losses.warn_if_nothing_is_liked(self.summary, self.settings.counts)
        return self.summary["ratings"]

    def frames(self):
        """items, users and ratings in their columns and order."""
        query, summary = self.pipeline.query, self.summary
        if self.settings.protocol == "liang":
            self.pipeline.run("arrays_by_protocol")
            self.pipeline.pass_on("arrays", "arrays_by_protocol")
        else:
            self.pipeline.run("target_bounds")
            self.pipeline.run("arrays")
        self.pipeline.pass_on("arrays_sorted", "arrays")  # put in order below, when they are whole rows
        self.pipeline.run("ratings_file")
        items = query("SELECT item, movieId, title, year, genres, ratings, training_ratings FROM items")
        users = query("SELECT user, userId, ratings, fold FROM users")
        ratings = sorted_parts(query("SELECT * FROM ratings_file"), summary["ratings"], "user", "item")
        return sorted_parts(items, summary["movies"], "item"), sorted_parts(users, summary["users"], "user"), ratings

    def arrays(self, staged):
        items, users, self.sorted_ratings = self.frames()
        self.pipeline.keep("sorted ratings", self.sorted_ratings)  # written, and read once more for the fingerprint
        for frame, name in ((items, "items"), (users, "users"), (self.sorted_ratings, "ratings")):
            staged.write(frame, name)
        if self.features is not None:
            staged.write(self.feature_frame(), "item_features")
        self.sorted_events = frame_of_events(self.pipeline, self.events, self.seen_films, self.settings, self.relations, self.summary)
        if self.sorted_events is not None:
            staged.write(self.sorted_events, "events")
        return self.summary["ratings"]

    def feature_frame(self):
        """item_features in its columns and order; the summary tells how many there are."""
        self.pipeline.run("item_features")
        rows, items = self.pipeline.numbers("SELECT count(*), count(DISTINCT item) FROM item_features")
        self.summary["item_features"] = {"file": self.features.table.name, "rows": rows, "items": items}
        if items == 0:
            losses.warn(f"item_features {self.features.table.path}: no row names a film of the ratings by its id")
        return sorted_parts(self.pipeline.query("SELECT item, feature, weight FROM item_features"), rows, "item", "feature")

    def fingerprint(self):
        query, summary = self.pipeline.query, self.summary
        items = sorted_parts(query("SELECT item, movieId FROM items"), summary["movies"], "item")
        users = sorted_parts(query("SELECT user, userId, fold FROM users"), summary["users"], "user")
        summary["fingerprint"] = fingerprint(self.settings.scale, self.sorted_ratings, items, users, self.sorted_events)
        return self.summary["ratings"]

    def in_session(self):
        """The dataset of a session: its frames outlive this run."""
        self.phase("arrays", self.keep_for_user)
        self.phase("fingerprint", self.fingerprint)
        return Dataset(*self.kept, self.summary, None, self.phases, self.sorted_events)

    def keep_for_user(self):
        """Whole in the cache before what they come from is given back."""
        self.kept = [self.pipeline.for_user(frame).persist() for frame in self.frames()]
        self.sorted_ratings = self.kept[2]
        events = frame_of_events(self.pipeline, self.events, self.seen_films, self.settings, self.relations, self.summary)
        self.sorted_events = None if events is None else self.pipeline.for_user(events).persist()
        return [frame.count() for frame in (*self.kept, *([] if events is None else [self.sorted_events]))][2]
