-- Every body is read by the server's grammar when it is loaded: what could never run is refused then.
SET client_min_messages = warning;
CREATE EXTENSION migrator;

-- A syntax error with file, line and column, counted in the file and not in the section.
SELECT * FROM migrator.load_file('1_bad.sql', E'-- UP\nCREATE TABLE t (id int);\nCREATE TABEL u (id int);\n');
\echo :LAST_ERROR_SQLSTATE
-- In the down section it is a WARNING.
SELECT version, reason FROM migrator.load_file('1_bad.sql', E'-- UP\nSELECT 1;\n-- DOWN\n\n  SELEC 2;\n');
SELECT migrator.unload('1');
-- Columns are characters.
SELECT * FROM migrator.load_file('1_bad.sql', E'SELECT ''äöü'' FRO t;\n');
SELECT * FROM migrator.load_file('1_bad.sql', E'SELECT 1;\r\nSELECT ''a'' x y;\r\n');
SELECT * FROM migrator.load_file('1_bad.sql', E'SELECT 1;\nSELECT ''never closed;\n');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.load_file('1_bad.sql', E'SELECT 1;\n/* never closed');
SELECT * FROM migrator.load_file('1_bad.sql', E'SELECT 1;\nDO $$ BEGIN END;');
SELECT * FROM migrator.load_file('1_bad.sql', E'SELECT 1;\nSELECT (1');
SELECT migrator.load('1', 'bad', E'SELECT 1;\nSELEC 2');
SELECT migrator.load('1', 'bad', 'SELECT 1', E'SELECT 1;\nSELEC 2');
\echo :LAST_ERROR_SQLSTATE

-- From within PL/pgSQL, as a deployment script calls it, the same.
DO $$ BEGIN PERFORM migrator.load_file('1_bad.sql', E'SELECT 1;\nSELEC 2;'); END $$;
DO $$ BEGIN PERFORM migrator.load('1', 'bad', E'SELECT 1;\nSELECT ''open'); END $$;

-- psql commands: by name, and what to write instead.
SELECT * FROM migrator.load_file('1_bad.sql', E'SELECT 1;\n\\i other.sql\n');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.load_file('1_bad.sql', E'\\set x 1\nSELECT :x;\n');
SELECT * FROM migrator.load_file('1_bad.sql', E'\\c other\n');
SELECT * FROM migrator.load_file('1_bad.sql', E'\\copy t FROM x.csv\n');
SELECT * FROM migrator.load_file('1_bad.sql', E'SELECT ''SELECT 1'' \\gexec\n');
SELECT * FROM migrator.load_file('1_bad.sql', E'\\if true\nSELECT 1;\n\\endif\n');
SELECT * FROM migrator.load_file('1_bad.sql', E'SELECT 1\n\\restrict abc\n;\n');
SELECT * FROM migrator.load_file('1_bad.sql', E'SELECT 1;\n1\tx\n\\.\n');
SELECT * FROM migrator.load_file('1_bad.sql', E'SELECT 1;\n\\echo don''t\n');
SELECT * FROM migrator.load_file('1_bad.sql', E'SELECT 1;\n\\connect other\n');
SELECT * FROM migrator.load_file('1_bad.sql', E'SELECT 1;\n\\unheard_of\n');
SELECT * FROM migrator.load_file('1_bad.sql', E'COPY t FROM stdin; SELECT\n1\tx\n\\.\n1;');
SELECT * FROM migrator.load_file('1_bad.sql', E'CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS ''SELECT 1'';\nSELECT 2;');
-- In a string or a comment a backslash is text.
SELECT version FROM migrator.load_file('2_good.sql', E'SELECT ''\\i x''; -- \\i y\n/* \\i z */');

-- Sections that make no sense.
SELECT * FROM migrator.load_file('1_bad.sql', E'-- UP\nSELECT 1;\n-- DOWN\nSELECT 2;\n-- UP\nSELECT 3;\n');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.load_file('1_bad.sql', E'SELECT 1;\n-- DOWN\nSELECT 2;\n-- DOWN\n');
SELECT * FROM migrator.load_file('1_bad.sql', E'\nSELECT 0;\n-- UP\nSELECT 1;\n');
\echo :LAST_ERROR_SQLSTATE

-- Arguments.
SELECT migrator.load('', 'x', 'SELECT 1');
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.load('1 2', 'x', 'SELECT 1');
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.load(repeat('1', 256), 'x', 'SELECT 1');
SELECT migrator.load(NULL, 'x', 'SELECT 1');
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.load('1', NULL, 'SELECT 1');
SELECT migrator.load('1', 'x', NULL);
SELECT migrator.load('1', 'x', 'SELECT 1', module => NULL);
SELECT migrator.load('1', 'x', 'SELECT 1', module => '');
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.load('1', 'x', 'SELECT 1', module => repeat('m', 256));
SELECT * FROM migrator.load_file(NULL, 'SELECT 1');
SELECT * FROM migrator.load_file('1_x.sql', NULL);
SELECT migrator.unload(NULL);

-- In a read-only transaction.
BEGIN READ ONLY;
SELECT migrator.load('1', 'x', 'SELECT 1');
ROLLBACK;
\echo :LAST_ERROR_SQLSTATE
BEGIN READ ONLY;
SELECT * FROM migrator.load_file('1_x.sql', 'SELECT 1');
ROLLBACK;
BEGIN READ ONLY;
SELECT migrator.unload('2');
ROLLBACK;
\echo :LAST_ERROR_SQLSTATE

-- Nothing but the good one was stored.
SELECT version, name FROM migrator.status();
-- Literals have no backslash escapes, whatever sets them: not the database, the role, nor the file.
\set VERBOSITY default
SELECT * FROM migrator.load_file('9_a.sql', E'SET standard_conforming_strings = off;\nINSERT INTO t VALUES (\'a\\\'b\'), (\'C:\\\\dir\');\n');
SELECT * FROM migrator.load_file('9_a.sql', E'SET standard_conforming_strings = off;\nINSERT INTO t VALUES (\'a\\\'bc\');\n');
SELECT * FROM migrator.load_file('9_a.sql', E'INSERT INTO t VALUES (\'a\\\'c\', \'a\\\'c\');\n');
SELECT action FROM migrator.load_file('9_a.sql', E'SELECT E\'a\\\'b\', \'C:\\\\dir\';\n');
-- The hint names the attribute that is there.
SELECT * FROM migrator.load_file('a.sql', E'--liquibase formatted sql\n--changeset a:1 endDelimiter:/\nSELECT 1;\n');
SELECT * FROM migrator.load_file('a.sql', E'--liquibase formatted sql\n--changeset a:1 rollbackEndDelimiter:/\nSELECT 1;\n');
DROP EXTENSION migrator;
