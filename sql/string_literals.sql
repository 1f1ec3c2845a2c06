-- Where the server can still be told to read '\' in a literal as an escape: PostgreSQL 19 no longer can, and ends here.
SELECT current_setting('server_version_num')::int >= 190000 AS standard_only \gset
\if :standard_only
\quit
\endif
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SET escape_string_warning = off;

-- Read differently by the session that runs it than by the scanner that split it: refused, and nothing is left.
SELECT FROM migrator.load('1', 'quotes', $body$
SET standard_conforming_strings = off;
PREPARE left_behind AS SELECT 1;
SELECT pg_advisory_lock(99);
SELECT E'a', 'a\''; SELECT 1; --'
$body$);
SELECT version, status, error FROM migrator.apply(dry_run => true);
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
SELECT name FROM pg_prepared_statements;
SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
SHOW standard_conforming_strings;

-- One that sets it for itself alone does no harm, and the next does not see it.
SELECT FROM migrator.load('1', 'sets', $$
    SET standard_conforming_strings = off;
    CREATE TABLE seen AS SELECT 1 AS version, current_setting('standard_conforming_strings') AS standard$$);
SELECT FROM migrator.load('2', 'sees', $$INSERT INTO seen SELECT 2, current_setting('standard_conforming_strings')$$);
SELECT version, status FROM migrator.apply();
SELECT * FROM seen ORDER BY version;
SHOW standard_conforming_strings;
DROP TABLE seen;

-- A session that has it off: text that the grammar then reads otherwise than psql's rule split it is refused.
SET standard_conforming_strings = off;
SELECT FROM migrator.load('3', 'literal', $$CREATE TABLE literal AS SELECT 'a\' AS it$$);
RESET standard_conforming_strings;
SELECT FROM migrator.load('3', 'literal', $$CREATE TABLE literal AS SELECT 'a\' AS it$$);
SET standard_conforming_strings = off;
SELECT version, status FROM migrator.apply();
RESET standard_conforming_strings;
SELECT version, status FROM migrator.apply();
SELECT it FROM literal;
DROP TABLE literal;

-- The same where each migration commits by itself: recorded as failed, the session goes on, and the rest is to do. In
-- a transaction, statement by statement, in a block, in the verification, on the way back, and in a rehearsal.
\set body 'SET standard_conforming_strings = off; SELECT \'a\\\' || \'; SELECT 2; --\';'
CREATE TABLE way (module text, up text, down text, verify text);
INSERT INTO way VALUES
    ('transaction', :'body', 'SELECT 1', NULL),
    ('statements', E'-- migrator: no-transaction\n' || :'body', 'SELECT 1', NULL),
    ('block', E'-- migrator: no-transaction\nBEGIN; SELECT 0;\n' || :'body' || 'COMMIT;', 'SELECT 1', NULL),
    ('verification', 'SELECT 1', 'SELECT 1', :'body'),
    ('back', 'SELECT 1', :'body', NULL),
    ('statements back', 'SELECT 1', E'-- migrator: no-transaction\n' || :'body', NULL),
    ('block back', 'SELECT 1', E'-- migrator: no-transaction\nBEGIN; SELECT 0;\n' || :'body' || 'COMMIT;', NULL);
CREATE FUNCTION mended(body text) RETURNS text LANGUAGE sql RETURN replace(body, $$'a\' || '; SELECT 2; --'$$, '2');
SELECT module, migrator.load('1', 'quotes', up, down, verify, module) FROM way ORDER BY 1;
SELECT module, r.version, r.statement, r.sqlstate, r.error
FROM way, migrator.rehearse(module => module) r WHERE error IS NOT NULL ORDER BY 1;
SELECT module, (SELECT count(*) FROM migrator.conflicts(module)) FROM way ORDER BY 1;
SELECT module, (SELECT count(*) FROM migrator.report('json', module => module)) FROM way ORDER BY 1;
\set VERBOSITY terse
CALL migrator.apply_each(module => 'transaction');
CALL migrator.apply_each(module => 'statements');
CALL migrator.apply_each(module => 'block');
CALL migrator.apply_each(module => 'verification');
CALL migrator.apply_each(module => 'back');
CALL migrator.apply_each(module => 'statements back');
CALL migrator.apply_each(module => 'block back');
SHOW standard_conforming_strings;
CALL migrator.rollback_each(1, module => 'back');
CALL migrator.rollback_each(1, module => 'statements back');
CALL migrator.rollback_each(1, module => 'block back');
\set VERBOSITY default
SHOW standard_conforming_strings;
SELECT count(*) FROM pg_cursors WHERE NOT is_holdable;
SELECT module, s.version, status, detail FROM way, migrator.status(module) s ORDER BY 1;
-- What is mended runs, from where it stopped.
SELECT module, migrator.load('1', 'quotes', mended(up), mended(down), mended(verify), module)
FROM way ORDER BY 1;
CALL migrator.apply_each(module => 'transaction');
CALL migrator.apply_each(module => 'statements');
CALL migrator.apply_each(module => 'block');
CALL migrator.apply_each(module => 'verification');
CALL migrator.rollback_each(1, module => 'back');
CALL migrator.rollback_each(1, module => 'statements back');
CALL migrator.rollback_each(1, module => 'block back');
SELECT module, s.version, status, detail FROM way, migrator.status(module) s ORDER BY 1;
DROP TABLE way;
DROP FUNCTION mended;

-- The parser's messages come once, when a statement runs, and a SET of the body that the parser heeds counts from there
-- on: the trees of the plan are not used then.
SELECT migrator.load('1', 'messages', 'CREATE TABLE plain (a int); CREATE GLOBAL TEMP TABLE scratch (a int);', module => 'messages');
SELECT migrator.load('2', 'settings', $$
    CREATE TABLE read (what text);
    SET backslash_quote = on;
    DO $do$ BEGIN INSERT INTO read SELECT E'it\'s'; END $do$;
    CREATE VIEW quoted AS SELECT E'it\'s' AS what;
    SET backslash_quote = off;
    CREATE VIEW refused AS SELECT E'it\'s' AS what;$$, module => 'messages');
SELECT version, status FROM migrator.apply('1', module => 'messages');
\set VERBOSITY terse
SELECT version, status FROM migrator.apply(module => 'messages');
\set VERBOSITY default
SELECT to_regclass('read');
DROP TABLE plain;

DROP EXTENSION migrator;
