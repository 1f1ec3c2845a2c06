-- A statement whose plan is large: its memory must live as long as the server reads it.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE TEMPORARY TABLE large AS
SELECT 'INSERT INTO large_rows VALUES ' || string_agg(format('(%s, %L)', i, repeat('x', 20)), ', ') || ';' AS sql
FROM generate_series(1, 3000) i;
SELECT migrator.load('1', 'make', 'CREATE TABLE large_rows (i int, t text);', 'DROP TABLE large_rows;');
SELECT migrator.load('2', 'each', sql, 'DELETE FROM large_rows;') FROM large;
SELECT migrator.load('3', 'alone', E'-- migrator: no-transaction\n' || sql || sql) FROM large;
CALL migrator.apply_each('3');
SELECT count(*) FROM large_rows;
SELECT migrator.load('4', 'all', sql || sql, 'DELETE FROM large_rows;') FROM large;
SELECT version, error FROM migrator.rehearse() WHERE error IS NOT NULL;
SELECT version, status FROM migrator.apply();
SELECT count(*) FROM large_rows;
DROP EXTENSION migrator;
DROP TABLE large_rows;
