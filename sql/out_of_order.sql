-- A pending migration that is older than the newest applied one: an error, a warning or nothing, by setting.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SELECT migrator.load('10', 'ten', 'SELECT 10'), migrator.load('30', 'thirty', 'SELECT 30');
SELECT FROM migrator.apply();
SELECT migrator.load('9', 'nine', 'SELECT 9'), migrator.load('20', 'twenty', 'SELECT 20'), migrator.load('40', 'forty', 'SELECT 40');
SELECT version, status, detail FROM migrator.status();

-- The default: refused as a whole, naming all that are late; nothing runs, what would be in order neither.
SHOW migrator.out_of_order;
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.apply(dry_run => true);
\echo :LAST_ERROR_SQLSTATE
-- Up to a target only what is up to it counts.
SELECT * FROM migrator.apply('10');
SELECT version, status FROM migrator.status() WHERE status = 'applied';
-- With a warning for each.
SET migrator.out_of_order = 'warn';
SELECT version, status FROM migrator.apply('9');
SELECT version, status FROM migrator.apply(dry_run => true);
-- Silently; for one transaction.
RESET migrator.out_of_order;
BEGIN;
SET LOCAL migrator.out_of_order = 'allow';
SELECT version, status FROM migrator.apply();
COMMIT;
SHOW migrator.out_of_order;
-- A setting of the database or the role is one too.
SELECT migrator.load('5', 'five', 'SELECT 5');
CREATE ROLE regress_migrator_careless SUPERUSER;
ALTER ROLE regress_migrator_careless SET migrator.out_of_order = 'allow';
SELECT rolconfig FROM pg_roles WHERE rolname = 'regress_migrator_careless';
DROP ROLE regress_migrator_careless;
-- A rolled-back one between applied ones is late as well, and so is one between baselines.
SELECT migrator.unload('5');
SELECT migrator.load('20', 'twenty', 'SELECT 20', 'SELECT -20'), migrator.load('40', 'forty', 'SELECT 40', 'SELECT -40');
SELECT version, status FROM migrator.rollback(2);
SELECT version, status FROM migrator.status();
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
-- What has no name is told by its version.
SELECT migrator.load('1', '', 'SELECT 1');
SELECT * FROM migrator.apply('1');
DROP EXTENSION migrator;
