-- What CREATE EXTENSION makes, and that it can be dropped and made again.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SELECT extname, extversion, nspname AS schema, extrelocatable
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'migrator';

-- The surface: every function that is not the version type's own.
SELECT p.oid::regprocedure AS function, pg_get_function_result(p.oid) AS result, provolatile AS volatility
FROM pg_proc p
WHERE pronamespace = 'migrator'::regnamespace AND proname !~ '^version_' ORDER BY p.oid::regprocedure::text COLLATE "C";
SELECT attrelid::regclass AS type, attname AS attribute, format_type(atttypid, atttypmod) AS of
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
WHERE relnamespace = 'migrator'::regnamespace AND relkind = 'c' AND attnum > 0 ORDER BY attrelid::regclass::text COLLATE "C", attnum;
SELECT relname, relkind FROM pg_class
WHERE relnamespace = 'migrator'::regnamespace AND relkind IN ('r', 'v', 'S') ORDER BY 1;
-- Names of arguments and defaults are a contract too.
SELECT proname, pg_get_function_arguments(oid) FROM pg_proc
WHERE pronamespace = 'migrator'::regnamespace AND proname !~ '^version_' ORDER BY 1;

-- The settings, and that nothing else may take a name below them.
SELECT name, setting, unit, context FROM pg_settings WHERE name LIKE 'migrator.%' ORDER BY 1;
SET migrator.out_of_order = 'perhaps';
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY sqlstate
SET migrator.lock_wait = -1;
\set VERBOSITY default
SET migrator.no_such_setting = 1;
\echo :LAST_ERROR_SQLSTATE
SET migrator.lock_wait = '2s';
SHOW migrator.lock_wait;
RESET migrator.lock_wait;

-- Bodies, history and the numbering of the history go into a dump.
SELECT c::regclass FROM pg_extension, unnest(extconfig) AS c WHERE extname = 'migrator' ORDER BY 1::text;

-- The run lock's key is documented, so that other tools can look for it in pg_locks.
SELECT migrator.lock_key() >> 32 = x'6d696772'::bigint AS class,
       migrator.lock_key() & x'ffffffff'::bigint = 'migrator'::regnamespace::oid::bigint AS object;

-- It lives in its own schema only. Like any schema that CREATE EXTENSION makes, that one stays, empty.
DROP EXTENSION migrator;
SELECT count(*) FROM pg_depend WHERE refobjid = (SELECT oid FROM pg_namespace WHERE nspname = 'migrator');
CREATE EXTENSION migrator SCHEMA public;
\echo :LAST_ERROR_SQLSTATE
CREATE EXTENSION migrator VERSION '0.0';
\echo :LAST_ERROR_SQLSTATE
-- Twice in one session: settings and hooks are in place already.
CREATE EXTENSION migrator;
SELECT * FROM migrator.status();
SELECT * FROM migrator.summary();
SELECT * FROM migrator.apply();
DROP EXTENSION migrator;
