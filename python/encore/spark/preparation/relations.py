"""The statements that name the source: the only part of the pipeline that is Spark's alone. They make the relations on which
the common texts build, ratings_typed and movies_typed, by one of two ways with the same result: typed, when the columns'
types leave nothing to check; else through text, with a reason for each row that will not do."""

from dataclasses import dataclass

from encore.spark.preparation.table import column_name, lines_of, malformed

_whole = ("tinyint", "smallint", "int", "bigint")
_times = ("timestamp", "timestamp_ntz", "date")


@dataclass
class Relations:
    user_is_number: bool = True
    movie_is_number: bool = True


def create_ratings(pipeline, source, settings):
    """Makes ratings_typed and what it stands on; says whether ids are numbers."""
    if settings.ids != "text" and _is_typed(source):
        _create_typed(pipeline, source)
        return Relations()
    _create_raw(pipeline, source)
    pipeline.run("ratings_parsed")
    relations = _kinds_of_ids(pipeline, source, settings)
    user, movie = _kind(relations.user_is_number), _kind(relations.movie_is_number)
    pipeline.create("ratings_typed", f"SELECT user_{user} AS userId, movie_{movie} AS movieId, rating, time, has_time, malformed, "
                                     "user_source, movie_source, rating_source, time_source FROM ratings_parsed")
    return relations


def create_movies(pipeline, source, movie_is_number):
    """Makes movies_typed. Without a table of films the ids in movie_counts are the titles."""
    table = source.movies
    if table is None:
        pipeline.create("movies_typed", "SELECT movieId, CAST(movieId AS STRING) AS title, CAST(NULL AS INT) AS year, '' AS genres "
                                        "FROM movie_counts")
        return
    if table.frame is None:
        pipeline.create_from("movies_file", lines_of(pipeline.spark, table))
        good = "bad_line IS NULL"
    else:
        pipeline.create_from("movies_file", table.frame)
        good = "TRUE"
    identifier, title = _text(table, source.movie_id_column), _text(table, source.title_column)
    pipeline.create("raw_movies", f"SELECT {identifier} AS movieId, {title} AS title, {_genres(source)} AS genres "
                                  f"FROM movies_file WHERE {good}")
    pipeline.run("movies_parsed")
    pipeline.create("movies_typed", f"SELECT movie_{_kind(movie_is_number)} AS movieId, title, year, genres FROM movies_parsed")


def _kind(is_number):
    return "number" if is_number else "text"


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
    return (bool(types) and types[source.user_column] in _whole and types[source.item_column] in _whole
            and (source.rating_column is None or _is_number(types[source.rating_column]))
            and (source.time_column is None or types[source.time_column] in (*_whole, *_times)))


def _create_typed(pipeline, source):
    table = source.ratings
    user, item = column_name(table, source.user_column), column_name(table, source.item_column)
    rating, time = "CAST(1 AS DOUBLE)", "CAST(NULL AS BIGINT)"
    if source.rating_column is not None:
        rating = column_name(table, source.rating_column)
        if table.types[source.rating_column] == "float":  # by its shortest text, so that 0.9 does not become 0.8999999761581421
            rating = f"CAST({rating} AS STRING)"
        rating = f"CAST({rating} AS DOUBLE)"
    if source.time_column is not None:
        time = f"CAST({_seconds(column_name(table, source.time_column), table.types[source.time_column])} AS BIGINT)"
    sources = ", ".join(f"{_source_text(table, column)} AS {name}_source" for name, column in (
        ("user", source.user_column), ("movie", source.item_column), ("rating", source.rating_column), ("time", source.time_column)))
    pipeline.create_from("ratings_table", table.frame)
    pipeline.create("ratings_typed", f"""
        SELECT CASE WHEN {user} >= 0 THEN CAST({user} AS BIGINT) END AS userId,
               CASE WHEN {item} >= 0 THEN CAST({item} AS BIGINT) END AS movieId,
               CASE WHEN abs({rating}) <= 1.7976931348623157E308D THEN {rating} END AS rating,
               {time} AS time, FALSE AS has_time, FALSE AS malformed, {sources}
        FROM ratings_table""")


def _source_text(table, column):
    return "CAST(NULL AS STRING)" if column is None else f"CAST({column_name(table, column)} AS STRING)"


def _create_raw(pipeline, source):
    table = source.ratings
    roles = (f"{_text(table, source.user_column)} AS userId, {_text(table, source.item_column)} AS movieId, "
             + f"{_text(table, source.rating_column, chr(39) + '1' + chr(39))} AS rating, {_text(table, source.time_column)} AS time")
    if table.frame is not None:
        pipeline.create_from("ratings_table", table.frame)
        pipeline.create("raw_ratings", f"SELECT {roles}, FALSE AS malformed FROM ratings_table")
        return
    pipeline.create_from("ratings_lines", lines_of(pipeline.spark, table))
    pipeline.create("raw_ratings", f"SELECT {roles}, {malformed(table)} AS malformed FROM ratings_lines")


def _kinds_of_ids(pipeline, source, settings):
    """As the user says; always numbers in MovieLens' formats; else what most values of the column are."""
    if settings.ids != "auto":
        return Relations(settings.ids == "number", settings.ids == "number")
    if source.format != "table":
        return Relations()
    users, movies = pipeline.spark.sql(
        "SELECT 2 * count(user_number) >= count(user_text), 2 * count(movie_number) >= count(movie_text) FROM ratings_parsed "
        "WHERE NOT malformed").head()
    return Relations(users, movies)
