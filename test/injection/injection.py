"""Memory runs out, a cancel or a termination arrives, at the nth allocation of a call, for every n until the call gets
through unharmed. After each: what the database holds is consistent, nothing is locked, the session is usable, and the
call, repeated, does what it should.

Environment: PGHOST, PGPORT, PGUSER, PGDATABASE; LIBRARY, the module with inject(); FILES, a directory of migrations.
Arguments: how many allocations to go on at a time (1: every one), seed, the most seconds that all of it may take,
and optionally the only calls and kinds to try, separated by commas.
"""
import os
import random
import sys
import time
from collections import Counter

import psycopg2

MODULES = {
    "tx": [("1", "CREATE TABLE one (i int PRIMARY KEY, t text DEFAULT $$x$$); INSERT INTO one VALUES (1), (2);"
                 " COMMENT ON TABLE one IS $$first$$", "DROP TABLE one", "to_regclass('one') IS NOT NULL"),
           ("2", "SET search_path = public; CREATE FUNCTION two() RETURNS int LANGUAGE sql AS $$SELECT 2$$;"
                 " DO $$ BEGIN EXECUTE $x$CREATE VIEW two AS SELECT i FROM one$x$; END $$; PREPARE p AS SELECT 1",
                 "DROP VIEW two; DROP FUNCTION two()", "to_regclass('two') IS NOT NULL")],
    "each": [("1", "CREATE TABLE three (i int REFERENCES base); INSERT INTO three VALUES (1)", "DROP TABLE three",
              "to_regclass('three') IS NOT NULL"),
             ("2", "-- migrator: no-transaction lock_timeout=5s\nSET search_path = public; CREATE INDEX CONCURRENTLY base_t ON base (t)",
              "-- migrator: no-transaction lock_timeout=5s\nDROP INDEX CONCURRENTLY base_t",
              "EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('base_t') AND indisvalid)"),
             ("3", "ALTER TABLE base ALTER t SET DEFAULT $$x$$", "ALTER TABLE base ALTER t DROP DEFAULT",
              "EXISTS (SELECT FROM pg_attrdef WHERE adrelid = 'base'::regclass)")],
}
VERIFIED = {("tx", "1"): "SELECT 1 / count(*) FROM one; CREATE TEMP TABLE seen AS TABLE one; SELECT count(*) FROM seen"}
# One that failed, with a long text; one that is late, and clashes with what was applied before it.
LATE = [("2", "ALTER TABLE late ADD two int, ADD \"Two\" int, ALTER i TYPE bigint; COMMENT ON COLUMN late.two IS $x$2$x$"),
        ("1", "ALTER TABLE late ADD one int; ALTER TABLE late RENAME COLUMN i TO j; CREATE VIEW seen AS SELECT j FROM late; "
             'ALTER TABLE late ADD "One" int; CREATE TABLE joined AS SELECT * FROM late JOIN seen USING (j)'),
        ("3", "SELECT (repeat(md5($x$3$x$), 70) || late::text)::int FROM late")]
# One that stands on its own, small enough for every allocation of a report: a finding, a clash with what was applied before.
SMALL = [("2", "ALTER TABLE small ADD two int"), ("1", "ALTER TABLE small ADD one int, ALTER i SET NOT NULL")]
SMALL_STATUS = [("1", "out_of_order"), ("2", "applied")]
LATE_STATUS = [("1", "out_of_order"), ("2", "applied"), ("3", "failed")]
APPLIED = {module: [(v, "applied") for v, *_ in migrations] for module, migrations in MODULES.items()}
PENDING = {module: [(v, "pending") for v, *_ in migrations] for module, migrations in MODULES.items()}
# What a migration without a transaction has done may be there before it is on record: it is resumed.
RECORDED = """SELECT array_agg(m || ' ' || s.version || ' ' || status) FROM (VALUES %s) AS o (m, v, resumed, there)
              CROSS JOIN LATERAL migrator.status(m) AS s
              WHERE s.version = v AND (status = 'applied') <> there AND NOT (resumed AND status = 'partial')""" % ", ".join(
    "('%s', '%s', %s, %s)" % (module, version, "CONCURRENTLY" in up, there)
    for module, migrations in MODULES.items() for version, up, _, there in migrations)
