-- What is about the extension itself, as in a dump of a database that has it, is passed over, and counted.
\setenv PGDATABASE :DBNAME
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE ROLE passed_over_dev;
CREATE ROLE passed_over_reader;
GRANT CREATE ON SCHEMA public TO passed_over_dev;
GRANT USAGE ON SCHEMA migrator TO passed_over_dev;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA migrator TO passed_over_dev;
SET migrator.trusted_loaders = 'passed_over_dev'; -- whose sessions here are a superuser's
CREATE FUNCTION rights(who text) RETURNS text LANGUAGE sql AS
    $$SELECT concat_ws(' ', has_function_privilege(who, 'migrator.status(text)', 'EXECUTE'),
                       has_table_privilege(who, 'migrator.history', 'SELECT'))$$;
\pset format unaligned
\t on
-- The comment that the extension has stays, and so do its owner and privileges.
SELECT migrator.load('1', 'dump', $m$
SET client_min_messages = warning;
CREATE SCHEMA migrator;
ALTER SCHEMA migrator OWNER TO nobody;
COMMENT ON SCHEMA migrator IS 'ours';
CREATE EXTENSION IF NOT EXISTS migrator WITH SCHEMA migrator;
COMMENT ON EXTENSION migrator IS 'of the dump';
CREATE TABLE t (a int PRIMARY KEY);
GRANT USAGE ON SCHEMA migrator TO passed_over_reader;
REVOKE ALL ON FUNCTION migrator.of_another_version(a text, b migrator.gone) FROM PUBLIC;
GRANT ALL ON FUNCTION migrator.status(module text) TO passed_over_reader;
GRANT ALL ON PROCEDURE migrator.apply_each(IN target text, IN module text) TO nobody;
GRANT SELECT(version), UPDATE(version) ON TABLE migrator.history TO passed_over_reader;
GRANT SELECT ON TABLE migrator.history TO passed_over_reader;
GRANT ALL ON TYPE migrator.version TO passed_over_reader;
GRANT ALL ON SEQUENCE migrator.history_entry_id_seq TO passed_over_reader;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA migrator TO passed_over_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE nobody IN SCHEMA migrator GRANT SELECT ON TABLES TO passed_over_reader;
ALTER TABLE migrator.history_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON migrator.history_entry USING (true);
SECURITY LABEL ON EXTENSION migrator IS 'x';
SECURITY LABEL ON FUNCTION migrator.summary(text) IS 'x';
SECURITY LABEL ON COLUMN migrator.migration.up IS 'x';
$m$, E'DROP TABLE t;\nCOMMENT ON SCHEMA migrator IS NULL');
SELECT count(*), max(statement) FROM migrator.plan();
SELECT rule, severity, line, message FROM migrator.lint() WHERE severity <> 'info' OR line <> 8;
SELECT statement, command, note, error FROM migrator.rehearse();
\! psql -X -q -A -t -c "SELECT status FROM migrator.apply(dry_run => true)" 2>&1 | sed 's/([0-9.]* ms)/(N ms)/'
\! psql -X -q -A -t -c "SELECT status FROM migrator.apply()" 2>&1 | sed 's/([0-9.]* ms)/(N ms)/'
SELECT rights('passed_over_reader'), obj_description('migrator'::regnamespace),
       (SELECT obj_description(oid) FROM pg_extension WHERE extname = 'migrator'),
       (SELECT relrowsecurity FROM pg_class WHERE oid = 'migrator.history_entry'::regclass);
