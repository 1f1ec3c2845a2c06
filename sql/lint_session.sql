-- The plans of lint()'s queries are kept for the session, whoever calls it, and whatever becomes of what they rest on.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE ROLE regress_lint_user;
GRANT USAGE ON SCHEMA migrator TO regress_lint_user;
GRANT EXECUTE ON FUNCTION migrator.lint, migrator.load, migrator.unload TO regress_lint_user;
CREATE SCHEMA app;
CREATE TABLE app.parent (id int PRIMARY KEY, code text);
CREATE TABLE app.child (id int PRIMARY KEY, parent int REFERENCES app.parent, n int CHECK (n > 0));
CREATE VIEW app.codes AS SELECT code FROM app.parent;
CREATE FUNCTION app.counted() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM app.parent';
INSERT INTO app.parent SELECT i, i FROM generate_series(1, 10) i;
INSERT INTO app.child SELECT i, i, i FROM generate_series(1, 10) i;
CREATE FUNCTION found() RETURNS TABLE (rule text, severity text) LANGUAGE sql AS $$
SELECT rule, severity FROM migrator.lint() WHERE rule <> 'changed-outside' ORDER BY statement, rule $$;
\set pending 'SELECT count(migrator.load(''1'', ''a'', ''ALTER TABLE app.parent DROP COLUMN code; TRUNCATE app.parent; ALTER TABLE app.child ALTER n SET NOT NULL; ALTER TABLE app.child DROP CONSTRAINT child_n_check; DROP TABLE app.parent CASCADE; CREATE SEQUENCE app.s''));'
CREATE TABLE first (rule text, severity text);
CREATE VIEW same AS SELECT (SELECT array_agg(format('%s %s', rule, severity)) FROM found()) = (SELECT array_agg(format('%s %s', rule, severity)) FROM first) AS same;
:pending
INSERT INTO first SELECT * FROM found();
SELECT * FROM first;
SELECT * FROM same;
-- Not one plan more for each call.
CREATE FUNCTION plans() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM pg_backend_memory_contexts WHERE name IN ('CachedPlan', 'CachedPlanSource') $$;
SELECT plans() AS before \gset
DO $$ BEGIN FOR i IN 1..20 LOOP PERFORM count(*) FROM migrator.lint(); END LOOP; END $$;
SELECT plans() - :before < 10;
-- The extension is another, and has another owner.
DROP EXTENSION migrator;
DROP SCHEMA migrator;
CREATE ROLE regress_lint_owner SUPERUSER;
SET ROLE regress_lint_owner;
CREATE EXTENSION migrator;
RESET ROLE;
:pending
SELECT * FROM same;
-- Plans are thrown away, or made again because something that they rest on is.
DISCARD PLANS;
SELECT * FROM same;
CREATE SCHEMA another;
SELECT * FROM same;
ALTER ROLE regress_lint_owner NOSUPERUSER;
SELECT * FROM same;
-- What stands before pg_catalog in the search_path of the caller, in both orders of calls.
CREATE SCHEMA hostile;
CREATE VIEW hostile.pg_class AS SELECT oid, 'x'::name AS relname FROM pg_catalog.pg_class WHERE false;
CREATE VIEW hostile.pg_depend AS SELECT * FROM pg_catalog.pg_depend WHERE false;
CREATE FUNCTION hostile.count() RETURNS bigint LANGUAGE sql AS 'SELECT 1 / 0';
DISCARD PLANS;
SET search_path = hostile, pg_catalog, public;
SELECT * FROM public.same;
RESET search_path;
SELECT * FROM same;
-- Plans made in what is rolled back stay.
DISCARD PLANS;
BEGIN;
SAVEPOINT s;
SELECT 1 / count(*) FILTER (WHERE false) FROM migrator.lint();
ROLLBACK TO s;
SELECT * FROM same;
COMMIT;
SELECT * FROM same;
-- A call by another role, which may not read what the owner reads.
ALTER ROLE regress_lint_owner SUPERUSER;
GRANT USAGE ON SCHEMA app TO regress_lint_user;
GRANT USAGE ON SCHEMA migrator TO regress_lint_user;
GRANT EXECUTE ON FUNCTION migrator.lint TO regress_lint_user;
SET ROLE regress_lint_user;
SELECT count(*) > 0 FROM migrator.lint();
RESET ROLE;
SELECT * FROM same;
DROP VIEW same;
DROP FUNCTION found, plans;
DROP TABLE first;
DROP EXTENSION migrator;
DROP SCHEMA migrator;
DROP SCHEMA app, another, hostile CASCADE;
DROP OWNED BY regress_lint_user;
DROP ROLE regress_lint_owner, regress_lint_user;
