-- report(): what is pending, for a reader. The rendering is tested in test/unit/report_*_test.cpp, the documents against
-- their schemas in test/cluster/report.sh; here is what a caller sees.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA app;
SET search_path = app;
-- Times and sizes vary.
CREATE FUNCTION steady(report text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT string_to_table(rtrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(report,
        '(<|&lt;)1 ms|[0-9.]+ (ms|s)\y', 'TIME', 'g'), '[0-9.]+ (bytes|kB|MB) of WAL', 'SIZE of WAL', 'g'),
        'TIME in TIME', 'TIME', 'g'), 'v1[.][0-9a-f.-]+', 'TOKEN', 'g'), E'\n'), E'\n')
$$;

SELECT migrator.report();
SELECT steady(migrator.report('json'));
SELECT migrator.report('json')::json->'migrations' AS migrations;
SELECT jsonb_path_query(migrator.report('SARIF')::jsonb, '$.runs[*].results') AS results;
BEGIN;
SELECT migrator.load('1', 'a', 'SELECT 1', module => 'billing');
SELECT version FROM migrator.baseline('1', module => 'billing');
SELECT migrator.report(module => 'billing');
ROLLBACK;

-- What is pending, on a table that is there and big enough to matter.
CREATE TABLE orders AS SELECT g AS id, g % 7 AS grp, 'note ' || g AS note FROM generate_series(1, 20000) g;
ALTER TABLE orders ADD PRIMARY KEY (id);
ANALYZE orders;
SELECT action FROM migrator.load_file('1_lines.sql', $$-- UP
CREATE TABLE lines (order_id int NOT NULL, product text);
CREATE INDEX lines_order ON lines (order_id);
-- DOWN
DROP TABLE lines;
$$);
SELECT action FROM migrator.load_file('2_widen.sql', $$-- the id becomes a bigint

ALTER TABLE orders
    ALTER COLUMN id TYPE bigint; SELECT 1;
DO 'BEGIN CREATE TABLE hidden (); END';
$$);
SELECT migrator.load('3', 'cluster', 'CREATE INDEX CONCURRENTLY orders_grp ON orders (grp)', 'DROP INDEX orders_grp');
-- No WARNING besides: it is all in the report. Nor does migrator.on_hazard keep the rehearsal from it.
SET migrator.on_hazard = error;
SELECT steady(migrator.report());
RESET migrator.on_hazard;
SELECT steady(migrator.report(target => '1'));

-- Nothing of it stays.
SELECT to_regclass('lines'), to_regclass('hidden'), count(*) FROM migrator.history;

