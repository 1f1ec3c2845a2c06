-- A failing statement keeps its SQLSTATE, message, detail, hint and position; the context says where it stands.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA app;
SET search_path = app;

SELECT FROM migrator.load('1', 'good', 'CREATE TABLE t (id int PRIMARY KEY, note text NOT NULL)');
-- The position is that in the statement, which is shown; the line is that of the file.
SELECT FROM migrator.load_file('db/2_bad.sql', $$-- UP
INSERT INTO t VALUES (1, 'one');

INSERT INTO t
     VALUES (2, no_such_column);
-- DOWN
DELETE FROM t;
$$);
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
-- All or nothing: the first is taken back too.
SELECT to_regclass('t');
SELECT version, status FROM migrator.status();
SELECT count(*) FROM migrator.history;

-- DETAIL of a constraint; table, column and constraint names for programs.
SELECT FROM migrator.load('2', 'bad', E'INSERT INTO t VALUES (1, ''one'');\nINSERT INTO t VALUES (1, ''again'')');
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
DO $$
DECLARE s text; t text; c text; d text; h text;
BEGIN
    PERFORM migrator.apply();
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS s = SCHEMA_NAME, t = TABLE_NAME, c = CONSTRAINT_NAME, d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
    RAISE WARNING '% % % % "%" "%"', SQLSTATE, s, t, c, d, h;
END $$;
-- All of an error that the body raises itself, its own SQLSTATE included.
SELECT FROM migrator.load('2', 'raises', $body$
DO $$ BEGIN
    RAISE EXCEPTION 'no, %', 'thanks' USING ERRCODE = 'ZZ123', DETAIL = 'the detail', HINT = 'the hint';
END $$;
$body$);
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
-- Inside functions the server's own context lines come first.
SELECT FROM migrator.load('2', 'deep', $body$
CREATE FUNCTION fails() RETURNS int LANGUAGE plpgsql AS 'BEGIN PERFORM 1 / 0; RETURN 1; END';
SELECT fails();
$body$);
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
-- In a function's text the position is that of the function.
SELECT FROM migrator.load('2', 'text', $body$
CREATE FUNCTION bad() RETURNS int LANGUAGE sql AS 'SELECT nonsense';
$body$);
SELECT * FROM migrator.apply();
SELECT FROM migrator.load('2', 'hint', E'SELECT 1;\nSELECT nots FROM t');
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
SELECT FROM migrator.load('2', 'multibyte', E'SELECT ''äöü'', nö');
SELECT * FROM migrator.apply();
-- An error class that PL/pgSQL's OTHERS does not catch is none of a user's mistake.
SELECT FROM migrator.load('2', 'assert', $$DO 'BEGIN ASSERT false, ''asserted''; END'$$);
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE

-- What a later version's pg_dump writes, whose line can go.
SELECT FROM migrator.load('2', 'dump', E'SET later_timeout = 0;\nCREATE TABLE dumped ()', 'DROP TABLE dumped');
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
SELECT FROM migrator.load('2', 'dump', 'CREATE TABLE dumped ()', 'DROP TABLE dumped');
SELECT version, status FROM migrator.apply();
SELECT version, status FROM migrator.rollback();

-- Warnings of a body come through.
SELECT FROM migrator.load('2', 'warns', $$DO 'BEGIN RAISE WARNING ''careful''; END'$$);
SELECT version, status FROM migrator.apply();

-- The same of a rollback: the way back is the one that is named.
SELECT FROM migrator.load_file('3_down.sql', E'SELECT 1;\n-- DOWN\n\nDROP TABLE no_such_table;\n');
SELECT FROM migrator.load('4', 'down', 'SELECT 1', E'SELECT 1;\nDROP TABLE nor_this');
SELECT FROM migrator.apply();
SELECT * FROM migrator.rollback();
\echo :LAST_ERROR_SQLSTATE
SELECT FROM migrator.load('4', 'down', 'SELECT 1', 'SELECT 1');
SELECT * FROM migrator.rollback(2);
\echo :LAST_ERROR_SQLSTATE
SELECT version, status FROM migrator.status() WHERE version >= '3';

-- A migration that calls the runner.
SELECT FROM migrator.load('5', 'nested', 'SELECT * FROM migrator.apply()');
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
SELECT FROM migrator.load('5', 'nested', 'SELECT migrator.rollback(1)');
SELECT * FROM migrator.apply();
SELECT FROM migrator.load('5', 'nested', 'SELECT migrator.baseline(''5'')');
SELECT * FROM migrator.apply();
SELECT FROM migrator.load('5', 'nested', 'SELECT migrator.apply(dry_run => true)');
SELECT version, status, error FROM migrator.apply(dry_run => true);
-- What only reads may be called.
SELECT FROM migrator.load('5', 'reads', 'CREATE TABLE seen AS SELECT version, status FROM migrator.status()');
SELECT version, status FROM migrator.apply();
SELECT * FROM seen;

SET client_min_messages = error;
DROP SCHEMA app CASCADE;
DROP EXTENSION migrator;
