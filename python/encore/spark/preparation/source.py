"""Where ratings and films come from: which table plays which part, and which of its columns mean what. Recognised by
content, as the command line does. Not the reading itself (relations.py)."""

from dataclasses import dataclass, field, replace

from encore import options
from encore.errors import UserError
from encore.spark.preparation.column_roles import film_columns, name_columns, rating_columns, refuse, require_usable, told
from encore.spark.preparation.table import Table, inspect_table, table_of_frame
from encore.spark.storage import name_of, unpacked


@dataclass
class Source:
    format: str  # "movielens-csv", "movielens-1m", "movielens-100k" or "table"
    ratings: Table
    user_column: str = "userId"
    item_column: str = "movieId"
    rating_column: str | None = None
    time_column: str | None = None
    movies: Table | None = None
    movie_id_column: str = "movieId"
    title_column: str = "title"
    genres_column: str | None = None
    year_column: str | None = None
    counts: bool = False  # the ratings are counts, which have no scale
    remarks: list = field(default_factory=list)  # which columns were guessed
    genre_flags: list = field(default_factory=list)  # ML-100K: columns of 0 and 1 named after genres, instead of genres_column


_rating_fields = ("userId", "movieId", "rating", "timestamp")
# ML-100K's u.item ends in 19 flags, one for each of these genres (its u.genre lists them).
_item_fields_100k = ("movieId", "title", "release date", "video release date", "url", "unknown", "Action", "Adventure", "Animation",
                     "Children's", "Comedy", "Crime", "Documentary", "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery",
                     "Romance", "Sci-Fi", "Thriller", "War", "Western")
# The kinds of MovieLens files without header: format, usual names of the ratings, kind and usual name of the films, their fields.
_movielens = {"ratings of ML-1M": ("movielens-1m", ("ratings.dat",), "films of ML-1M", ("movies.dat",), ("movieId", "title", "genres")),
              "ratings of ML-100K": ("movielens-100k", ("u.data",), "films of ML-100K", ("u.item",), _item_fields_100k)}
_names_of_ratings = ("ratings.csv", "ratings.csv.gz", "ratings.tsv", "ratings.parquet", "ratings.dat", "u.data")


def _quoted(settings):
    return settings.quote == "double"


def recognise_source(spark, storage, source, settings):
    """Finds ratings and films in a folder, takes a single file, or a DataFrame. `source` is an address or a DataFrame. Raises
    UserError that says which file or column is missing and which option names it."""
    if not isinstance(source, str):
        found = _from_table(table_of_frame(source), settings)
    elif not storage.exists(source):
        raise UserError(f"{source}: there is no such file or folder")
    elif storage.is_folder(source):
        found = _from_folder(spark, storage, source, settings)
    else:
        found = _from_table(inspect_table(spark, storage, source, _quoted(settings)), settings)
    if settings.movies is not None:
        films = (inspect_table(spark, storage, settings.movies, _quoted(settings)) if isinstance(settings.movies, str)
                 else table_of_frame(settings.movies))
        _take_films(found, name_columns(films, not settings.movies_no_header), settings, True)
    if found.movies is not None and found.movies.frame is None:
        if not _is_utf8(storage, found.movies):
            found.movies.encoding = "ISO-8859-1"
    return found


def _digits(text):
    return bool(text) and text.isascii() and text.isdigit()


def _kind_by_shape(table):
    """MovieLens' files without header are known by their shape."""
    fields = table.columns
    if table.frame is not None:
        return ""
    begins_with_id, shape = _digits(fields[0]), (table.delimiter, len(fields))
    if shape == ("::", 4) and begins_with_id and _digits(fields[1]) and _digits(fields[3]):
        return "ratings of ML-1M"
    if shape == ("::", 3) and begins_with_id:
        return "films of ML-1M"
    if shape == ("\t", 4) and all(_digits(one) for one in fields):
        return "ratings of ML-100K"
    if shape == ("|", 24) and begins_with_id:
        return "films of ML-100K"
    return ""


def _one_of(fitting, usual_names, folder, what_helps="name one of them as source"):
    """The one of several tables alike (ML-100K's u.data, u1.base, …): that with the usual name."""
    named = [table for table in fitting if table.name in usual_names]
    if len(fitting) <= 1 or named:
        return (named if len(fitting) > 1 else fitting or [None])[0]
    names = ", ".join(table.name for table in fitting)
    raise UserError(f"{folder} holds several files that could be meant ({names}); {what_helps}")


def _can_be_ratings(table, settings, guess):
    try:
        return rating_columns(table, settings, guess).complete(settings)
    except UserError:
        return False  # lacks a column that the user asked for


def _can_be_films(table, settings, item, guess):
    try:
        return film_columns(table, settings, item, guess).complete()
    except UserError:
        return False


