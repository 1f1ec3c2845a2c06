-- What a migration may not do: rewrite a table above migrator.max_rewrite_size, keep others from one longer than
-- migrator.max_lock_hold.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SET migrator.on_hazard = ignore; -- another gate
CREATE SCHEMA app;
SET search_path = app;
CREATE TABLE big (id int PRIMARY KEY, n int, t text);
INSERT INTO big SELECT i, i, repeat('x', 100) FROM generate_series(1, 2000) i;
CREATE TABLE small (n int);
CREATE MATERIALIZED VIEW sums AS SELECT id, t FROM big;
CREATE VIEW no_storage AS SELECT 1 AS one;
\set SHOW_CONTEXT never
-- Sizes of a whole database differ: no DETAIL.
\set VERBOSITY terse
CREATE FUNCTION attempt(sql text) RETURNS TABLE (state text, message text) LANGUAGE plpgsql AS $$
DECLARE
    d text; h text;
BEGIN
    PERFORM migrator.load('1', 'a', sql, 'SELECT 1');
    PERFORM FROM migrator.apply();
    state := 'applied';
    PERFORM FROM migrator.rollback();
    PERFORM migrator.unload('1');
    RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
    state := SQLSTATE; message := concat_ws(E'\n', SQLERRM, nullif(d, ''), nullif(h, ''));
    RETURN NEXT;
END $$;
\pset format unaligned
\pset tuples_only on

-- Off by default.
SHOW migrator.max_rewrite_size;
SELECT migrator.load('0', 'off', 'ALTER TABLE big ALTER n TYPE bigint', 'ALTER TABLE big ALTER n TYPE int');
SELECT version, status FROM migrator.apply();
SELECT version, status FROM migrator.rollback();
SELECT migrator.unload('0');

SET migrator.max_rewrite_size = '100kB';
-- Each reason of the event, with all that the error says.
SELECT state, regexp_replace(message, 'takes \d+ kB', 'takes N kB') FROM attempt('ALTER TABLE big ALTER n TYPE bigint');
\set QUIET on
CREATE FUNCTION short(sql text) RETURNS TABLE (state text, reason text) LANGUAGE sql AS $$
    SELECT state, coalesce(substring(message FROM 'rewritten because (.*), and could not'), message) FROM app.attempt(sql)
$$;
SELECT * FROM short('ALTER TABLE big SET UNLOGGED');
SELECT * FROM short('ALTER TABLE big ADD v float DEFAULT random()');
SELECT * FROM short('ALTER TABLE big ADD v float DEFAULT random(), ALTER n TYPE bigint');
-- Out of a DO block, also when the block catches what it raises: then it has not happened.
SELECT * FROM short('DO $do$ BEGIN EXECUTE ''ALTER TABLE app.big ALTER n TYPE bigint''; END $do$');
SELECT migrator.load('1', 'a', $$DO 'BEGIN ALTER TABLE app.big ALTER n TYPE bigint; EXCEPTION WHEN OTHERS THEN END'$$, 'SELECT 1');
SELECT version, status FROM migrator.apply();
SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = 'big'::regclass AND attname = 'n';
SELECT version, status FROM migrator.rollback();
SELECT migrator.unload('1');
-- What fires no event.
SELECT * FROM short('CLUSTER big USING big_pkey');
SELECT * FROM short('REFRESH MATERIALIZED VIEW sums');
SELECT * FROM short('DO $do$ BEGIN REFRESH MATERIALIZED VIEW app.sums; END $do$');
-- No rewrite: nothing to refuse.
SELECT migrator.load('1', 'a', $$
    ALTER TABLE big ADD constant int DEFAULT 7;
    ALTER TABLE small ALTER n TYPE bigint;
    CREATE TABLE made AS SELECT * FROM big;
    CREATE INDEX ON big (n);
    TRUNCATE small;
    REFRESH MATERIALIZED VIEW sums WITH NO DATA;
    ALTER VIEW no_storage RENAME TO still_none;
$$, 'ALTER TABLE big DROP constant; DROP TABLE made');
SELECT version, status FROM migrator.apply();
REFRESH MATERIALIZED VIEW sums;
-- The way back is a migration too: rollback() rewrites nothing either.
SELECT version, status FROM migrator.rollback();
SELECT migrator.unload('1');
-- A migration cannot open it for itself, in whatever way.
CREATE FUNCTION opens() RETURNS void LANGUAGE plpgsql SET migrator.max_rewrite_size = -1 AS
    $f$ BEGIN ALTER TABLE app.big ALTER n TYPE bigint; END $f$;
