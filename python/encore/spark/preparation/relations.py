"""The statements that name the source: the only part of the pipeline that is Spark's alone. They make the relations on which
the common texts build, ratings_typed and movies_typed, by one of two ways with the same result: typed, when the columns'
types leave nothing to check; else through text, with a reason for each row that will not do."""

from dataclasses import dataclass, field

from encore.errors import UserError
from encore.spark.preparation.condition import of_films
from encore.spark.preparation.lines import rows_of
from encore.spark.preparation.table import column_name, place_of_line

_whole = ("tinyint", "smallint", "int", "bigint")
_floats = ("float", "double")
_times = ("timestamp", "timestamp_ntz", "date")


_no_places = "CAST(NULL AS BIGINT) AS line, CAST(NULL AS STRING) AS problem"
_no_lines = f"FALSE AS malformed, {_no_places}"  # of Parquet and DataFrames


@dataclass
class Relations:
    user_is_number: bool = True
    movie_is_number: bool = True
    remarks: list = field(default_factory=list)  # what was guessed and may be decided otherwise


def create_ratings(pipeline, source, settings, text_users=False, text_movies=False):
    """Makes ratings_unjudged and what it stands on (`judge` makes ratings_typed of it); says whether ids are numbers. `text_users`, `text_movies`: ids from elsewhere, which
    are to be joined, are none."""
    others_fit = settings.ids == "number" or not (text_users or text_movies)
    if settings.ids != "text" and others_fit and _is_typed(source):
        _create_typed(pipeline, source, settings)
        relations = Relations()
        largest = _largest_time(pipeline, source, settings)
    else:
        _create_raw(pipeline, source)
        pipeline.run("ratings_parsed")
        if source.ratings.small:  # of a large table this would be more than a second look at it
            pipeline.settle("ratings_parsed")
        relations, largest = _kinds_of_ids(pipeline, source, settings, text_users, text_movies)
        largest = largest if settings.time_unit == "auto" else 0
        pipeline.create("ratings_unjudged", f"SELECT {identifier('user', relations.user_is_number, settings)} AS userId, "
                                            f"{identifier('movie', relations.movie_is_number, settings)} AS movieId, rating, time, has_time, "
                                            "malformed, user_source, movie_source, rating_source, time_source, line, problem, own "
                                            "FROM ratings_parsed")
    if largest >= 10**11:
        unit = "milliseconds" if largest < 10**14 else "microseconds" if largest < 10**17 else "nanoseconds"
        relations.remarks.append(f"times of the column '{source.time_column}' such as {largest} are taken as {unit}; time_unit decides "
                                 "otherwise")
    return relations


def judge(pipeline, source, condition):
    """Makes ratings_typed: with the column `passes`, the user's condition where it is over the table's own columns."""
    columns = ("userId, movieId, rating, time, has_time, malformed, user_source, movie_source, rating_source, time_source, line, problem")
    if not source.own_columns:
        pipeline.create("ratings_typed", f"SELECT {columns}, TRUE AS passes FROM ratings_unjudged")
        return
    # The condition sees nothing but what it may name; all else has another name meanwhile.
    others = columns.split(", ")[4:]
    aside = ", ".join(f"r.{name} AS encore_{name}" for name in others)
    back = ", ".join(f"encore_{name} AS {name}" for name in others)
    own = ", ".join(f"r.own.c{place} AS `{column.replace('`', '``')}`" for place, column in enumerate(source.own_columns))
    films, join, otherwise = _films_for_condition(source)
    pipeline.create("ratings_typed", f"SELECT userId, movieId, rating, time, {back}, {otherwise}coalesce(CAST(({condition}) AS BOOLEAN), FALSE) "
                                     f"AS passes FROM (SELECT r.userId, r.movieId, r.rating, r.time, {aside}, {own}{films} "
                                     f"FROM ratings_unjudged AS r{join}) AS r")


def _films_for_condition(source):
    """(columns, a join, what is true of rows of unknown films, which are rejected as such) for a condition that asks for films, too."""
    if not source.own_with_films:
        return "", "", ""
    own = [column.lower() for column in source.own_columns]
    names = [name for name in of_films if name not in own]
    if source.movies is None:  # as create_movies has it without a table
        values = {"title": "CAST(r.movieId AS STRING)", "year": "CAST(NULL AS INT)", "genres": "''"}
        return "".join(f", {values[name]} AS {name}" for name in names), "", ""
    return ("".join(f", m.{name}" for name in names) + ", m.movieId IS NULL AS encore_unknown", " LEFT JOIN movies AS m ON r.movieId = m.movieId",
            "encore_unknown OR ")


