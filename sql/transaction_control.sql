-- Transaction control in bodies, statements that cannot run in a transaction, data from the client.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA app;
SET search_path = app;

-- BEGIN and COMMIT around a whole body, in every spelling without options, are the call's own transaction's business.
SELECT migrator.load('1', 'begin', E'BEGIN;\nCREATE TABLE one ();\nCOMMIT;'),
       migrator.load('2', 'start', E'START TRANSACTION; CREATE TABLE two (); END'),
       migrator.load('3', 'work', E'-- c\nBEGIN WORK;;\nCREATE TABLE three ();\nCOMMIT TRANSACTION; -- c', 'BEGIN; DROP TABLE three; COMMIT'),
       migrator.load('4', 'nothing', 'BEGIN; COMMIT', 'SELECT 1');
BEGIN;
SELECT version, status FROM migrator.apply();
ROLLBACK;
SELECT relname FROM pg_class WHERE relnamespace = 'app'::regnamespace;
SELECT version, status FROM migrator.apply();
SELECT relname FROM pg_class WHERE relnamespace = 'app'::regnamespace ORDER BY 1;
SELECT version, status FROM migrator.rollback_to('2');
SELECT version, status FROM migrator.apply();

-- Any other is refused by name, before anything runs, whichever statement it is.
CREATE FUNCTION refused(body text, before text DEFAULT E'SELECT 1;\n') RETURNS TABLE (state text, message text, hint text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM migrator.load('10', 'before', 'CREATE TABLE app.never ()');
    PERFORM migrator.load('11', 'refused', before || body);
    PERFORM migrator.apply();
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    RETURN NEXT;
END $$;
\pset format unaligned
\pset tuples_only on
SELECT refused.* FROM unnest(ARRAY['ROLLBACK', 'ABORT', 'SAVEPOINT s',
    'RELEASE s', 'ROLLBACK TO s', 'PREPARE TRANSACTION ''x''', 'COMMIT PREPARED ''x''', 'ROLLBACK PREPARED ''x''',
    'COMMIT AND CHAIN', 'START TRANSACTION ISOLATION LEVEL SERIALIZABLE']) AS body, refused(body);
-- Around the whole body, but not as they stand for the call's transaction.
SELECT refused.state, message FROM unnest(ARRAY['BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1; COMMIT',
    'BEGIN; SELECT 1; ROLLBACK', 'BEGIN; SELECT 1; COMMIT; SELECT 2; ROLLBACK', 'SELECT 1; COMMIT AND NO CHAIN; COMMIT AND CHAIN']) AS body, refused(body, '');

-- What cannot run in a transaction, and what needs a client, is named before anything runs.
SELECT refused.* FROM unnest(ARRAY['CREATE INDEX CONCURRENTLY i ON one (a)', 'DROP INDEX CONCURRENTLY i', 'REINDEX TABLE CONCURRENTLY one',
    'REINDEX (CONCURRENTLY) INDEX i', 'REINDEX DATABASE postgres', 'VACUUM', 'VACUUM FULL one', 'CREATE DATABASE x', 'DROP DATABASE x',
    'CREATE TABLESPACE x LOCATION ''/x''', 'DROP TABLESPACE x', 'ALTER SYSTEM SET work_mem = 1', 'ALTER DATABASE x SET TABLESPACE y',
    'DISCARD ALL', 'CLUSTER', 'ALTER TABLE one DETACH PARTITION two CONCURRENTLY',
    'CREATE SUBSCRIPTION s CONNECTION ''x'' PUBLICATION p', 'COPY one FROM STDIN', 'COPY one TO STDOUT']) AS body, refused(body);
\pset tuples_only off
\pset format aligned
SELECT to_regclass('never'), count(*) FROM migrator.status() WHERE version >= '10';

-- As the only statement, and in a way back.
SELECT migrator.load('11', 'alone', 'ROLLBACK');
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.load('11', 'back', 'SELECT 1', E'SELECT 1;\nVACUUM');
SELECT version, status FROM migrator.apply();
SELECT * FROM migrator.rollback();
\echo :LAST_ERROR_SQLSTATE
-- What only the server can tell when it runs keeps the server's own message.
SELECT migrator.load('12', 'procedure', $$
    CREATE PROCEDURE commits() LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
    CALL commits()$$);
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.load('12', 'do', $$DO 'BEGIN ROLLBACK; END'$$);
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
-- The transaction's own statements that need no transaction control.
SELECT migrator.load('12', 'allowed', $$
    LOCK TABLE one IN SHARE MODE; SET LOCAL work_mem = '1MB'; SET CONSTRAINTS ALL IMMEDIATE; ANALYZE one;
    CREATE PROCEDURE quiet() LANGUAGE plpgsql AS 'BEGIN NULL; END'; CALL quiet(); REINDEX TABLE one;
    CREATE TYPE e AS ENUM ('a'); ALTER TYPE e ADD VALUE 'b'$$);
SELECT version, status FROM migrator.apply();

SET client_min_messages = error;
DROP SCHEMA app CASCADE;
DROP EXTENSION migrator;
