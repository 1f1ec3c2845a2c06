-- A snapshot runs where nothing is applied, in the place of all versions up to its own.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA snapshots;
SET search_path = snapshots;
CREATE TABLE log (what text);
CREATE FUNCTION put(module text, version text, kind text DEFAULT NULL, down text DEFAULT NULL) RETURNS text
    RETURN migrator.load(version, 'm', coalesce('-- migrator: ' || kind || E'\n', '') ||
                         format('INSERT INTO log VALUES (%L)', version), down, module => module);
SELECT put('snap', v) FROM unnest('{1,2,5,6,7}'::text[]) v;
SELECT put('snap', 'B2', 'snapshot'), put('snap', 'B5', 'snapshot', 'DELETE FROM log'), put('snap', 'r', 'repeatable');
SELECT version, kind, status, detail FROM migrator.status('snap');
SELECT applied, pending, failed, last_applied FROM migrator.summary('snap');
SELECT version, sql FROM migrator.plan(module => 'snap');
SELECT version, sql FROM migrator.plan('B2', module => 'snap');
SELECT version, sql FROM migrator.plan('1', module => 'snap');
SELECT version, status FROM migrator.apply(dry_run => true, module => 'snap');
SELECT version, status FROM migrator.apply('6', module => 'snap');
SELECT version, kind, status, detail FROM migrator.status('snap');
SELECT applied, pending, failed, last_applied FROM migrator.summary('snap');
SELECT version, status FROM migrator.apply(module => 'snap');
SELECT version, status FROM migrator.apply(module => 'snap');
SELECT string_agg(what, ', ') FROM log;
SELECT version, kind, action, result FROM migrator.history WHERE module = 'snap' ORDER BY id;
-- A newer one does not run, and is not out of order. A version that it would have stood for is.
SELECT put('snap', 'B7', 'snapshot'), put('snap', '4');
SELECT version, status, detail FROM migrator.status('snap') WHERE version IN ('4', 'B7');
SELECT * FROM migrator.apply(module => 'snap');
SELECT version FROM migrator.baseline('4', module => 'snap');
SELECT version, status FROM migrator.apply(module => 'snap');
-- Its rollback undoes what it replaced.
SELECT put('back', v) FROM unnest('{1,2,5}'::text[]) v;
SELECT put('back', 'B2', 'snapshot', 'DELETE FROM log'), put('back', '6', NULL, 'SELECT 6');
SELECT version, status FROM migrator.apply('2', module => 'back');
SELECT put('back', 'B5', 'snapshot', 'DELETE FROM log');
SELECT version, status FROM migrator.rollback(dry_run => true, module => 'back');
SELECT version, status FROM migrator.rollback(module => 'back');
SELECT version, status FROM migrator.status('back');
CALL migrator.apply_each(module => 'back');
SELECT version, status FROM migrator.status('back');
CALL migrator.rollback_each(2, module => 'back');
SELECT version, status FROM migrator.status('back');
-- Where one version has run, it does not.
SELECT version, status FROM migrator.apply('1', module => 'back');
SELECT version, status FROM migrator.apply(module => 'back');
-- Statement by statement.
SELECT put('loose', '1'), put('loose', '2');
SELECT migrator.load('B1', 'm', E'-- migrator: snapshot no-transaction\nINSERT INTO log VALUES (1); SELECT 1 / count(*) FROM log WHERE what = ''go''', module => 'loose');
CALL migrator.apply_each(module => 'loose');
SELECT version, status, detail FROM migrator.status('loose');
INSERT INTO log VALUES ('go');
CALL migrator.apply_each(module => 'loose');
SELECT version, status FROM migrator.status('loose');
SELECT version FROM migrator.apply(module => 'loose');
-- Baseline at a snapshot of which no version is loaded.
SELECT put('alone', 'B5', 'snapshot'), put('alone', '6');
SELECT version FROM migrator.baseline('B5', module => 'alone');
SELECT version, status FROM migrator.apply(module => 'alone');
SELECT version, status FROM migrator.status(module => 'alone');
DROP SCHEMA snapshots CASCADE;
DROP EXTENSION migrator;
