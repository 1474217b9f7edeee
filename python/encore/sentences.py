"""The core's sentences for those who write Python: options as arguments (--hold-out 0.2 is hold_out=0.2), commands as functions, and
what is temporary by what it stands for. Not the sentences themselves: those are the core's."""

import re
import shlex
from functools import lru_cache

_not_an_argument = {"rate": "ratings"}  # what the command line has in pieces
_phrases = (("ratings and ratings for a new user", "ratings for a new user"), ("with the same command and", "with the same call and"), ("such as 1950-1959", "such as (1950, 1959)"),
            ("leave out strict=True to go on without them", "leave out strict=True to go on without them (they are counted)"))


@lru_cache(maxsize=None)
def _options():
    """Every option of every command: {name: (takes a value, has a --no- form)}."""
    from encore.options import document

    found = {}
    for command in document()["commands"]:
        for row in command["options"]:
            if row["name"].startswith("--"):
                found[row["name"][2:]] = (row["type"] != "switch", row["negatable"])
    return found


def in_python(sentence, stands_for=None, spelled=None):
    """`sentence` with Python's names. stands_for: {path: what to call it}; spelled: how a name is written here (hold_out)."""
    for path in sorted(stands_for or {}, key=len, reverse=True):
        sentence = re.sub(rf"'?{re.escape(path)}(?![\w-])'?", stands_for[path], sentence)
    spelled = spelled or (lambda name: name)
    options = _options()

    def argument(match):
        name, value = match["name"], match["value"]
        negated = name not in options and name.startswith("no-") and options.get(name[3:], (True, False))[1]
        if negated:
            name = name[3:]
        if name not in options:
            return match[0]
        written = spelled(_not_an_argument.get(name, name).replace("-", "_"))
        if not options[name][0]:
            return f"{written}={not negated}" + (f" {value}" if value else "")
        return f"{written}={_literal(value)}" if value else written

    sentence = re.sub(r"(?<=for example: )encore prepare .*? -o \S+(?P<options>.*)", _call, sentence)
    sentence = re.sub(r"(?<![\w-])--(?P<name>[a-z]+(?:-[a-z]+)*)(?:[ =](?P<value>\d[\d.,]*\d|\d))?(?![\w-])", argument, sentence)
    sentence = re.sub(r"`encore (prepare|train|evaluate)`", r"encore.\1", sentence)
    for theirs, ours in _phrases:
        sentence = sentence.replace(theirs, ours)
    return sentence


def _call(match):
    """A whole command to copy, as a call."""
    try:
        words = shlex.split(match["options"])
    except ValueError:
        return match[0]
    arguments = ["…"]
    for word, value in zip(words, [*words[1:], "--"]):
        if word.startswith("--"):
            arguments.append(f"{word[2:].replace('-', '_')}={True if value.startswith('--') else repr(value)}")
    return f"encore.prepare({', '.join(arguments)})"


def _literal(text):
    return f"[{text.replace(',', ', ')}]" if "," in text else text
