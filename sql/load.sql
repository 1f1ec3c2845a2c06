-- load(), load_file() and unload(): what they take and what they say.
SET client_min_messages = warning;
CREATE EXTENSION migrator;

-- added, unchanged, changed; by name of argument too.
SELECT migrator.load('1', 'init', 'CREATE TABLE t (id int)');
SELECT migrator.load('1', 'init', 'CREATE TABLE t (id int)');
SELECT migrator.load('1', 'init', 'CREATE TABLE t (id int)', 'DROP TABLE t');
SELECT migrator.load('1', 'start', 'CREATE TABLE t (id int)', 'DROP TABLE t');
SELECT migrator.load(version => '2', name => 'second', up => 'SELECT 1', down => NULL, module => 'other');
-- Twice in one transaction.
BEGIN;
SELECT migrator.load('3', 'x', 'SELECT 1'), migrator.load('3', 'x', 'SELECT 2'), migrator.load('3', 'x', 'SELECT 2');
COMMIT;
-- A second spelling of a version is that version.
SELECT migrator.load('03', 'x', 'SELECT 2');
-- Only what does something is a way back: an empty down is none.
SELECT migrator.load('4', 'blank', 'SELECT 1', '  -- nothing'), migrator.load('5', 'empty', '', ''),
       migrator.load('6', 'semicolons', ';;', ';');
SELECT version, name, reversible FROM migrator.status();

-- load_file(): the file's name gives version and name, directories before it are kept as the source.
SELECT * FROM migrator.load_file('20260315_001_add_users_email_index.sql', 'SELECT 1;');
SELECT * FROM migrator.load_file('db/migrations/7_init.sql', E'-- UP\nSELECT 1;\n-- DOWN\nSELECT 2;\n');
SELECT * FROM migrator.load_file('7_init.sql', E'-- UP\nSELECT 1;\n-- DOWN\nSELECT 2;\n');
SELECT * FROM migrator.load_file('1.2.10_dotted.sql', 'SELECT 1');
-- What is not taken is a row that says why, as load_dir() has it.
SELECT n AS file, r.* FROM unnest(ARRAY['README.md', 'v1__x.sql', '5.sql', '7-dash.sql', '9_.sql', '6_UP.SQL', '.sql',
    '_8_x.sql', '20260315001-add.sql', '90__x.sql', '']) AS n, migrator.load_file(n, 'SELECT 1') AS r;

-- Sections: any case, blanks around, either order, CRLF; without markers all is up.
SELECT version FROM migrator.load_file('20_case.sql', E'  --  Up  \nSELECT 1;\n\t--\tdOWN\nSELECT 2;');
SELECT version FROM migrator.load_file('21_order.sql', E'-- DOWN\nSELECT 2;\n-- UP\nSELECT 1;\n');
SELECT version FROM migrator.load_file('22_crlf.sql', E'-- UP\r\nSELECT 1;\r\n-- DOWN\r\nSELECT 2;\r\n');
SELECT version FROM migrator.load_file('23_only_down.sql', E'SELECT 1;\n-- DOWN\nSELECT 2;\n');
SELECT version FROM migrator.load_file('24_plain.sql', E'SELECT 1;\n');
SELECT version FROM migrator.load_file('25_header.sql', E'-- a licence\n/* -- UP */\n-- UP\nSELECT 1;\n');
-- A comment that only begins like a marker is a comment (of others, see marker_slips).
SELECT version FROM migrator.load_file('26_near.sql', E'-- UPWARD\n-- DOWN we go\n-- up to here\nSELECT 1; -- DOWN\n');
-- Inside a string, a dollar quote, a quoted identifier or a block comment it is text.
SELECT version FROM migrator.load_file('27_text.sql', E'-- UP\nSELECT ''\n-- DOWN\n'';\nSELECT $q$\n-- DOWN\n$q$;\n'
    '/*\n-- DOWN\n/* nested\n-- UP\n*/\n-- DOWN\n*/\nSELECT E''\\''\n-- DOWN\n'' AS "\n-- UP\n";\n-- DOWN\nSELECT 2;\n');
SELECT version, up, down, up_line, down_line FROM migrator.migration WHERE version >= '20' AND version < '30'
ORDER BY version;

-- unload() forgets what is not applied.
SELECT migrator.unload('21');
SELECT migrator.unload('21');
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.unload('nothing', module => 'empty');
SELECT migrator.unload('2', module => 'other');
SELECT version, status FROM migrator.apply('1');
SELECT migrator.unload('1');
\echo :LAST_ERROR_SQLSTATE
SELECT version, status FROM migrator.rollback();
SELECT migrator.unload('1');
SELECT count(*) FROM migrator.status() WHERE version <= '1';
-- Its history stays.
SELECT version, action, result FROM migrator.history ORDER BY id;
DROP EXTENSION migrator;
