-- Migrations that run statement by statement: settings, stops half-way, and going on from there.
SET client_min_messages = warning;
\set VERBOSITY terse
\pset null -
CREATE EXTENSION migrator;
SET migrator.on_hazard = 'ignore'; -- they are here on purpose
CREATE TABLE ran (n serial, what text, work_mem text DEFAULT current_setting('work_mem'), who text DEFAULT current_user, path text DEFAULT current_setting('search_path'));
CREATE ROLE regress_migrator_each;
GRANT ALL ON SCHEMA public TO regress_migrator_each;
GRANT ALL ON ran, ran_n_seq TO PUBLIC;

-- What one statement sets holds for the later ones, and no longer.
SET work_mem = '11MB';
SET app.mine = 'mine';
PREPARE kept AS SELECT 'kept';
SELECT pg_advisory_lock(4711);
SELECT migrator.load('1', 'sets', $$-- migrator: no-transaction
    SET work_mem = '12MB';
    SELECT set_config('app.mine', 'theirs', false);
    SET search_path = pg_catalog, public;
    SET statement_timeout = '1min';
    SET app.other = 'x';
    SET default_transaction_read_only = on;
    SET default_transaction_read_only = off;
    SET ROLE regress_migrator_each;
    INSERT INTO public.ran (what) VALUES ('1');
    PREPARE added AS SELECT 1;
    CREATE TEMP TABLE temporary (i int);
    SELECT pg_advisory_lock(4712);
    RESET app.mine;
    VACUUM pg_catalog.pg_namespace;
    INSERT INTO ran (what) VALUES (current_setting('app.mine', true));
$$);
SET client_min_messages = error; -- the words of VACUUM, which the role may not, differ between servers
CALL migrator.apply_each();
SET client_min_messages = warning;
SELECT what, work_mem, who, path FROM ran ORDER BY n;
SELECT current_setting('work_mem') AS work_mem, current_setting('app.mine') AS mine, current_setting('search_path') AS path, current_setting('statement_timeout') AS timeout, current_setting('role') AS role, current_setting('app.other') AS other;
SELECT name, source FROM pg_settings WHERE name IN ('work_mem', 'search_path', 'statement_timeout', 'default_transaction_read_only') ORDER BY 1;
SELECT name FROM pg_prepared_statements;
SELECT to_regclass('pg_temp.temporary'), count(*) AS locks, min(objid) AS lock FROM pg_locks WHERE locktype = 'advisory';
-- Not even these take the caller's settings away, nor the run lock.
SELECT migrator.load('2', 'resets', $$-- migrator: no-transaction
    RESET ALL;
    SELECT pg_advisory_unlock_all();
    INSERT INTO ran (what) SELECT 'locks: ' || count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = x'6d696772'::int::oid AND objsubid = 1;
$$);
CALL migrator.apply_each();
SELECT what, work_mem FROM ran ORDER BY n DESC LIMIT 1;
SELECT current_setting('work_mem') AS work_mem, current_setting('app.mine') AS mine;
RESET work_mem;
DEALLOCATE kept;

-- Undone after an error too. What ran stays, and the next run resumes after it.
CREATE TABLE t (i int);
INSERT INTO t VALUES (1), (1);
SELECT migrator.load('3', 'stops', $$-- migrator: no-transaction
    SET work_mem = '13MB';
    INSERT INTO ran (what) VALUES ('3');
    CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_i ON t (i);
    INSERT INTO ran (what) VALUES ('3, after the index');
$$, 'DROP INDEX CONCURRENTLY t_i; SELECT 1 / 0; SELECT 3');
\set VERBOSITY default
CALL migrator.apply_each();
\set VERBOSITY terse
SHOW work_mem;
SELECT version, status, detail FROM migrator.status() WHERE version = '3';
SELECT applied, pending, failed FROM migrator.summary();
SELECT statement, sql, transactional FROM migrator.plan();
SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = 't'::regclass;
SELECT * FROM migrator.apply();
SELECT migrator.unload('3');
-- What ran must stay as it is; what did not may be mended.
SELECT migrator.load('3', 'stops', $$-- migrator: no-transaction
    SET work_mem = '14MB';
    INSERT INTO ran (what) VALUES ('3');
    CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_i ON t (i);
    INSERT INTO ran (what) VALUES ('3, after the index');
$$, 'DROP INDEX CONCURRENTLY t_i; SELECT 1 / 0; SELECT 3');
CALL migrator.apply_each();
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.plan();
SELECT migrator.load('3', 'stops', $$-- migrator: no-transaction
    SET work_mem = '13MB';
    INSERT INTO ran (what) VALUES ('3'); -- commented since
    CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_i ON t (i);
    INSERT INTO ran (what) VALUES ('3, mended');
$$, E'-- migrator: no-transaction\nDROP INDEX CONCURRENTLY t_i; SELECT 1 / 0; SELECT 3');
DELETE FROM t WHERE ctid = '(0,1)';
CALL migrator.apply_each();
SELECT what, work_mem FROM ran WHERE what LIKE '3%' ORDER BY n;
SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = 't'::regclass;
SELECT statement, result, sqlstate, error FROM migrator.statement_history WHERE version = '3' ORDER BY id;
SELECT result, sqlstate, statement, line FROM migrator.history WHERE version = '3' ORDER BY id;

