-- StatementBegin and StatementEnd of goose and sql-migrate: the end of a block ends the statement, with a semicolon or not.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SET migrator.on_hazard = 'ignore';
\pset null -
\set VERBOSITY terse
\set f 'CREATE FUNCTION f%s() RETURNS int AS $$ BEGIN RETURN %s; END; $$ LANGUAGE plpgsql'
CREATE FUNCTION of_goose(text) RETURNS text LANGUAGE sql AS $$ SELECT replace($1, '@', '-- +goose ') $$;
CREATE FUNCTION of_sql_migrate(text) RETURNS text LANGUAGE sql AS $$ SELECT replace($1, '@', '-- +migrate ') $$;
SELECT E'@Up\n@StatementBegin\n' || format(:'f', 1, 1) || E'\n@StatementEnd\nCREATE TABLE notes (id int);\n@StatementBegin\n' || format(:'f', 2, 2) || E' -- why\n@StatementEnd\n@StatementBegin\n-- nothing\n@StatementEnd\n@StatementBegin\n'
    || format(:'f', 3, 3) || E';\n@StatementEnd\n@StatementBegin\nSELECT 1;\nSELECT 2\n@StatementEnd\nSELECT 3\n@Down\n@StatementBegin\nDROP FUNCTION f1()\n@StatementEnd\n@StatementBegin\nDROP FUNCTION f2()\n@StatementEnd\nDROP FUNCTION f3(); DROP TABLE notes;\n' AS text \gset
SELECT version, action FROM migrator.load_file('00001_f.sql', of_goose(:'text'));
SELECT statement, line, command, sql FROM migrator.plan();
SELECT version, status FROM migrator.apply();
SELECT f1(), f2(), f3();
SELECT version, status FROM migrator.rollback();
SELECT version, action FROM migrator.load_file('00001_f.sql', of_goose(:'text'));
SELECT version, action FROM migrator.load_file('00001_f.sql', replace(of_goose(:'text'), E'\n', E'\r\n'));
SELECT version, action FROM migrator.load_file('1-f.sql', of_sql_migrate(:'text'), module => 'sql-migrate');
SELECT statement, line, command FROM migrator.plan(module => 'sql-migrate');
CALL migrator.apply_each(module => 'sql-migrate');
CALL migrator.rollback_each(module => 'sql-migrate');
-- What a file says of the last block of a section is what it said before: no semicolon, the same checksum.
SELECT version, action FROM migrator.load_file('00003_g.sql', of_goose(E'@Up\n@StatementBegin\nSELECT 1\n@StatementEnd\n@Down\n@StatementBegin\nSELECT 2\n@StatementEnd\n'));
SELECT migrator.load('4', 'g', 'SELECT 1', 'SELECT 2');
SELECT up, down FROM migrator.migration WHERE version = '3';
SELECT count(DISTINCT checksum) FROM migrator.migration WHERE version IN ('3', '4') AND module = 'main';
SELECT migrator.unload('4');
-- Errors are where they are in the file.
SELECT version FROM migrator.load_file('00004_h.sql', of_goose(E'@Up\n@StatementBegin\nSELECT 1\n@StatementEnd\nSELECT 2;\n  SELEC 3;\n'));
SELECT version FROM migrator.load_file('00004_h.sql', of_goose(E'@Up\n@StatementBegin\nSELECT (1\n@StatementEnd\nSELECT 2;\n'));
SELECT version, action FROM migrator.load_file('00004_h.sql', of_goose(E'@Up\n@StatementBegin\nSELECT 1\n@StatementEnd\nSELECT 2;\n  SELECT 1/0;\n'));
\set VERBOSITY default
SELECT version FROM migrator.apply();
-- A block inside of a literal is none.
SELECT version, action FROM migrator.load_file('00005_i.sql', of_goose(E'@Up\nSELECT \'\n@StatementBegin\n@StatementEnd\n\' AS a, 1;\nSELECT 2;\n'));
DROP FUNCTION of_goose(text), of_sql_migrate(text);
DROP EXTENSION migrator;
