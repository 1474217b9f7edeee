"""Which files a source stands for: which of what lies in a folder are parts of one table. As src/preparation/source_files.cpp has it. Not
what they hold."""

import fnmatch
import re
from urllib.parse import unquote

from encore.errors import UserError
from encore.spark.preparation.table import Part
from encore.spark.storage import name_of


def parts_in(storage, folder, pattern):
    """(parts, columns of partitions) of the files of a folder that are one table: those whose path within it fits `pattern`; without one,
    when all are called part-… or lie in folders such as country=DE. None when they are not."""
    entries = sorted(storage.files_below(folder), key=lambda entry: entry[1].split("/"))
    if pattern is not None:
        entries = [entry for entry in entries if fits(entry[1].split("/"), pattern.split("/"))]
        if not entries:
            raise UserError(f"glob='{pattern}': no file in {folder} fits")
    elif not entries or not (all(_partition_of(within) for _, within in entries)
                             or all("/" not in within and within.startswith("part-") for _, within in entries)):
        return None
    parts, columns = [], None
    for path, within in entries:
        partition = _partition_of(within)
        names = tuple(name for name, _ in partition)
        if columns is None:
            columns = names
        if names != columns:
            raise UserError(f"the folders of {entries[0][1]} and {within} in {folder} say different columns; choose files with glob")
        parts.append(Part(path, tuple(value for _, value in partition)))
    return parts, columns


def parts_of(storage, files):
    """Several files as one table."""
    parts = []
    for file in files:
        if not storage.exists(file):
            raise UserError(f"{file}: there is no such file")
        path = storage.qualified(file)
        if any(path == part.path for part in parts):
            raise UserError(f"{file} is named twice; its rows would count twice")
        parts.append(Part(path))
    return parts


def fits(names, pattern):
    """Names of a path against names of a pattern; ** stands for any number of folders."""
    if not pattern:
        return not names
    if pattern[0] == "**":
        return any(fits(names[at:], pattern[1:]) for at in range(len(names) + 1))
    return bool(names) and fnmatch.fnmatchcase(names[0], pattern[0]) and fits(names[1:], pattern[1:])


def _partition_of(within):
    folders = [name for name in within.split("/")[:-1] if re.match("[^=]+=", name)]
    return [(_unescaped(name.partition("=")[0]), _unescaped(name.partition("=")[2])) for name in folders]


def _unescaped(text):
    return "" if text == "__HIVE_DEFAULT_PARTITION__" else unquote(text)
