-- What a role has loaded and a superuser runs after SET ROLE leaves nothing behind in his session that runs when he is
-- himself again.
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only on
CREATE EXTENSION migrator;
SELECT current_user AS superuser \gset
CREATE ROLE fence_dev LOGIN;
GRANT USAGE ON SCHEMA migrator TO fence_dev;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA migrator TO fence_dev;
CREATE SCHEMA fence AUTHORIZATION fence_dev;
SET ROLE fence_dev;
CREATE TABLE fence.ran (what text, who text DEFAULT CASE WHEN current_user = 'fence_dev' THEN 'fence_dev' ELSE 'a superuser' END);
-- Comes back to the superuser when it can, and says as whom it ran.
CREATE FUNCTION fence.evil(what text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    BEGIN
        PERFORM set_config('role', 'none', false);
    EXCEPTION WHEN insufficient_privilege THEN
    END;
    INSERT INTO fence.ran VALUES (what) RETURNING who INTO result;
    RETURN result;
END $$;
RESET ROLE;
CREATE PROCEDURE public.load_as_dev(module text, up text) LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL ROLE fence_dev;
    PERFORM migrator.load('1', 'x', up, up, module => module);
END $$;
CALL load_as_dev('deallocate', 'DEALLOCATE mine; PREPARE mine AS SELECT fence.evil(''prepared'')');
CALL load_as_dev('same text', 'DEALLOCATE mine; SET search_path = fence, public; PREPARE mine AS SELECT fence_name()');
CALL load_as_dev('deallocate all', 'DEALLOCATE ALL; PREPARE mine AS SELECT fence.evil(''prepared''); PREPARE other AS SELECT 1');
CALL load_as_dev('in a block', 'DO $d$ BEGIN EXECUTE ''DEALLOCATE mine''; EXECUTE ''PREPARE mine AS SELECT fence.evil(''''prepared'''')''; END $d$');
CALL load_as_dev('undone', 'DO $d$ BEGIN EXECUTE ''DEALLOCATE mine''; EXECUTE ''PREPARE mine AS SELECT fence.evil(''''prepared'''')''; RAISE division_by_zero;
    EXCEPTION WHEN division_by_zero THEN END $d$');
CALL load_as_dev('fails', 'DEALLOCATE mine; PREPARE mine AS SELECT fence.evil(''prepared''); SELECT 1 / 0');
CALL load_as_dev('cursor', 'CLOSE mine; DECLARE mine CURSOR FOR SELECT fence.evil(''cursor'')');
CALL load_as_dev('hold', 'CLOSE mine; DECLARE mine CURSOR WITH HOLD FOR SELECT fence.evil(''cursor'')');
CALL load_as_dev('open', 'DO $d$ DECLARE c refcursor := ''mine''; BEGIN CLOSE c; OPEN c FOR SELECT fence.evil(''cursor''); END $d$');
CALL load_as_dev('close all', 'CLOSE ALL; DECLARE mine CURSOR WITH HOLD FOR SELECT fence.evil(''cursor'')');
CALL load_as_dev('trigger', 'CREATE TABLE fence.t (a int); CREATE FUNCTION fence.f() RETURNS trigger LANGUAGE plpgsql AS $f$
    DECLARE c refcursor := ''left''; BEGIN OPEN c FOR SELECT fence.evil(''trigger''); RETURN NULL; END $f$;
    CREATE TRIGGER t AFTER INSERT ON fence.t FOR EACH ROW EXECUTE FUNCTION fence.f(); INSERT INTO fence.t VALUES (1)');
CALL load_as_dev('verify', 'SELECT 1');
UPDATE migrator.migration SET verify = 'DEALLOCATE mine; PREPARE mine AS SELECT fence.evil(''prepared'')' WHERE module = 'verify';
CALL load_as_dev('temporary', 'CREATE TEMP TABLE ran (what text DEFAULT fence.evil(''default''));
    CREATE TEMP VIEW pg_roles AS SELECT fence.evil(''view'');
    CREATE FUNCTION pg_temp.helper() RETURNS text LANGUAGE sql AS $f$ SELECT fence.evil(''function'') $f$;
    CREATE DOMAIN pg_temp.name AS int CHECK (fence.evil(''domain'') IS NOT NULL);
    CREATE OPERATOR pg_temp.+ (FUNCTION = pg_catalog.int4pl, LEFTARG = int, RIGHTARG = int)');
CALL load_as_dev('settings', 'SET search_path = fence; SELECT set_config(''fence.evil'', ''x'', false); SET check_function_bodies = off');
CALL load_as_dev('lock', 'SELECT pg_advisory_lock(14)');
CREATE FUNCTION public.fence_name() RETURNS text LANGUAGE sql AS $$ SELECT 'the caller''s' $$;
SET ROLE fence_dev;
CREATE FUNCTION fence.fence_name() RETURNS text LANGUAGE sql AS $$ SELECT fence.evil('by path') $$;
RESET ROLE;

\set VERBOSITY terse
-- The caller's own statement is gone when the body has taken it away; what the body put in its place is, too.
PREPARE mine AS SELECT 'the caller''s';
SET ROLE fence_dev; SELECT status FROM migrator.apply(module => 'deallocate'); RESET ROLE;
EXECUTE mine;
PREPARE mine AS SELECT fence_name();
SET ROLE fence_dev; SELECT status FROM migrator.apply(module => 'same text'); RESET ROLE;
EXECUTE mine;
PREPARE mine AS SELECT 'the caller''s';
SET ROLE fence_dev; SELECT status FROM migrator.apply(module => 'deallocate all'); RESET ROLE;
SELECT name FROM pg_prepared_statements;
PREPARE mine AS SELECT 'the caller''s';
SET ROLE fence_dev; CALL migrator.apply_each(module => 'in a block'); RESET ROLE;
EXECUTE mine;
PREPARE mine AS SELECT 'the caller''s';
SET ROLE fence_dev; CALL migrator.rollback_each(module => 'in a block'); RESET ROLE;
EXECUTE mine;
PREPARE mine AS SELECT 'the caller''s';
SET ROLE fence_dev; SELECT status FROM migrator.apply(module => 'undone'); RESET ROLE;
EXECUTE mine;
PREPARE mine AS SELECT 'the caller''s';
SET ROLE fence_dev; SELECT status FROM migrator.apply(module => 'fails'); RESET ROLE;
EXECUTE mine;
PREPARE mine AS SELECT 'the caller''s';
SET ROLE fence_dev; CALL migrator.apply_each(module => 'fails'); RESET ROLE;
EXECUTE mine;
PREPARE mine AS SELECT 'the caller''s';
SET ROLE fence_dev; SELECT status FROM migrator.apply(module => 'fails', dry_run => true); RESET ROLE;
EXECUTE mine;
PREPARE mine AS SELECT 'the caller''s';
SET ROLE fence_dev; SELECT error FROM migrator.rehearse(module => 'verify'); RESET ROLE;
EXECUTE mine;
PREPARE mine AS SELECT 'the caller''s';
SET ROLE fence_dev; CALL migrator.apply_each(module => 'verify'); RESET ROLE;
EXECUTE mine;
-- All in one message of the client, which has one time.
SET client_min_messages = error;
SELECT status FROM migrator.rollback(module => 'deallocate');
SET ROLE fence_dev;
PREPARE mine AS SELECT 1\; PREPARE yours AS SELECT 'stays'\; PREPARE "S_1" AS SELECT 2\; SELECT status FROM migrator.rollback(module => 'deallocate')\; SELECT name FROM pg_prepared_statements ORDER BY 1;
RESET ROLE;
EXECUTE yours;
DEALLOCATE ALL;

-- Cursors, also those that are executed by the commit itself.
BEGIN; DECLARE mine CURSOR FOR SELECT 'the caller''s'; DECLARE other CURSOR FOR SELECT 'other of the caller''s';
SET LOCAL ROLE fence_dev; SELECT status FROM migrator.apply(module => 'cursor'); RESET ROLE; FETCH other; FETCH mine; COMMIT;
BEGIN; DECLARE mine CURSOR WITH HOLD FOR SELECT 'the caller''s'; DECLARE other CURSOR WITH HOLD FOR SELECT 'other of the caller''s';
SET LOCAL ROLE fence_dev; SELECT status FROM migrator.apply(module => 'hold'); COMMIT; FETCH mine; FETCH other; CLOSE ALL;
BEGIN; DECLARE mine CURSOR WITH HOLD FOR SELECT 'the caller''s'; DECLARE other CURSOR WITH HOLD FOR SELECT 'other of the caller''s'; COMMIT;
SET ROLE fence_dev; CALL migrator.rollback_each(module => 'hold'); RESET ROLE; FETCH mine; FETCH other; CLOSE ALL;
BEGIN; DECLARE mine CURSOR FOR SELECT 'the caller''s';
SET LOCAL ROLE fence_dev; SELECT status FROM migrator.apply(module => 'open'); RESET ROLE; FETCH mine; COMMIT;
BEGIN; DECLARE mine CURSOR WITH HOLD FOR SELECT 'the caller''s'; COMMIT;
SET ROLE fence_dev; CALL migrator.apply_each(module => 'close all'); RESET ROLE; FETCH mine;
BEGIN; SET LOCAL ROLE fence_dev; SELECT status FROM migrator.apply(module => 'trigger'); RESET ROLE; FETCH "left"; COMMIT;
-- One that is held already, made in the same message as the call.
BEGIN\; DECLARE mine CURSOR WITH HOLD FOR SELECT 'the caller''s'\; COMMIT\; SELECT FROM migrator.apply();
FETCH mine;
CLOSE ALL;
SELECT name FROM pg_cursors;

-- Temporary objects that would be found before others, settings, session locks.
SET ROLE fence_dev; SELECT status FROM migrator.apply(module => 'temporary'); RESET ROLE;
SELECT count(*) FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass AND refobjid = pg_my_temp_schema();
SELECT to_regclass('pg_roles'), to_regtype('pg_temp.name'), to_regproc('pg_temp.helper');
SET ROLE fence_dev; SELECT status FROM migrator.apply(module => 'settings'); RESET ROLE;
SELECT current_setting('search_path'), current_setting('fence.evil'), current_setting('check_function_bodies');
SET ROLE fence_dev; SELECT status FROM migrator.apply(module => 'lock'); RESET ROLE;
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 14;

-- Whoever ran, nothing ran as the superuser.
SELECT what, who FROM fence.ran WHERE who <> 'fence_dev';

-- What the HINT says: to connect as that role.
\set VERBOSITY default
SELECT status FROM migrator.rollback(module => 'deallocate all');
\c - fence_dev
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SELECT status FROM migrator.rollback(module => 'deallocate all');
SELECT status FROM migrator.apply(module => 'deallocate all');
\c - :superuser
SET client_min_messages = error;
DROP EXTENSION migrator;
DROP PROCEDURE load_as_dev;
DROP FUNCTION fence_name;
DROP OWNED BY fence_dev CASCADE;
DROP ROLE fence_dev;
