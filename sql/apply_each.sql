-- CALL apply_each(): a commit per migration, and what cannot run in a transaction.
SET client_min_messages = warning;
\set VERBOSITY terse
\pset null -
CREATE EXTENSION migrator;
CREATE TABLE ran (n serial, what text, xid xid8 DEFAULT pg_current_xact_id());

SELECT migrator.load('1', 'table', $$ CREATE TABLE t (id int PRIMARY KEY, grp int); INSERT INTO t SELECT g, g % 10 FROM generate_series(1, 1000) g;
                                      INSERT INTO ran (what) VALUES ('1') $$, 'DROP TABLE t'),
       migrator.load('2', 'index', 'CREATE INDEX CONCURRENTLY t_grp ON t (grp)', 'DROP INDEX CONCURRENTLY t_grp'),
       migrator.load('3', 'enum', $$ CREATE TYPE mood AS ENUM ('sad'); INSERT INTO ran (what) VALUES ('3') $$, 'DROP TYPE mood'),
       migrator.load('4', 'add', $$ ALTER TYPE mood ADD VALUE 'ok' $$, 'SELECT 4'),
       migrator.load('5', 'use', $$ CREATE TABLE moods (m mood DEFAULT 'ok'); INSERT INTO moods DEFAULT VALUES $$, 'DROP TABLE moods'),
       migrator.load('6', 'maintenance', $$ VACUUM t; REINDEX INDEX CONCURRENTLY t_grp; REINDEX TABLE CONCURRENTLY t; ALTER SYSTEM SET work_mem = '5MB'; ALTER SYSTEM RESET work_mem $$, 'VACUUM'),
       migrator.load('7', 'partitions', $$ CREATE TABLE p (i int) PARTITION BY RANGE (i); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
                                           CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20) $$, 'DROP TABLE p, p1'),
       migrator.load('8', 'detach', 'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY', 'ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (0) TO (10)'),
       migrator.load('9', 'database', 'CREATE DATABASE regress_migrator_each; DROP DATABASE regress_migrator_each', 'SELECT 9'),
       migrator.load('10', 'last', $$ INSERT INTO ran (what) VALUES ('10') $$, 'SELECT 10');
SELECT version, statement, command, transactional FROM migrator.plan();
SELECT * FROM migrator.apply();

-- In portions, and what is done stays done.
CALL migrator.apply_each('2');
SELECT version, status FROM migrator.status();
CALL migrator.apply_each();
CALL migrator.apply_each();
SELECT version, status, execution_time_ms >= 0 AS timed, applied_by = current_user AS by_me, detail FROM migrator.status();
SELECT what, count(*), count(DISTINCT xid) FROM ran GROUP BY what ORDER BY what;
SELECT version, action, statement, statements, result, command, run_by = current_user AS by_me FROM migrator.statement_history;
SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = 't'::regclass ORDER BY 1;
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory';
SELECT * FROM migrator.apply();

-- The other way.
CALL migrator.rollback_each(3);
SELECT version, status FROM migrator.status() WHERE status <> 'applied';
CALL migrator.rollback_each(100);
SELECT version, status FROM migrator.status() WHERE status <> 'pending';
SELECT to_regclass('t'), to_regclass('p'), to_regtype('mood');
CALL migrator.rollback_each(0);
CALL migrator.rollback_each(NULL);
CALL migrator.apply_each('no such');
CALL migrator.apply_each(module => '');
SELECT migrator.unload(version::text) FROM migrator.status();

-- A failure stays, the caller gets the original error, and what came before it stays.
SELECT migrator.load('1', 'good', $$ INSERT INTO ran (what) VALUES ('good') $$),
       migrator.load('2', 'bad', E'CREATE TABLE half ();\n\nSELECT 1 / 0;'),
       migrator.load('3', 'after', 'SELECT 3');
\set VERBOSITY default
CALL migrator.apply_each();
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
SELECT version, status, detail FROM migrator.status();
SELECT applied, pending, failed FROM migrator.summary();
SELECT version, result, sqlstate, error, statement, line, run_by = current_user AS by_me, execution_time_ms > 0 AS timed FROM migrator.history ORDER BY id DESC LIMIT 2;
SELECT to_regclass('half'), (SELECT count(*) FROM ran WHERE what = 'good');
-- Deferred constraints are checked with the migration that broke them.
SELECT migrator.load('2', 'bad', $$ CREATE TABLE a (i int PRIMARY KEY); CREATE TABLE b (i int REFERENCES a DEFERRABLE INITIALLY DEFERRED); INSERT INTO b VALUES (1) $$);
CALL migrator.apply_each();
SELECT version, status, detail FROM migrator.status() WHERE version = '2';
SELECT migrator.load('2', 'bad', 'SELECT 2');
CALL migrator.apply_each();
SELECT version, status, detail FROM migrator.status();

-- An edited one is refused before anything runs.
SELECT migrator.load('1', 'good', 'SELECT 1'), migrator.load('4', 'new', 'SELECT 4');
CALL migrator.apply_each();
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.accept('1', 'test');
CALL migrator.apply_each();

-- Where it cannot be called, the server lives.
SELECT pg_backend_pid() AS pid \gset
BEGIN;
CALL migrator.apply_each();
ROLLBACK;
\echo :LAST_ERROR_SQLSTATE
DO $$ BEGIN CALL migrator.apply_each(); END $$;
DO $$ BEGIN COMMIT; CALL migrator.rollback_each(); END $$;
CREATE PROCEDURE around() LANGUAGE plpgsql AS $$ BEGIN COMMIT; CALL migrator.apply_each(); END $$;
CALL around();
CREATE PROCEDURE plain() LANGUAGE sql AS 'CALL migrator.apply_each()';
CALL plain();
CREATE FUNCTION inside() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CALL migrator.apply_each(); END $$;
SELECT inside();
SELECT 1 \; CALL migrator.apply_each();
CALL migrator.apply_each() \; SELECT 1;
BEGIN;
DECLARE c CURSOR WITH HOLD FOR SELECT generate_series(1, 3);
COMMIT;
FETCH c;
SELECT migrator.load('5', 'beside_a_cursor', 'CREATE TABLE beside ()'), migrator.load('6', 'vacuum_beside_it', 'VACUUM beside');
CALL migrator.apply_each();
FETCH c;
CLOSE c;
SELECT migrator.load('7', 'nested', 'CALL migrator.apply_each()'), migrator.load('8', 'nested_too', E'-- migrator: no-transaction\nCALL migrator.apply_each()');
CALL migrator.apply_each('7');
SELECT migrator.load('7', 'nested', 'SELECT 7');
CALL migrator.apply_each();
SELECT pg_backend_pid() = :pid AS lives, count(*) FROM pg_locks WHERE locktype = 'advisory';

SET default_transaction_read_only = on;
CALL migrator.apply_each();
RESET default_transaction_read_only;
SET default_transaction_isolation = 'serializable';
SELECT migrator.load('8', 'nested_too', 'SELECT 8');
CALL migrator.apply_each();
RESET default_transaction_isolation;
SELECT version, status FROM migrator.status() WHERE status <> 'applied';
DROP TABLE ran, beside;
DROP PROCEDURE around, plain;
DROP FUNCTION inside;
DROP EXTENSION migrator;
