-- lint(): what earlier statements of a migration SET is in force for later ones, and ends with the migration.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SET migrator.on_hazard = ignore;
SET migrator.lock_timeout = 0;
CREATE TABLE big AS SELECT i AS id, now()::timestamp AS at FROM generate_series(1, 20000) i;
ANALYZE big;

-- lock_timeout: lint() says that there is none, or not, and so it is when the migration runs.
CREATE TABLE seen (body text, lock_timeout text);
CREATE TABLE bodies (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, before text, directives text);
INSERT INTO bodies (before, directives) VALUES
('SELECT 1', NULL),
('SET lock_timeout = ''2s''', NULL),
('SET lock_timeout TO 2000', NULL),
('SET SESSION Lock_Timeout = ''2s''', NULL),
('SET LOCAL lock_timeout = ''2s''', NULL),
('SELECT set_config(''lock_timeout'', ''2s'', true)', NULL),
('SELECT pg_catalog.set_config(''lock_timeout''::text, ''2s'', false) FROM pg_class LIMIT 1', NULL),
('SELECT * FROM set_config(''lock_timeout'', ''2s'', false)', NULL),
('WITH w AS (SELECT set_config(''LOCK_TIMEOUT'', ''2s'', false)) SELECT * FROM w', NULL),
('SET lock_timeout = ''2s''; SET lock_timeout = 0', NULL),
('SET lock_timeout = ''2s''; RESET lock_timeout', NULL),
('SET lock_timeout = ''2s''; SET lock_timeout TO DEFAULT', NULL),
('SET lock_timeout = ''2s''; RESET ALL', NULL),
('SET LOCAL lock_timeout = ''2s''; RESET ALL', NULL),
('SET lock_timeout = ''2s''; SET LOCAL lock_timeout = 0', NULL),
('SET lock_timeout = ''2s''; SELECT set_config(''lock_timeout'', NULL, false)', NULL),
('SET lock_timeout = ''2s''; SET lock_timeout FROM CURRENT', NULL),
('SET lock_timeout = ''2s''; SET work_mem = ''5MB''; RESET work_mem', NULL),
('SELECT set_config(''lock_timeout'', ''1'' || ''s'', false)', NULL),
('SET statement_timeout = ''2s''', NULL),
('SELECT 1', 'lock_timeout=1s'),
('SET lock_timeout = 0', 'lock_timeout=1s'),
('RESET ALL', 'lock_timeout=1s'),
('DISCARD PLANS', 'lock_timeout=1s'),
('SET lock_timeout = ''2s''', 'no-transaction'),
('SET LOCAL lock_timeout = ''2s''', 'no-transaction'),
('SET lock_timeout = ''2s''; SET LOCAL lock_timeout = 0', 'no-transaction'),
('BEGIN; SET LOCAL lock_timeout = ''2s''; COMMIT', 'no-transaction'),
('BEGIN; SET lock_timeout = ''2s''; COMMIT', 'no-transaction'),
('DISCARD ALL', 'no-transaction lock_timeout=1s');
SELECT count(migrator.load('1', 'it', concat('-- migrator: ' || directives || E'\n', before,
    '; ALTER TABLE big SET (fillfactor = 90), ALTER id SET DEFAULT 1; INSERT INTO seen VALUES (', id,
    ', current_setting(''lock_timeout''))'), module => 'm' || id)) FROM bodies;
CREATE TABLE said AS SELECT id, EXISTS (SELECT FROM migrator.lint(module => 'm' || id) WHERE rule = 'no-lock-timeout') AS without FROM bodies;
SET client_min_messages = error; -- SET LOCAL outside of a transaction
\set ECHO none
SELECT format('CALL migrator.apply_each(module => %L)', 'm' || id) FROM bodies ORDER BY id \gexec
\set ECHO all
SET client_min_messages = warning;
SELECT id, directives, before, lock_timeout FROM bodies JOIN said USING (id) JOIN seen ON body = id::text ORDER BY id;
-- Where lint() is wrong: the value that is computed counts as a limit.
SELECT id, before, lock_timeout, without FROM bodies JOIN said USING (id) JOIN seen ON body = id::text WHERE without <> (lock_timeout = '0') ORDER BY id;