HALF = """SELECT array_agg(module || ' ' || version) FROM (
              SELECT module, version, result, lag(result) OVER (PARTITION BY module, version ORDER BY id) AS before
              FROM migrator.history WHERE result IN ('applied', 'rolled_back')) h
          WHERE result = 'rolled_back' AND before IS DISTINCT FROM 'applied' OR result = 'applied' AND before = 'applied'"""
LOCKS = """SELECT array_agg(locktype || ' ' || mode || ' ' || coalesce(relation::regclass::text, '')) FROM pg_locks
           WHERE locktype <> 'virtualxid' AND (locktype, mode) <> ('relation', 'AccessShareLock')"""
SESSION = """SELECT ARRAY[current_user, current_setting('search_path'), current_setting('lock_timeout'),
                          current_setting('statement_timeout'), current_setting('client_min_messages'),
                          current_setting('application_name'), current_setting('transaction_isolation'),
                          (SELECT count(*) FROM pg_prepared_statements)::text,
                          (SELECT count(*) FROM pg_class WHERE relpersistence = 't')::text]"""
STATES = {"oom": "53200", "cancel": "57014", "terminate": "57P01"}


class Call:
    """A call; what the status of its module is before and after; how to get from the latter to the former."""

    def __init__(self, name, sql, module, before, after, back=None):
        self.name, self.sql, self.module, self.before, self.after, self.back = name, sql, module, before, after, back


def reads(name, sql, module):
    state = {"late": LATE_STATUS, "small": SMALL_STATUS}.get(module) or PENDING[module]
    return Call(name, sql, module, state, state)


def report(form, module):
    """But for the times that a rehearsal took."""
    return r"SELECT regexp_replace(migrator.report('%s', module => '%s'), '(<|&lt;)?[0-9]+([.][0-9]+)?( ms| s\M| min| bytes| [kMGT]B)?', 'n', 'g')" % (form, module)


