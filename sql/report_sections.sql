-- report() and reports(): what it says first, and in which order; the same in each format for people.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA app;
SET search_path = app;
-- Times and sizes vary.
CREATE FUNCTION steady(report text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT string_to_table(rtrim(regexp_replace(regexp_replace(regexp_replace(report,
        '(<|&lt;)1 ms|[0-9.]+ (ms|s)\y', 'TIME', 'g'), '[0-9.]+ (bytes|kB|MB) of WAL', 'SIZE of WAL', 'g'),
        'v1[.][0-9a-f.-]+', 'TOKEN', 'g'), E'\n'), E'\n')
$$;

-- What is lost, what is allowed and why, what is built beside the readers.
CREATE TABLE app.accounts (id int PRIMARY KEY, email text, note text);
CREATE VIEW app.emails AS SELECT email FROM app.accounts;
INSERT INTO app.accounts VALUES (1), (2);
ANALYZE app.accounts;
SELECT migrator.load('1', 'drops', E'-- migrator: allow=irreversible it goes\nCREATE TABLE app.made (id int);\n-- migrator: allow=drop-column nobody reads it\nALTER TABLE app.accounts DROP COLUMN note;\nDROP VIEW app.emails;\nDELETE FROM app.accounts WHERE id = 1;\nDROP TABLE app.made; SELECT pg_sleep(0.1)', module => 'lost');
SELECT migrator.load('2', 'index', 'CREATE INDEX CONCURRENTLY accounts_email ON app.accounts (email)', 'DROP INDEX accounts_email', module => 'lost');
SELECT migrator.load('3', 'empties', 'TRUNCATE app.accounts', 'SELECT 1', module => 'lost');
SELECT line FROM steady(migrator.report(module => 'lost')) line WHERE line ~ '^### |^[|] (Removes|Reads|Writes|Allowed|Rehearsed)';
SELECT line FROM steady(migrator.report('text', target => '2', module => 'lost')) line WHERE line !~ 'hazard|irreversible|lock_timeout|no-lock|drop-column';
SELECT m->>'version' AS version, a->>'rule' AS rule, a->'line' AS line, a->>'reason' AS reason
FROM jsonb_path_query(migrator.report('json', module => 'lost')::jsonb, '$.migrations[*]') m, jsonb_array_elements(m->'allowed') a;
SELECT r->>'ruleId' AS rule, r->'suppressions' AS suppressions
FROM jsonb_path_query(migrator.report('sarif', module => 'lost')::jsonb, '$.runs[*].results[*] ? (exists(@.suppressions[*]))') r;
SELECT migrator.load('1', 'drops', 'ALTER TABLE app.accounts DROP COLUMN note; DROP TABLE app.accounts CASCADE', module => 'other');
-- Either all results of a run have suppressions, or none has.
SELECT module, count(*) > 1 AS some, count(r->'suppressions') IN (0, count(*)) AS all_or_none
FROM (VALUES ('lost'), ('other')) m (module), LATERAL jsonb_path_query(migrator.report('sarif', module => module)::jsonb, '$.runs[*].results[*]') r
GROUP BY 1 ORDER BY 1;

-- All formats from one rehearsal.
SELECT format, content <> '' AS content FROM migrator.reports('{html,Markdown,text,json,sarif,json}', module => 'lost');
SELECT format, content::jsonb->'summary'->'pending' AS pending, content::jsonb->'migrations'->0->>'source' AS source
FROM migrator.reports('{json}', '1', 'db', 'lost');
SELECT format, content LIKE '%<!DOCTYPE html>%' AS html FROM migrator.reports('{html}', module => 'lost');
-- The sequence tells how often: what it gave out, no rollback takes back.
CREATE SEQUENCE app.rehearsals;
SELECT migrator.load('1', 'counts', $$SELECT nextval('app.rehearsals')$$, module => 'count');
SELECT count(*) FROM migrator.reports('{markdown,json,sarif,html}', module => 'count');
SELECT last_value FROM app.rehearsals;
SELECT * FROM migrator.reports('{markdown,pdf}');
SELECT * FROM migrator.reports('{}');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.reports(NULL);
SELECT * FROM migrator.reports('{json,NULL}');
DROP EXTENSION migrator;
DROP SCHEMA app CASCADE;
