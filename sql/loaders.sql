-- What a role has loaded does not run as a superuser, unless that role is one or is listed.
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only on
CREATE EXTENSION migrator;
SET migrator.on_hazard = 'ignore';
CREATE ROLE regress_migrator_dev;
CREATE ROLE "regress ""Ci, x" ROLE regress_migrator_dev;
CREATE ROLE regress_migrator_dba SUPERUSER;
GRANT USAGE ON SCHEMA migrator TO regress_migrator_dev, "regress ""Ci, x";
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA migrator TO regress_migrator_dev, "regress ""Ci, x";
CREATE SCHEMA dev AUTHORIZATION regress_migrator_dev;
GRANT ALL ON SCHEMA dev TO "regress ""Ci, x";
CREATE TABLE dev.ran (what text, as_role text DEFAULT current_user);
ALTER TABLE dev.ran OWNER TO regress_migrator_dev;
SET ROLE regress_migrator_dev;
SELECT migrator.load('1', 'one', 'INSERT INTO dev.ran VALUES (''up 1'')', 'INSERT INTO dev.ran VALUES (''down 1'')', 'INSERT INTO dev.ran VALUES (''verify 1'')');
SELECT migrator.load('2', 'two', 'INSERT INTO dev.ran VALUES (''up 2'')', 'INSERT INTO dev.ran VALUES (''down 2'')');
RESET ROLE;
SET ROLE regress_migrator_dba;

-- Each way to run it, and each that runs it to see what it does.
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
SELECT * FROM migrator.apply(dry_run => true);
SELECT * FROM migrator.rehearse('1');
SELECT * FROM migrator.conflicts();
CALL migrator.apply_each();
SELECT left(r, strpos(r, E'\n\n| ')) FROM migrator.report() r;
TABLE dev.ran;
-- To look at it is no matter.
SELECT version, sql FROM migrator.plan();
SELECT version, rule FROM migrator.lint() WHERE severity <> 'info';
SELECT version, status FROM migrator.status();
-- In a SECURITY DEFINER function it is the function's owner who counts.
CREATE FUNCTION dev.as_dba() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS 'SELECT version || '' '' || status FROM migrator.apply()';
GRANT EXECUTE ON FUNCTION dev.as_dba TO regress_migrator_dev;
CREATE FUNCTION dev.as_dev() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS 'SELECT version || '' '' || status FROM migrator.apply(dry_run => true)';
ALTER FUNCTION dev.as_dev OWNER TO regress_migrator_dev;
SET ROLE regress_migrator_dev;
SELECT dev.as_dba();
SET ROLE regress_migrator_dba;
SELECT dev.as_dev();

-- The way out: whoever reviews it loads it again. Nobody of less trust takes that back, and it is the text that counts.
SELECT migrator.load('1', 'one', 'INSERT INTO dev.ran VALUES (''up 1'')', 'INSERT INTO dev.ran VALUES (''down 1'')', 'INSERT INTO dev.ran VALUES (''verify 1'')');
SELECT version, loaded_by FROM migrator.migration ORDER BY version;
SET ROLE regress_migrator_dev;
SELECT migrator.load('1', 'one', 'INSERT INTO dev.ran VALUES (''up 1'')', 'INSERT INTO dev.ran VALUES (''down 1'')', 'INSERT INTO dev.ran VALUES (''verify 1'')');
SET ROLE "regress ""Ci, x";
SELECT migrator.load('2', 'two', 'INSERT INTO dev.ran VALUES (''up 2'')', 'INSERT INTO dev.ran VALUES (''down 2'')');
SELECT version, status FROM migrator.status();
SET ROLE regress_migrator_dba;
SELECT version, loaded_by FROM migrator.migration ORDER BY version;
SELECT version, status FROM migrator.apply('1');
SELECT * FROM migrator.apply();
-- A verify script or a down body that somebody changed makes the whole his.
SET ROLE regress_migrator_dev;
SELECT migrator.load('1', 'one', 'INSERT INTO dev.ran VALUES (''up 1'')', 'INSERT INTO dev.ran VALUES (''down one'')', 'INSERT INTO dev.ran VALUES (''verify 1'')');
SET ROLE regress_migrator_dba;
SELECT * FROM migrator.rollback();
SELECT * FROM migrator.rollback(dry_run => true);
SELECT * FROM migrator.rollback_to('1');
CALL migrator.rollback_each();
TABLE dev.ran;

