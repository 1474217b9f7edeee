#!/usr/bin/env python3
"""Copies a MovieLens folder with only the ratings of films of some years; the table of films stays whole.

    fifties.py ml-25m ml-25m-fifties 1950-1959

Not a preparation: no row is checked. Needs Python 3 and nothing else.
"""
import csv
import pathlib
import re
import shutil
import sys

YEAR = re.compile(r"\((\d{4})(?:[-–] *\d{0,4} *)?\) *$")


def films_of(path, first, last):
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        found = ((row[0], YEAR.search(row[1])) for row in rows)
        return {movie.encode() for movie, year in found if year and first <= int(year.group(1)) <= last}


def main(source, target, years):
    source, target = pathlib.Path(source), pathlib.Path(target)
    first, last = map(int, years.split("-"))
    films = films_of(source / "movies.csv", first, last)
    aside = target.with_name(target.name + ".tmp")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    shutil.copy(source / "movies.csv", aside)
    with open(source / "ratings.csv", "rb") as read, open(aside / "ratings.csv", "wb") as write:
        write.write(next(read))
        write.writelines(line for line in read if line.split(b",", 2)[1] in films)
    aside.rename(target)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
