-- A HINT that is SQL runs as it stands, whatever a module, version or value is called.
\t on
\a
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SET migrator.on_hazard = ignore;
CREATE FUNCTION hint_of(sql text, OUT state text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE sql;
EXCEPTION WHEN OTHERS THEN
    state := SQLSTATE;
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
END $$;
-- The statement in a hint: from its first keyword to the full stop.
CREATE FUNCTION statement_of(hint text) RETURNS text LANGUAGE sql AS $$ SELECT substring(hint FROM '((SELECT|CALL|ALTER|CREATE) [^,.]*(\.[a-z][^,.]*)?)') $$;

-- What another module has to apply first.
SELECT action FROM migrator.load_file('2_third.sql', $$-- migrator: requires=lib';x--:1
SELECT 1;$$);
SELECT migrator.load('1', 'first', 'SELECT 1', 'SELECT 1', module => $$lib';x--$$);
SELECT * FROM hint_of('SELECT * FROM migrator.apply()') \gset
\echo :hint
SELECT statement_of(:'hint') AS statement \gset
WITH it AS (:statement) SELECT version, status FROM it;
-- What stands in the way of unload(), and what accept() needs: of this module, not of main.
SELECT * FROM hint_of($$SELECT migrator.unload('1', 'lib'';x--')$$) \gset
\echo :state :hint
SELECT statement_of(:'hint') AS statement \gset
WITH it AS (:statement) SELECT version, status FROM it;
SELECT version, status FROM migrator.status($$lib';x--$$);
SELECT * FROM hint_of($$SELECT migrator.accept('1', 'r', 'lib'';x--')$$) \gset
\echo :state :hint
SELECT statement_of(:'hint') AS statement \gset
WITH it AS (:statement) SELECT version, status FROM it;
SELECT migrator.unload('2');
SELECT migrator.load('7', 'half', E'-- migrator: no-transaction\nSELECT 1; SELECT 1 / 0', 'SELECT 1', module => $$it's$$);
CALL migrator.apply_each(module => $$it's$$);
SELECT * FROM hint_of($$SELECT migrator.unload('7', 'it''s')$$) \gset
\echo :state :hint
SELECT 'CALL ' || (regexp_matches(:'hint', 'undo it with CALL (.*)\.$'))[1] AS statement \gset
:statement;
SELECT version, status FROM migrator.status($$it's$$);

-- What lint() writes of values.
CREATE TYPE mood AS ENUM ('o''k', 'sad');
SELECT migrator.load('8', 'enum', $$ALTER TYPE mood RENAME VALUE 'o''k' TO 'it''s'$$);
SELECT message, hint FROM migrator.lint() WHERE rule LIKE 'rename%' \gset
\echo :message
SELECT statement_of(:'hint') AS statement \gset
\echo :statement
:statement;
SELECT migrator.load('8', 'enum', $$ALTER TYPE mood ADD VALUE 'don''t'; CREATE TABLE moody (m mood DEFAULT 'don''t')$$);
SELECT message FROM migrator.lint() WHERE message LIKE '%added to its enum%';
SELECT migrator.load('8', 'extension', 'CREATE EXTENSION pgcrypto');
SELECT hint FROM migrator.lint() WHERE rule = 'extension-without-version' \gset
SELECT statement_of(:'hint') IS NOT NULL AS statement, :'hint' ~ $$^CREATE EXTENSION pgcrypto VERSION '[0-9.]+'\.$$ AS quoted;
DROP EXTENSION migrator;
DROP TYPE mood;
DROP FUNCTION hint_of, statement_of;
