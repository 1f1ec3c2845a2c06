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

-- An edited migration: back to before it, and its new text runs. What ran before it stays.
SELECT migrator.load('1', 'a', 'CREATE TABLE a (i int)', 'DROP TABLE a', module => $$it's$$ || n),
       migrator.load('2', 'b', 'CREATE TABLE b (i int)', 'DROP TABLE b', module => $$it's$$ || n),
       migrator.load('3', 'c', 'CREATE TABLE c (i int)', CASE WHEN n < 3 THEN 'DROP TABLE c' END, module => $$it's$$ || n)
FROM generate_series(1, 3) n;
SELECT count(*) FROM migrator.apply(module => $$it's1$$);
SELECT migrator.load('2', 'b', 'CREATE TABLE b (i bigint)', 'DROP TABLE b', module => $$it's1$$);
SELECT migrator.load('3', 'c', 'CREATE TABLE c (i bigint)', 'DROP TABLE c', module => $$it's1$$);
SELECT * FROM hint_of($$SELECT * FROM migrator.apply(module => 'it''s1')$$) \gset
\echo :state :hint
SELECT (regexp_match(:'hint', 'SELECT \* FROM migrator\.rollback[^)]*\)'))[1] AS statement \gset
WITH it AS (:statement) SELECT version, status FROM it;
SELECT version, status FROM migrator.apply(module => $$it's1$$);
SELECT attrelid::regclass, atttypid::regtype FROM pg_attribute WHERE attname = 'i' AND attrelid IN ('a'::regclass, 'b'::regclass, 'c'::regclass) ORDER BY 1;
SELECT count(*) FROM migrator.rollback(3, module => $$it's1$$);
-- The first one: with all that ran after it, though not with what ran before and is not to be undone.
SELECT count(*) FROM migrator.baseline('1', $$it's2$$);
SELECT count(*) FROM migrator.apply(module => $$it's2$$);
SELECT migrator.load('2', 'b', 'CREATE TABLE b (i bigint)', 'DROP TABLE b', module => $$it's2$$);
SELECT * FROM hint_of($$SELECT * FROM migrator.apply(module => 'it''s2')$$) \gset
\echo :hint
SELECT count(*) FROM migrator.rollback(2, module => $$it's2$$);
SELECT migrator.unload('3', $$it's2$$), migrator.load('0', 'first', 'CREATE TABLE a ()', 'DROP TABLE a', module => 'one');
SELECT count(*) FROM migrator.apply(module => 'one');
SELECT migrator.load('0', 'first', 'CREATE TABLE a (i int)', 'DROP TABLE a', module => 'one');
SELECT * FROM hint_of($$SELECT * FROM migrator.apply(module => 'one')$$) \gset
\echo :hint
SELECT (regexp_match(:'hint', 'SELECT \* FROM migrator\.rollback[^)]*\)'))[1] AS statement \gset
WITH it AS (:statement) SELECT version, status FROM it;
SELECT version, status FROM migrator.apply(module => 'one');
SELECT count(*) FROM migrator.rollback(1, module => 'one');
-- No way back: one without a down body is above it, or it never ran.
SELECT count(*) FROM migrator.apply(module => $$it's3$$);
SELECT migrator.load('2', 'b', 'CREATE TABLE b (i bigint)', 'DROP TABLE b', module => $$it's3$$);
SELECT * FROM hint_of($$SELECT * FROM migrator.apply(module => 'it''s3')$$) \gset
\echo :hint
SELECT migrator.load('1', 'a', 'CREATE TABLE aa ()', module => $$it's2$$);
SELECT * FROM hint_of($$SELECT * FROM migrator.apply(module => 'it''s2')$$) \gset
\echo :hint
DROP TABLE a, b, c;

-- One that fails: corrected, and loaded again.
SELECT migrator.load('1', 'fails', 'CREATE TABLE a (i int); INSERT INTO a VALUES (''x'')', module => 'fails');
SELECT * FROM hint_of($$SELECT * FROM migrator.apply(module => 'fails')$$) \gset
\echo :state :hint
SELECT migrator.load('1', 'fails', 'CREATE TABLE a (i int); INSERT INTO a VALUES (7)', module => 'fails');
SELECT version, status FROM migrator.apply(module => 'fails');
SELECT migrator.load('2', 'half', E'-- migrator: no-transaction\nINSERT INTO a VALUES (8); INSERT INTO a VALUES (''x'')', module => 'fails');
\set VERBOSITY default
CALL migrator.apply_each(module => 'fails');
SELECT migrator.load('2', 'half', E'-- migrator: no-transaction\nINSERT INTO a VALUES (8); INSERT INTO a VALUES (9)', module => 'fails');
CALL migrator.apply_each(module => 'fails');
TABLE a;
-- No matter of its text.
SELECT migrator.load('3', 'slow', E'-- migrator: statement_timeout=1ms\nSELECT pg_sleep(100)', module => 'fails');
SELECT * FROM migrator.apply(module => 'fails');
DROP TABLE a;

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
