"""Where ratings and films come from: which table plays which part, and which of its columns mean what. Recognised by
content, as the command line does. Not the reading itself (relations.py)."""

from dataclasses import dataclass, field, replace

from encore import options
from encore.errors import UserError
from encore.spark.preparation.column_roles import film_columns, name_columns, rating_columns, refuse, require_usable, short_list, told
from encore.spark.people import require_frame
from encore.spark.preparation.lines import is_utf8
from encore.spark.preparation.source_files import parts_in, parts_of
from encore.spark.preparation.table import Reading, Table, inspect_parts, inspect_table, table_of_frame
from encore.spark.storage import name_of


@dataclass
class Source:
    format: str  # "movielens-csv", "movielens-1m", "movielens-100k", "netflix" or "table"
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
    own_columns: list = field(default_factory=list)  # of the ratings, which only the user's condition asks for
    own_with_films: bool = False  # the condition asks for what is known of films beside them
    item_map: Table | None = None  # ids of the ratings, and of the table of films
    counts: bool = False  # the ratings are counts, which have no scale
    remarks: list = field(default_factory=list)  # which columns were guessed
    genre_flags: list = field(default_factory=list)  # ML-100K: columns of 0 and 1 named after genres, instead of genres_column


_rating_fields = ("userId", "movieId", "rating", "timestamp")
# ML-100K's u.item ends in 19 flags, one for each of these genres (its u.genre lists them).
_item_fields_100k = ("movieId", "title", "release date", "video release date", "url", "unknown", "Action", "Adventure", "Animation",
                     "Children's", "Comedy", "Crime", "Documentary", "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery",
                     "Romance", "Sci-Fi", "Thriller", "War", "Western")
# The kinds of files without header: format, usual names of the ratings, their fields, kind and usual names of the films, their fields.
_netflix_fields = ("movieId", "userId", "rating", "timestamp")
_formats = {"ratings of ML-1M": ("movielens-1m", ("ratings.dat",), _rating_fields, "films of ML-1M", ("movies.dat",),
                                 ("movieId", "title", "genres")),
            "ratings of ML-100K": ("movielens-100k", ("u.data",), _rating_fields, "films of ML-100K", ("u.item",), _item_fields_100k),
            "ratings of Netflix": ("netflix", ("combined_data_1.txt",), _netflix_fields, "films of Netflix",
                                   ("movie_titles.csv", "movie_titles.txt"), ("movieId", "year", "title"))}
_names_of_ratings = ("ratings.csv", "ratings.csv.gz", "ratings.tsv", "ratings.parquet", "ratings.dat", "u.data")


_names_of_films = ("movies", "films", "items", "books", "titles", "products", "artists", "movie_titles")


def reading_of(settings):
    return Reading(settings.quote == "double", not settings.no_header, settings.encoding)


def recognise_source(spark, storage, source, settings):
    """Finds ratings and films in a folder, takes a single file, several that are one table, or a DataFrame. `source` is an address, a list
    of them, a DataFrame or a Table. Raises UserError that says which file or column is missing and which option names it."""
    reading = reading_of(settings)
    several = isinstance(source, list)
    if several or isinstance(source, str):
        folder = not several and storage.is_folder(source)
        if not several and not storage.exists(source):
            raise UserError(f"{source}: there is no such file or folder")
        if settings.glob is not None and not folder:
            raise UserError(f"glob chooses files within a folder, which {source[0] if several else source} is not")
        if folder:
            found = _from_folder(spark, storage, source, settings, reading)
        elif several:
            found = _from_table(inspect_parts(spark, storage, source[0], parts_of(storage, source), (), reading), settings)
        else:
            found = _from_table(inspect_table(spark, storage, source, reading), settings)
    else:
        if settings.glob is not None:
            raise UserError("glob chooses files within a folder, and the source is a DataFrame")
        if not isinstance(source, Table):
            require_frame(source)
            source = table_of_frame(source)
        found = _from_table(source, settings)
    if settings.movies is not None:
        header = not settings.movies_no_header
        films = (inspect_table(spark, storage, settings.movies, replace(reading, header=header, films=header))
                 if isinstance(settings.movies, str) else table_of_frame(settings.movies))
        _take_films(found, name_columns(films, header), settings, True)
    if settings.item_map is not None:
        found.item_map = _item_map(spark, storage, found, settings, reading)
    if found.movies is not None and found.movies.frame is None and settings.encoding == "auto" and not is_utf8(spark, found.movies):
        found.movies.encoding = "cp1252"
    return found


def _item_map(spark, storage, source, settings, reading):
    if source.movies is None:
        raise UserError("item_map leads from the ratings' ids to those of the table of films, and there is none; name one with movies")
    table = inspect_table(spark, storage, settings.item_map, replace(reading, header=False))
    if len(table.columns) < 2:
        raise UserError(f"item_map {table.path} has one column; it needs two: the ids of the ratings, and those of the films")
    return name_columns(table, False) if table.layout == "delimited" and table.frame is None else table


