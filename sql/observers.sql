-- Who watches the server sees each statement of a migration: event triggers, triggers, the notices of a run.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA app;
SET search_path = app;
CREATE TABLE seen (n serial, event text, tag text, object text);
CREATE FUNCTION on_start() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO app.seen (event, tag) VALUES (TG_EVENT, TG_TAG); END $$;
CREATE FUNCTION on_end() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO app.seen (event, tag, object)
    SELECT TG_EVENT, command_tag, object_identity FROM pg_event_trigger_ddl_commands(); END $$;
CREATE FUNCTION on_drop() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO app.seen (event, tag, object)
    SELECT TG_EVENT, TG_TAG, object_identity FROM pg_event_trigger_dropped_objects() WHERE original; END $$;
CREATE FUNCTION on_rewrite() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO app.seen (event, tag, object) VALUES (TG_EVENT, TG_TAG, pg_event_trigger_table_rewrite_oid()::regclass); END $$;
CREATE EVENT TRIGGER regress_start ON ddl_command_start EXECUTE FUNCTION on_start();
CREATE EVENT TRIGGER regress_end ON ddl_command_end EXECUTE FUNCTION on_end();
CREATE EVENT TRIGGER regress_drop ON sql_drop EXECUTE FUNCTION on_drop();
CREATE EVENT TRIGGER regress_rewrite ON table_rewrite EXECUTE FUNCTION on_rewrite();

SELECT migrator.load('1', 'a', $$
    CREATE TABLE t (id int PRIMARY KEY);
    ALTER TABLE t ALTER id TYPE bigint;
    INSERT INTO t VALUES (1);
    DROP TABLE t;
    DO 'BEGIN EXECUTE ''CREATE TABLE u ()''; END';
$$);
SELECT version, status FROM migrator.apply();
SELECT event, tag, object FROM seen ORDER BY n;
-- One that forbids is obeyed, and is what the error tells of.
CREATE FUNCTION forbid() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'no % today', TG_TAG USING ERRCODE = 'insufficient_privilege'; END $$;
CREATE EVENT TRIGGER regress_forbid ON ddl_command_start WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION forbid();
SELECT migrator.load('2', 'b', 'DROP TABLE u');
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
DROP EVENT TRIGGER regress_forbid, regress_start, regress_end, regress_drop, regress_rewrite;
SELECT version, status FROM migrator.apply();
-- The library's own clean-up of temporary tables is no DDL of the user's: no event.
TRUNCATE seen;
CREATE EVENT TRIGGER regress_drop ON sql_drop EXECUTE FUNCTION on_drop();
SELECT migrator.load('3', 'c', 'CREATE TEMP TABLE scratch ()');
SELECT version, status FROM migrator.apply();
SELECT event, tag, object FROM seen ORDER BY n;
DROP EVENT TRIGGER regress_drop;

-- log_statement: each statement of a body goes to the log, here shown to the client; and a notice for each migration
-- as it goes. Another psql runs it, so that the times can be masked.
SELECT migrator.load('4', 'd', E'CREATE TABLE app.logged ();\n\nSELECT 4;', 'DROP TABLE app.logged');
\setenv PGDATABASE :DBNAME
\setenv PGOPTIONS '-c log_statement=ddl -c client_min_messages=log'
\! psql -X -q -c "SELECT FROM migrator.apply(dry_run => true)" 2>&1 | sed 's/([0-9.]* ms)/(N ms)/'
\! psql -X -q -c "SELECT FROM migrator.apply()" 2>&1 | sed 's/([0-9.]* ms)/(N ms)/'
\setenv PGOPTIONS '-c log_statement=all -c client_min_messages=log'
\! psql -X -q -c "SELECT FROM migrator.rollback()" 2>&1 | sed 's/([0-9.]* ms)/(N ms)/'
\setenv PGOPTIONS

SET client_min_messages = error;
DROP SCHEMA app CASCADE;
DROP EXTENSION migrator;