def _candidates(spark, storage, folder, settings):
    """What lies in the folder, with what it can be; pictures, archives and empty files are none of ours."""
    found = []
    for path, _ in storage.entries(folder):
        try:
            table = inspect_table(spark, storage, path, _quoted(settings))
        except UserError:
            continue
        kind = _kind_by_shape(table)
        found.append((table if kind else name_columns(table, True), kind))
    return found


def _from_folder(spark, storage, folder, settings):
    if storage.exists(f"{folder}/dataset.json"):
        raise UserError(f"{folder} is a prepared dataset already; open it with Dataset.read, or prepare the ratings that it came from")
    entries = storage.entries(folder)
    if entries and all(name_of(path).startswith("part-") for path, _ in entries):  # a table as Spark writes it
        return _from_table(inspect_table(spark, storage, folder, _quoted(settings)), settings)
    candidates = _candidates(spark, storage, folder, settings)
    for guess in (False, True):
        fitting = [table for table, kind in candidates if not kind and _can_be_ratings(table, settings, guess)]
        if ratings := _one_of(fitting, ("ratings.csv",), folder):
            source = _take_columns(Source("table", ratings), settings)
            if source.item_column == options.table("prepare")["item_column"].default:
                source.format = "movielens-csv"
            if settings.movies is None:
                _find_films(source, candidates, folder, settings)
            return source
        if guess:
            break
        for kind, (_, names, films_kind, films_names, _) in _movielens.items():
            if ratings := _one_of([table for table, its_kind in candidates if its_kind == kind], names, folder):
                films = _one_of([table for table, its_kind in candidates if its_kind == films_kind], films_names, folder)
                return _from_movielens(kind, ratings, films, settings)
    # What is called like ratings but does not look like them deserves a word about its columns.
    for name in _names_of_ratings:
        if storage.exists(f"{folder}/{name}"):
            table = inspect_table(spark, storage, f"{folder}/{name}", _quoted(settings))
            _take_columns(Source("table", name_columns(table, not settings.no_header)), settings)
    raise UserError(f"{folder} holds no file of ratings; MovieLens' ratings.csv has the columns {settings.user_column}, "
                    f"{settings.item_column} and {settings.rating_column}")


def _find_films(source, candidates, folder, settings):
    """The table of films beside the ratings: by the names of the options, else by common ones. Several that could be meant are named,
    and none is taken."""
    for guess in (False, True):
        fitting = [table for table, kind in candidates
                   if not kind and table is not source.ratings and _can_be_films(table, settings, source.item_column, guess)]
        try:
            if films := _one_of(fitting, ("movies.csv",), folder, "movies names the table of titles"):
                _take_films(source, films, settings, guess)
                return
        except UserError as error:
            if not guess:
                raise
            source.remarks.append(str(error))


def _from_table(table, settings):
    kind = "" if settings.no_header else _kind_by_shape(table)
    if kind in _movielens:
        return _from_movielens(kind, table, None, settings)
    return _take_columns(Source("table", name_columns(table, not settings.no_header)), settings)


def _from_movielens(kind, ratings, films, settings):
    name, _, _, _, fields = _movielens[kind]
    source = Source(name, ratings.headerless(_rating_fields), time_column=None if settings.no_time else "timestamp")
    source.rating_column = None if settings.implicit else "rating"
    if films is not None:
        source.movies = films.headerless(fields)
        source.genres_column = "genres" if "genres" in fields else None
        source.genre_flags = [] if source.genres_column else list(fields[5:])
    return source


def _take_columns(source, settings):
    table = source.ratings
    columns = rating_columns(table, settings, True)
    if not columns.complete(settings):
        refuse(table, columns, settings)
    require_usable(table, columns.user, columns.item, columns.rating, columns.time)
    if columns.guessed:
        source.remarks.append(told(table, columns))
    source.user_column, source.item_column = columns.user, columns.item
    source.rating_column, source.time_column, source.counts = columns.rating, columns.time, columns.counts
    return source


def _take_films(source, films, settings, guess):
    columns = film_columns(films, settings, source.item_column, guess)
    if not columns.complete():
        refuse(films, columns, settings)
    require_usable(films, columns.id, columns.title, columns.genres, columns.year)
    if columns.guessed:
        source.remarks.append(told(films, columns))
    source.movie_id_column, source.title_column = columns.id, columns.title
    source.genres_column, source.year_column, source.genre_flags = columns.genres, columns.year, []
    source.movies = replace(films)


def _is_utf8(storage, table):
    """Titles may be Latin-1 (MovieLens' older sets); only reading them all tells."""
    if storage.is_folder(table.path):
        return True
    try:
        unpacked(storage.head(table.path, 1 << 30)).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