CALLS = [
    Call("load", "SELECT migrator.load('9', 'nine', 'CREATE TABLE nine (i int)', 'DROP TABLE nine', module => 'new')", "new",
         [], [("9", "pending")], "SELECT migrator.unload('9', module => 'new')"),
    Call("load_dir", "SELECT version, name, action FROM migrator.load_dir('%s', module => 'new')" % os.environ["FILES"], "new",
         [], [("1", "pending"), ("2", "pending")], "SELECT migrator.unload(v, module => 'new') FROM (VALUES ('1'), ('2')) AS t (v)"),
    Call("unload", "SELECT migrator.unload('9', module => 'old')", "old", [("9", "pending")], [],
         "SELECT migrator.load('9', 'nine', 'SELECT 9', module => 'old')"),
    Call("apply", "SELECT version, status FROM migrator.apply(module => 'tx')", "tx", PENDING["tx"], APPLIED["tx"],
         "SELECT FROM migrator.rollback(2, module => 'tx')"),
    Call("rollback", "SELECT version, status FROM migrator.rollback(2, module => 'tx')", "tx", APPLIED["tx"], PENDING["tx"],
         "SELECT FROM migrator.apply(module => 'tx')"),
    Call("apply_each", "CALL migrator.apply_each(module => 'each')", "each", PENDING["each"], APPLIED["each"],
         "CALL migrator.rollback_each(3, module => 'each')"),
    Call("rollback_each", "CALL migrator.rollback_each(%s, module => 'each')", "each", APPLIED["each"], PENDING["each"],
         "CALL migrator.apply_each(module => 'each')"),
    reads("dry_run", "SELECT version, status, error FROM migrator.apply(dry_run => true, module => 'tx')", "tx"),
    reads("rehearse", "SELECT version, statement, command, rewrites, objects, error FROM migrator.rehearse(module => 'each')", "each"),
    reads("lint", "SELECT version, line, rule, message FROM migrator.lint(module => 'each')", "each"),
    reads("plan", "SELECT version, sql FROM migrator.plan(module => 'tx')", "tx"),
    reads("summary", "SELECT * FROM migrator.summary('late')", "late"),
    reads("status", "SELECT * FROM migrator.status('late')", "late"),
    reads("running", "SELECT count(*) FROM migrator.running", "late"),
    reads("lint_late", "SELECT version, line, rule, message FROM migrator.lint(module => 'late')", "late"),
    reads("plan_late", "SELECT version, sql FROM migrator.plan(module => 'late')", "late"),
    reads("conflicts", "SELECT * FROM migrator.conflicts(module => 'tx')", "tx"),
    reads("conflicts_late", "SELECT * FROM migrator.conflicts(module => 'late')", "late"),
    reads("report", report("sarif", "each"), "each"),
    reads("report_md", report("markdown", "late"), "late"),
    reads("report_json", report("json", "late"), "late"),
    reads("conflicts_small", "SELECT * FROM migrator.conflicts(module => 'small')", "small"),
    reads("sarif_small", report("sarif", "small"), "small"),
    reads("markdown_small", report("markdown", "small"), "small"),
    reads("json_small", report("json", "small"), "small"),
    # Rolled back, because what is adopted cannot be adopted again.
    reads("adopt", """DO $$ BEGIN
              IF (SELECT count(*) FROM migrator.adopt('dbmate', 'tx')) <> 2 THEN RAISE 'not adopted'; END IF;
              RAISE SQLSTATE 'ZZ001';
          EXCEPTION WHEN SQLSTATE 'ZZ001' THEN NULL; END $$""", "tx"),
]


def connect():
    connection = psycopg2.connect("")
    connection.autocommit = True
    with connection.cursor() as cursor: # what is late is planned, too
        cursor.execute("SET migrator.out_of_order = 'allow'")
    return connection