\! psql -X -q -A -t -c "SELECT status FROM migrator.rollback()" 2>&1 | sed 's/([0-9.]* ms)/(N ms)/'
-- Commit by commit as well, by whoever may do none of it.
SET SESSION AUTHORIZATION passed_over_dev;
SELECT migrator.load('2', 'no_transaction', $m$-- migrator: no-transaction
COMMENT ON EXTENSION migrator IS 'x';
CREATE TABLE u (a int PRIMARY KEY);
CREATE EXTENSION "migrator" VERSION '0.1' CASCADE;
GRANT ALL ON FUNCTION migrator.summary(module text) TO passed_over_reader;
$m$);
SELECT migrator.load('3', 'in_transaction', $m$CREATE SCHEMA IF NOT EXISTS migrator AUTHORIZATION passed_over_dev; CREATE SCHEMA AUTHORIZATION migrator$m$);
SELECT statement, command, note, error FROM migrator.rehearse() WHERE version <> '1';
RESET SESSION AUTHORIZATION;
SELECT migrator.unload('1');
\! psql -X -q -A -t -c "SET migrator.trusted_loaders = 'passed_over_dev'" -c "SET SESSION AUTHORIZATION passed_over_dev" -c "CALL migrator.apply_each()" 2>&1 | sed 's/([0-9.]* ms)/(N ms)/'
SELECT version, statement, result, command FROM migrator.statement_history ORDER BY id;
-- Not in a body that is no dump: there a GRANT is meant. What resembles these is about something else.
SELECT migrator.load('4', 'grant', 'GRANT EXECUTE ON FUNCTION migrator.status(text) TO passed_over_reader');
SELECT status FROM migrator.apply();
SELECT rights('passed_over_reader');
SELECT migrator.load('5', 'others', $m$CREATE EXTENSION migrator;
CREATE SCHEMA migrator_of_others;
COMMENT ON SCHEMA migrator_of_others IS 'theirs';
CREATE FUNCTION migrator.mine() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE migrator.mine (a int PRIMARY KEY);
CREATE TYPE migrator.mine_too AS ENUM ();
GRANT ALL ON FUNCTION migrator.mine() TO passed_over_reader;
GRANT ALL ON TABLE migrator.mine TO passed_over_reader;
REVOKE ALL ON TYPE migrator.mine_too FROM PUBLIC;
ALTER TABLE migrator.mine ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON migrator.mine;
GRANT ALL ON TABLE t5, migrator.mine TO passed_over_reader;
$m$);
CREATE TABLE t5 (a int);
SELECT statement, command, note, error FROM migrator.rehearse() WHERE note IS NOT NULL OR error IS NOT NULL;
SELECT status FROM migrator.apply();
SELECT has_table_privilege('passed_over_reader', 'migrator.mine', 'SELECT'), has_table_privilege('passed_over_reader', 't5', 'SELECT'),
       has_type_privilege('passed_over_reader', 'migrator.mine_too', 'USAGE'), (SELECT count(*) FROM pg_policy);
SELECT migrator.load('6', 'elements', 'CREATE SCHEMA migrator CREATE TABLE x (a int)');
SELECT status FROM migrator.apply();
SELECT migrator.load('6', 'drop', 'DROP EXTENSION migrator');
SELECT status FROM migrator.apply();
-- Its records are those of another database.
\set VERBOSITY default
SELECT migrator.load('6', 'rows', E'SELECT 1;\nCOPY migrator.history_entry (id, version) FROM stdin;\n1\t1\n\\.\n');
SELECT status FROM migrator.apply();
SELECT rule, severity FROM migrator.lint() WHERE severity = 'error';
\set VERBOSITY terse
SELECT migrator.load('6', 'rows', E'COPY migrator.statement_entry FROM ''/tmp/x''');
CALL migrator.apply_each();
SELECT migrator.load('6', 'rows', 'INSERT INTO migrator.migration OVERRIDING SYSTEM VALUE VALUES (1)');
SELECT * FROM migrator.rehearse();
SELECT migrator.load('6', 'rows', $$SELECT pg_catalog.setval('migrator.history_entry_id_seq', 1, true)$$);
SELECT status FROM migrator.apply();
SELECT migrator.load('6', 'rows', $$CREATE TABLE migration (a int); INSERT INTO migration VALUES (1); CREATE SEQUENCE s; SELECT setval('s', 1, true)$$);
SELECT status FROM migrator.apply();
DROP TABLE t5, u, migrator.mine, public.migration;
DROP TYPE migrator.mine_too;
DROP FUNCTION migrator.mine(), rights(text);
DROP SEQUENCE s;
DROP SCHEMA migrator_of_others;
DROP EXTENSION migrator;
DROP OWNED BY passed_over_dev, passed_over_reader;
DROP ROLE passed_over_dev, passed_over_reader;