-- Or the setting: names as in search_path, * for everybody. Only a superuser sets it.
SET migrator.trusted_loaders = 'regress_migrator_dev, "regress ""Ci, x"';
SELECT version, status FROM migrator.rollback();
SELECT version, status FROM migrator.apply(dry_run => true);
-- What a listed role has loaded stays its own when one that is not loads it again.
SET ROLE regress_migrator_dev;
SET migrator.trusted_loaders = '*';
SET ROLE regress_migrator_dba;
SET migrator.trusted_loaders = '"regress ""Ci, x"';
SET ROLE regress_migrator_dev;
SELECT migrator.load('2', 'two', 'INSERT INTO dev.ran VALUES (''up 2'')', 'INSERT INTO dev.ran VALUES (''down 2'')');
SET ROLE regress_migrator_dba;
SELECT version, loaded_by FROM migrator.migration ORDER BY version;
SET migrator.trusted_loaders = regress_migrator_dev;
SELECT * FROM migrator.apply('2');
SET migrator.trusted_loaders = '*';
SELECT version, status FROM migrator.apply(dry_run => true);
SET migrator.trusted_loaders = 'a b';
SET migrator.trusted_loaders = '"a';
SHOW migrator.trusted_loaders;
-- A body cannot set it for the next.
RESET migrator.trusted_loaders;
SET ROLE regress_migrator_dba;
SELECT migrator.load('0', 'zero', 'SET migrator.trusted_loaders = ''*''');
SELECT * FROM migrator.apply();
SELECT migrator.unload('0');
-- A name that no role has any more is nobody's.
RESET ROLE;
ALTER ROLE regress_migrator_dba RENAME TO regress_migrator_dba2;
SELECT migrator.load('3', 'three', 'SELECT 3', module => 'gone');
UPDATE migrator.migration SET loaded_by = 'regress_migrator_dba' WHERE module = 'gone';
SELECT * FROM migrator.apply(module => 'gone');
ALTER ROLE regress_migrator_dba2 RENAME TO regress_migrator_dba;

-- Half a migration: who adds a down file to what another has loaded does not answer for the whole.
SET ROLE regress_migrator_dev;
SELECT action FROM migrator.load_file('7_seven.up.sql', 'INSERT INTO dev.ran VALUES (''up 7'')', module => 'files');
SET ROLE regress_migrator_dba;
SELECT action FROM migrator.load_file('7_seven.down.sql', 'SELECT 7', module => 'files');
SELECT loaded_by FROM migrator.migration WHERE module = 'files';
SELECT action FROM migrator.load_file('7_seven.up.sql', 'INSERT INTO dev.ran VALUES (''up 7'')', module => 'files');
SELECT loaded_by FROM migrator.migration WHERE module = 'files';
SELECT * FROM migrator.apply(module => 'files');
SELECT action FROM migrator.load_file('8_eight.up.sql', 'SELECT 8', module => 'files');
SET ROLE regress_migrator_dev;
SELECT action FROM migrator.load_file('8_eight.down.sql', 'INSERT INTO dev.ran VALUES (''down 8'')', module => 'files');
RESET ROLE;
SELECT version, loaded_by FROM migrator.migration WHERE module = 'files';

-- Bodies on record: whoever ran them answers for them; a baseline, accept() and adopt() ran nothing.
SET ROLE regress_migrator_dev;
SELECT migrator.load(v, 'x', 'SELECT 1', 'INSERT INTO dev.ran VALUES (''on record'')', module => 'record') FROM unnest(ARRAY['1', '2']) v;
SELECT status FROM migrator.apply('1', module => 'record');
SET ROLE regress_migrator_dba;
SELECT migrator.load('1', 'x', 'SELECT 10', module => 'record');
SELECT version, status FROM migrator.status('record');
SELECT * FROM migrator.rollback(module => 'record');
SELECT migrator.accept('1', 'reviewed', module => 'record');
SELECT migrator.load('1', 'x', 'SELECT 100', module => 'record');
-- No way back by what was accepted: it has no down body. By its next:
SELECT * FROM migrator.rollback(module => 'record');
SET ROLE regress_migrator_dev;
SELECT migrator.load('1', 'x', 'SELECT 1000', 'INSERT INTO dev.ran VALUES (''accepted'')', module => 'record');
SET ROLE regress_migrator_dba;
SELECT migrator.accept('1', 'reviewed', module => 'record');
SELECT migrator.load('1', 'x', 'SELECT 10000', module => 'record');
SELECT * FROM migrator.rollback(module => 'record');
-- What a superuser ran, he runs back.
SELECT migrator.load('3', 'x', 'SELECT 3', 'INSERT INTO dev.ran VALUES (''down of dba'')', module => 'dba');
SELECT status FROM migrator.apply(module => 'dba');
SET ROLE regress_migrator_dev;
SELECT migrator.load('3', 'x', 'SELECT 33', 'INSERT INTO dev.ran VALUES (''down of dev'')', module => 'dba');
SET ROLE regress_migrator_dba;
SELECT status FROM migrator.rollback(module => 'dba');
SELECT what, as_role FROM dev.ran WHERE what LIKE 'down of%';
-- The name that another tool's history has counts for nothing.
SET ROLE regress_migrator_dev;
CREATE TABLE dev.flyway_schema_history (installed_rank integer, version text, description text, type text, script text, checksum integer,
    installed_by text, installed_on timestamp DEFAULT now(), execution_time integer, success boolean);
INSERT INTO dev.flyway_schema_history VALUES (1, '1', 'x', 'SQL', 'V1__x.sql', 0, 'regress_migrator_dba', now(), 1, true);
SELECT migrator.load('1', 'x', 'SELECT 1', 'INSERT INTO dev.ran VALUES (''adopted'')', module => 'adopted');
SELECT version, status FROM migrator.adopt('flyway', module => 'adopted');
SELECT migrator.load('1', 'x', 'SELECT 10', module => 'adopted');
SET ROLE regress_migrator_dba;
SELECT version, status, applied_by FROM migrator.status('adopted');
SELECT * FROM migrator.rollback(module => 'adopted');

