"""Runs the models of sql/ in a session of its own, so that their names meet no view of the user's. Knows how Spark wants a
model; their order stands in phases.py, what they compute in their texts."""

import re

from encore.spark.preparation.settings import hash_bound, rule_of_repeats
from encore.spark.preparation.texts import sql_models

# What the texts rely on, whatever the user's session says: errors instead of silent NULLs, 'it\'s' as it is written here.
_settings = {"spark.sql.ansi.enabled": "true", "spark.sql.session.timeZone": "UTC", "spark.sql.caseSensitive": "false",
             "spark.sql.parser.escapedStringLiterals": "false", "spark.sql.execution.arrow.maxRecordsPerBatch": "65536",
             "spark.sql.legacy.parquet.nanosAsLong": "true"}

# Up to so many rows a step takes seconds whatever the plan; planning anew while it runs costs a fifth of all processor time.
FEW_ROWS = 1_000_000
ROWS_OF_A_TASK = 100_000


class Pipeline:
    def __init__(self, spark):
        self._users_session = spark
        self.spark = spark.newSession()
        for row in spark.sql("SET").collect():  # what the user has set for this session only
            if spark.conf.isModifiable(row[0]):
                self.spark.conf.set(row[0], row[1])
        for name, value in _settings.items():
            self.spark.conf.set(name, value)
        self._kept = {}

    def set_parameters(self, settings):
        """The one-row relation `params`, from which the texts take every setting."""
        first, last = settings.years or (None, None)
        scale, by_users = settings.scale, settings.split == "users"
        values = {"first_year": ("INT", first), "last_year": ("INT", last), "minimum": ("DOUBLE", scale.minimum),
                  "maximum": ("DOUBLE", scale.maximum), "liked": ("DOUBLE", scale.liked), "seed": ("BIGINT", settings.seed),
                  "test_below": ("STRING", hash_bound(settings.hold_out) if by_users else ""),
                  "held_out_below": ("STRING", hash_bound(settings.hold_out + settings.validation) if by_users else ""),
                  "min_item_ratings": ("BIGINT", settings.min_item_ratings),
                  "min_user_ratings": ("BIGINT", settings.min_user_ratings),
                  "time_divisor": ("BIGINT", settings.time_divisor), "decimal_comma": ("BOOLEAN", settings.decimal_comma),
                  "repeats": ("STRING", rule_of_repeats(settings)), "counts": ("BOOLEAN", settings.counts),
                  "split": ("STRING", settings.split), "test_share": ("DOUBLE", float(settings.hold_out)),
                  "validation_share": ("DOUBLE", float(settings.validation)), "log_counts": ("BOOLEAN", scale.log_counts)}
        select = ", ".join(f"CAST(:{name} AS {kind}) AS {name}" for name, (kind, _) in values.items())
        frame = self.spark.sql(f"SELECT {select}", args={name: value for name, (_, value) in values.items()})
        frame.createOrReplaceTempView("params")

    def run(self, name):
        """Makes the model's view; what is to be materialised is kept from its first use on."""
        model = sql_models()[name]
        frame = self.spark.sql(model.text)
        if model.materialize:
            self.keep(name, frame)
        frame.createOrReplaceTempView(name)

    def run_over(self, model, name, relation, other):
        """Makes `name`: what the model computes, over `other` in the place of `relation`."""
        self.create(name, re.sub(rf"\b{relation}\b", other, sql_models()[model].text))

    def create(self, name, select):
        self.spark.sql(select).createOrReplaceTempView(name)

    def create_from(self, name, frame):
        """A view over a DataFrame of whatever session."""
        if frame.sparkSession is self.spark:
            frame.createOrReplaceTempView(name)
        else:
            _across(frame, self.spark).createOrReplaceTempView(name)

    def for_user(self, frame):
        """`frame` of this session as one of the user's own session."""
        return _across(frame, self._users_session)

    def pass_on(self, name, other):
        """A step that has nothing to do."""
        self.create(name, f"SELECT * FROM {other}")

    def keep(self, name, frame):
        """Caches `frame` from its first use on, over the disk where memory ends."""
        from pyspark import StorageLevel

        self._kept[name] = frame.persist(StorageLevel.MEMORY_AND_DISK)

    def cut(self, name, frame):
        """Keeps `frame`, and makes `name` a view over its rows that knows nothing of where they come from. A plan holds each relation as often
        as it is named, down to the source; where one is named many times, Spark would plan for longer than it works."""
        self.keep(name, frame)
        session = self.spark._jsparkSession
        rows = session.internalCreateDataFrame(self._kept[name]._jdf.queryExecution().toRdd(), frame._jdf.schema(), False)
        from pyspark.sql import DataFrame

        DataFrame(rows, self.spark).createOrReplaceTempView(name)

    def kept(self):
        """The names of what is kept now."""
        return list(self._kept)

    def count_kept(self, name):
        return self._kept[name].count()

    def expect(self, rows):
        """Few rows: few tasks each step, and no planning anew while a step runs, which costs more than it gains."""
        if rows <= FEW_ROWS:
            tasks = min(self.spark.sparkContext.defaultParallelism, -(-rows // ROWS_OF_A_TASK))
            self.spark.conf.set("spark.sql.adaptive.enabled", "false")
            self.spark.conf.set("spark.sql.shuffle.partitions", str(max(1, tasks)))

    def let_go(self, name):
        if name in self._kept:
            self._kept.pop(name).unpersist()

    def numbers(self, select):
        """The values of its one row, 0 where there is none."""
        return [value or 0 for value in self.spark.sql(select).head()]

    def number(self, select):
        return self.numbers(select)[0]

    def count(self, relation):
        return self.number(f"SELECT count(*) FROM {relation}")

    def close(self):
        """Gives back whatever is kept."""
        for name in list(self._kept):
            self.let_go(name)


def _across(frame, session):
    """The same rows for another session. (A global view would do as well, but dropping one also empties the user's cache.)"""
    from pyspark.sql import DataFrame

    sql = session._jvm.org.apache.spark.sql
    maker = sql.Dataset if session.version < "4" else sql.classic.Dataset
    return DataFrame(maker.ofRows(session._jsparkSession, frame._jdf.queryExecution().analyzed()), session)
