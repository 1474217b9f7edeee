"""The table of item_features: what somebody tells of items beside titles, years and genres. Which column is what, and the rows as a
relation for sql/80_item_features.sql, as src/preparation/item_features.cpp does it."""

from dataclasses import dataclass, replace

from encore import options
from encore.errors import UserError
from encore.spark.preparation.column_roles import name_columns, plain_name, short_list
from encore.spark.preparation.lines import is_utf8, rows_of
from encore.spark.preparation.relations import id_text, lines_of
from encore.spark.preparation.table import Reading, Table, column_name, inspect_table, place_of_line

_features = ("feature", "tag", "keyword", "term", "word", "label", "topic", "attribute", "tagid")
_weights = ("weight", "relevance", "value", "score")


@dataclass
class FeatureTable:
    table: Table
    item: str
    feature: str
    weight: str | None  # None: a feature is there or not


def find_feature_table(spark, storage, settings):
    """Looks at the table. Raises UserError when it is none, or has no column of items or of features."""
    reading = Reading(settings.quote == "double", True, settings.encoding)
    table = name_columns(inspect_table(spark, storage, settings.item_features, replace(reading, header=True)), True)
    items = options.document()["known_columns"]["item"]
    item = settings.item_column if settings.item_column in table.columns else _named(table, items)
    feature = _named(table, _features)
    if item is None or feature is None or item == feature:
        raise UserError(f"item_features {table.path} needs a column of items, named {settings.item_column} or itemId, and one named "
                        f"feature or tag, and perhaps weight; it has {short_list(table.columns)}")
    if table.frame is None and settings.encoding == "auto" and not is_utf8(spark, table):
        table.encoding = "cp1252"
    return FeatureTable(table, item, feature, _named(table, _weights))


def create_item_features(pipeline, found):
    """Makes raw_item_features. Raises UserError naming the line for a row that is none or whose weight is no number."""
    table, weight = found.table, "CAST(NULL AS STRING)"
    used = [found.item, found.feature] + ([found.weight] if found.weight else [])
    pipeline.create_from("item_features_file", rows_of(pipeline.spark, table, used) if table.frame is None else table.frame)
    if found.weight:
        weight = f"CAST({column_name(table, found.weight)} AS STRING)"
    pipeline.create("item_features_read", f"SELECT {id_text(table, found.item)} AS item, "
                                          f"CAST({column_name(table, found.feature)} AS STRING) AS feature, {weight} AS weight_text, "
                                          f"{lines_of(table)} FROM item_features_file")
    number = "TRY_CAST(TRIM(BOTH ' ' FROM weight_text) AS DOUBLE)"
    wrong = f"NOT coalesce(abs({number}) < 1e300, FALSE)" if found.weight else "FALSE"
    bad = pipeline.query(f"SELECT line, problem, weight_text FROM item_features_read WHERE malformed OR {wrong} "
                             "ORDER BY line LIMIT 1").head()
    if bad:
        place = "a row" if bad[0] is None else place_of_line(table, bad[0])
        why = bad[1] if bad[1] is not None else f"the weight '{bad[2] or ''}' is no number"
        raise UserError(f"item_features {table.path}: {place}: {why}")
    pipeline.create("raw_item_features", f"SELECT item, '{plain_name(found.feature)}' AS kind, feature, {number} AS weight "
                                         "FROM item_features_read")


def _named(table, names):
    """The first column with the first of the names that one has."""
    return next((column for name in names for column in table.columns if plain_name(column) == name), None)
