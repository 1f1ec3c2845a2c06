"""One session makes many calls: neither its memory contexts nor its process grow.

Environment: PGHOST, PGPORT, PGUSER, PGDATABASE. Arguments: how many calls of each kind, but for the slower ones.
"""
import sys

import psycopg2

# No new table each time: the server's cache of catalogs keeps about a kilobyte for each that there ever was, whoever made
# and dropped it.
UP = "ALTER TABLE base ALTER t SET DEFAULT $$x$$; INSERT INTO base VALUES (3, $$x$$); SET work_mem = $$8MB$$;" \
     " PREPARE p AS SELECT 1; DO $$ BEGIN PERFORM 1; END $$"
DOWN = "ALTER TABLE base ALTER t DROP DEFAULT; DELETE FROM base WHERE i = 3"
LOAD = "SELECT migrator.load('1', 'one', $up$%s$up$, $down$%s$down$)" % (UP, DOWN)
# name, what part of the calls, the calls, with the SQLSTATE that they end with
KINDS = [
    ("load, apply, rollback, unload", 1, [(LOAD, None), ("SELECT migrator.apply()", None), ("SELECT migrator.rollback()", None),
                                          ("SELECT migrator.unload('1')", None)]),
    ("apply_each, rollback_each", 8, [("CALL migrator.apply_each(module => 'each')", None),
                                      ("CALL migrator.rollback_each(2, module => 'each')", None)]),
    ("failures", 4, [("SELECT migrator.apply(module => 'fails')", "22012"), ("CALL migrator.apply_each(module => 'fails')", "22012"),
                     ("CALL migrator.apply_each(module => 'fails_each')", "23505"),
                     ("SELECT migrator.load('2', 'x', 'SELEC 1')", "42601"), ("SELECT migrator.load_dir('/nonexistent')", "58P01"),
                     ("SELECT migrator.apply('no such')", "MG002"), ("SELECT migrator.rollback(module => 'down')", "MG004")]),
    ("looks", 8, [("SELECT * FROM migrator.apply('2', dry_run => true, module => 'looked')", None),
                  ("SELECT * FROM migrator.rehearse(module => 'looked')", None), ("SELECT * FROM migrator.lint(module => 'looked')", None),
                  ("SELECT * FROM migrator.plan(module => 'looked')", None), ("SELECT * FROM migrator.status('looked')", None),
                  ("SELECT * FROM migrator.conflicts('looked')", None), ("SELECT migrator.report(module => 'looked')", None)]),
]
SETUP = [
    "CREATE EXTENSION IF NOT EXISTS migrator", "CREATE TABLE base (i int, t text)", "INSERT INTO base VALUES (1, 'a'), (1, 'b')",
    "SELECT migrator.load('1', 'a', 'CREATE TABLE two (i int)', 'DROP TABLE two', module => 'each')",
    "SELECT migrator.load('2', 'b', 'CREATE INDEX CONCURRENTLY base_t ON base (t)', 'DROP INDEX CONCURRENTLY base_t', module => 'each')",
    "SELECT migrator.load('1', 'a', 'CREATE TABLE three (i int); PREPARE q AS SELECT 1; SELECT 1 / 0', module => 'fails')",
    "SELECT migrator.load('1', 'a', 'CREATE UNIQUE INDEX CONCURRENTLY base_u ON base (i)', module => 'fails_each')",
    "SELECT migrator.load('1', 'a', 'SELECT 1', module => 'down')", "SELECT migrator.apply(module => 'down')",
    "SELECT migrator.load('1', 'a', 'ALTER TABLE base ADD n int DEFAULT 1; INSERT INTO base VALUES (3)', module => 'looked')",
    "SELECT migrator.load('2', 'b', 'ALTER TABLE base ALTER t SET DEFAULT $$x$$, ADD CHECK (i > 0)', module => 'looked')",
    "SELECT migrator.load('3', 'c', 'VACUUM base', module => 'looked')",
]
CONTEXTS = "SELECT sum(total_bytes)::bigint, sum(used_bytes)::bigint, count(*) FROM pg_backend_memory_contexts"
# Of its own: pages of the shared buffers count too, once it has touched them.
RESIDENT = r"SELECT (regexp_match(pg_read_file('/proc/self/status', 0, 100000, true), 'RssAnon:\s+(\d+) kB'))[1]::int"

def main():
    calls = int(sys.argv[1])
    connection = psycopg2.connect("")
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("SET client_min_messages = error")

    def value(sql):
        cursor.execute(sql)
        return cursor.fetchone()

    def by_name():
        cursor.execute("SELECT name, sum(used_bytes)::bigint FROM pg_backend_memory_contexts GROUP BY 1")
        return dict(cursor.fetchall())

    def measure():
        return (*value(CONTEXTS), value(RESIDENT)[0] * 1024)

    def run(kind, count):
        for i in range(count):
            sql, state = kind[2][i % len(kind[2])]
            try:
                cursor.execute(sql)
                got = None
            except psycopg2.Error as error:
                got = error.pgcode
            if got != state:
                print("%s: %s instead of %s" % (sql, got, state))
                return 1
            del connection.notices[:]
        return 0

    for sql in SETUP:
        cursor.execute(sql)
    wrong = 0
    for kind in KINDS:
        name, part, statements = kind
        count = max(calls // part // len(statements), 1) * len(statements)
        wrong += run(kind, len(statements) * 60) # caches fill
        before, names = measure(), by_name()
        wrong += run(kind, count)
        after = measure()
        growth = [a - b for a, b in zip(after, before)]
        # A word for each call would be more. What malloc has from the system comes and goes by some megabytes.
        flat = growth[1] < 50000 + 4 * count and growth[2] <= 20 and growth[3] < 4000000 + 30 * count
        wrong += not flat
        if not flat:
            for name_of, used in sorted(by_name().items(), key=lambda item: names.get(item[0], 0) - item[1])[:5]:
                print("       %-40s %+d" % (name_of, used - names.get(name_of, 0)))
        print("%-6s %d calls of %s: contexts %d -> %d bytes (used %+d), %d -> %d of them, resident %d -> %d kB"
              % ("ok" if flat else "GROWS", count, name, before[0], after[0], growth[1], before[2], after[2],
                 before[3] // 1024, after[3] // 1024), flush=True)
    return wrong

sys.exit(1 if main() else 0)