def _own(source):
    """What the user's condition asks for, as one value that passes through the texts."""
    if not source.own_columns:
        return "CAST(NULL AS INT)"
    fields = ", ".join(f"'c{place}', {column_name(source.ratings, column)}" for place, column in enumerate(source.own_columns))
    return f"named_struct({fields})"


def create_movies(pipeline, source, settings, movie_is_number):
    """Makes movies_typed. Without a table of films the ids in movie_counts are the titles."""
    table = source.movies
    if table is None:
        pipeline.create("movies_typed", "SELECT movieId, CAST(movieId AS STRING) AS title, CAST(NULL AS INT) AS year, '' AS genres, "
                                        f"'' AS movie_source, {_no_lines} FROM movie_counts")
        return
    if table.frame is None:
        pipeline.create_from("movies_file", rows_of(pipeline.spark, table, _used(source.movie_id_column, source.title_column, source.genres_column,
                                                                          source.year_column, *source.genre_flags)))
    else:
        pipeline.create_from("movies_file", table.frame)
    film, title = id_text(table, source.movie_id_column), _text(table, source.title_column)
    year = _text(table, source.year_column)
    raw = "raw_movies" if source.item_map is None else "raw_movies_of_table"
    pipeline.create(raw, f"SELECT {film} AS movieId, {title} AS title, {_genres(source)} AS genres, {year} AS year, "
                                  f"{lines_of(table)} FROM movies_file")
    if source.item_map is not None:
        _map_movies(pipeline, source.item_map)
    pipeline.run("movies_parsed")
    pipeline.create("movies_typed", f"SELECT {identifier('movie', movie_is_number, settings)} AS movieId, title, year, genres, "
                                    "movie_source, malformed, line, problem FROM movies_parsed")


def _map_movies(pipeline, table):
    """raw_movies: the films under the ids that the ratings have. A film that the map lacks is in no rating; lines that name none stay, to
    be counted. Raises UserError for a line of the map that is none."""
    first, second = table.columns[:2]
    pipeline.create_from("item_map_file", rows_of(pipeline.spark, table, [first, second]) if table.frame is None else table.frame)
    pipeline.create("item_map_rows", f"SELECT TRIM(BOTH ' ' FROM {id_text(table, first)}) AS ratings_id, "
                                     f"TRIM(BOTH ' ' FROM {id_text(table, second)}) AS films_id, {lines_of(table)} FROM item_map_file")
    bad = pipeline.query("SELECT line, problem FROM item_map_rows WHERE malformed ORDER BY line LIMIT 1").head()
    if bad:
        raise UserError(f"item_map {table.path}: {place_of_line(table, bad[0])}: {bad[1]}")
    twice = pipeline.query("SELECT ratings_id, min(films_id), max(films_id) FROM item_map_rows WHERE NOT malformed AND ratings_id <> '' "
                               "GROUP BY ratings_id HAVING count(DISTINCT films_id) > 1 ORDER BY ratings_id LIMIT 1").head()
    if twice:
        raise UserError(f"item_map {table.path}: {twice[0]} leads to several films ({twice[1]}, {twice[2]}); leave one of them")
    pipeline.create("raw_movies", """
        SELECT m.ratings_id AS movieId, t.title, t.genres, t.year, t.malformed, t.line, t.problem
        FROM raw_movies_of_table AS t
        JOIN (SELECT DISTINCT ratings_id, films_id FROM item_map_rows) AS m ON TRIM(BOTH ' ' FROM t.movieId) = m.films_id
        UNION ALL
        SELECT movieId, title, genres, year, malformed, line, problem
        FROM raw_movies_of_table WHERE malformed OR movieId IS NULL OR TRIM(BOTH ' ' FROM movieId) = ''""")


def lines_of(table):
    """Whether a row is no line, where it stands, and why."""
    return "problem IS NOT NULL AS malformed, line, problem" if table.frame is None else _no_lines


def _used(*columns):
    return [column for column in columns if column is not None]


