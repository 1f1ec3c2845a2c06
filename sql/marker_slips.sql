-- A comment that was meant to be a marker is refused, in whatever way a file is loaded; and files that do nothing.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
\getenv fixtures MIGRATOR_FIXTURES
\set slip :fixtures /slip
\set empty :fixtures /empty

-- One file that has a slip, and nothing of the directory is loaded.
SELECT * FROM migrator.load_dir(:'slip');
\echo :LAST_ERROR_SQLSTATE
\set tar `tar -C "$MIGRATOR_FIXTURES/slip" -c 1_a.sql 2_b.sql | base64 | tr -d '\n'`
SELECT * FROM migrator.load_tar(decode(:'tar', 'base64'));
\set file `cat "$MIGRATOR_FIXTURES/slip/2_b.sql"`
SELECT * FROM migrator.load_file('2_b.sql', :'file');
SELECT count(*) FROM migrator.status();

-- As the HINT has it: the right form of it, or what lets it pass.
SELECT version, action FROM migrator.load_file('2_b.sql', replace(:'file', '-- DOWN:', '-- DOWN'));
SELECT up, down FROM migrator.migration;
SELECT version, action FROM migrator.load_file('2_b.sql',
    replace(:'file', '-- DOWN:', E'-- migrator: allow=marker the old table goes down the drain\n-- DOWN:'));
SELECT up, down, up_directives FROM migrator.migration;
SELECT * FROM migrator.load_file('2_b.sql', replace(:'file', '-- DOWN:', E'-- migrator: allow=marker\n-- DOWN:'));

-- In a convention with a file for each body, and of a convention that cannot be told by its marker.
SELECT * FROM migrator.load_file('1_a.up.sql', E'CREATE TABLE a (i int);\n-- Down Migration\nDROP TABLE a;\n');
SELECT * FROM migrator.load_file('1_a.sql', E'-- +micrate Up\nCREATE TABLE a (i int);\n-- +micrate Down\nDROP TABLE a;\n');
SELECT * FROM migrator.load_file('1_a.sql', E'-- +goose Up\nCREATE TABLE a (i int);\n-- DOWN\nDROP TABLE a;\n');
SELECT * FROM migrator.load_file('1_a.sql', E'CREATE TABLE a (i int);\n-- migrate:down\nDROP TABLE a;\n', 'home');
SELECT * FROM migrator.load_file('1_a.sql', E'--changeset ann:1\nCREATE TABLE a (i int);\n--rollback DROP TABLE a;\n');
-- A text without a file has an argument for each body.
SELECT migrator.load('1', 'a', E'CREATE TABLE a (i int);\n-- DOWN\nDROP TABLE a;\n');
SELECT migrator.load('1', 'a', 'CREATE TABLE a (i int);', E'-- down\nDROP TABLE a;\n-- up:\nSELECT 1;\n');
SELECT migrator.load('1', 'a', 'CREATE TABLE a (i int);', E'-- down\nDROP TABLE a;\n');

-- Prose, inside statements or with nothing behind it.
SELECT version, action FROM migrator.load_file('4_a.sql', E'-- up to here, it was\nCREATE TABLE a (\n-- DOWN:\ni int);\n'
    '-- rollback is not possible because\nDO $$ BEGIN\n-- DOWN:\nNULL; END $$;\nCREATE FUNCTION f() RETURNS int\n'
    'BEGIN ATOMIC\nSELECT 1;\n-- DOWN:\nSELECT 2;\nEND;\nCOPY a FROM stdin;\n1\n\\.\n-- ROLLBACK:\n-- DROP TABLE a;\n');

-- What does nothing is loaded with a WARNING, each time; a down that is empty is not worth one.
SELECT version, action FROM migrator.load_dir(:'empty', module => 'empty');
SELECT version, action FROM migrator.load_dir(:'empty', module => 'empty');
SELECT version, action FROM migrator.load_file('4_a.up.sql', E'/* later */\n', module => 'empty');
SELECT version, action FROM migrator.load_file('5_a.sql', E'-- UP\n-- DOWN\nSELECT 1;\n', module => 'empty');
SELECT version, action FROM migrator.load_file('4_a.up.sql', 'SELECT 1;', module => 'empty');
SELECT version, action FROM migrator.load_file('4_a.down.sql', '', module => 'empty');
DROP EXTENSION migrator;
