"""Forty migrations of all kinds. Each transactional body, and each ordinary statement of one that runs without a
transaction, leaves a row in table ran: what ran twice, or not at all, shows there."""


def ran(what):
    return f"INSERT INTO ran VALUES ('{what}')"


PAUSE = "SELECT pg_sleep(0.004)"  # so that what disturbs often comes in the middle


def transactional(number, *statements):
    return ";\n".join([*statements, PAUSE, ran(number)])


def bodies():
    """(version, up, what it leaves in table ran)"""
    result = []

    def add(up, leaves):
        result.append((str(len(result) + 1), up, leaves))

    def one(*statements):
        number = str(len(result) + 1)
        add(transactional(number, *statements), [number])

    def alone(*statements):
        add(";\n".join(statements), [])

    def mixed(*statements):
        number = str(len(result) + 1)
        marks = [f"{number}.{i}" for i in range(len(statements) + 1)]
        lines = ["-- migrator: no-transaction"]
        for mark, statement in zip(marks, statements):
            lines += [ran(mark) + ";", PAUSE + ";", statement + ";"]
        add("\n".join([*lines, ran(marks[-1])]), marks)

    one("CREATE TABLE t (id int, grp int, word text)",
        "INSERT INTO t SELECT g, g % 10, 'w' || g FROM generate_series(1, 500) g")
    one("ALTER TABLE t ADD PRIMARY KEY (id)")
    alone("CREATE INDEX CONCURRENTLY t_grp ON t (grp)")
    one("CREATE TYPE mood AS ENUM ('sad')")
    one("ALTER TYPE mood ADD VALUE 'ok'")
    one("ALTER TABLE t ADD COLUMN m mood DEFAULT 'ok'")
    alone("CREATE INDEX CONCURRENTLY ON t (word)")
    one("DO $$ BEGIN FOR i IN 1..5 LOOP EXECUTE format('CREATE TABLE d%s (i int)', i); END LOOP; END $$")
    alone("VACUUM t")
    mixed("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_word ON t (word)", "VACUUM ANALYZE t")
    one("CREATE TABLE p (i int) PARTITION BY RANGE (i)",
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20)", "INSERT INTO p SELECT generate_series(0, 19)")
    alone("ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY")
    one("CREATE TEMP TABLE scratch (i int)", "INSERT INTO scratch VALUES (1)")
    one("CREATE TEMP TABLE scratch (i int)", "INSERT INTO scratch VALUES (2)", "DROP TABLE scratch")
    alone("REINDEX INDEX CONCURRENTLY t_grp")
    mixed("SET maintenance_work_mem = '2MB'", "REINDEX TABLE CONCURRENTLY t", "DROP INDEX CONCURRENTLY t_grp")
    one("CREATE TABLE parent (i int PRIMARY KEY)",
        "CREATE TABLE child (i int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)", "INSERT INTO child VALUES (1)",
        "INSERT INTO parent VALUES (1)")
    one("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$", "SELECT f()")
    mixed("CREATE TABLE made (i int)", "CREATE INDEX CONCURRENTLY made_i ON made (i)", "ALTER SYSTEM RESET work_mem")
    one("PREPARE kept AS SELECT 1", "SELECT pg_advisory_lock(4711)")
    alone("CREATE INDEX CONCURRENTLY IF NOT EXISTS t_both ON t (grp, word)")
    one("SET search_path = pg_catalog, public", "SET ROLE pg_monitor", "RESET ROLE")
    one("UPDATE t SET grp = grp + 1")
    mixed("CREATE UNIQUE INDEX CONCURRENTLY ON t (id, word)")
    alone("DROP INDEX CONCURRENTLY t_both")
    one("CREATE VIEW v AS SELECT id FROM t", "CREATE MATERIALIZED VIEW mv AS SELECT id FROM v")
    mixed("CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN COMMIT; PERFORM 1; COMMIT; END $$",
          "CALL commits()", "DO $$ BEGIN COMMIT; END $$")
    one("CREATE SEQUENCE s", "SELECT nextval('s')")
    alone("REINDEX TABLE CONCURRENTLY t")
    one("TRUNCATE child, parent")
    while len(result) < 38:
        n = len(result) + 1
        one(f"CREATE TABLE extra_{n} (i int)", f"CREATE INDEX ON extra_{n} (i)")
    mixed("CREATE INDEX CONCURRENTLY extra_i ON extra_31 (i)", "DISCARD ALL")
    one("CREATE TABLE finished ()")
    return result
