-- What was reviewed is what runs: apply(expect => token) refuses another plan, naming what has changed (MG014).
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA app;
SET search_path = app;
SELECT migrator.load('0', 'tables', 'CREATE TABLE app.orders (id int, total int); CREATE TABLE app.other (id int); CREATE VIEW app.totals AS SELECT total FROM app.orders');
SELECT status FROM migrator.apply();
SELECT migrator.load('1', 'plan', 'ALTER TABLE orders ADD plan text', 'ALTER TABLE orders DROP plan');
SELECT migrator.load('2', 'fill', $$DO 'BEGIN EXECUTE ''UPDATE app.orders SET plan = 1''; END'$$, 'SELECT 1');

-- One and the same, whoever names it; and it is no secret how many there are.
SELECT migrator.plan_token() AS token \gset
SELECT :'token' ~ '^v1(\.[0-9a-f]{32}-[0-9a-f]+){3}$' AS form;
SELECT DISTINCT plan_token = :'token' AS same FROM migrator.rehearse();
SELECT migrator.report('json')::json->>'plan_token' = :'token' AS same, position(:'token' IN migrator.report()) > 0 AS shown;
SELECT migrator.plan_token('1') = :'token' AS another_target, migrator.plan_token(NULL, 'main') = :'token' AS the_same;
-- Also where nothing can be run.
BEGIN READ ONLY;
SELECT migrator.plan_token() = :'token' AS same;
SELECT doc->>'plan_token' = :'token' AS same, doc->'refusal'->>'sqlstate' AS sqlstate FROM (SELECT migrator.report('json')::json AS doc) r;
ROLLBACK;

-- What changes in between, and what apply() and its dry run say to that.
CREATE FUNCTION expecting(token text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
    state text;
BEGIN
    PERFORM status FROM migrator.apply(dry_run => true, expect => token);
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, state = RETURNED_SQLSTATE;
    RETURN state || ' ' || detail;
END
$$;
SELECT expecting(:'token');
-- A changed body; and its comments count, since they may be directives.
BEGIN;
SELECT migrator.load('1', 'plan', 'ALTER TABLE orders ADD plan varchar', 'ALTER TABLE orders DROP plan');
SELECT expecting(:'token');
ROLLBACK;
BEGIN;
SELECT migrator.load('1', 'plan', E'-- migrator: lock_timeout=1s\nALTER TABLE orders ADD plan text', 'ALTER TABLE orders DROP plan');
SELECT expecting(:'token');
ROLLBACK;
-- The down body does not run.
BEGIN;
SELECT migrator.load('1', 'plan', 'ALTER TABLE orders ADD plan text', 'SELECT 1');
SELECT expecting(:'token');
ROLLBACK;
-- One more, one less, one that has run.
BEGIN;
SELECT migrator.load('3', 'more', 'SELECT 3');
SELECT expecting(:'token');
SELECT migrator.unload('3'), migrator.unload('2');
SELECT expecting(:'token');
ROLLBACK;
BEGIN;
SELECT version FROM migrator.apply('1');
SELECT expecting(:'token');
ROLLBACK;
-- Settings that change what a body means, and not those that limit it.
BEGIN;
SET LOCAL search_path = app, public;
SET LOCAL TimeZone = 'Asia/Tokyo';
SELECT expecting(:'token');
ROLLBACK;
BEGIN;
SET LOCAL lock_timeout = '7s';
SET LOCAL migrator.max_lock_hold = '1min';
SET LOCAL migrator.on_hazard = 'ignore';
SELECT expecting(:'token');
ROLLBACK;
-- The tables that are named, and what belongs to them; also those that only a string names.
BEGIN;
ALTER TABLE orders ADD note text;
SELECT expecting(:'token');
ROLLBACK;
BEGIN;
ALTER TABLE orders ALTER total SET DEFAULT 0;
SELECT expecting(:'token');
ROLLBACK;
BEGIN;
CREATE INDEX ON orders (id);
SELECT expecting(:'token');
ROLLBACK;
BEGIN;
ALTER TABLE orders ADD CHECK (id > 0) NOT VALID;
SELECT expecting(:'token');
ROLLBACK;
BEGIN;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
SELECT expecting(:'token');
ROLLBACK;
BEGIN;
CREATE POLICY mine ON orders USING (id > 1);
SELECT expecting(:'token');
ROLLBACK;
BEGIN;
CREATE VIEW app.ids AS SELECT id FROM orders;
SELECT expecting(:'token');
ROLLBACK;
BEGIN;
CREATE RULE nothing AS ON DELETE TO orders DO INSTEAD NOTHING;
SELECT expecting(:'token');
ROLLBACK;
BEGIN;
DROP TABLE orders CASCADE;
SELECT expecting(:'token');
ROLLBACK;
BEGIN;
CREATE DOMAIN app.plan AS text;
SELECT expecting(:'token');
ROLLBACK;
-- Unrelated: another table, rows, statistics, rights, owners.
BEGIN;
ALTER TABLE other ADD note text;
INSERT INTO orders VALUES (1, 1);
ANALYZE orders;
GRANT SELECT ON orders TO PUBLIC;
SELECT expecting(:'token');
ROLLBACK;

-- Not a token, and none at all.
SELECT * FROM migrator.apply(expect => '');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.apply(expect => 'v1.a.b.c');
CALL migrator.apply_each(expect => '?');
\echo :LAST_ERROR_SQLSTATE
-- apply_each() looks before its first migration.
ALTER TABLE orders ADD surprise int;
\set VERBOSITY default
CALL migrator.apply_each(expect => :'token');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.apply(expect => :'token');
\set VERBOSITY terse
SELECT version, status FROM migrator.status() WHERE status <> 'applied';
-- What the HINT says.
SELECT migrator.report('json')::json->>'plan_token' AS token \gset
CALL migrator.apply_each(expect => :'token');
SELECT version, status FROM migrator.status();
-- Where nothing is left to run, nothing runs that was not reviewed.
CALL migrator.apply_each(expect => :'token');
SELECT * FROM migrator.apply(expect => :'token');
-- Nothing pending has a token too, so that what comes later is not it.
SELECT migrator.plan_token() AS token \gset
SELECT migrator.report('json')::json->>'plan_token' = :'token' AS same;
SELECT migrator.load('3', 'more', 'SELECT 3');
SELECT expecting(:'token');
-- What cannot be planned has none.
SELECT migrator.load('1', 'plan', 'SELECT 1');
SELECT migrator.report('json')::json->'plan_token' AS token;
SELECT migrator.plan_token();
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.plan_token(module => 'none');
\echo :LAST_ERROR_SQLSTATE
DROP EXTENSION migrator;
DROP SCHEMA app CASCADE;