class Trial:
    def __init__(self):
        self.connection = connect()
        self.wrong = Counter()
        self.outcomes = Counter()

    def query(self, sql):
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def reconnect(self):
        pid = self.connection.info.backend_pid
        self.connection.close()
        self.connection = connect()
        while self.query("SELECT count(*) FROM pg_stat_activity WHERE pid = %s" % pid)[0][0]:
            time.sleep(0.002)

    def prepare(self):
        self.query("CREATE TABLE base (i int PRIMARY KEY, t text)")
        self.query("INSERT INTO base SELECT i, i FROM generate_series(1, 10) i")
        self.query("CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY)")
        self.query("INSERT INTO schema_migrations VALUES ('1'), ('2')")
        for function in ("inject(text, bigint, bigint) RETURNS void", "injected() RETURNS bigint"):
            self.query("CREATE FUNCTION %s LANGUAGE c AS '%s'" % (function, os.environ["LIBRARY"]))
        self.load()

    def load(self):
        self.query("CREATE EXTENSION IF NOT EXISTS migrator")
        for module, migrations in MODULES.items():
            for version, up, down, _ in migrations:
                verify = VERIFIED.get((module, version))
                self.query("SELECT migrator.load('%s', 'x', $up$%s$up$, $down$%s$down$, %s, '%s')"
                           % (version, up, down, "$verify$%s$verify$" % verify if verify else "NULL", module))
        self.query("SELECT migrator.load('9', 'nine', 'SELECT 9', module => 'old')")
        self.query("DROP TABLE IF EXISTS late CASCADE")
        self.query("CREATE TABLE late (i int); INSERT INTO late VALUES (1)")
        for version, up in LATE:
            self.query("SELECT migrator.load('%s', 'x', $up$%s$up$, module => 'late')" % (version, up))
            if version == "2":
                self.query("CALL migrator.apply_each(module => 'late')")
        self.query("DROP TABLE IF EXISTS small; CREATE TABLE small (i int)")
        for version, up in SMALL:
            self.query("SELECT migrator.load('%s', 'x', $up$%s$up$, module => 'small')" % (version, up))
            if version == "2":
                self.query("CALL migrator.apply_each(module => 'small')")
        self.query("SELECT migrator.unload('1', module => 'late')")
        try:
            self.query("CALL migrator.apply_each(module => 'late')")
        except psycopg2.Error:
            pass
        self.query("SELECT migrator.load('1', 'x', $up$%s$up$, module => 'late')" % LATE[1][1])

    def forget(self):
        """Starts the record anew: what it costs to read it would grow."""
        for module in MODULES:
            self.query("CALL migrator.rollback_each(99, module => '%s')" % module)
        self.query("DROP EXTENSION migrator CASCADE")
        self.load()

    def status(self, module):
        if not self.query("SELECT module FROM migrator.migration WHERE module = '%s'"
                          " UNION ALL SELECT module FROM migrator.history_entry WHERE module = '%s'" % (module, module)):
            return []
        return self.query("SELECT version, status FROM migrator.status('%s')" % module)

    def bring(self, call, state):
        for _ in range(2):
            now = self.status(call.module)
            if now == state:
                return
            if state == call.before:
                self.query(call.back)
            elif call.name == "rollback_each":
                self.query(call.sql % max(1, sum(s == "applied" for _, s in now)))
            else:
                self.query(call.sql)

    def consistent(self, where, call, state):
        for what, sql in (("recorded as applied and there", RECORDED), ("applied once", HALF), ("no lock", LOCKS)):
            got = self.query(sql)[0][0]
            if got:
                self.fail(where, what, got)
        if self.query(SESSION)[0][0] != self.session:
            self.fail(where, "the session is as it was", self.query(SESSION)[0][0])
        if state and self.status(call.module) != state:
            self.fail(where, "status()", self.status(call.module))

    def fail(self, where, what, got):
        self.wrong[what] += 1
        if self.wrong[what] <= 20:
            print("FAILED  %s: %s: %s" % (where, what, got), flush=True)

    def one(self, call, kind, nth, times, expected, every):
        """False when the call made fewer allocations."""
        where = "%s, %s at allocation %s%s" % (call.name, kind, nth, "" if times == 1 else " and %d more" % (times - 1))
        sql = call.sql % 3 if "%s" in call.sql else call.sql
        state, result, lost = "00000", None, False
        self.query("SELECT inject('%s', %d, %d)" % (kind, nth, times))
        try:
            result = self.query(sql)
        except psycopg2.Error as error:
            state, text = error.pgcode, str(error)
            lost = self.connection.closed
        if lost:
            hit = True
            self.reconnect_after(where, kind, state)
        else:
            try:
                made = self.query("SELECT injected()")[0][0]
            except psycopg2.Error as error: # it came too late for the call
                if kind == "terminate" and self.connection.closed:
                    self.reconnect_after(where, kind, state)
                else:
                    self.fail(where, "the session is usable", error)
                    self.reconnect()
                made = -1
            hit = made < 0
        if not hit:
            if state != "00000":
                self.fail(where, "no error where nothing was hit", text)
            self.bring(call, call.before)
            return False
        self.outcomes[call.name, kind, state or 'lost'] += 1
        # The server's own words, in hash_create(), where it checks a setting and in regular expressions, for memory that ran out.
        if kind == "oom" and (state == "XX000" and "failed to initialize hash table" in text
                              or state == "22023" and "invalid value for parameter" in text
                              or state == "2201B" and "regular expression failed: out of memory" in text):
            state = STATES[kind]
        if state not in ("00000", STATES[kind]) and not lost:
            self.fail(where, "the error", text)
        if state == "00000" and result != expected:
            self.fail(where, "what it returns when it gets through", result)
        if state == "00000":
            self.consistent(where, call, call.after)
        else:
            self.consistent(where, call, None if call.name.endswith("_each") else call.before)
        # Where every allocation is hit, what is as it was is repeated less often: the next one does nearly that.
        if every and nth % 8 and self.status(call.module) == call.before:
            return True
        try:
            if call.before == call.after:
                if self.query(sql) != expected:
                    self.fail(where + ", repeated", "what it returns", self.query(sql))
            self.bring(call, call.after)
            self.consistent(where + ", repeated", call, call.after)
            self.bring(call, call.before)
        except psycopg2.Error as error:
            self.fail(where, "repeated", error)
            self.reconnect()
            self.forget()
            self.bring(call, call.before)
        return True

    def reconnect_after(self, where, kind, state):
        if kind != "terminate":
            self.fail(where, "the session lives", state)
        deadline = time.monotonic() + 60
        while True:
            try:
                self.reconnect()
                break
            except psycopg2.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

        if kind != "terminate":
            self.forget()

    def run(self, call, kind, step, chance, deadline, times=1):
        self.forget()
        self.bring(call, call.before)
        self.session = self.query(SESSION)[0][0]
        sql = call.sql % 3 if "%s" in call.sql else call.sql
        expected = None
        for _ in range(2): # caches fill
            expected = self.query(sql)
            self.bring(call, call.before)
        nth, hits = 1 if step == 1 else chance.randrange(1, step + 1), 0
        while time.monotonic() < deadline:
            if not self.one(call, kind, nth, times, expected, step == 1):
                return hits, nth
            hits += 1
            if hits % 400 == 0 and (call.back and call.module in MODULES):
                self.forget()
                self.bring(call, call.before)
            nth += step if step == 1 else chance.randrange(1, 2 * step)
        return hits, None