-- What a migration sets ends with it, and nothing that is set is no limit.
SELECT migrator.load('1', 'a', 'SET lock_timeout = ''2s''', module => 'next'),
       migrator.load('2', 'b', 'ALTER TABLE big ALTER id DROP DEFAULT', module => 'next');
SELECT version, rule FROM migrator.lint(module => 'next') WHERE rule = 'no-lock-timeout';

-- Once per report: the first statement, and how many others there are. One that is allowed does not count.
SELECT migrator.load(n::text, 'm', 'SELECT 1; ALTER TABLE big ADD c' || n || ' int; ALTER TABLE big ADD d' || n || ' int', module => 'once') FROM generate_series(1, 3) n;
SELECT version, statement, rule, severity, message, hint FROM migrator.lint(module => 'once') WHERE rule = 'no-lock-timeout' \gx
SELECT migrator.load('1', 'm', E'-- migrator: allow=no-lock-timeout nobody works at night\nALTER TABLE big ADD c1 int', module => 'once');
SELECT version, statement, message FROM migrator.lint(module => 'once') WHERE rule = 'no-lock-timeout';
SELECT migrator.load('1', 'm', 'SET lock_timeout = 0; ALTER TABLE big ADD c1 int', module => 'off');
SET migrator.lock_timeout = '1s';
SELECT message, hint FROM migrator.lint(module => 'off') WHERE rule = 'no-lock-timeout';
-- The default protects, unless it is turned off.
RESET migrator.lock_timeout;
SELECT count(*) FROM migrator.lint(module => 'once') WHERE rule = 'no-lock-timeout';
SET migrator.lock_timeout = -1;
SELECT count(*) FROM migrator.lint(module => 'once') WHERE rule = 'no-lock-timeout';
SET lock_timeout = '3s';
SELECT count(*) FROM migrator.lint(module => 'once') WHERE rule = 'no-lock-timeout';
RESET lock_timeout;
RESET migrator.lock_timeout;

-- The time zone: whether timestamps are rewritten, as a rehearsal sees it.
TRUNCATE bodies RESTART IDENTITY;
INSERT INTO bodies (before) VALUES
('SELECT 1'), ('SET timezone = ''UTC'''), ('SET TIME ZONE ''Europe/Berlin'''), ('SET TIME ZONE 0'), ('SET TIME ZONE INTERVAL ''+02:00'' HOUR TO MINUTE'),
('SET LOCAL TimeZone TO ''UTC'''), ('SELECT set_config(''timezone'', ''UTC'', true)'), ('SET timezone = ''UTC''; RESET timezone'),
('SET timezone = ''UTC''; SET TIME ZONE LOCAL'), ('SET timezone = ''UTC''; RESET ALL'), ('SET timezone = ''Africa/Abidjan''');
CREATE VIEW rewrites AS
SELECT id, before, EXISTS (SELECT FROM migrator.lint(module => 'z' || id) WHERE rule = 'alter-column-type') AS foreseen,
    EXISTS (SELECT FROM migrator.rehearse(module => 'z' || id) WHERE rewrites IS NOT NULL) AS happens FROM bodies ORDER BY id;
SELECT count(migrator.load('1', 'z', before || '; ALTER TABLE big ALTER at TYPE timestamptz', module => 'z' || id)) FROM bodies;
SET timezone = 'Asia/Tokyo';
TABLE rewrites;
SET timezone = 'UTC';
SELECT count(*) FROM rewrites WHERE foreseen <> happens;
RESET timezone;

