-- Bodies with transactions of their own, and files of tools that open none.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SET migrator.on_hazard = 'ignore'; -- they are here on purpose
CREATE SCHEMA app;
SET search_path = app;
CREATE DOMAIN good AS text CHECK (VALUE <> 'bad');
CREATE TABLE ran (what good, xact xid8 DEFAULT pg_current_xact_id());
CREATE FUNCTION transactions() RETURNS SETOF text LANGUAGE sql AS
    $$ SELECT string_agg(what, ' ' ORDER BY what) FROM ran GROUP BY xact ORDER BY 1 $$;
CREATE PROCEDURE loads(version text, body text) LANGUAGE sql AS $$
    SELECT migrator.load(version, 'm', body) $$;

-- One block is one transaction, however it is written.
CALL loads('1', $$BEGIN; BEGIN; INSERT INTO ran VALUES ('1a'); INSERT INTO ran VALUES ('1b'); COMMIT; COMMIT$$);
CALL loads('2', $$INSERT INTO ran VALUES ('2a'); INSERT INTO ran VALUES ('2b'); COMMIT$$);
CALL loads('3', $$COMMIT; BEGIN; INSERT INTO ran VALUES ('3a'); INSERT INTO ran VALUES ('3b')$$);
SELECT version, bool_and(transactional), count(*) FROM migrator.plan() GROUP BY 1 ORDER BY 1;
SELECT version, status FROM migrator.apply();

-- Several are honored; what is between them commits by itself. apply() leaves them to apply_each().
CALL loads('4', $$INSERT INTO ran VALUES ('4a'); INSERT INTO ran VALUES ('4b');
COMMIT;
INSERT INTO ran VALUES ('4c');
INSERT INTO ran VALUES ('4d');
BEGIN; LOCK TABLE ran; INSERT INTO ran VALUES ('4e'); INSERT INTO ran VALUES ('4f'); END;
CREATE INDEX CONCURRENTLY ran_what ON ran (what);
START TRANSACTION; INSERT INTO ran VALUES ('4g')$$);
SELECT statement, line, command, transactional FROM migrator.plan();
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.apply(dry_run => true);
CALL migrator.apply_each();
SELECT transactions();
TRUNCATE ran;
SELECT statement, result, command FROM migrator.statement_history ORDER BY id;

-- A block that fails is rolled back as a whole and starts over; what was before it stays.
CALL loads('5', $$BEGIN; INSERT INTO ran VALUES ('5a'); COMMIT;
BEGIN; INSERT INTO ran VALUES ('5b'); INSERT INTO ran VALUES ('bad'); INSERT INTO ran VALUES ('5c'); COMMIT;
INSERT INTO ran VALUES ('5d')$$);
CALL migrator.apply_each();
SELECT transactions();
SELECT status, detail FROM migrator.status() WHERE version = '5';
SELECT statement, result FROM migrator.statement_history WHERE version = '5' ORDER BY id;
-- What ran must stay as it is.
CALL loads('5', $$BEGIN; INSERT INTO ran VALUES ('edited'); COMMIT;
BEGIN; INSERT INTO ran VALUES ('5b'); COMMIT; INSERT INTO ran VALUES ('5d')$$);
CALL migrator.apply_each();
CALL loads('5', $$BEGIN; INSERT INTO ran VALUES ('5a'); COMMIT;
BEGIN; INSERT INTO ran VALUES ('5b'); INSERT INTO ran VALUES ('mended'); INSERT INTO ran VALUES ('5c'); COMMIT;
INSERT INTO ran VALUES ('5d')$$);
CALL migrator.apply_each();
SELECT transactions();
TRUNCATE ran;
-- So when it is a COPY in it that fails.
CALL loads('6', E'BEGIN; INSERT INTO ran VALUES (''6a''); COMMIT;\nBEGIN; INSERT INTO ran VALUES (''6b'');\nCOPY ran (what) FROM stdin;\n6c\nbad\n\\.\nCOMMIT;');
CALL migrator.apply_each();
SELECT transactions();
CALL loads('6', E'BEGIN; INSERT INTO ran VALUES (''6a''); COMMIT;\nBEGIN; INSERT INTO ran VALUES (''6b'');\nCOPY ran (what) FROM stdin;\n6c\n\\.\nCOMMIT;');
CALL migrator.apply_each();
SELECT transactions();
TRUNCATE ran;

