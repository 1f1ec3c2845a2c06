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

DROP EXTENSION migrator;
