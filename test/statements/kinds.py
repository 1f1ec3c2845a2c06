#!/usr/bin/env python3
"""Turns cases of statements into scripts of psql.

    kinds.py psql|up|down|cut MARK FILE..    MARK stands in the place of @, in names that all databases share

A case is a paragraph: lines of SQL that make what it needs, lines with `>` that it is about, above them a line `%` with
marks: `session` for one that needs what it has set, prepared or made for the session, and so cannot go on in another
session; `repeats` for one that commits in the middle, and does all of it again when it is cut off; `shared` for one that
a rehearsal cannot hold.
"""
import sys


class Case:
    def __init__(self, lines):
        marks = [line for line in lines if line.startswith("%")]
        self.marks = marks[0][1:].split() if marks else []
        lines = [line for line in lines if line[0] not in "%#"]
        self.before = [line for line in lines if not line.startswith(">")]
        self.about = [line[1:].strip() for line in lines if line.startswith(">")]


def cases(paths, mark):
    found = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for paragraph in file.read().replace("@", mark).split("\n\n"):
                found.append(Case([line for line in paragraph.splitlines() if line.strip()]))
    return found


def body(statements):
    return "$kinds$-- migrator: no-transaction\n" + "".join(one + ";\n" for one in statements) + "$kinds$"


def load(number, *bodies):
    print(f"SELECT migrator.load('{number}', 'case', {', '.join(bodies)});")


def cut(number, statements):
    """Stops before each statement, and behind it, before its end is on record; then goes on."""
    for index in range(1, statements + 1):
        for moment in ("started", "finished"):
            print(f"SET test.cut = '{index} {moment}';\nCALL migrator.apply_each('{number}');")
    print(f"SET test.cut = '';\nCALL migrator.apply_each('{number}');")


def main(what, mark, *paths):
    for number, case in enumerate(cases(paths, mark), 1):
        every = case.before + case.about
        if what == "psql":
            print("DISCARD ALL;\n" + "".join(one + ";\n" for one in every))
        elif what == "down":
            load(number, body(case.before or ["SELECT 1"]), body(case.about))
        elif what == "up":
            print(f"-- {' '.join(case.marks)}")
            load(number, body(every))
        else:
            load(number, body(every))
            if {"session", "repeats"} & set(case.marks):
                print(f"SET test.cut = '';\nCALL migrator.apply_each('{number}');")
            else:
                cut(number, len(every))


main(*sys.argv[1:])
