-- lint(): what it is, and what it is not. The rules have tests of their own.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE TABLE big (id bigint PRIMARY KEY, a int, b text);
INSERT INTO big SELECT i, i, 'b' FROM generate_series(1, 20000) i;
ANALYZE big;

-- A row per finding: version, statement and line of the file; the message says what and how much, the hint what to write.
SELECT FROM migrator.load_file('10_index.sql', $$-- UP
CREATE TABLE fresh (id int);
CREATE INDEX ON fresh (id);

CREATE UNIQUE INDEX "Big a"
    ON big (a);
-- DOWN
DROP INDEX "Big a";
$$);
SELECT FROM migrator.load_file('9_type.sql', 'ALTER TABLE big ALTER COLUMN id TYPE numeric;');
\x on
SELECT version, statement, line, rule, severity, regexp_replace(message, '\d+ (kB|MB)', '... kB') AS message, hint
FROM migrator.lint() WHERE rule IN ('alter-column-type', 'create-index-without-concurrently');
\x off
-- Up to a target; of a module; arguments as everywhere.
SELECT version, rule FROM migrator.lint('9') WHERE severity <> 'info';
SELECT count(*) FROM migrator.lint(module => 'other');
SELECT * FROM migrator.lint('8');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.lint(module => NULL);
\echo :LAST_ERROR_SQLSTATE

-- It writes nothing, and executes nothing.
BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY;
SELECT count(*) > 0 AS found FROM migrator.lint();
SELECT pg_current_xact_id_if_assigned() IS NULL AS wrote_nothing;
COMMIT;
CREATE FUNCTION executed() RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE 'executed'; END $$;
CREATE FUNCTION executed(text, int, boolean) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE 'executed'; END $$;
SELECT FROM migrator.load('1', 'default', 'ALTER TABLE big ADD COLUMN x int DEFAULT executed()', module => 'executes');
SELECT FROM migrator.load('2', 'using', 'ALTER TABLE big ALTER COLUMN b TYPE int USING executed()', module => 'executes');
SELECT FROM migrator.load('3', 'check', 'ALTER TABLE big ADD CHECK (executed() > 0) NOT VALID', module => 'executes');
SELECT version, rule FROM migrator.lint(module => 'executes') WHERE severity <> 'info';

-- One that plan() refuses does not hide the others.
SELECT FROM migrator.load('1', 'syntax', 'CREATE INDEX ON big (a)', module => 'refused');
SELECT FROM migrator.load('2', 'mixed', 'CREATE INDEX CONCURRENTLY ON big (a); SELECT 1', module => 'refused');
SELECT FROM migrator.load('3', 'savepoint', E'SELECT 1;\nSAVEPOINT a', module => 'refused');
SELECT FROM migrator.load('4', 'fine', 'CREATE INDEX ON big (b)', module => 'refused');
SELECT version, statement, rule, severity FROM migrator.lint(module => 'refused') WHERE severity <> 'info';

-- What somebody looked at and took is left out: of a statement, or of the whole migration.
SELECT FROM migrator.load_file('1_a.sql', '-- migrator: allow=create-index-without-concurrently nobody works at night
CREATE INDEX ON big (a);', module => 'allowed');
SELECT FROM migrator.load_file('2_b.sql', 'CREATE INDEX ON big (a);
-- migrator: allow=create-index-without-concurrently this one only
CREATE INDEX ON big (b);', module => 'allowed');
SELECT version, statement, rule FROM migrator.lint(module => 'allowed') WHERE severity <> 'info';

-- No lock_timeout: once, when a table is felt; the default or any of three settings will do.
SELECT FROM migrator.load('1', 'a', 'ALTER TABLE big ADD COLUMN x int; ALTER TABLE big ADD COLUMN y int', module => 'timeout');
SELECT FROM migrator.load('2', 'b', E'-- migrator: lock_timeout=1s\nALTER TABLE big ADD COLUMN z int', module => 'timeout');
SELECT FROM migrator.load('3', 'c', 'CREATE TABLE fresh (id int); ALTER TABLE fresh ADD COLUMN y int', module => 'timeout');
SELECT count(*) FROM migrator.lint(module => 'timeout') WHERE rule LIKE '%timeout';
SET migrator.lock_timeout = -1;
SELECT version, statement, rule, severity FROM migrator.lint(module => 'timeout') WHERE rule LIKE '%timeout';
SET lock_timeout = '5s';
SELECT count(*) FROM migrator.lint(module => 'timeout') WHERE rule LIKE '%timeout';
SET migrator.lock_timeout = 0;
SELECT count(*) FROM migrator.lint(module => 'timeout') WHERE rule LIKE '%timeout';
SET migrator.lock_timeout = '2s';
SELECT count(*) FROM migrator.lint(module => 'timeout') WHERE rule LIKE '%timeout';
RESET lock_timeout;

-- What is already done of a migration that goes statement by statement is not looked at again.
SELECT FROM migrator.load('1', 'half', E'-- migrator: no-transaction\nCREATE INDEX ON big (a); SELECT 1/0; CREATE INDEX ON big (b)', module => 'half');
SELECT statement, rule FROM migrator.lint(module => 'half') WHERE severity = 'warning';
SET migrator.on_hazard = 'ignore';
CALL migrator.apply_each(module => 'half');
SELECT statement, rule FROM migrator.lint(module => 'half') WHERE severity = 'warning';

-- A role that may call it and nothing else; it sees what is there, not what it may read.
CREATE ROLE regress_migrator_linter;
SET ROLE regress_migrator_linter;
SELECT count(*) FROM migrator.lint('9');
RESET ROLE;
GRANT USAGE ON SCHEMA migrator TO regress_migrator_linter;
GRANT EXECUTE ON FUNCTION migrator.lint TO regress_migrator_linter;
SET ROLE regress_migrator_linter;
SELECT version, rule FROM migrator.lint('9') WHERE severity <> 'info';
RESET ROLE;
-- $user in the search_path is the caller.
CREATE SCHEMA regress_migrator_linter;
CREATE TABLE regress_migrator_linter.mine AS SELECT * FROM big;
SELECT FROM migrator.load('1', 'mine', 'CREATE INDEX ON mine (a)', module => 'mine');
SELECT rule FROM migrator.lint(module => 'mine') WHERE rule LIKE 'create-index%';
SET ROLE regress_migrator_linter;
SELECT rule FROM migrator.lint(module => 'mine') WHERE rule LIKE 'create-index%';
RESET ROLE;
DROP OWNED BY regress_migrator_linter;
DROP SCHEMA regress_migrator_linter CASCADE;
DROP ROLE regress_migrator_linter;
DROP EXTENSION migrator;
DROP TABLE big;
DROP FUNCTION executed(), executed(text, int, boolean);
