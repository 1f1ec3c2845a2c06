-- A superuser renames the schema of the extension, or moves a table out of it: every function says so, and how it comes back.
\t on
\a
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SELECT migrator.load('1', 'a', 'SELECT 1', 'SELECT 2');
SELECT migrator.load('2', 'b', 'SELECT 1', 'SELECT 2');
SELECT version, status FROM migrator.apply('1');
CREATE FUNCTION outcome(sql text, OUT state text, OUT message text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE sql;
    state := 'no error';
EXCEPTION WHEN OTHERS THEN
    state := SQLSTATE;
    message := SQLERRM;
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
END $$;
CREATE TABLE calls (n int GENERATED ALWAYS AS IDENTITY, sql text);
INSERT INTO calls (sql) VALUES ('SELECT S.load(''3'', ''c'', ''SELECT 1'')'), ('SELECT S.load_file(''3_c.sql'', ''SELECT 1'')'), ('SELECT S.unload(''2'')'), ('SELECT S.apply()'),
    ('SELECT S.apply(dry_run => true)'), ('SELECT S.rollback()'), ('SELECT S.rollback_to(''1'')'), ('SELECT S.rehearse()'), ('SELECT S.conflicts()'), ('SELECT S.report()'),
    ('SELECT S.report(''json'')'), ('SELECT S.report(''sarif'')'), ('SELECT S.lint()'), ('SELECT S.plan()'), ('SELECT S.status()'), ('SELECT S.summary()'), ('SELECT FROM S.running'),
    ('SELECT S.lock_key()'), ('SELECT S.run_activity()'), ('SELECT S.baseline(''2'')'), ('SELECT S.accept(''1'', ''x'')'), ('SELECT S.adopt()'), ('CALL S.apply_each()'), ('CALL S.rollback_each()');
CREATE FUNCTION outcomes(schema text) RETURNS TABLE (state text, message text, hint text, calls bigint) LANGUAGE sql AS $$
    SELECT state, message, hint, count(*) FROM (SELECT * FROM calls ORDER BY n) c, outcome(replace(sql, ' S.', ' ' || schema || '.')) GROUP BY 1, 2, 3 ORDER BY 1, 2
$$;

ALTER SCHEMA migrator RENAME TO "m 2";
SELECT * FROM outcomes('"m 2"');
CALL "m 2".apply_each();
\echo :LAST_ERROR_SQLSTATE :LAST_ERROR_MESSAGE
CREATE TABLE goes_on (); -- under the event triggers
SELECT hint FROM outcome('SELECT "m 2".status()') \gset
:hint
SELECT version, status FROM migrator.status();

-- Somebody has made another one of that name.
ALTER SCHEMA migrator RENAME TO m2;
CREATE SCHEMA migrator;
SELECT * FROM outcomes('m2');
SELECT hint FROM outcome('SELECT m2.status()') \gset
:hint
SELECT version, status FROM migrator.status();
DROP SCHEMA migrator_of_others;

-- Its tables, one by one.
CREATE SCHEMA "Attic";
ALTER TABLE migrator.history_entry SET SCHEMA "Attic";
SELECT state, message, hint, calls FROM outcomes('migrator');
SELECT hint FROM outcome('SELECT migrator.status()') \gset
:hint
ALTER TABLE migrator.migration SET SCHEMA "Attic";
SELECT * FROM outcomes('migrator');
SELECT hint FROM outcome('SELECT migrator.status()') \gset
:hint
ALTER TABLE migrator.statement_entry SET SCHEMA "Attic";
SELECT * FROM outcomes('migrator');
SELECT hint FROM outcome('SELECT migrator.status()') \gset
:hint
SELECT version, status FROM migrator.apply();
-- What the server itself refuses.
ALTER EXTENSION migrator SET SCHEMA "Attic";
DROP SCHEMA migrator;
DROP TABLE migrator.history_entry CASCADE;
DROP EXTENSION migrator;
DROP SCHEMA "Attic";
DROP TABLE calls, goes_on;
DROP FUNCTION outcome, outcomes;
