-- A setting that the server has not taken is an error of the run, never the default: before the library is loaded, the
-- server takes any name and any text. Each \c is a session that has not loaded it.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SELECT FROM migrator.load('1', 'one', 'SELECT 1', 'SELECT 1');
SELECT FROM migrator.apply();
SELECT FROM migrator.load('2', 'two', 'SELECT 1', 'SELECT 1');

\c
SET client_min_messages = error;
SET migrator.on_hazard = 'eror';
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
CALL migrator.apply_each();
SELECT * FROM migrator.apply(dry_run => true);
SELECT * FROM migrator.rehearse();
SELECT * FROM migrator.conflicts();
SELECT * FROM migrator.rollback();
CALL migrator.rollback_each();
-- What only looks says what is, and the HINT is the way out.
SELECT version, status FROM migrator.status();
SET migrator.on_hazard = 'error';
SELECT version, status FROM migrator.apply();

-- A number, a unit, a size; in whatever spelling.
\c
SET client_min_messages = error;
SET Migrator.Max_Rewrite_Size = '2x';
SELECT * FROM migrator.apply();
SET migrator.max_rewrite_size = '2GB';
SELECT * FROM migrator.apply();
-- The list of the roles, which not everybody may set.
\c
SET client_min_messages = error;
SET migrator.trusted_loaders = 'a,,b';
SELECT * FROM migrator.apply();
-- A name that is none.
\c
SET client_min_messages = error;
SET migrator.on_hazzard = 'error';
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
\c
SET client_min_messages = error;
SELECT * FROM migrator.apply();

-- What holds for the database: it counts unless something stronger is right, and says where it stands.
\c
SET client_min_messages = error;
ALTER DATABASE contrib_regression SET migrator.lock_timeout = '2x';
\c
SET client_min_messages = error;
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
SET migrator.lock_timeout = '2s';
SELECT * FROM migrator.apply();
\c
SET client_min_messages = error;
SET migrator.lock_timeout = '2s';
SELECT * FROM migrator.apply();
ALTER DATABASE contrib_regression RESET migrator.lock_timeout;
\c
ALTER DATABASE contrib_regression SET migrator.on_hazzard = 'error';
\c
SET client_min_messages = error;
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
ALTER DATABASE contrib_regression RESET migrator.on_hazzard;
\c
SET client_min_messages = error;
SELECT * FROM migrator.apply();
-- So too where every session loads the library as it begins.
\c
ALTER DATABASE contrib_regression SET migrator.on_hazard = 'eror';
ALTER DATABASE contrib_regression SET session_preload_libraries = 'migrator';
\set quiet 'dbname=contrib_regression options=''-c client_min_messages=error'''
\c :quiet
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
ALTER DATABASE contrib_regression RESET migrator.on_hazard;
\c :quiet
SELECT * FROM migrator.apply();
SET migrator.on_hazard = 'eror';
\echo :LAST_ERROR_SQLSTATE
ALTER DATABASE contrib_regression RESET session_preload_libraries;
-- In the options of the connection.
\set mistyped 'dbname=contrib_regression options=''-c client_min_messages=error -c migrator.max_lock_hold=1y'''
\c :mistyped
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
\c :quiet
SELECT * FROM migrator.apply();
DROP EXTENSION migrator;