-- Statement by statement, and on from where it stopped.
SET ROLE regress_migrator_dba;
SELECT migrator.load('1', 'x', '-- migrator: no-transaction
SELECT 1; SELECT 1 / 0; SELECT 3', module => 'half');
CALL migrator.apply_each(module => 'half');
SET ROLE regress_migrator_dev;
SELECT migrator.load('1', 'x', '-- migrator: no-transaction
SELECT 1; INSERT INTO dev.ran VALUES (''went on''); SELECT 3', module => 'half');
SET ROLE regress_migrator_dba;
CALL migrator.apply_each(module => 'half');

-- A superuser who runs it as the role that loaded it: the body does not come back to him.
RESET ROLE;
SET SESSION AUTHORIZATION regress_migrator_dba;
SET ROLE regress_migrator_dev;
\set VERBOSITY default
CREATE PROCEDURE dev.try(sql text) LANGUAGE plpgsql AS $$ BEGIN EXECUTE sql; INSERT INTO dev.ran VALUES (sql); EXCEPTION WHEN OTHERS THEN
    INSERT INTO dev.ran VALUES (SQLSTATE || ' ' || sql); END $$;
SELECT migrator.load('1', 'x', format('CALL dev.try(%L); ', sql), module => 'escape' || n)
FROM (VALUES (1, 'RESET ROLE'), (2, 'SET ROLE NONE'), (3, 'SET LOCAL ROLE regress_migrator_dba'), (4, 'RESET SESSION AUTHORIZATION'),
    (5, 'SELECT set_config(''role'', ''none'', false)'), (6, 'ALTER ROLE regress_migrator_dev SUPERUSER'),
    (7, 'CREATE FUNCTION dev.f() RETURNS text SET role = ''none'' LANGUAGE sql AS ''SELECT current_user::text''; INSERT INTO dev.ran SELECT dev.f()'),
    (8, 'SET session_replication_role = replica'), (9, 'SET migrator.trusted_loaders = ''*''')) AS t (n, sql);
TRUNCATE dev.ran;
SELECT count(*) FROM generate_series(1, 9) n, migrator.apply(module => 'escape' || n);
SELECT * FROM dev.ran;
SELECT current_user;
SELECT migrator.load('1', 'x', 'RESET ROLE', module => 'hint');
SELECT * FROM migrator.apply(module => 'hint');
CALL migrator.apply_each(module => 'hint');
SELECT error FROM migrator.apply(dry_run => true, module => 'hint');
SELECT error, note FROM migrator.rehearse(module => 'hint');
SELECT migrator.load('1', 'x', 'SELECT 1', 'SELECT 2; SET SESSION AUTHORIZATION DEFAULT', module => 'hint');
SELECT status FROM migrator.apply(module => 'hint');
SELECT * FROM migrator.rollback(module => 'hint');
-- Nor in a trigger that is fired at the end, nor in a verify script.
SELECT migrator.load('1', 'x', 'CREATE TABLE dev.t (n integer);
    CREATE FUNCTION dev.fire() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN CALL dev.try(''RESET ROLE''); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER late AFTER INSERT ON dev.t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dev.fire();
    TRUNCATE dev.ran; INSERT INTO dev.t VALUES (1)', verify => 'RESET ROLE', module => 'late');
SELECT * FROM migrator.apply(module => 'late');
\set VERBOSITY terse
RESET ROLE;
UPDATE migrator.migration SET verify = NULL WHERE module = 'late';
SET ROLE regress_migrator_dev;
SELECT status FROM migrator.apply(module => 'late');
SELECT * FROM dev.ran;
-- Transactions of its own are no place for such a fence.
SELECT migrator.load('1', 'x', '-- migrator: no-transaction
RESET ROLE', module => 'own');
\set VERBOSITY default
CALL migrator.apply_each(module => 'own');
SELECT error FROM migrator.rehearse(module => 'own');
-- Where a superuser has loaded it, SET ROLE means what it says.
RESET ROLE;
SELECT migrator.load('1', 'x', 'SET ROLE regress_migrator_dba; INSERT INTO dev.ran VALUES (''by dba''); RESET ROLE; INSERT INTO dev.ran VALUES (''by session'')', module => 'free');
SET ROLE regress_migrator_dev;
SELECT status FROM migrator.apply(module => 'free');
SELECT * FROM dev.ran WHERE what LIKE 'by %';
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_migrator_dev;
SELECT * FROM migrator.apply(module => 'hint', dry_run => true);
RESET SESSION AUTHORIZATION;

SET client_min_messages = error;
DROP OWNED BY regress_migrator_dev, "regress ""Ci, x", regress_migrator_dba CASCADE;
DROP EXTENSION migrator CASCADE;
DROP ROLE regress_migrator_dev, "regress ""Ci, x", regress_migrator_dba;
