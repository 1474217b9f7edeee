"""The user's own condition (`where`): read word by word into a tree of known forms and written anew for Spark SQL, so that
nothing else can be meant by it, and so that it means what it means on the command line. Not its running.

Spark's own parser is not asked: there "x" is text, a backslash escapes, and functions run Java classes."""

import re

from encore.errors import UserError

columns = {"movieId": None, "title": "STRING", "year": "INT", "genres": "STRING", "userId": None, "rating": "DOUBLE", "time": "BIGINT"}

_words = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+(?:[eE][-+]?[0-9]+)?)"
    r"|'(?P<text>(?:[^']|'')*)'"
    r'|"(?P<quoted>(?:[^"]|"")+)"'
    r"|(?P<word>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<sign><>|!=|<=|>=|==|\|\||::|[-+*/%=<>(),]))")

_types = {"tinyint": "TINYINT", "smallint": "SMALLINT", "int": "INT", "integer": "INT", "bigint": "BIGINT", "double": "DOUBLE",
          "float": "FLOAT", "real": "FLOAT", "varchar": "STRING", "text": "STRING", "string": "STRING", "boolean": "BOOLEAN"}
_whole_types = ("TINYINT", "SMALLINT", "INT", "BIGINT")


def _plain(name):
    return lambda *of: f"{name}({', '.join(of)})"


def _joined_texts(*of):
    return "concat(" + ", ".join(f"coalesce(CAST({one} AS STRING), '')" for one in of) + ")"


def _quoted(text):
    """A regular expression that matches the text itself."""
    return f"concat('\\\\Q', replace({text}, '\\\\E', '\\\\E\\\\\\\\E\\\\Q'), '\\\\E')"


def _pieces(text, separator):
    """An empty separator cuts every character off, as on the command line."""
    letters = f"filter(split({text}, '', -1), letter -> letter <> '')"
    return f"CASE WHEN {separator} = '' THEN {letters} ELSE split({text}, {_quoted(separator)}, -1) END"


def _piece(text, separator, place):
    return (f"CASE WHEN {place} = 0 THEN '' WHEN {separator} = '' THEN substr({text}, {place}, 1) "
            f"ELSE split_part({text}, {separator}, {place}) END")


_date_parts = ("year", "quarter", "month", "week", "day", "doy", "hour", "minute")


def _date_part(part, of):
    name = part.strip("'").lower()
    if name not in _date_parts:
        raise UserError(f"where: date_part on Spark knows {', '.join(_date_parts)}, not {part}")
    return f"date_part('{name}', {of})"


# Functions of values only, with what Spark calls them: least and most arguments, and how it is written.
_functions = {
    "abs": (1, 1, _plain("abs")), "ceil": (1, 1, _plain("ceil")), "ceiling": (1, 1, _plain("ceil")),
    "concat": (1, 99, _joined_texts), "contains": (2, 2, _plain("contains")), "date_part": (2, 2, _date_part),
    "day": (1, 1, _plain("day")), "hour": (1, 1, _plain("hour")), "month": (1, 1, _plain("month")),
    "list_contains": (2, 2, _plain("array_contains")), "split_part": (3, 3, _piece), "string_split": (2, 2, _pieces),
    "to_timestamp": (1, 1, _plain("timestamp_seconds")), "ends_with": (2, 2, _plain("endswith")),
    "exp": (1, 1, _plain("exp")), "floor": (1, 1, _plain("floor")), "greatest": (2, 99, _plain("greatest")),
    "instr": (2, 2, _plain("instr")), "isnan": (1, 1, _plain("isnan")), "least": (2, 99, _plain("least")),
    "left": (2, 2, _plain("left")), "length": (1, 1, _plain("char_length")), "ln": (1, 1, _plain("ln")),
    "log10": (1, 1, _plain("log10")), "lower": (1, 1, _plain("lower")), "ltrim": (1, 1, _plain("ltrim")),
    "md5": (1, 1, lambda of: f"md5(CAST({of} AS STRING))"), "mod": (2, 2, _plain("mod")), "pow": (2, 2, _plain("pow")),
    "power": (2, 2, _plain("pow")), "prefix": (2, 2, _plain("startswith")), "replace": (3, 3, _plain("replace")),
    "regexp_extract": (2, 3, lambda text, pattern, group="0": f"regexp_extract({text}, {pattern}, {group})"),
    "regexp_full_match": (2, 2, lambda text, pattern: f"({text} RLIKE concat('\\\\A(?:', {pattern}, ')\\\\z'))"),
    "regexp_matches": (2, 2, lambda text, pattern: f"({text} RLIKE {pattern})"),
    "reverse": (1, 1, _plain("reverse")), "right": (2, 2, _plain("right")), "round": (1, 2, _plain("round")),
    "rtrim": (1, 1, _plain("rtrim")), "sqrt": (1, 1, _plain("sqrt")), "starts_with": (2, 2, _plain("startswith")),
    "strpos": (2, 2, _plain("instr")), "substr": (2, 3, _plain("substr")), "substring": (2, 3, _plain("substr")),
    "suffix": (2, 2, _plain("endswith")), "trim": (1, 1, _plain("trim")), "upper": (1, 1, _plain("upper")),
}

