-- plan(): one row for each statement that apply() would run; nothing is executed.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SELECT FROM migrator.load_file('10_last.sql', 'SELECT 10;');
SELECT FROM migrator.load_file('2_users.sql', $$-- UP
CREATE TABLE users (id int);   -- a comment behind it
/* and before */ CREATE INDEX ON users (id);
DO $x$ BEGIN
  RAISE EXCEPTION 'plan() executes nothing';
END $x$;
-- DOWN
DROP TABLE users;
$$);
SELECT FROM migrator.load('9', 'as_text', E'SELECT 1;;\n;SELECT\n 2;\n\nINSERT INTO users VALUES (1)');
-- BEGIN and COMMIT around the whole body are the call's own transaction's business.
SELECT FROM migrator.load('9.1', 'wrapped', E'BEGIN;\nSELECT 3;\nCOMMIT;');
-- A migration without statements has no row.
SELECT FROM migrator.load('9.2', 'nothing', '-- nothing');
SELECT * FROM migrator.plan();
SELECT version, statement FROM migrator.plan('9');
SELECT version, statement FROM migrator.plan(target => '09');
SELECT count(*) FROM migrator.plan(module => 'other');

-- It refuses what apply() would refuse before it runs anything.
SELECT * FROM migrator.plan('8');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.plan(module => NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT FROM migrator.load('11', 'cic', E'\nCREATE INDEX CONCURRENTLY ON users (id)');
SELECT * FROM migrator.plan();
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM migrator.plan('10');
SELECT FROM migrator.unload('11');

-- Read-only, and in any isolation level.
BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY;
SELECT count(*) FROM migrator.plan();
COMMIT;

-- Nothing ran, nothing is recorded; what is applied is not planned again.
SELECT to_regclass('users'), (SELECT count(*) FROM migrator.history);
SELECT FROM migrator.load_file('2_users.sql', 'SELECT 2;');
SELECT FROM migrator.apply('2');
SELECT version, statement FROM migrator.plan();
-- An older one that came later, by setting.
SELECT FROM migrator.load('1', 'late', 'SELECT 1');
SELECT * FROM migrator.plan();
\echo :LAST_ERROR_SQLSTATE
SET migrator.out_of_order = 'allow';
SELECT version, statement FROM migrator.plan();
RESET migrator.out_of_order;
-- An edited one.
SELECT FROM migrator.load_file('2_users.sql', 'SELECT 22;');
SELECT * FROM migrator.plan();
\echo :LAST_ERROR_SQLSTATE
DROP EXTENSION migrator;