def identifier(name, is_number, settings):
    """The column of ratings_parsed or movies_parsed that holds the ids."""
    if not is_number:
        return f"{name}_text"
    return f"COALESCE({name}_number, {name}_digits)" if settings.ids == "number" else f"{name}_number"


def id_text(table, column):
    """An id as text: numbers as they are written without a point."""
    if table.frame is None:
        return _text(table, column)
    name, kind = column_name(table, column), table.types[column]
    if kind in _floats:
        return f"CAST({_typed_id(name, kind)} AS STRING)"
    if kind.startswith("decimal"):
        return f"CASE WHEN {name} = floor({name}) THEN CAST(CAST({name} AS DECIMAL(38, 0)) AS STRING) END"
    return _text(table, column)


def _typed_id(name, kind):
    """Whole numbers are ids; of floats (as pandas makes them of a column in which a value is missing) those that are whole."""
    if kind in _whole:
        return f"CAST({name} AS BIGINT)"
    return f"CASE WHEN {name} = floor({name}) AND abs({name}) < 9e18 THEN CAST({name} AS BIGINT) END"


def _time_number(name, kind):
    """A column of times as a whole number in its own unit."""
    if kind == "bigint":  # without the earliest times of 64 bits (as sql/10 has it)
        return f"(CASE WHEN {name} > -9223372035000000000 THEN {name} END)"
    return f"CAST({name} AS BIGINT)" if kind in _whole else f"CASE WHEN abs({name}) < 9e18 THEN CAST(floor({name}) AS BIGINT) END"


def _seconds_of(number, divisor):
    """Seconds of a number in the unit that the user named, or in the one that its size tells (as sql/10 does it)."""
    if divisor == 1:
        return number
    unit = divisor or (f"(CASE WHEN abs({number}) < 100000000000 THEN 1 WHEN abs({number}) < 100000000000000 THEN 1000 "
                       f"WHEN abs({number}) < 100000000000000000 THEN 1000000 ELSE 1000000000 END)")
    return f"CAST(floor(({number} - (({number} % {unit}) + {unit}) % {unit}) / {unit} + 0.5) AS BIGINT)"


def _largest_time(pipeline, source, settings):
    """Of a column whose unit is to be guessed, as it stands there; 0 where it is known (those of plain tables are seconds)."""
    column = source.time_column
    kind = source.ratings.types.get(column)
    if kind is None or kind in _times or settings.time_unit != "auto" or source.ratings.plain:
        return 0
    return pipeline.number(f"SELECT max({_time_number(column_name(source.ratings, column), kind)}) FROM ratings_table")


def _text(table, column, otherwise="CAST(NULL AS STRING)"):
    """A column as text; times as whole seconds."""
    if column is None:
        return otherwise
    name = column_name(table, column)
    if table.frame is None:
        return name
    return f"CAST({_seconds(name, table.types[column])} AS STRING)"


def _seconds(name, type_name):
    """Whole seconds since 1970 of a time, without asking the session for its zone; any other column as it is."""
    if type_name == "timestamp":
        return f"unix_seconds({name})"
    if type_name == "timestamp_ntz":
        return f"(CAST(unix_date(CAST({name} AS DATE)) AS BIGINT) * 86400 + hour({name}) * 3600 + minute({name}) * 60 + second({name}))"
    if type_name == "date":
        return f"(CAST(unix_date({name}) AS BIGINT) * 86400)"
    return name


def _genres(source):
    if not source.genre_flags:
        return _text(source.movies, source.genres_column)
    flags = ", ".join("CASE WHEN {} = '1' THEN '{}' END".format(column_name(source.movies, genre), genre.replace("'", "\\'"))
                      for genre in source.genre_flags)
    return f"concat_ws('|', {flags})"


def _is_number(type_name):
    return type_name in (*_whole, "float", "double") or type_name.startswith("decimal")


def _is_typed(source):
    """Columns whose types leave nothing to check but signs and NaN."""
    types = source.ratings.types
    ids = (*_whole, *_floats)
    return (bool(types) and types[source.user_column] in ids and types[source.item_column] in ids
            and (source.rating_column is None or _is_number(types[source.rating_column]))
            and (source.time_column is None or types[source.time_column] in (*ids, *_times)))


