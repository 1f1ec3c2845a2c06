-- Verify scripts run after the up body and are rolled back; their error fails the migration.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
\set SHOW_CONTEXT always
CREATE SCHEMA verifying;
SET search_path = verifying;
SELECT * FROM migrator.load_file('1_good.sql', E'-- UP\nCREATE TABLE t (id int);\nSET search_path = nowhere;\n-- VERIFY\nBEGIN;\nCREATE TEMP TABLE seen AS SELECT id FROM t;\nINSERT INTO t VALUES (1);\nPREPARE p AS SELECT 1;\nSELECT pg_advisory_lock(77);\nROLLBACK;\n-- DOWN\nDROP TABLE t;\n', module => 'ver');
SELECT version, verify, verify_line FROM migrator.migration WHERE module = 'ver';
SELECT version, statement, line, command, verify FROM migrator.plan(module => 'ver');
SELECT version, status FROM migrator.apply(dry_run => true, module => 'ver');
SELECT version, status FROM migrator.apply(module => 'ver');
SELECT count(*) FROM t;
SELECT count(*) FROM pg_prepared_statements WHERE name = 'p';
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 77;
SELECT verify IS NOT NULL AS kept FROM migrator.history WHERE module = 'ver';
-- A failure: its own SQLSTATE, and where.
SELECT * FROM migrator.load_file('2_bad.sql', E'-- UP\nCREATE TABLE u (id int);\n-- VERIFY\nSELECT 1;\nSELECT 1 / count(*) FROM u;\n', module => 'ver');
SELECT version, status, error FROM migrator.apply(dry_run => true, module => 'ver');
SELECT * FROM migrator.apply(module => 'ver');
\echo :LAST_ERROR_SQLSTATE
CALL migrator.apply_each(module => 'ver');
SELECT version, status, detail FROM migrator.status('ver');
SELECT version, result, sqlstate, error, statement, line FROM migrator.history WHERE module = 'ver' ORDER BY id;
SELECT to_regclass('u');
SELECT migrator.load('2', 'bad', 'CREATE TABLE u (id int)', NULL, 'SELECT id FROM u', 'ver');
CALL migrator.apply_each(module => 'ver');
SELECT version, status FROM migrator.status('ver');
-- Statement by statement: the next run begins at the verification.
SELECT migrator.load('3', 'loose', 'CREATE INDEX CONCURRENTLY i ON u (id)', NULL, 'SELECT 1 / count(*) FROM u', 'ver');
CALL migrator.apply_each(module => 'ver');
SELECT version, status, detail FROM migrator.status('ver') WHERE version = '3';
INSERT INTO u VALUES (1);
CALL migrator.apply_each(module => 'ver');
SELECT version, status FROM migrator.status('ver') WHERE version = '3';
SELECT statement, result FROM migrator.statement_history WHERE module = 'ver' ORDER BY id;
SELECT version, result, statement, line FROM migrator.history WHERE module = 'ver' AND version = '3' ORDER BY id;
-- What is refused, when it is loaded and before anything runs.
SELECT migrator.load('4', 'x', 'SELECT 1', NULL, 'SELEC 1', 'ver');
SELECT * FROM migrator.load_file('4_x.sql', E'-- UP\nSELECT 1;\n-- VERIFY\n-- migrator: lock_timeout=1s\nSELECT 1;', module => 'ver');
SELECT * FROM migrator.load_file('4_x.sql', E'-- UP\nSELECT 1;\n-- VERIFY\nSELECT 1;\n-- verify\nSELECT 1;', module => 'ver');
SELECT migrator.load('4', 'x', 'CREATE TABLE not_made ()', NULL, 'SELECT 1; COMMIT', 'ver');
SELECT * FROM migrator.apply(module => 'ver');
SELECT migrator.load('4', 'x', 'CREATE TABLE not_made ()', NULL, 'VACUUM', 'ver');
SELECT * FROM migrator.plan(module => 'ver');
SELECT to_regclass('not_made');
-- Only the script is another: that is a change.
SELECT migrator.load('4', 'x', 'SELECT 1', NULL, 'SELECT 2', 'ver');
SELECT migrator.load('4', 'x', 'SELECT 1', NULL, 'SELECT 3', 'ver');
SELECT migrator.load('4', 'x', 'SELECT 1', NULL, 'SELECT 3', 'ver');
DROP SCHEMA verifying CASCADE;
DROP EXTENSION migrator;
