"""Sessions that migrate the same database while they are cancelled, terminated and killed, and the server with them.

Environment: PGHOST, PGPORT, PGUSER; RESTART, a command that stops the server at once and starts it again.
Arguments: rounds, seed, the most seconds that all of it may take.
"""
import os
import random
import signal
import subprocess
import sys
import threading
import time

import psycopg2

from migrations import bodies

SESSIONS = 8
MIGRATIONS = bodies()
EXPECTED = sorted(mark for _, _, marks in MIGRATIONS for mark in marks)
CHECKS = {
    "every body ran exactly once": "SELECT array_agg(what ORDER BY what COLLATE \"C\") FROM ran",
    "all indexes are valid": "SELECT array_agg(indexrelid::regclass::text) FROM pg_index WHERE NOT indisvalid",
    "no index is left over": r"SELECT array_agg(relname::text) FROM pg_class WHERE relname ~ '_cc(new|old)\d*$'",
    "nothing but applied": "SELECT array_agg(version || ' ' || status) FROM migrator.status() WHERE status <> 'applied'",
    "applied once each": "SELECT array_agg(version::text) FROM (SELECT version FROM migrator.history"
                         " WHERE result = 'applied' GROUP BY version HAVING count(*) > 1) v",
    "applied in order": "SELECT array_agg(v) FROM (SELECT version::text v, version < lag(version) OVER (ORDER BY id) w"
                        " FROM migrator.history WHERE result = 'applied') o WHERE w",
    "each statement finished once": "SELECT array_agg(version || '.' || statement) FROM (SELECT version, statement"
                                    " FROM migrator.statement_history WHERE result = 'finished'"
                                    " GROUP BY 1, 2 HAVING count(*) > 1) v",
    "no advisory lock is left": "SELECT array_agg(pid || ' ' || objid) FROM pg_locks WHERE locktype = 'advisory'",
    "nobody runs": "SELECT array_agg(running_pid) FROM migrator.summary() WHERE running_pid IS NOT NULL",
}