def _digits(text):
    return bool(text) and text.isascii() and text.isdigit()


def _kind_by_shape(table):
    """MovieLens' and Netflix' files without header are known by their shape."""
    fields = table.columns
    netflix = {"netflix-ratings": "ratings of Netflix", "netflix-films": "films of Netflix"}.get(table.layout)
    if table.frame is not None or netflix or table.layout != "delimited":
        return netflix or ""
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


def _candidates(spark, storage, folder, reading):
    """What lies in the folder, with what it can be; and what is none of ours, pictures and empty files, with the reason."""
    found, others = [], {}
    for path, is_folder in storage.entries(folder):
        if is_folder:
            continue
        try:
            table = inspect_table(spark, storage, path, replace(reading, films=True))
        except UserError as error:
            others[path] = str(error)
            continue
        kind = _kind_by_shape(table)
        found.append((table if kind else name_columns(table, True), kind))
    return found, others


def _from_folder(spark, storage, folder, settings, reading):
    if storage.exists(f"{folder}/dataset.json"):
        raise UserError(f"{folder} is a prepared dataset already; open it with Dataset.read, or prepare the ratings that it came from")
    if parts := parts_in(storage, folder, settings.glob):
        return _from_table(inspect_parts(spark, storage, folder, *parts, reading), settings)
    candidates, others = _candidates(spark, storage, folder, reading)
    for guess in (False, True):
        fitting = [table for table, kind in candidates if not kind and _can_be_ratings(table, settings, guess)]
        if ratings := _one_of(fitting, ("ratings.csv",), folder):
            source = _take_columns(Source("table", ratings), settings)
            if source.item_column == options.table("prepare")["item_column"].default:
                source.format = "movielens-csv"
            if settings.movies is None:
                _find_films(source, candidates, others, folder, settings)
            return source
        if guess:
            break
        for kind, (_, names, _, films_kind, films_names, _) in _formats.items():
            if ratings := _one_of([table for table, its_kind in candidates if its_kind == kind], names, folder):
                films = (None if settings.movies is not None else
                         _one_of([table for table, its_kind in candidates if its_kind == films_kind], films_names, folder))
                source = _from_format(kind, ratings, films, settings)
                if films is None and settings.movies is None:
                    _remark_on_films(source, candidates, others)
                return source
    # What is called like ratings but does not look like them deserves a word about its columns.
    for name in _names_of_ratings:
        if storage.exists(f"{folder}/{name}"):
            table = inspect_table(spark, storage, f"{folder}/{name}", reading)
            _take_columns(Source("table", name_columns(table, not settings.no_header)), settings)
    raise UserError(f"{folder} holds no file of ratings; MovieLens' ratings.csv has the columns {settings.user_column}, "
                    f"{settings.item_column} and {settings.rating_column}")


def _remark_on_films(source, candidates, others):
    """A file that is called like a table of films and is not used deserves a word."""
    def say(path, why):
        if name_of(path).partition(".")[0].lower() in _names_of_films:
            source.remarks.append(f"{name_of(path)} is not used as the table of films: {why}")

    for path, why in sorted(others.items()):
        say(path, why)
    for table, _ in candidates:
        if table.path != source.ratings.path:
            say(table.path, f"its columns are {short_list(table.columns)}; movies='{table.path}' with movie_id_column and title_column makes "
                            "it one")


def _find_films(source, candidates, others, folder, settings):
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
            return
    _remark_on_films(source, candidates, others)


def _from_table(table, settings):
    if settings.no_header and table.frame is None and table.layout != "delimited":
        what = "JSON" if table.layout == "json-lines" else "a file of Netflix' ratings"
        raise UserError(f"{table.path} is {what}, where no line of names could be missing; leave out no_header")
    kind = "" if settings.no_header else _kind_by_shape(table)
    if kind in _formats:
        return _from_format(kind, table, None, settings)
    return _take_columns(Source("table", name_columns(table, not settings.no_header)), settings)


def _from_format(kind, ratings, films, settings):
    name, _, fields, _, _, films_fields = _formats[kind]
    source = Source(name, ratings.headerless(fields), time_column=None if settings.no_time else "timestamp")
    source.rating_column = None if settings.implicit else "rating"
    if films is not None:
        source.movies = films.headerless(films_fields)
        source.genres_column = "genres" if "genres" in films_fields else None
        source.year_column = "year" if "year" in films_fields else None
        source.genre_flags = [] if source.genres_column or source.year_column else list(films_fields[5:])
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
    genres = None if films.shapes else columns.genres  # a list of genres in JSON becomes one text
    require_usable(films, columns.id, columns.title, genres, columns.year)
    if columns.guessed:
        source.remarks.append(told(films, columns))
    source.movie_id_column, source.title_column = columns.id, columns.title
    source.genres_column, source.year_column, source.genre_flags = columns.genres, columns.year, []
    source.movies = replace(films)
