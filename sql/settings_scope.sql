-- Settings and roles of one migration are undone before the next, and before control returns to the caller.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA app;
CREATE SCHEMA other;
CREATE ROLE regress_migrator_app;
CREATE ROLE regress_migrator_caller;
GRANT ALL ON SCHEMA app, other TO regress_migrator_app, regress_migrator_caller;
SET search_path = app;
CREATE TABLE seen (n serial, version text, who text DEFAULT current_user, path text DEFAULT current_setting('search_path'),
                   work_mem text DEFAULT current_setting('work_mem'), arrays text DEFAULT current_setting('array_nulls'));
GRANT ALL ON seen, seen_n_seq TO PUBLIC;

SELECT migrator.load('1', 'sets', $$
    SET ROLE regress_migrator_app;
    SET search_path = other, app;
    SET work_mem = '1MB';
    SET array_nulls = off;
    INSERT INTO seen (version) VALUES ('1');
    CREATE TABLE placed ();
$$);
SELECT migrator.load('2', 'sets_local', $$
    INSERT INTO seen (version) VALUES ('2');
    SET LOCAL work_mem = '2MB';
    SET LOCAL ROLE regress_migrator_app;
    SELECT set_config('search_path', 'app, pg_temp', false);
    INSERT INTO seen (version) VALUES ('2');
$$);
SELECT migrator.load('3', 'by_function', $$
    INSERT INTO seen (version) VALUES ('3');
    SET SESSION AUTHORIZATION regress_migrator_app;
    SET app.custom = 'made up';
    SET TIME ZONE 'Asia/Kathmandu';
    INSERT INTO seen (version) VALUES ('3');
    RESET ALL;
    RESET ROLE;
    INSERT INTO app.seen (version) VALUES ('3');
$$);
-- A transaction characteristic is one of these too.
SELECT migrator.load('4', 'read_only', 'SET TRANSACTION READ ONLY'), migrator.load('5', 'writes', $$
    INSERT INTO seen (version) VALUES ('5')$$);
SET work_mem = '3MB';
SET timezone = 'UTC';
SELECT version, status FROM migrator.apply();
SELECT version, who = session_user AS caller, CASE WHEN who <> session_user THEN who END AS other, path, work_mem, arrays
FROM seen ORDER BY n;
SELECT current_user = session_user AS same, current_setting('search_path') AS path, current_setting('work_mem') AS work_mem,
       current_setting('timezone') AS zone, current_setting('app.custom', true) AS custom,
       current_setting('transaction_read_only') AS read_only;
SELECT relnamespace::regnamespace, relowner::regrole FROM pg_class WHERE relname = 'placed';

-- What the caller itself has set stays: for the session, for the transaction, by SET ROLE.
TRUNCATE seen;
SELECT migrator.load('6', 'x', $$INSERT INTO seen (version) VALUES ('6'); SET ROLE NONE; SET work_mem = '9MB'$$),
       migrator.load('7', 'x', $$INSERT INTO seen (version) VALUES ('7')$$);
GRANT USAGE ON SCHEMA migrator TO regress_migrator_caller;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA migrator TO regress_migrator_caller;
SET ROLE regress_migrator_caller;
BEGIN;
SET LOCAL work_mem = '5MB';
SELECT version, status FROM migrator.apply();
SELECT current_user, current_setting('work_mem') AS work_mem;
COMMIT;
SELECT current_user, current_setting('work_mem') AS work_mem;
RESET ROLE;
SELECT version, who, work_mem FROM seen ORDER BY n;
SELECT version, run_by, session_role = session_user AS session FROM migrator.history WHERE version >= '6' ORDER BY id;

-- After a failure too, and after a dry run.
SELECT migrator.load('8', 'fails', $$SET ROLE regress_migrator_app; SET work_mem = '7MB'; SELECT 1 / 0$$);
DO $$ BEGIN PERFORM migrator.apply(); EXCEPTION WHEN division_by_zero THEN
    RAISE WARNING '% %', current_user = session_user, current_setting('work_mem'); END $$;
SELECT version, status FROM migrator.apply(dry_run => true);
SELECT current_user = session_user AS same, current_setting('work_mem') AS work_mem;
SELECT migrator.load('8', 'fails_no_more', $$SET ROLE regress_migrator_app; SET work_mem = '7MB'; SELECT 1$$);
SELECT version, status FROM migrator.apply(dry_run => true);
SELECT current_user = session_user AS same, current_setting('work_mem') AS work_mem;

-- What a body does to the catalog is no setting of the session: it stays.
SELECT migrator.load('9', 'stays', $$ALTER ROLE regress_migrator_app SET work_mem = '8MB'$$);
SELECT version, status FROM migrator.apply();
SELECT rolconfig FROM pg_roles WHERE rolname = 'regress_migrator_app';

RESET search_path;
SET client_min_messages = error;
DROP SCHEMA app, other CASCADE;
DROP OWNED BY regress_migrator_app, regress_migrator_caller;
DROP ROLE regress_migrator_app, regress_migrator_caller;
DROP EXTENSION migrator;
