"""Runs the models of sql/ in a session of its own, so that their names meet no view of the user's. Knows how Spark wants a
model; their order stands in phases.py, what they compute in their texts."""

import re
from functools import lru_cache

from encore.spark.preparation.settings import hash_bound, rule_of_repeats
from encore.spark.preparation.texts import sql_models

# What the texts rely on, whatever the user's session says: errors instead of silent NULLs, 'it\'s' as it is written here.
_settings = {"spark.sql.ansi.enabled": "true", "spark.sql.session.timeZone": "UTC", "spark.sql.caseSensitive": "false",
             "spark.sql.parser.escapedStringLiterals": "false", "spark.sql.execution.arrow.maxRecordsPerBatch": "65536",
             "spark.sql.legacy.parquet.nanosAsLong": "true",
             # Else Spark makes a session of its own for each table that is kept.
             "spark.sql.sources.bucketing.autoBucketedScan.enabled": "false"}

# A relation that is named in a text, and what it is called there; whatever stands within quotes is none.
_named = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`|\b(FROM|JOIN)(\s+)(\w+)\b(\s+AS\s+\w+)?""", re.DOTALL)
_join_of_parameters = re.compile(r"\n *CROSS JOIN params AS (\w+)")

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
        self._planning = {name: self.spark.conf.get(name) for name in ("spark.sql.adaptive.enabled", "spark.sql.shuffle.partitions")}
        self._kept, self._parameters = {}, {}
        self._texts = {}  # of relations that are none of the session's, by name
        self.few_rows = False

    def set_parameters(self, settings):
        """The values of the one-row relation `params`, from which the texts take every setting: numbers, and words of our own."""
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
        self._parameters = {name: f"CAST({'NULL' if value is None else repr(str(value))} AS {kind})"
                            for name, (kind, value) in values.items()}

    def _text(self, model):
        """The model's text with the settings' values where it takes them from `params`: Spark would join that one row anew in each query."""
        text, joined = sql_models()[model].text, set()
        text = _join_of_parameters.sub(lambda found: joined.add(found[1]) or "", text)
        return re.sub(rf"\b(?:{'|'.join(joined)})[.](\w+)", lambda found: self._parameters[found[1]], text) if joined else text

    def run(self, name, keep=True):
        """Makes the model's relation; what is to be materialised is kept from its first use on, unless `keep` says no."""
        if keep and sql_models()[name].materialize:
            self.cut(name, self.query(self._text(name)))
        else:
            self.create(name, self._text(name))

    def run_over(self, model, name, relation, other):
        """Makes `name`: what the model computes, over `other` in the place of `relation`."""
        self.create(name, re.sub(rf"\b{relation}\b", other, self._text(model)))

    def create(self, name, select):
        """Makes `name` of a text. It becomes a part of the texts that name it: as a view, Spark would analyse it by itself as well and
        run a command to make it, which of small data takes longer than the work. Relations mean what they mean now."""
        self._texts[name] = self._whole(select)

    def query(self, select):
        """The DataFrame of a text over the relations that have been made."""
        return self.spark.sql(self._whole(select))

    def _whole(self, select):
        """`select` with the texts of the relations in the place of their names."""
        def told(found):
            word, space, name, called = found.groups()
            if name not in self._texts:
                return found[0]
            return f"{word}{space}({self._texts[name]}){called or ' AS ' + name}"

        return _named.sub(told, select)

    def create_from(self, name, frame):
        """A view over a DataFrame of whatever session."""
        self._texts.pop(name, None)
        (frame if frame.sparkSession is self.spark else _across(frame, self.spark)).createOrReplaceTempView(name)

    def for_user(self, frame):
        """`frame` of this session as one of the user's own session."""
        return _across(frame, self._users_session)

    def pass_on(self, name, other):
        """A step that has nothing to do."""
        self._texts[name] = self._texts.get(other, f"SELECT * FROM {other}")

    def keep(self, name, frame):
        """Caches `frame` from its first use on, over the disk where memory ends. Returns its rows as a table that knows nothing of where
        they come from: a plan holds each relation as often as it is named, down to the source, and of small data Spark would plan for
        longer than it works."""
        from pyspark import StorageLevel

        self._kept[name] = frame.persist(StorageLevel.MEMORY_AND_DISK)
        cached = self.spark._jsparkSession.sharedState().cacheManager().lookupCachedData(frame._jdf).get()
        return _of_plan(cached.cachedRepresentation(), self.spark)

    def cut(self, name, frame):
        """Makes `name` of `frame`, kept."""
        self.create_from(name, self.keep(name, frame))

    def settle(self, name):
        """What is made is kept from now on."""
        self.cut(name, self.query(f"SELECT * FROM {name}"))

    def kept(self):
        """The names of what is kept now."""
        return list(self._kept)

    def count_kept(self, name):
        return self._kept[name].count()

    def expect(self, rows):
        """Few rows: few tasks each step, and no planning anew while a step runs, which costs more than it gains."""
        self.few_rows = rows <= FEW_ROWS
        if self.few_rows:
            self.plan_once(-(-rows // ROWS_OF_A_TASK))
        else:
            for name, value in self._planning.items():
                self.spark.conf.set(name, value)

    def plan_once(self, tasks):
        """Until `expect` says otherwise: at most so many tasks behind each exchange of rows, and no planning anew."""
        self.spark.conf.set("spark.sql.adaptive.enabled", "false")
        self.spark.conf.set("spark.sql.shuffle.partitions", str(max(1, min(self.spark.sparkContext.defaultParallelism, tasks))))

    def let_go(self, name):
        if name in self._kept:
            self._kept.pop(name).unpersist()

    def numbers(self, select):
        """The values of its one row, 0 where there is none."""
        return [value or 0 for value in self.query(select).head()]

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
    return _of_plan(frame._jdf.queryExecution().analyzed(), session)


def _of_plan(plan, session):
    from pyspark.sql import DataFrame

    return DataFrame(_maker(session._jvm, session.version).ofRows(session._jsparkSession, plan), session)


@lru_cache(maxsize=1)
def _maker(jvm, version):
    """Looked for once: Java searches all its archives for each part of a name."""
    sql = jvm.org.apache.spark.sql
    return sql.Dataset if version < "4" else sql.classic.Dataset