-- Deferred constraints are checked by the commit of the block, settings are those of a session, SET LOCAL of a block.
CREATE TABLE later (a int UNIQUE DEFERRABLE INITIALLY DEFERRED);
CALL loads('7', $$BEGIN; INSERT INTO later VALUES (1), (1); DELETE FROM later; COMMIT;
BEGIN; INSERT INTO later VALUES (2), (2); SELECT 1; COMMIT; SELECT 2$$);
CALL migrator.apply_each();
SELECT * FROM later;
SELECT status, detail FROM migrator.status() WHERE version = '7';
CALL loads('7', $$BEGIN; INSERT INTO later VALUES (1), (1); DELETE FROM later; COMMIT;
BEGIN; SET work_mem = '7MB'; SET LOCAL lock_timeout = '7s'; COMMIT;
INSERT INTO ran VALUES (current_setting('work_mem') || ' ' || current_setting('lock_timeout'));
BEGIN; DECLARE c CURSOR FOR SELECT 1; FETCH c; COMMIT$$);
CALL migrator.apply_each();
SELECT transactions(), current_setting('work_mem');
TRUNCATE ran;
-- A resumed run has the settings, and no warning about those that ended with their block.
CALL loads('8', $$BEGIN; SET LOCAL work_mem = '8MB'; SET search_path = nowhere; COMMIT; BEGIN; SELECT 1 / 0; COMMIT$$);
CALL migrator.apply_each();
CALL loads('8', $$BEGIN; SET LOCAL work_mem = '8MB'; SET search_path = nowhere; COMMIT; BEGIN; INSERT INTO app.ran VALUES (current_setting('search_path')); COMMIT$$);
CALL migrator.apply_each();
SELECT transactions();
TRUNCATE ran;

-- Way back.
SELECT migrator.load('9', 'back', 'SELECT 9', $$BEGIN; INSERT INTO ran VALUES ('9a'); COMMIT; VACUUM ran; BEGIN; INSERT INTO ran VALUES ('9b'); COMMIT$$);
CALL migrator.apply_each();
SELECT * FROM migrator.rollback();
CALL migrator.rollback_each();
SELECT transactions();
TRUNCATE ran;
SELECT migrator.unload('9');

-- Without a transaction, but for blocks: a new value of an enum and its use, a procedure that commits, LOCK TABLE.
CREATE TYPE mood AS ENUM ('sad');
CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO ran VALUES ('a'); COMMIT; INSERT INTO ran VALUES ('b'); END $$;
CALL loads('10', $$-- migrator: no-transaction
ALTER TYPE mood ADD VALUE 'ok';
CREATE TABLE moods AS SELECT 'ok'::mood AS m;
CALL commits();
BEGIN; LOCK TABLE ran; INSERT INTO ran VALUES ('c'); COMMIT$$);
CALL migrator.apply_each();
SELECT transactions();
TABLE moods;
CALL loads('11', $$-- migrator: no-transaction
LOCK TABLE ran;
INSERT INTO ran VALUES ('d')$$);
CALL migrator.apply_each();
\echo :LAST_ERROR_SQLSTATE
CALL loads('11', $$BEGIN; SELECT 1; COMMIT; DECLARE c CURSOR FOR SELECT 1$$);
CALL migrator.apply_each();
\echo :LAST_ERROR_SQLSTATE
CALL loads('11', $$BEGIN; SELECT 1; VACUUM ran; COMMIT; SELECT 1$$);
CALL migrator.apply_each();
\echo :LAST_ERROR_SQLSTATE
CALL loads('11', $$BEGIN; CALL commits(); COMMIT; SELECT 1$$);
CALL migrator.apply_each();
\echo :LAST_ERROR_SQLSTATE
TRUNCATE ran;

-- Of a tool that opens no transaction: one where it will do, else none, unless LOCK TABLE asks for one.
CREATE FUNCTION planned(body text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM migrator.load('1', 'm', E'-- migrator: autocommit\n' || body, module => 'tool');
    RETURN (SELECT string_agg(command, ', ' ORDER BY statement) || CASE WHEN bool_and(transactional) THEN ': one transaction' ELSE ': none' END
            FROM migrator.plan(module => 'tool'));
EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT planned(body) FROM unnest(ARRAY['SELECT 1; SELECT 2', 'SELECT 1; CREATE INDEX CONCURRENTLY i ON ran (what)', 'CALL commits()',
    'ALTER TYPE mood ADD VALUE ''x''', 'ALTER TYPE mood ADD VALUE ''x''; SELECT 1', 'ALTER TYPE mood RENAME VALUE ''ok'' TO ''x''; SELECT 1',
    'LOCK TABLE ran; CALL commits()', 'LOCK TABLE ran; VACUUM ran', 'VACUUM; BEGIN; LOCK TABLE ran; COMMIT', 'BEGIN; SELECT 1; COMMIT',
    'BEGIN; SELECT 1; COMMIT; SELECT 2', 'DECLARE c CURSOR WITH HOLD FOR SELECT 1; VACUUM']) AS body;
SELECT migrator.load('1', 'm', $$-- migrator: autocommit
INSERT INTO ran VALUES ('x');
CREATE INDEX CONCURRENTLY tool_i ON ran (what);
CALL commits();
ALTER TYPE mood ADD VALUE 'new';
INSERT INTO moods VALUES ('new')$$, module => 'tool');
CALL migrator.apply_each(module => 'tool');
SELECT transactions();
TABLE moods;

SET client_min_messages = error;
DROP SCHEMA app CASCADE;
DROP EXTENSION migrator;