def main():
    if sys.argv[1].startswith("@"): # one of them, to look into it
        trial = Trial()
        trial.prepare()
        call = [call for call in CALLS if call.name == sys.argv[4].split(",")[0]][0]
        trial.forget()
        trial.bring(call, call.before)
        trial.session = trial.query(SESSION)[0][0]
        for _ in range(3):
            expected = trial.query(call.sql % 3 if "%s" in call.sql else call.sql)
            trial.bring(call, call.before)
        trial.one(call, sys.argv[4].split(",")[1], int(sys.argv[1][1:]), 1, expected, False)
        return 1 if trial.wrong else 0
    step, seed, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    only = sys.argv[4].split(",") if len(sys.argv) > 4 and sys.argv[4] else []
    chance = random.Random(seed)
    print("every allocation" if step == 1 else "one of %d allocations, seed %d" % (step, seed), flush=True)
    trial = Trial()
    trial.prepare()
    calls = [call for call in CALLS if call.name in only] or CALLS
    pairs = [(call, kind) for call in calls for kind in [kind for kind in STATES if kind in only] or STATES]
    started, hits = time.monotonic(), 0
    for i, (call, kind) in enumerate(pairs):
        deadline = time.monotonic() + (started + seconds - time.monotonic()) / (len(pairs) - i)
        begun = time.monotonic()
        hit, through = trial.run(call, kind, step, chance, deadline)
        hits += hit
        states = ", ".join("%d %s" % (n, state) for (name, k, state), n in sorted(trial.outcomes.items()) if (name, k) == (call.name, kind))
        print("%-14s %-10s %6d hit (%s), %s, %.0f s" % (call.name, kind, hit, states,
              "through at %d" % through if through else "out of time", time.monotonic() - begun), flush=True)
    print("%d allocations hit, %d findings" % (hits, sum(trial.wrong.values())))
    return 1 if trial.wrong else 0


sys.exit(main())
