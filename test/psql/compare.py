#!/usr/bin/env python3
"""Compares the statements that the extension makes of scripts with those that psql's own lexer makes of them.

    compare.py SPLIT FILE..     SPLIT: the program built from split.c; the server is where PGHOST and its like say

Both get the same text: the script without commands of psql, without what the server's grammar refuses by itself, and
without statements that a migration may not hold. Prints what differs, and a line with the counts; exits 1 on a
difference.
"""
import re
import subprocess
import sys
import tempfile

import psycopg2

HEAD = "-- migrator: no-transaction\n"
NOT_IN_A_MIGRATION = re.compile(
    r"(begin|start|commit|end|rollback|abort|savepoint|release|prepare\s+transaction|lock|declare)\b", re.I)
GRAMMAR = """
    CREATE FUNCTION pg_temp.refused(sql text) RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
        EXECUTE format('CREATE OR REPLACE FUNCTION pg_temp.never() RETURNS void LANGUAGE sql AS %L', sql);
        RETURN false;
    EXCEPTION
        -- What the grammar raises. The analysis, which comes behind it, raises some of it too: a few more are left out.
        WHEN syntax_error OR invalid_escape_sequence OR nonstandard_use_of_escape_character OR invalid_name
          OR feature_not_supported OR invalid_parameter_value OR invalid_column_definition OR reserved_name THEN RETURN true;
        WHEN OTHERS THEN RETURN false;
    END $$"""


class Statement:
    def __init__(self, end, data_begin, data_end, text):
        self.end, self.data, self.text = end, (data_begin, data_end), text


def psql_statements(split, text):
    with tempfile.NamedTemporaryFile(suffix=".sql") as file:
        file.write(text)
        file.flush()
        out = subprocess.run([split, file.name], check=True, capture_output=True).stdout
    statements, at = [], 0
    while at < len(out):
        line = out.index(b"\n", at)
        end, data_begin, data_end, length = map(int, out[at:line].split())
        statements.append(Statement(end, data_begin, data_end, out[line + 1:line + 1 + length].decode()))
        at = line + 1 + length + 1
    return statements


def without_comments_before(text):
    at = 0
    while at < len(text):
        if text[at] in " \t\n\r\f\v":
            at += 1
        elif text.startswith("--", at):
            at = (text + "\n").index("\n", at)
        elif text.startswith("/*", at):
            depth = 0
            while at < len(text):
                two = text[at:at + 2]
                depth += (two == "/*") - (two == "*/")
                at += 2 if two in ("/*", "*/") else 1
                if depth == 0:
                    break
        else:
            break
    return text[at:]


def words(statement):
    return without_comments_before(statement.text)


def wanted(cursor, statement):
    sql = words(statement)
    if sql.strip() in ("", ";"):
        return True
    if NOT_IN_A_MIGRATION.match(sql):
        return False
    if re.match(r"copy\b", sql, re.I) and re.search(r"\b(stdin|stdout)\b", sql, re.I) and statement.data[1] == 0:
        return False
    cursor.execute("SELECT pg_temp.refused(%s)", (statement.text,))
    return not cursor.fetchone()[0]


def kept_text(text, statements, keep):
    """The bytes of those that are kept, with the data that they copy. Of the others the line ends."""
    pieces = []
    begin = 0
    for statement, kept in zip(statements, keep):
        pieces.append((begin, statement.end, kept))
        begin = statement.end
    pieces.append((begin, len(text), True))
    owner = sorted((s.data[0], s.data[1], k) for s, k in zip(statements, keep) if s.data[1])
    out = []

    def put(begin, end, kept):
        out.append(text[begin:end] if kept else b"\n" * text.count(b"\n", begin, end))

    for begin, end, kept in pieces:
        while owner and owner[0][0] < end:
            data_begin, data_end, data_kept = owner.pop(0)
            put(begin, data_begin, kept)
            put(data_begin, data_end, data_kept)
            begin = data_end
        put(begin, end, kept)
    return b"".join(out)


def compare(split, cursor, path):
    """How many statements, or a text that says what differs, or None: the file is no script in UTF-8."""
    text = subprocess.run([split, "-c", path], check=True, capture_output=True).stdout.replace(rb"\;", b";")
    try:
        text.decode()
    except UnicodeDecodeError:
        return None
    if b"\0" in text:
        return None
    for _ in range(3):  # what was left out may have held others together
        statements = psql_statements(split, text)
        keep = [wanted(cursor, statement) for statement in statements]
        if all(keep):
            break
        text = kept_text(text, statements, keep)
    text = HEAD.encode() + text
    theirs = [s for s in psql_statements(split, text) if words(s).strip() not in ("", ";")]
    cursor.execute("SELECT migrator.load_file('1_script.sql', %s)", (text.decode(),))
    cursor.execute("SELECT sql FROM migrator.plan()")
    ours = [row[0] for row in cursor.fetchall()]
    for number, (his, mine) in enumerate(zip(theirs, ours), 1):
        his = words(his)
        if not his.startswith(mine) or without_comments_before(his[len(mine):]) not in ("", ";"):
            return f"statement {number}\n  psql: {his[:300]!r}\n  here: {mine[:300]!r}"
    if len(theirs) != len(ours):
        return f"psql has {len(theirs)} statements, the extension {len(ours)}"
    return len(theirs)


def main():
    split, files = sys.argv[1], sys.argv[2:]
    connection = psycopg2.connect("")
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("SET client_min_messages = error")
    cursor.execute(GRAMMAR)
    compared = statements = different = skipped = 0
    for path in files:
        try:
            result = compare(split, cursor, path)
        except psycopg2.Error as error:
            result = str(error).strip()
        if result is None:
            skipped += 1
            continue
        compared += 1
        if isinstance(result, int):
            statements += result
        else:
            different += 1
            print(f"{path}: {result}")
    print(f"{compared} files with {statements} statements compared, {different} differ, {skipped} not in UTF-8 left out")
    return 1 if different else 0


sys.exit(main())