def _create_typed(pipeline, source, settings):
    table = source.ratings
    user, item = column_name(table, source.user_column), column_name(table, source.item_column)
    rating, time = "CAST(1 AS DOUBLE)", "CAST(NULL AS BIGINT)"
    if source.rating_column is not None:
        rating = column_name(table, source.rating_column)
        if table.types[source.rating_column] == "float":  # by its shortest text, so that 0.9 does not become 0.8999999761581421
            rating = f"CAST({rating} AS STRING)"
        rating = f"CAST({rating} AS DOUBLE)"
    has_time = "FALSE"
    if source.time_column is not None:
        name, kind = column_name(table, source.time_column), table.types[source.time_column]
        time = (f"CAST({_seconds(name, kind)} AS BIGINT)" if kind in _times
                else _seconds_of(_time_number(name, kind), settings.time_divisor))
        if kind in _floats:  # may be out of range
            has_time = f"coalesce(NOT isnan({name}), FALSE)"
        elif kind == "bigint":
            has_time = f"{name} IS NOT NULL"
    sources = ", ".join(f"{_source_text(table, column)} AS {name}_source" for name, column in (
        ("user", source.user_column), ("movie", source.item_column), ("rating", source.rating_column), ("time", source.time_column)))
    lines = f"{user} IS NULL AS malformed, {_no_places}" if table.plain else _no_lines
    pipeline.create_from("ratings_table", table.frame)
    pipeline.create("ratings_unjudged", f"""
        SELECT {_typed_id(user, table.types[source.user_column])} AS userId,
               {_typed_id(item, table.types[source.item_column])} AS movieId,
               CASE WHEN abs({rating}) <= 1.7976931348623157E308D THEN {rating} END AS rating,
               {time} AS time, {has_time} AS has_time, {lines}, {sources}, {_own(source)} AS own
        FROM ratings_table""")


def _source_text(table, column):
    return "CAST(NULL AS STRING)" if column is None else f"CAST({column_name(table, column)} AS STRING)"


def create_parsed(pipeline, source, name):
    """`name`: the ratings of another table, read and understood as ratings_parsed has those of the source."""
    _create_raw(pipeline, source, f"raw_{name}")
    pipeline.run_over("ratings_parsed", name, "raw_ratings", f"raw_{name}")


def _create_raw(pipeline, source, name="raw_ratings"):
    table = source.ratings
    roles = (f"{id_text(table, source.user_column)} AS userId, {id_text(table, source.item_column)} AS movieId, "
             + f"{_text(table, source.rating_column, chr(39) + '1' + chr(39))} AS rating, {_text(table, source.time_column)} AS time, {_own(source)} AS own")
    if table.frame is not None:
        pipeline.create_from(f"{name}_table", table.frame)
        pipeline.create(name, f"SELECT {roles}, {_no_lines} FROM {name}_table")
        return
    used = _used(source.user_column, source.item_column, source.rating_column, source.time_column, *source.own_columns)
    pipeline.create_from(f"{name}_lines", rows_of(pipeline.spark, table, used))
    pipeline.create(name, f"SELECT {roles}, {lines_of(table)} FROM {name}_lines")


def _kinds_of_ids(pipeline, source, settings, text_users, text_movies):
    """As the user says; always numbers in MovieLens' formats without a header; else numbers when every id is one. And the largest time."""
    row = pipeline.query("SELECT count(user_text), count(user_number), count(movie_text), count(movie_number), max(time_number), "
                             "min(CASE WHEN user_number IS NULL THEN user_text END), min(CASE WHEN movie_number IS NULL THEN movie_text END) "
                             "FROM ratings_parsed WHERE NOT malformed").head()
    largest = row[4] or 0
    if settings.ids != "auto":
        return Relations(settings.ids == "number", settings.ids == "number"), largest
    if source.format in ("movielens-1m", "movielens-100k"):
        return Relations(), largest
    relations = Relations(row[0] == row[1] and not text_users, row[2] == row[3] and not text_movies)
    for column, everything, numbers, other in ((source.user_column, row[0], row[1], row[5]), (source.item_column, row[2], row[3], row[6])):
        if numbers < everything and numbers * 10 >= everything * 9:
            relations.remarks.append(f"{everything - numbers} of {everything} values of the column '{column}' are no whole numbers "
                                     f"('{other}' is one of them), so its ids are text; ids='number' would reject these rows")
    return relations, largest