def connect(database="app", patience=60):
    end = time.monotonic() + patience
    while True:
        try:
            connection = psycopg2.connect(dbname=database, connect_timeout=10)
            connection.autocommit = True
            return connection
        except psycopg2.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def query(connection, sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else None


class Session(threading.Thread):
    """Calls at random until it is told to stop; what it is told does not matter, but for what must not be."""

    def __init__(self, seed, stop):
        super().__init__()
        self.random = random.Random(seed)
        self.stop = stop
        self.pid = None
        self.calls = 0
        self.wrong = []

    def run(self):
        connection = None
        while not self.stop.is_set():
            try:
                if connection is None or connection.closed:
                    connection = connect(patience=5)
                    self.pid = connection.get_backend_pid()
                    query(connection, "SET migrator.lock_wait = '300ms'")
                self.call(connection)
                self.calls += 1
            except psycopg2.Error as error:
                if error.pgcode in ("XX000", "XX001", "XX002", "40P01") or "deadlock" in str(error):
                    self.wrong.append(str(error))
                if connection is not None and connection.closed:
                    connection = None
        if connection is not None and not connection.closed:
            connection.close()

    def call(self, connection):
        kind = self.random.random()
        if kind < 0.5:
            query(connection, "CALL migrator.apply_each()")
        elif kind < 0.6:
            query(connection, "CALL migrator.apply_each(%s)", str(self.random.randint(1, 40)))
        elif kind < 0.75:
            query(connection, "SELECT * FROM migrator.apply(%s)", self.random.choice([None, "2", "6", "8", "11", "40"]))
        elif kind < 0.85:
            query(connection, "SELECT * FROM migrator.status()")
        elif kind < 0.9:
            query(connection, "SELECT * FROM migrator.running")
        else:
            version, up, _ = self.random.choice(MIGRATIONS)
            query(connection, "SELECT migrator.load(%s, 'torture', %s)", version, f"{up} -- {self.random.random()}")


def disturb(chance, sessions, seconds, restart):
    """Until the time is over; returns what it did."""
    done = []
    end = time.monotonic() + seconds
    helper = None
    while time.monotonic() < end:
        time.sleep(chance.uniform(0.001, 0.06))
        pid = chance.choice(sessions).pid
        kind = chance.random()
        try:
            if helper is None or helper.closed:
                helper = connect("postgres", 5)
            if pid is None:
                continue
            if kind < 0.55:
                query(helper, "SELECT pg_cancel_backend(%s)", pid)
                done.append("cancel")
            elif kind < 0.97:
                query(helper, "SELECT pg_terminate_backend(%s)", pid)
                done.append("terminate")
            elif kind < 0.99:
                # Of this database still: the number may be another process's by now.
                if query(helper, "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND datname = 'app'", pid):
                    os.kill(pid, signal.SIGKILL)
                    done.append("kill")
            else:
                restart()
                done.append("restart")
        except (psycopg2.Error, ProcessLookupError):
            helper = None
    return done


def restart():
    subprocess.run(["bash", "-c", os.environ["RESTART"]], check=True, stdout=subprocess.DEVNULL)


def fresh_database():
    connection = connect("postgres")
    query(connection, "DROP DATABASE IF EXISTS app WITH (FORCE)")
    query(connection, "CREATE DATABASE app TEMPLATE torture STRATEGY file_copy")
    connection.close()


def make_template():
    connection = connect("postgres")
    query(connection, "CREATE DATABASE torture")
    connection.close()
    connection = connect("torture")
    query(connection, "CREATE EXTENSION migrator")
    query(connection, "CREATE TABLE ran (what text)")
    for version, up, _ in MIGRATIONS:
        query(connection, "SELECT migrator.load(%s, 'torture', %s)", version, up)
    connection.close()


def finish():
    """What the last call of a round must do, with nobody's help."""
    connection = connect()
    query(connection, "SET migrator.lock_wait = '30s'; SET statement_timeout = '60s'")
    query(connection, "CALL migrator.apply_each()")
    return connection


def check(connection):
    wrong = []
    for what, sql in CHECKS.items():
        found = query(connection, sql)[0][0]
        if found != (EXPECTED if what == "every body ran exactly once" else None):
            wrong.append(f"{what}: {found}")
    return wrong


def report(connection):
    for sql in ("SELECT version, status, detail FROM migrator.status() WHERE status <> 'applied'",
                "SELECT id, version, action, result, sqlstate, error, backend_pid FROM migrator.history",
                "SELECT id, version, statement, result, error, backend_pid FROM migrator.statement_history"):
        for row in query(connection, sql):
            print("   ", *row)


def play(number, seed):
    chance = random.Random(f"{seed} {number}")
    fresh_database()
    stop = threading.Event()
    sessions = [Session(f"{seed} {number} {i}", stop) for i in range(SESSIONS)]
    for session in sessions:
        session.start()
    done = disturb(chance, sessions, chance.uniform(0.1, 0.9), restart)
    stop.set()
    for session in sessions:
        session.join()
    wrong = [text for session in sessions for text in session.wrong]
    try:
        connection = finish()
        wrong += check(connection)
    except psycopg2.Error as error:
        connection = connect()
        wrong.append(f"the last call: {error}")
    if wrong:
        print(f"round {number}:", *wrong, sep="\n  ")
        report(connection)
    connection.close()
    return not wrong, done, sum(session.calls for session in sessions)


def main():
    rounds, seed, most_seconds = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    print(f"{rounds} rounds of {SESSIONS} sessions, {len(MIGRATIONS)} migrations, seed {seed}", flush=True)
    make_template()
    start = time.monotonic()
    failed, calls, totals = 0, 0, {}
    for number in range(1, rounds + 1):
        good, done, called = play(number, seed)
        failed += not good
        calls += called
        for one in done:
            totals[one] = totals.get(one, 0) + 1
        if time.monotonic() - start > most_seconds:
            print(f"FAILED: {number} of {rounds} rounds took more than {most_seconds} s")
            sys.exit(1)
    print(f"{calls} calls came to an end; {totals}; {time.monotonic() - start:.0f} s")
    print(f"{rounds - failed} rounds passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