_reserved = {"and", "or", "not", "in", "is", "null", "like", "ilike", "between", "case", "when", "then", "else", "end", "cast",
             "true", "false", "distinct", "from", "escape", "as", "select", "exists", "union", "where", "interval", "similar", "glob"}

# How strongly a sign binds, as in PostgreSQL and DuckDB.
_comparisons = {"=": "=", "==": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_or, _and, _not, _is, _compare, _like, _other, _add, _multiply, _cast = range(1, 11)


of_films = ("title", "year", "genres")


def spark_condition(text, own=(), has_a_role=(), has_films=True):
    """(the condition in Spark SQL, every step in parentheses; the columns of `own` that it names; whether it names what is known of films,
    too). `own`: the columns of the table of ratings; without a table of films its title, year and genres are such. Raises UserError
    that says what is not allowed in it."""
    if "\0" in text:
        raise UserError("where: a condition may not hold a NUL byte")
    lower = [column.lower() for column in own]
    hidden = [] if has_films else [name for name in of_films if name in lower]
    reader = _Reader(text, own, has_a_role, hidden)
    condition = reader.condition()
    return condition, reader.used, any(name in of_films for name in reader.named_columns)


def _literal(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


class _Reader:
    """Words in, Spark SQL out: one method a form, each returning the text of what it has read."""

    def __init__(self, text, own=(), has_a_role=(), hidden=()):
        self.text, self.words, self.at = text, [], 0
        self.columns = [column for column in columns if column not in hidden]
        self.own, self.has_a_role, self.used, self.named_columns = own, has_a_role, [], []
        end = len(text.rstrip())
        place = 0
        while place < end:
            match = _words.match(text, place, end)
            if not match:
                raise self.refusal(f"'{text[place:end].strip()[:20]}' is not understood")
            self.words.append((match.lastgroup, match[match.lastgroup]))
            place = match.end()

    def refusal(self, why):
        return UserError(f"where: '{self.text}' is no SQL condition ({why})")

    def peek(self, ahead=0):
        kind, word = self.words[self.at + ahead] if self.at + ahead < len(self.words) else ("end", "")
        return word.lower() if kind in ("word", "sign", "end") else kind

    def take(self, *expected):
        found = self.peek()
        if expected and found not in expected:
            raise self.refusal(f"{expected[0].upper()} is missing before {self.words[self.at][1]!r}" if self.at < len(self.words)
                               else f"{expected[0].upper()} is missing at the end")
        self.at += 1
        return self.words[self.at - 1] if self.at <= len(self.words) else ("end", "")

    def condition(self):
        if not self.words:
            raise self.refusal("it is empty")
        sql = self.expression(0)
        if self.peek():
            raise self.refusal(f"nothing may stand behind it, but {self.words[self.at][1]!r} does")
        return sql

    def expression(self, least):
        sql = self.negation() if self.peek() == "not" else self.operand()
        while (further := self.further(sql, least)) is not None:
            sql = further
        return sql

    def negation(self):
        self.take("not")
        return f"(NOT {self.expression(_not)})"

    def further(self, left, least):
        """`left` with the next sign and what belongs to it; None when the sign binds less than `least`."""
        sign = self.peek()
        if sign in ("or", "and"):
            return self.binary(left, sign.upper(), _or if sign == "or" else _and, least)
        if sign == "is":
            return self.is_test(left) if least < _is else None
        if sign in _comparisons:
            return self.binary(left, _comparisons[sign], _compare, least)
        if sign in ("in", "like", "ilike", "between") or (sign == "not" and self.peek(1) in ("in", "like", "ilike", "between")):
            return self.membership(left) if least < _like else None
        if sign in ("+", "-", "*"):
            return self.binary(left, sign, _add if sign in "+-" else _multiply, least)
        if sign in ("/", "%"):
            return self.division(left, sign, least)
        if sign == "||":
            return self.binary(left, "||", _other, least)
        if sign == "::":
            self.take()
            return self.cast(left)
        return None

    def binary(self, left, sign, strength, least):
        if strength <= least:
            return None
        self.take()
        return f"({left} {sign} {self.expression(strength)})"

    def division(self, left, sign, least):
        """As DuckDB divides: always doubles, and by 0 as IEEE 754 has it; a remainder by 0 is NULL, of doubles NaN."""
        if _multiply <= least:
            return None
        self.take()
        right = self.expression(_multiply)
        if sign == "/":
            left, right = f"CAST({left} AS DOUBLE)", f"CAST({right} AS DOUBLE)"
            return f"(CASE WHEN {right} = 0 THEN {left} * CAST('Infinity' AS DOUBLE) ELSE {left} / {right} END)"
        nothing = f"IF(typeof({left}) = 'double' OR typeof({right}) = 'double', CAST('NaN' AS DOUBLE), NULL)"
        return f"(CASE WHEN {right} = 0 THEN {nothing} ELSE {left} % {right} END)"

    def is_test(self, left):
        self.take("is")
        negated = self.peek() == "not" and bool(self.take())
        if self.peek() == "distinct":
            self.take()
            self.take("from")
            same = f"({left} <=> {self.expression(_is)})"
            return same if negated else f"(NOT {same})"
        word = self.take("null", "true", "false")[1].upper()
        return f"({left} IS {'NOT ' if negated else ''}{word})"

    def membership(self, left):
        negated = "NOT " if self.peek() == "not" and self.take() else ""
        kind = self.take()[1].upper()
        if kind == "BETWEEN":
            low = self.expression(_like)
            self.take("and")
            return f"({left} {negated}BETWEEN {low} AND {self.expression(_like)})"
        if kind == "IN":
            self.take("(")
            return f"({left} {negated}IN ({', '.join(self.arguments())}))"
        if self.peek() != "text":
            raise self.refusal(f"{kind} needs a text in single quotes")
        pattern = self.take()[1].replace("''", "'")
        if self.peek() != "escape":  # without it no character escapes another; for Spark the backslash would
            return f"({left} {negated}{kind} {_literal(pattern.replace(chr(92), chr(92) * 2))})"
        self.take()
        escape = self.take("text")[1].replace("''", "'")
        if len(escape) != 1:
            raise self.refusal("ESCAPE needs one character")
        return f"({left} {negated}{kind} {_literal(pattern)} ESCAPE {_literal(escape)})"

    def arguments(self):
        """What stands between parentheses, the first of which has been taken."""
        if self.peek() == "select":
            raise UserError("where: a condition may not hold a SELECT of its own")
        found = []
        while True:
            found.append(self.expression(0))
            if self.take(")", ",")[1] == ")":
                return found

    def operand(self):
        kind, word = self.take()
        if kind == "number":
            return word
        if kind == "text":
            return _literal(word.replace("''", "'"))
        if kind == "quoted":
            return self.column(word.replace('""', '"'))
        if kind == "sign" and word in "+-":
            return f"({word}{self.expression(_multiply)})"
        if kind == "sign" and word == "(":
            inside = self.arguments()
            if len(inside) > 1:
                raise self.refusal("a list may only stand behind IN")
            return f"({inside[0]})"
        if kind != "word":
            raise self.refusal(f"a value is missing before {word!r}" if word else "a value is missing at the end")
        return self.named(word)

    def named(self, word):
        name = word.lower()
        if name in ("true", "false", "null"):
            return name.upper()
        if name == "case":
            return self.case()
        if name == "cast" and self.peek() == "(":
            self.take()
            value = self.expression(0)
            self.take("as")
            sql = self.cast(value)
            self.take(")")
            return sql
        if name in ("select", "exists"):
            raise UserError("where: a condition may not hold a SELECT of its own")
        if self.peek() == "(" and name not in _reserved:
            return self.call(name)
        if name in _reserved:
            raise self.refusal(f"{word} may not stand there")
        return self.column(word)

    def call(self, name):
        if name not in _functions and name not in ("position", "extract"):
            raise UserError(f"where: the function {name} is not allowed in a condition on Spark; plain functions of text and numbers "
                            f"are: {', '.join([*_functions, 'position', 'extract'])}")
        self.take("(")
        if name in ("position", "extract"):
            return self.with_a_word_inside(name)
        arguments = [] if self.peek() == ")" and self.take() else self.arguments()
        least, most, write = _functions[name]
        if not least <= len(arguments) <= most:
            raise self.refusal(f"{name} takes {least if least == most else f'{least} to {most}'} values, not {len(arguments)}")
        return write(*arguments)

    def with_a_word_inside(self, name):
        """position('The' IN title), extract(year FROM to_timestamp(time))"""
        first = f"'{self.take()[1]}'" if name == "extract" else self.expression(_like)
        self.take("in" if name == "position" else "from")
        second = self.expression(0)
        self.take(")")
        return f"instr({second}, {first})" if name == "position" else _date_part(first, second)

    def case(self):
        parts = ["CASE"]
        if self.peek() != "when":
            parts.append(self.expression(0))
        while self.peek() == "when":
            self.take()
            condition = self.expression(0)
            self.take("then")
            parts.append(f"WHEN {condition} THEN {self.expression(0)}")
        if len(parts) == 1 or not parts[-1].startswith("WHEN"):
            raise self.refusal("CASE needs WHEN")
        if self.peek() == "else":
            self.take()
            parts.append(f"ELSE {self.expression(0)}")
        self.take("end")
        return " ".join([*parts, "END"])

    def cast(self, value):
        name = self.take()[1].lower()
        if name not in _types:
            raise UserError(f"where: a condition on Spark may cast to {', '.join(_types)}, not to {name or 'nothing'}")
        if value == "`rating`" and _types[name] in _whole_types:
            value = f"rint({value})"  # halves become even, as on the command line; Spark alone would cut them off
        return f"CAST({value} AS {_types[name]})"

    def column(self, name):
        for column in self.columns:
            if column.lower() == name.lower():
                self.named_columns.append(column)
                return f"`{column}`"
        for column in self.own:
            if column.lower() == name.lower():
                if column not in self.used:
                    self.used.append(column)
                return "`" + column.replace("`", "``") + "`"
        others = [column for column in self.own if column not in self.has_a_role and column.lower() not in map(str.lower, self.columns)]
        known = [*self.columns, *others]
        raise UserError(f"where: there is no column '{name}'; there are: {', '.join(known)} (text stands in single quotes)")
