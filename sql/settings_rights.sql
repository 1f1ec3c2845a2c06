-- What a run puts back, it puts back with the rights of whoever had set it: a setting that the server has refused or
-- dropped in between stays refused. plpgsql stands for every library that is loaded by the body and has settings for
-- superusers only.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE ROLE settings_deployer LOGIN;
GRANT USAGE ON SCHEMA migrator TO settings_deployer;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA migrator TO settings_deployer;
GRANT CREATE ON SCHEMA public TO settings_deployer;
SELECT current_user AS superuser \gset
\set VERBOSITY terse

-- A setting that is nobody's yet, and becomes a superuser's while the migration runs.
\c - settings_deployer
SELECT migrator.load('1', 'a', E'-- migrator: no-transaction\nDO $$ BEGIN PERFORM 1; END $$;\nSELECT 1;', 'SELECT 1');
SET plpgsql.variable_conflict = 'use_column';
SET client_min_messages = warning;
CALL migrator.apply_each();
SELECT setting, source, context FROM pg_settings WHERE name = 'plpgsql.variable_conflict';

-- The same when the migration fails,
\c - settings_deployer
SELECT migrator.load('2', 'b', E'-- migrator: no-transaction\nDO $$ BEGIN PERFORM 1; END $$;\nSELECT 1 / 0;', 'SELECT 1');
SET plpgsql.variable_conflict = 'use_column';
SET client_min_messages = warning;
CALL migrator.apply_each();
SELECT setting, source, context FROM pg_settings WHERE name = 'plpgsql.variable_conflict';
CALL migrator.rollback_each();
SELECT migrator.unload('2');

-- on the way back,
\c - settings_deployer
SELECT migrator.load('3', 'c', 'SELECT 1', E'-- migrator: no-transaction\nDO $$ BEGIN PERFORM 1; END $$;\nSELECT 1;');
SET plpgsql.variable_conflict = 'use_column';
SET client_min_messages = warning;
CALL migrator.apply_each();
CALL migrator.rollback_each();
SELECT setting, source, context FROM pg_settings WHERE name = 'plpgsql.variable_conflict';
SELECT migrator.unload('3');

-- and when all of it is in one transaction.
\c - settings_deployer
SELECT migrator.load('4', 'd', 'DO $$ BEGIN PERFORM 1; END $$', 'SELECT 1');
SET plpgsql.variable_conflict = 'use_column';
SET client_min_messages = warning;
SELECT version, status FROM migrator.apply();
SELECT setting, source, context FROM pg_settings WHERE name = 'plpgsql.variable_conflict';

-- A name that the library reserves: the server takes the setting away, and it stays away.
\c - settings_deployer
SELECT migrator.load('5', 'e', E'-- migrator: no-transaction\nDO $$ BEGIN PERFORM 1; END $$;\nSELECT 1;', 'SELECT 1');
SET plpgsql.nothing = '1';
SET client_min_messages = warning;
CALL migrator.apply_each();
SELECT count(*) FROM pg_settings WHERE name = 'plpgsql.nothing';

-- Who was granted the setting keeps it, placeholder or not, also after a body that revokes it.
\c - :superuser
GRANT SET ON PARAMETER plpgsql.variable_conflict, log_min_duration_statement TO settings_deployer;
\c - settings_deployer
SELECT migrator.load('6', 'f', E'-- migrator: no-transaction\nDO $$ BEGIN PERFORM 1; END $$;\nRESET ALL;', 'SELECT 1');
SET plpgsql.variable_conflict = 'use_column';
SET log_min_duration_statement = '7s';
SET client_min_messages = warning;
CALL migrator.apply_each();
SELECT name, setting, source FROM pg_settings
WHERE name IN ('plpgsql.variable_conflict', 'log_min_duration_statement', 'client_min_messages') ORDER BY name COLLATE "C";

-- What a superuser had set before he put on a lesser role is his, and is put back as his.
\c - :superuser
SELECT migrator.load('7', 'g', E'-- migrator: no-transaction\nRESET ALL;\nSELECT 1;', 'SELECT 1');
SET client_min_messages = warning;
SET log_min_messages = 'fatal';
SET ROLE settings_deployer;
CALL migrator.apply_each();
SELECT current_user, name, setting, source FROM pg_settings WHERE name = 'log_min_messages';
RESET ROLE;

\c - :superuser
SET client_min_messages = error;
DROP EXTENSION migrator;
DROP OWNED BY settings_deployer;
DROP ROLE settings_deployer;