-- JSON: numbers are numbers, what is not known is null, the source is in its repository.
CREATE TEMP TABLE report AS SELECT migrator.report('json', source_root => './db/migrations/')::jsonb AS doc;
SELECT jsonb_pretty(doc - '{migrations,plan,lint,status,relations,plan_token}'::text[] #- '{summary,duration_ms}' #- '{summary,wal_bytes}' #- '{summary,waits}') FROM report;
SELECT w->>'relation' AS relation, w->>'who' AS who, w->>'mode' AS mode, (w->>'held_ms')::float8 > 0 AS held, w->>'version' AS version, w->'line' AS line
FROM report, jsonb_array_elements(doc->'summary'->'waits') w;
SELECT m->>'version' AS version, m->>'source' AS source, m->'reversible' AS reversible, m->'transactional' AS transactional,
       s->'statement' AS statement, s->'line' AS line, s->'end_line' AS end_line, s->>'command' AS command,
       jsonb_typeof(s->'duration_ms') AS ms, s->'rows' AS rows, jsonb_typeof(s->'wal_bytes') AS wal, s->>'note' AS note
FROM report, jsonb_array_elements(doc->'migrations') m, jsonb_array_elements(m->'statements') s;
SELECT m->>'version' AS version, s->'statement' AS statement, s->'rewrites' AS rewrites,
       jsonb_path_query_array(s, '$.locks[*] ? (@.mode == "AccessExclusiveLock").relation') AS exclusively
FROM report, jsonb_array_elements(doc->'migrations') m, jsonb_array_elements(m->'statements') s;
-- The same as the two calls that it is made of.
SET migrator.on_hazard = ignore;
SELECT version, statement, line, rule, severity, message, hint FROM migrator.lint()
EXCEPT
SELECT m->>'version', f.* FROM report, jsonb_array_elements(doc->'migrations') m,
    jsonb_to_recordset(m->'findings') AS f (statement int, line int, rule text, severity text, message text, hint text);
SELECT count(*) > 0 AS some FROM migrator.lint();
SELECT version, statement, line, command, sql, verify, coalesce(rewrites, '{}') FROM migrator.rehearse()
EXCEPT
SELECT m->>'version', s.* FROM report, jsonb_array_elements(doc->'migrations') m,
    jsonb_to_recordset(m->'statements') AS s (statement int, line int, command text, sql text, verify boolean, rewrites text[]);

-- Also as the rows of these calls, and of plan() and status().
SELECT version::text, statement, line, rule, severity, message, hint FROM migrator.lint()
EXCEPT ALL
SELECT l.* FROM report, jsonb_to_recordset(doc->'lint') AS l (version text, statement int, line int, rule text, severity text, message text, hint text);
SELECT version::text, name, statement, line, command, sql, 'db/migrations/' || coalesce(source, version || '_' || name || '.sql'), transactional, verify FROM migrator.plan()
EXCEPT ALL
SELECT version, name, statement, line, command, sql, coalesce(source, 'db/migrations/' || version || '_' || name || '.sql'), transactional, verify
FROM report, jsonb_to_recordset(doc->'plan') AS p (version text, name text, statement int, line int, command text, sql text, source text, transactional boolean, verify boolean);
SELECT version::text, name, status, applied_at, reversible, detail, kind FROM migrator.status()
EXCEPT ALL
SELECT s.* FROM report, jsonb_to_recordset(doc->'status') AS s (version text, name text, status text, applied_at timestamptz, reversible boolean, detail text, kind text);
SELECT jsonb_array_length(doc->'lint') > 0 AS lint, jsonb_array_length(doc->'plan') AS plan, jsonb_array_length(doc->'status') AS status FROM report;
SELECT r->>'name' AS name, (r->>'bytes')::bigint > 500000 AS bytes, r->'rows' AS rows FROM report, jsonb_array_elements(doc->'relations') r;

-- SARIF: where each result is.
SELECT r->>'ruleId' AS rule, r->>'level' AS level, l->'artifactLocation'->>'uri' AS uri, l->'region' AS region
FROM (SELECT migrator.report('sarif', source_root => 'db')::jsonb AS doc) report,
    jsonb_path_query(doc, '$.runs[*].results[*]') r, jsonb_path_query(r, '$.locations[*].physicalLocation') l;

-- A statement that fails, and one after it.
SELECT action FROM migrator.load_file('4_budget.sql', $$-- UP
CREATE TABLE projects (id int);
UPDATE projects
SET budgt = 0;
SELECT 'never';
$$);
SELECT steady(migrator.report());
SELECT doc->'summary'->'failed' AS failed, doc->'summary'->'rehearsed' AS rehearsed, doc->'summary'->'statements' AS statements
FROM (SELECT migrator.report('json')::jsonb AS doc) report;
SELECT r->>'level' AS level, r->'message'->>'text' AS text, jsonb_path_query(r, '$.locations[*].physicalLocation.region') AS region
FROM (SELECT migrator.report('sarif')::jsonb AS doc) report,
    jsonb_path_query(doc, '$.runs[*].results[*] ? (@.ruleId == "rehearsal-error")') r;

-- What cannot be rehearsed is reported all the same.
SELECT action FROM migrator.load_file('4_budget.sql', '-- UP
SELECT 4;');
SET default_transaction_read_only = on;
SELECT steady(migrator.report(target => '1'));
SELECT doc->'refusal' AS refusal, doc->'summary'->'failed' AS failed FROM (SELECT migrator.report('json')::jsonb AS doc) report;
RESET default_transaction_read_only;
SELECT status FROM migrator.apply('1');
SELECT migrator.load('1', 'lines', 'CREATE TABLE other ()');
SELECT doc->'refusal'->>'sqlstate' AS sqlstate, doc->'migrations'->0->'pending' AS pending,
       jsonb_path_query_array(doc, '$.migrations[*].version') AS versions FROM (SELECT migrator.report('json')::jsonb AS doc) report;

-- Characters that nobody sees are shown, and references are none, wherever they come from.
CREATE TABLE app.U&"gh\202Ehidden" (id int);
SELECT migrator.load('90', 'see_GH-26_wWw.x', U&'ALTER TABLE app."gh\202Ehidden" ADD a int; SELECT ''\2066\200B'' AS "\200F"', module => 'unseen');
SELECT form, report ~ U&'[\202A-\202E\2066-\2069\200B-\200F\061C]' AS raw, report ~ '\\u202E' AS shown,
    CASE form WHEN 'markdown' THEN report !~* 'gh-26|www[.]x' ELSE report::jsonb::text ~ U&'\202E' END AS inert_or_the_same
FROM (VALUES ('markdown'), ('json'), ('sarif')) f (form), LATERAL (SELECT migrator.report(form, module => 'unseen') AS report) r;
-- Two that are in conflict are no "no hazards"; the later one says so. One that fails because of the earlier one is in conflict too.
CREATE TABLE app.people (email text);
SELECT migrator.load('1', 'a', 'ALTER TABLE app.people ALTER email SET DEFAULT ''a''', 'SELECT 1', module => 'meet');
SELECT migrator.load('2', 'b', E'SELECT 1;\nALTER TABLE app.people ALTER email SET DEFAULT ''b''', 'SELECT 2', module => 'meet');
SELECT line FROM steady(migrator.report(module => 'meet')) line WHERE line ~ '^### |^[|] Conflicts';
SELECT f AS finding FROM jsonb_path_query(migrator.report('json', module => 'meet')::jsonb, '$.migrations[*].findings[*]') f;
SELECT r->>'level' AS level, r->'message'->>'text' AS text, r->'locations'->0->'physicalLocation'->'artifactLocation'->>'uri' AS uri
FROM jsonb_path_query(migrator.report('sarif', module => 'meet')::jsonb, '$.runs[*].results[*] ? (@.ruleId == "conflict")') r;
SELECT count(*) FROM jsonb_path_query(migrator.report('sarif', module => 'meet')::jsonb, '$.runs[*].tool.driver.rules[*] ? (@.id == "conflict")');
SELECT line FROM steady(migrator.report(target => '1', module => 'meet')) line WHERE line ~ '^### |^[|] Conflicts';
SELECT migrator.load('2', 'b', 'ALTER TABLE app.people ADD x int', 'SELECT 2', module => 'meet');
SELECT migrator.load('3', 'c', 'ALTER TABLE app.people RENAME email TO mail', 'SELECT 3', module => 'meet');
SELECT migrator.load('4', 'd', 'UPDATE app.people SET email = NULL', 'SELECT 4', module => 'meet');
SELECT line FROM steady(migrator.report(module => 'meet')) line WHERE line ~ '^### |^[|] Conflicts';
-- What the HINT says: the later one allows it, and neither conflicts() nor lint() has anything to say then.
BEGIN;
SELECT migrator.unload('4', 'meet');
SELECT migrator.load('3', 'c', E'-- migrator: allow=conflict agreed with the others\nALTER TABLE app.people RENAME email TO mail', 'SELECT 3', module => 'meet');
SELECT line FROM steady(migrator.report(module => 'meet')) line WHERE line ~ '^### |^[|] Conflicts';
SELECT count(*) FROM migrator.conflicts('meet');
SELECT rule FROM migrator.lint(module => 'meet') WHERE rule = 'unknown-allowance';
SELECT migrator.load('3', 'c', E'ALTER TABLE app.people RENAME email TO mail', 'SELECT 3', module => 'meet');
SELECT migrator.load('1', 'a', E'-- migrator: allow=conflict the earlier one cannot allow it\nALTER TABLE app.people ALTER email SET DEFAULT ''a''', 'SELECT 1', module => 'meet');
SELECT count(*) FROM migrator.conflicts('meet');
ROLLBACK;
-- Also with an applied one that is newer.
BEGIN;
SELECT migrator.unload('1', 'meet'), migrator.unload('4', 'meet');
SELECT version FROM migrator.apply(module => 'meet');
SELECT migrator.load('1', 'a', 'ALTER TABLE app.people ADD y int', 'SELECT 1', module => 'meet');
SET LOCAL migrator.out_of_order = 'allow';
SELECT line FROM steady(migrator.report(module => 'meet')) line WHERE line ~ '^### |^[|] Conflicts';
SELECT migrator.load('1', 'a', 'DROP TABLE app.people', 'SELECT 1', module => 'meet');
SELECT line FROM steady(migrator.report(module => 'meet')) line WHERE line ~ '^### |^[|] Conflicts';
ROLLBACK;
-- Arguments.
SELECT migrator.report('pdf');
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.report('');
SELECT migrator.report(NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.report(target => '99');
SELECT migrator.report(module => NULL);
DROP EXTENSION migrator;
DROP SCHEMA app CASCADE;