-- A rollback that stopped partway: nothing is applied over it.
CALL migrator.rollback_each();
SELECT version, status, detail FROM migrator.status() WHERE version = '3';
CALL migrator.apply_each();
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.apply();
SELECT * FROM migrator.rollback();
SELECT migrator.load('3', 'stops', 'SELECT 3', E'-- migrator: no-transaction\nDROP INDEX CONCURRENTLY t_i; SELECT 2; SELECT 3');
CALL migrator.rollback_each();
SELECT version, status, detail FROM migrator.status() WHERE version = '3';

-- One that stopped partway can be rolled back instead.
SELECT migrator.load('3', 'stops', E'-- migrator: no-transaction\nCREATE TABLE made ();\nSELECT 1 / 0', 'DROP TABLE made');
CALL migrator.apply_each();
CALL migrator.rollback_each();
SELECT version, status, detail FROM migrator.status() WHERE version = '3';
SELECT to_regclass('made');

-- Mixtures are refused before anything runs, unless the file says so.
SELECT migrator.load('3', 'mixed', 'CREATE TABLE never (); VACUUM never');
SELECT * FROM migrator.plan();
\set VERBOSITY default
CALL migrator.apply_each();
\set VERBOSITY terse
-- A procedure that commits, and a DO block that does.
CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO ran (what) VALUES ('first'); COMMIT; INSERT INTO ran (what) VALUES ('second'); END $$;
SELECT migrator.load('3', 'procedure', 'SELECT 1; CALL commits()'); -- by itself it is known: by_catalog
CALL migrator.apply_each();
SELECT migrator.load('3', 'procedure', E'-- migrator: no-transaction\nCALL commits(); DO $x$ BEGIN COMMIT; INSERT INTO ran (what) VALUES (''third''); END $x$; DISCARD ALL; SELECT 1');
CALL migrator.apply_each();
SELECT what FROM ran ORDER BY n DESC LIMIT 3;
-- Time limits of single statements.
SELECT migrator.load('4', 'slow', E'-- migrator: statement_timeout=1500ms\nSELECT pg_sleep(0.8); SELECT pg_sleep(0.8); SELECT pg_sleep(10)');
CALL migrator.apply_each();
\echo :LAST_ERROR_SQLSTATE
SELECT detail FROM migrator.status() WHERE version = '4';
SET migrator.statement_timeout = '1500ms';
SELECT migrator.load('4', 'slow', E'-- migrator: no-transaction\nSELECT pg_sleep(0.8); SELECT pg_sleep(0.8); SELECT pg_sleep(10)');
CALL migrator.apply_each();
SELECT detail FROM migrator.status() WHERE version = '4';
RESET migrator.statement_timeout;
SELECT migrator.load('4', 'slow', E'-- migrator: no-transaction\nSELECT pg_sleep(0.8); SELECT pg_sleep(0.8); SELECT 3');
CALL migrator.apply_each();
SELECT version, status FROM migrator.status();
-- The record is append-only.
DELETE FROM migrator.statement_entry;
UPDATE migrator.statement_entry SET result = 'finished';
TRUNCATE migrator.statement_entry;
DROP TABLE ran, t;
DROP PROCEDURE commits;
REVOKE ALL ON SCHEMA public FROM regress_migrator_each;
DROP ROLE regress_migrator_each;
DROP EXTENSION migrator;
