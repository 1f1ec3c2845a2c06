-- load_dir(): every migration file below a directory of the server, all or nothing.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
\getenv fixtures MIGRATOR_FIXTURES
\set order :fixtures /order
\set names :fixtures /names
\set links :fixtures /links
\set duplicate :fixtures /duplicate
\set one_bad :fixtures /one_bad
\set text :fixtures /text
\set latin1 :fixtures /latin1
\set nul :fixtures /nul
\set nothing :fixtures /nothing
\set before :fixtures /edit/before
\set after :fixtures /edit/after

-- In version order, whatever directory a file is in; a second time nothing changes.
SELECT * FROM migrator.load_dir(:'order');
SELECT action, count(*) FROM migrator.load_dir(:'order') GROUP BY 1;
-- With a slash at the end, and a convention by name.
\set order :order /
SELECT action, count(*) FROM migrator.load_dir(:'order', convention => 'home') GROUP BY 1;
-- The same files as another module.
SELECT action, count(*) FROM migrator.load_dir(:'order', module => 'copy') GROUP BY 1;

-- What is not taken is a row that says why.
SELECT * FROM migrator.load_dir(:'names', module => 'names') ORDER BY version, source COLLATE "C";
SELECT * FROM migrator.load_dir(:'nothing', module => 'names');

-- No link out of the directory is followed; one that stays inside is another name of the file.
SELECT * FROM migrator.load_dir(:'links', module => 'links') ORDER BY version, source COLLATE "C";
SELECT version, up FROM migrator.migration WHERE module = 'links' ORDER BY version;

-- Two files of one version: both are named.
SELECT * FROM migrator.load_dir(:'duplicate');
\echo :LAST_ERROR_SQLSTATE

-- One bad file, and nothing is loaded.
SELECT * FROM migrator.load_dir(:'one_bad', module => 'bad');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM migrator.migration WHERE module = 'bad';

-- CRLF, byte order marks, a lone CR, no line end, nothing at all.
SELECT version, name, action FROM migrator.load_dir(:'text', module => 'text');
SELECT version, up, down, up_line, down_line, reversible FROM migrator.migration
WHERE module = 'text' ORDER BY version;
SELECT version, status FROM migrator.apply(module => 'text');
SELECT version, status, error FROM migrator.rollback(4, module => 'text');
SELECT count(*) FROM pg_class WHERE relname IN ('crlf', 'bom', 'bom_crlf', 'cr');

-- Bytes that are not text in the encoding of the database.
SELECT * FROM migrator.load_dir(:'latin1', module => 'bad');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.load_dir(:'nul', module => 'bad');
\echo :LAST_ERROR_SQLSTATE

-- An applied file that has changed is the candidate body beside the applied one.
SELECT version, action FROM migrator.load_dir(:'before', module => 'edit');
SELECT version, status FROM migrator.apply(module => 'edit');
SELECT version, action FROM migrator.load_dir(:'after', module => 'edit');
SELECT version, status, detail FROM migrator.status('edit');
SELECT * FROM migrator.apply(module => 'edit');
\echo :LAST_ERROR_SQLSTATE
SELECT version, action FROM migrator.load_dir(:'before', module => 'edit');
SELECT version, status, detail FROM migrator.status('edit');
DROP TABLE edited;

-- What cannot be read at all.
SELECT * FROM migrator.load_dir('/nonexistent/migrations');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.load_dir('');
SELECT * FROM migrator.load_dir(NULL);
\echo :LAST_ERROR_SQLSTATE
DO $$ BEGIN PERFORM migrator.load_dir(current_setting('data_directory') || '/PG_VERSION');
EXCEPTION WHEN OTHERS THEN RAISE WARNING '%', SQLSTATE; END $$;
SELECT * FROM migrator.load_dir('/', convention => 'rails');
\echo :LAST_ERROR_SQLSTATE
BEGIN READ ONLY;
SELECT * FROM migrator.load_dir('/nonexistent');
ROLLBACK;
\echo :LAST_ERROR_SQLSTATE
-- As pg_read_file(): for those who may read the server's files.
CREATE ROLE regress_migrator_reader;
GRANT USAGE ON SCHEMA migrator TO regress_migrator_reader;
GRANT EXECUTE ON FUNCTION migrator.load_dir TO regress_migrator_reader;
SET ROLE regress_migrator_reader;
SELECT * FROM migrator.load_dir('/');
RESET ROLE;
\echo :LAST_ERROR_SQLSTATE
GRANT pg_read_server_files TO regress_migrator_reader;
SET ROLE regress_migrator_reader;
SELECT action, count(*) FROM migrator.load_dir(:'order', module => 'reader') GROUP BY 1;
RESET ROLE;
DROP OWNED BY regress_migrator_reader;
DROP EXTENSION migrator;
DROP ROLE regress_migrator_reader;
DROP TABLE bom, bom_crlf, cr, crlf;
