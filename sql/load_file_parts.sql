-- load_file() where up and down are files of their own, and a down file that cannot run.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
-- The down file joins what is loaded, and stays when the up file comes again.
SELECT * FROM migrator.load_file('m/1_a.down.sql', 'DROP TABLE parts_a');
\echo :LAST_ERROR_SQLSTATE
SELECT version, name, action, source FROM migrator.load_file('m/1_a.up.sql', 'CREATE TABLE parts_a (n int)');
SELECT version, status, reversible FROM migrator.status();
SELECT version, name, action, source FROM migrator.load_file('m/1_a.down.sql', E'\nDROP TABLE parts_b');
SELECT version, name, action, source FROM migrator.load_file('m/1_a.up.sql', 'CREATE TABLE parts_a (n int)');
SELECT version, up, down, source, down_source, reversible FROM migrator.migration;
SELECT version, status FROM migrator.apply();
-- An error has the place in the file of the down body.
SELECT * FROM migrator.rollback();
SELECT version, action FROM migrator.load_file('m/1_a.down.sql', 'DROP TABLE parts_a');
SELECT version, status FROM migrator.rollback();
-- A down file that the grammar refuses makes its migration irreversible; the rest loads.
SELECT * FROM migrator.load_file('2_b.up.sql', 'SELECT 2');
SELECT * FROM migrator.load_file('2_b.down.sql', 'DROP TABEL b');
SELECT version, status, reversible FROM migrator.status();
-- In one file likewise.
SELECT * FROM migrator.load_file('3_c.sql', E'-- UP\nSELECT 3;\n-- DOWN\nDROP TABEL c');
-- Placeholders.
SELECT version, action FROM migrator.load_file('V7__x.sql', 'SELECT ''${a}'', ''${b}''', 'flyway', '{"a": "1", "b": "it''''s"}', 'given');
SELECT up FROM migrator.migration WHERE module = 'given';
SELECT * FROM migrator.load_file('V7__x.sql', '', 'flyway', '[1]');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.load_file('V7__x.sql', '', 'flyway', '{"a": null}');
\echo :LAST_ERROR_SQLSTATE
DROP EXTENSION migrator;