SELECT * FROM short('SET migrator.max_rewrite_size = -1; ALTER TABLE big ALTER n TYPE bigint');
SELECT * FROM short('SET LOCAL migrator.max_rewrite_size TO DEFAULT; ALTER TABLE big ALTER n TYPE bigint');
SELECT * FROM short('RESET ALL; ALTER TABLE app.big ALTER n TYPE bigint');
SELECT * FROM short('SELECT set_config(''migrator.max_rewrite_size'', ''-1'', true); ALTER TABLE big ALTER n TYPE bigint');
SELECT * FROM short('SELECT opens()');
DROP FUNCTION opens;
-- The way on is the caller's, as the HINT says.
SELECT migrator.load('1', 'a', 'ALTER TABLE big ALTER n TYPE bigint', 'SELECT 1');
SET migrator.max_rewrite_size = -1;
SELECT version, status FROM migrator.apply();
SET migrator.max_rewrite_size = '100kB';
SELECT migrator.load('2', 'b', 'ALTER TABLE big ALTER n TYPE int');
-- A dry run tells of it.
SELECT version, status, error ~ 'SQLSTATE MG011' FROM migrator.apply(dry_run => true);
-- Nobody else is asked.
ALTER TABLE big ALTER n TYPE int;
CLUSTER big USING big_pkey;
REFRESH MATERIALIZED VIEW sums;
VACUUM FULL big;
-- Statement by statement. What is refused has not begun: it is failed, not half done, and can go or be another.
SELECT migrator.unload('2');
SELECT migrator.load('2', 'b', 'VACUUM (FULL) app.big');
CALL migrator.apply_each();
\echo :LAST_ERROR_SQLSTATE
SELECT version, status, detail ~ 'failed at statement 1, line 1 .SQLSTATE MG011' FROM migrator.status() WHERE version = '2';
SELECT statement, result, sqlstate FROM migrator.statement_history ORDER BY id;
SELECT migrator.unload('2');
SELECT migrator.load('2', 'b', E'-- migrator: no-transaction\nALTER TABLE app.big ALTER n TYPE bigint; SELECT 1');
CALL migrator.apply_each();
SELECT status FROM migrator.status() WHERE version = '2';
SELECT migrator.load('2', 'b', E'-- migrator: no-transaction\nBEGIN; SELECT 1; ALTER TABLE app.big ALTER n TYPE bigint; COMMIT');
CALL migrator.apply_each();
SELECT status FROM migrator.status() WHERE version = '2';
-- Behind a statement that has run, it is half done.
SELECT migrator.load('2', 'b', E'-- migrator: no-transaction\nSELECT 1; VACUUM FULL app.big', 'SELECT 1');
CALL migrator.apply_each();
SELECT status, detail FROM migrator.status() WHERE version = '2';
SELECT migrator.load('2', 'b', E'-- migrator: no-transaction\nSELECT 1; VACUUM app.big', 'SELECT 1');
CALL migrator.apply_each();
CALL migrator.rollback_each();
-- Of several, the last option counts.
SELECT migrator.load('2', 'b', 'VACUUM (FULL off, FULL) app.big');
CALL migrator.apply_each();
SELECT migrator.load('2', 'b', 'VACUUM (FULL, FULL false) app.big');
CALL migrator.apply_each();
SELECT migrator.load('3', 'c', 'VACUUM FULL');
CALL migrator.apply_each();
\echo :LAST_ERROR_SQLSTATE
SELECT version, status FROM migrator.status();
-- So is CLUSTER without a table.
SELECT migrator.load('3', 'c', 'CLUSTER');
CALL migrator.apply_each();
-- A partitioned table counts with all that is below it, however small each part is; moving it moves no part.
CREATE TABLE parted (id int PRIMARY KEY, t text) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (1000) PARTITION BY RANGE (id);
CREATE TABLE parted_1_1 PARTITION OF parted_1 FOR VALUES FROM (0) TO (500);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (1000) TO (1500);
INSERT INTO parted SELECT i, repeat('x', 100) FROM generate_series(0, 499) i UNION ALL SELECT i, repeat('x', 100) FROM generate_series(1000, 1499) i;
SELECT migrator.load('3', 'c', 'VACUUM FULL app.parted');
CALL migrator.apply_each();
SELECT migrator.load('3', 'c', 'CLUSTER app.parted USING parted_pkey');
CALL migrator.apply_each();
SELECT migrator.load('3', 'c', 'VACUUM app.parted');
CALL migrator.apply_each();
SELECT migrator.load('4', 'd', 'VACUUM FULL app.parted_1');
CALL migrator.apply_each();
SELECT migrator.load('5', 'e', 'ALTER TABLE app.parted SET TABLESPACE pg_default');
CALL migrator.apply_each();
-- The size of the database is measured for those too who may not connect to it.
CREATE ROLE gates_dev;
GRANT USAGE ON SCHEMA migrator TO gates_dev;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA migrator TO gates_dev;
SELECT format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT migrator.load('6', 'f', 'VACUUM FULL');
SET ROLE gates_dev;
CALL migrator.apply_each();
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
SELECT format('GRANT CONNECT ON DATABASE %I TO PUBLIC', current_database()) \gexec
DROP OWNED BY gates_dev;
DROP ROLE gates_dev;
RESET migrator.max_rewrite_size;
DROP EXTENSION migrator;
CREATE EXTENSION migrator;