-- The role: who may, who owns, where things go.
CREATE ROLE regress_settings_user;
CREATE SCHEMA regress_settings_user;
GRANT CREATE ON SCHEMA public TO regress_settings_user;
CREATE FUNCTION found(body text) RETURNS TABLE (statement int, rule text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM migrator.load('1', 'r', body, module => 'role');
    RETURN QUERY SELECT l.statement, l.rule FROM migrator.lint(module => 'role') l WHERE l.rule IN ('needs-superuser', 'created-in-own-schema', 'create-index-without-concurrently');
END $$;
\set event 'CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION f()'
SELECT * FROM found(:'event');
SELECT * FROM found('SET ROLE regress_settings_user; ' || :'event');
SELECT * FROM found('SET LOCAL ROLE regress_settings_user; RESET ROLE; ' || :'event');
SELECT * FROM found('SET SESSION AUTHORIZATION regress_settings_user; ' || :'event');
SELECT * FROM found('SET SESSION AUTHORIZATION regress_settings_user; SET ROLE NONE; ' || :'event');
SELECT * FROM found('SET SESSION AUTHORIZATION regress_settings_user; RESET SESSION AUTHORIZATION; ' || :'event');
SELECT * FROM found('SET ROLE regress_settings_user; RESET ALL; ' || :'event');
SELECT * FROM found('SELECT set_config(''role'', ''regress_settings_user'', false); ' || :'event');
SELECT * FROM found(E'-- migrator: no-transaction\nSET ROLE regress_settings_user; DISCARD ALL; ' || :'event');
SELECT * FROM found('CREATE ROLE regress_settings_new; SET ROLE regress_settings_new; ' || :'event');
SELECT * FROM found('CREATE TABLE made (i int); SET ROLE regress_settings_user; CREATE TABLE made_too (i int)');
-- What the caller may not read, no SET ROLE of a body has lint() read for it.
GRANT USAGE ON SCHEMA migrator TO regress_settings_user;
GRANT EXECUTE ON FUNCTION migrator.lint, migrator.load TO regress_settings_user;
REVOKE ALL ON big FROM PUBLIC;
SET ROLE regress_settings_user;
SELECT migrator.load('1', 'r', 'ALTER TABLE public.big ALTER id SET NOT NULL', module => 'unread');
CREATE TABLE pg_temp.plain AS SELECT rule, message FROM migrator.lint(module => 'unread');
SELECT migrator.load('1', 'r', format('SET ROLE %I; ALTER TABLE public.big ALTER id SET NOT NULL', session_user), module => 'unread');
SELECT rule, message FROM migrator.lint(module => 'unread') EXCEPT TABLE pg_temp.plain;
RESET ROLE;

-- search_path: RESET and RESET ALL go back to where the session began, whatever the caller has set since.
CREATE SCHEMA app;
CREATE TABLE app.big AS TABLE big LIMIT 10;
SELECT * FROM found('SET search_path = app; CREATE INDEX ON big (id)');
SELECT * FROM found('SET SCHEMA ''app''; CREATE INDEX ON big (id)');
SELECT * FROM found('SET search_path = app; RESET ALL; CREATE INDEX ON big (id)');
SELECT * FROM found('SET search_path = app; SET search_path FROM CURRENT; CREATE INDEX ON big (id)');
SELECT * FROM found(E'-- migrator: no-transaction\nBEGIN; SET LOCAL search_path = app; CREATE INDEX ON big (id); COMMIT; CREATE INDEX ON big (id)');
SET search_path = app;
SELECT * FROM public.found('CREATE INDEX ON big (id)');
SELECT * FROM public.found('RESET search_path; CREATE INDEX ON big (id)');
SELECT * FROM public.found('SET search_path TO DEFAULT; CREATE INDEX ON big (id)');
SELECT * FROM public.found(E'-- migrator: no-transaction\nDISCARD ALL; CREATE INDEX ON big (id)');
RESET search_path;

-- Triggers of constraints do not fire for a replica, so nothing is pending that ALTER TABLE would refuse.
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
SELECT migrator.load('1', 'r', 'INSERT INTO child VALUES (1); ALTER TABLE child ADD c int', module => 'pending'),
       migrator.load('1', 'r', 'SET LOCAL session_replication_role = replica; INSERT INTO child VALUES (1); ALTER TABLE child ADD c int', module => 'replica'),
       migrator.load('1', 'r', 'SET session_replication_role = replica; RESET session_replication_role; INSERT INTO child VALUES (1); ALTER TABLE child ADD c int', module => 'reset');
SELECT m, EXISTS (SELECT FROM migrator.lint(module => m) WHERE rule = 'pending-trigger-events') AS foreseen,
    (SELECT string_agg(error, ', ') FROM migrator.rehearse(module => m)) AS error FROM unnest('{pending,replica,reset}'::text[]) m;
DROP EXTENSION migrator CASCADE;
DROP FUNCTION found;
DROP SCHEMA app CASCADE;
DROP TABLE big, seen, bodies, said, child, parent CASCADE;
DROP OWNED BY regress_settings_user;
DROP SCHEMA regress_settings_user;
DROP ROLE regress_settings_user;
