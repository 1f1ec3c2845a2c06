-- A dry run executes every pending migration, later ones on top of earlier ones, and leaves nothing.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SET migrator.on_hazard = 'ignore'; -- they are here on purpose
CREATE SCHEMA app;
SET search_path = app;

-- A digest over every row of every catalog and of the extension's own tables. Left out are columns that the server
-- overwrites in place, so that no ROLLBACK takes them back; the block after this one shows that it does so by itself.
CREATE FUNCTION digest(leave_in_place_columns_out boolean DEFAULT true) RETURNS TABLE (relation regclass, digest text)
LANGUAGE plpgsql AS $$
DECLARE columns text;
BEGIN
    FOR relation IN SELECT c.oid FROM pg_class c
        WHERE relkind = 'r' AND relnamespace IN ('pg_catalog'::regnamespace, 'migrator'::regnamespace)
        ORDER BY c.oid::regclass::text COLLATE "C"
    LOOP
        SELECT string_agg(format('t.%I::text', attname), ', ' ORDER BY attnum) INTO columns
        FROM pg_attribute WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped
            AND NOT (leave_in_place_columns_out AND relation = 'pg_class'::regclass
                     AND attname IN ('relpages', 'reltuples', 'relallvisible', 'relhasindex', 'relfrozenxid', 'relminmxid'))
            AND NOT (leave_in_place_columns_out AND relation = 'pg_database'::regclass
                     AND attname IN ('datfrozenxid', 'datminmxid'));
        EXECUTE format('SELECT md5(coalesce(string_agg(r, E''\n'' ORDER BY r COLLATE "C"), '''')) FROM '
                       '(SELECT ROW(%s)::text AS r FROM %s t) AS rows', columns, relation) INTO digest;
        RETURN NEXT;
    END LOOP;
END $$;

-- The server's own in-place updates: they survive a plain ROLLBACK. (ANALYZE writes reltuples, CREATE INDEX writes
-- relhasindex and relpages.)
CREATE TABLE in_place AS SELECT generate_series(1, 1000) AS id;
CREATE TEMP TABLE before AS SELECT * FROM digest(false);
BEGIN;
CREATE INDEX in_place_id ON in_place (id);
ANALYZE in_place;
ROLLBACK;
SELECT relation FROM before b JOIN digest(false) a USING (relation) WHERE a.digest <> b.digest;
SELECT relhasindex, reltuples FROM pg_class WHERE relname = 'in_place';
DROP TABLE in_place, before;

-- Migrations that touch as many catalogs as they can; each needs what the one before it made.
CREATE TABLE existing (id int PRIMARY KEY, note text);
INSERT INTO existing SELECT n, 'row ' || n FROM generate_series(1, 100) AS n;
CREATE ROLE regress_migrator_dry;
SELECT FROM migrator.load('1', 'table', $$
    CREATE TABLE parent (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text DEFAULT 'x' CHECK (note <> ''));
    CREATE INDEX ON parent (note);
    INSERT INTO parent (note) SELECT 'n' || n FROM generate_series(1, 10) AS n;
    ANALYZE parent;
$$, 'DROP TABLE parent');
SELECT FROM migrator.load('2', 'more', $$
    CREATE TABLE child (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED) PARTITION BY RANGE (id);
    CREATE TABLE child_1 PARTITION OF child FOR VALUES FROM (1) TO (100);
    INSERT INTO child SELECT id FROM parent;
    ALTER TABLE existing ADD COLUMN born timestamptz DEFAULT clock_timestamp(), ALTER note SET NOT NULL;
    CREATE INDEX existing_note ON existing (note);
    ANALYZE existing;
    CREATE VIEW v AS SELECT * FROM existing JOIN child USING (id);
    CREATE MATERIALIZED VIEW m AS SELECT * FROM v;
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER t BEFORE INSERT ON existing FOR EACH ROW EXECUTE FUNCTION f();
    CREATE TYPE mood AS ENUM ('sad', 'glad');
    ALTER TYPE mood ADD VALUE 'mad';
    CREATE DOMAIN positive AS int CHECK (VALUE > 0);
    CREATE SEQUENCE s;
    CREATE POLICY p ON existing USING (true);
    ALTER TABLE existing ENABLE ROW LEVEL SECURITY;
    CREATE STATISTICS st ON id, note FROM existing;
    SET client_min_messages = error; -- of CREATE PUBLICATION, whose warning depends on wal_level
    CREATE PUBLICATION pub;
    GRANT SELECT ON existing TO regress_migrator_dry;
    ALTER ROLE regress_migrator_dry SET work_mem = '8MB';
    ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO regress_migrator_dry;
    COMMENT ON TABLE existing IS 'has a comment';
    CREATE TEMP TABLE scratch (id int);
    PREPARE p AS SELECT 1;
    SELECT pg_advisory_lock(11), pg_advisory_xact_lock(12);
    SELECT lo_from_bytea(424242, 'large');
    SET search_path = pg_catalog;
    SET work_mem = '1MB';
$$);
CREATE TEMP TABLE warm_up (); -- the session's temporary schema is made once and stays
CREATE TABLE before (relation regclass, digest text);

-- The lock keeps autovacuum from writing statistics between the two digests.
BEGIN;
LOCK TABLE pg_statistic IN SHARE MODE;
INSERT INTO before SELECT * FROM digest();
SELECT version, name, status, execution_time_ms > 0 AS timed, error FROM migrator.apply(dry_run => true);
SELECT relation FROM before b FULL JOIN digest() a USING (relation) WHERE a.digest IS DISTINCT FROM b.digest;
COMMIT;
SELECT count(*) > 60 AS relations_compared FROM before;
-- The digest is known to see one changed byte.
BEGIN;
TRUNCATE before;
INSERT INTO before SELECT * FROM digest();
COMMENT ON TABLE existing IS 'x';
SELECT relation FROM before b FULL JOIN digest() a USING (relation) WHERE a.digest IS DISTINCT FROM b.digest;
ROLLBACK;
-- Nor does the session keep anything.
SELECT name FROM pg_prepared_statements;
SELECT locktype, mode FROM pg_locks WHERE locktype = 'advisory';
SELECT current_setting('search_path') AS search_path, current_setting('work_mem') AS work_mem;

-- Inside a transaction: no lock stays on what it touched, nor the run lock, and the transaction goes on.
BEGIN;
SELECT count(*) FROM migrator.apply(dry_run => true);
SELECT locktype, relation::regclass, mode FROM pg_locks WHERE pid = pg_backend_pid() AND
    (locktype = 'advisory' OR relation IN ('existing'::regclass, 'migrator.history_entry'::regclass));
SELECT version, status FROM migrator.status();
COMMIT;

-- A target; then the same for rollbacks, once there is something to roll back.
SELECT version, status FROM migrator.apply('1', dry_run => true);
SELECT FROM migrator.apply('1');
TRUNCATE before;
BEGIN;
LOCK TABLE pg_statistic IN SHARE MODE;
INSERT INTO before SELECT * FROM digest();
SELECT version, status, error FROM migrator.rollback(dry_run => true);
SELECT version, status, error FROM migrator.rollback_to('1', dry_run => true);
SELECT version, status, error FROM migrator.apply(dry_run => true);
SELECT relation FROM before b FULL JOIN digest() a USING (relation) WHERE a.digest IS DISTINCT FROM b.digest;
COMMIT;

-- A failure is a row: what stood before it is shown, what comes after it is not tried; nothing is left, and the
-- session can go on at once.
SELECT FROM migrator.load('3', 'bad', E'SELECT 1;\nSELECT pg_advisory_lock(13);\nPREPARE q AS SELECT 1;\n\nSELECT 1 / 0');
SELECT FROM migrator.load('4', 'after', 'SELECT 1');
SELECT version, name, status, execution_time_ms IS NOT NULL AS timed, error FROM migrator.apply(dry_run => true);
SELECT name FROM pg_prepared_statements;
SELECT locktype, mode FROM pg_locks WHERE locktype = 'advisory';
SELECT version, status FROM migrator.status();
BEGIN;
SELECT version, status FROM migrator.apply(dry_run => true);
SELECT 'the transaction goes on';
COMMIT;
-- So is a violated deferred constraint.
SELECT FROM migrator.load('3', 'bad', $$
    CREATE TABLE c (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED); INSERT INTO c VALUES (4711)$$);
SELECT version, name, status, error FROM migrator.apply(dry_run => true);
-- What is refused before anything runs is an error of the call, as without dry_run.
SELECT * FROM migrator.apply('99', dry_run => true);
SELECT FROM migrator.load('3', 'bad', 'VACUUM');
SELECT * FROM migrator.apply(dry_run => true);
\echo :LAST_ERROR_SQLSTATE

SET client_min_messages = error;
DROP SCHEMA app CASCADE;
DROP OWNED BY regress_migrator_dry;
DROP ROLE regress_migrator_dry;
DROP EXTENSION migrator;