-- How long a lock may be held. Times differ: no DETAIL, but what it says of the lock.
SHOW migrator.max_lock_hold;
SET migrator.max_lock_hold = '300ms';
CREATE FUNCTION held(sql text) RETURNS TABLE (state text, message text) LANGUAGE sql AS $$
    SELECT state, split_part(message, E'\n', 1) || ' / ' || substring(message FROM 'It has held (.*); the limit') FROM app.attempt(sql)
$$;
-- In a later statement, in the statement that takes it, in a DO block; by whatever mode blocks writes.
SELECT * FROM held('ALTER TABLE small ADD a int; SELECT pg_sleep(10)');
SELECT * FROM held('LOCK small IN SHARE MODE; SELECT pg_sleep(10)');
SELECT * FROM held('ALTER TABLE big ALTER n TYPE bigint USING n + length(pg_sleep(0.05)::text)');
SELECT * FROM held('DO $do$ BEGIN ALTER TABLE app.big ADD a int; PERFORM pg_sleep(10); END $do$');
SELECT * FROM held('CREATE INDEX ON big (id); SELECT pg_sleep(10)');
-- A body that catches the cancel has given the lock back; what it took before is another matter.
SELECT * FROM held('DO $do$ BEGIN BEGIN LOCK app.small; PERFORM pg_sleep(10); EXCEPTION WHEN query_canceled THEN NULL; END; PERFORM pg_sleep(0.5); END $do$');
SELECT * FROM held('DO $do$ BEGIN LOCK app.small; BEGIN PERFORM pg_sleep(10); EXCEPTION WHEN query_canceled THEN NULL; END; PERFORM pg_sleep(10); END $do$');
-- Nobody waits for what is new, nor for reading and writing.
SELECT migrator.load('1', 'a', 'CREATE TABLE fresh (n int); ALTER TABLE fresh ADD m int; INSERT INTO small VALUES (1); SELECT pg_sleep(0.5)',
    'DROP TABLE fresh');
SELECT version, status FROM migrator.apply();
SELECT version, status FROM migrator.rollback();
-- What the caller holds is the caller's.
BEGIN;
LOCK small;
SELECT version, status FROM migrator.apply();
ROLLBACK;
SELECT pg_sleep(0.5); -- and no cancel comes afterwards

-- apply() counts to its end, apply_each() to that of each migration; it is not tried again.
SET migrator.max_lock_hold = '1500ms';
SELECT migrator.load('1', 'a', 'ALTER TABLE small ADD a int; SELECT pg_sleep(0.9)');
SELECT migrator.load('2', 'b', 'ALTER TABLE small ADD b int; SELECT pg_sleep(0.9)');
SELECT migrator.load('3', 'c', 'ALTER TABLE small ADD c int; SELECT pg_sleep(10)');
SELECT version, status FROM migrator.apply('2');
\echo :LAST_ERROR_SQLSTATE
SELECT version, status, error ~ 'SQLSTATE MG012' FROM migrator.apply('2', dry_run => true);
CALL migrator.apply_each();
\echo :LAST_ERROR_SQLSTATE
SELECT version, status FROM migrator.status();
SELECT version, result, sqlstate, statement FROM migrator.history WHERE sqlstate IS NOT NULL AND action = 'apply' AND version = '3';
SELECT attname FROM pg_attribute WHERE attrelid = 'small'::regclass AND attnum > 0 ORDER BY 1;
-- A migration cannot lift it for itself, in whatever way; the caller can.
SELECT migrator.load('3', 'c', 'SET migrator.max_lock_hold = 0; ALTER TABLE small ADD c int; SELECT pg_sleep(2)');
SELECT version, status FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.load('3', 'c', $b$SELECT set_config('migrator.max_lock_hold', '0', false); ALTER TABLE small ADD c int; SELECT pg_sleep(2)$b$);
CALL migrator.apply_each();
\echo :LAST_ERROR_SQLSTATE
SET migrator.max_lock_hold = 0;
SELECT migrator.load('4', 'd', 'ALTER TABLE small ADD d int');
SELECT version, status FROM migrator.apply();
SET migrator.max_lock_hold = '300ms';
-- Statement by statement, each for itself.
SELECT migrator.load('5', 'e', E'-- migrator: no-transaction\nALTER TABLE small ADD e int; SELECT pg_sleep(0.5); BEGIN; LOCK app.small; SELECT pg_sleep(10); COMMIT;');
CALL migrator.apply_each();
\echo :LAST_ERROR_SQLSTATE
SELECT statement, result, sqlstate FROM migrator.statement_history WHERE result <> 'started' ORDER BY id;

-- Its functions on event triggers of somebody else.
CREATE EVENT TRIGGER mine ON ddl_command_end EXECUTE FUNCTION migrator.see_commands();
CREATE TABLE under_it ();
DROP EVENT TRIGGER mine;
SET client_min_messages = error;
DROP SCHEMA app CASCADE;
DROP EXTENSION migrator;
