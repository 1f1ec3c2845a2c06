-- COPY ... FROM stdin with its rows in the body; what pg_dump and psql's users write around it.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
-- Something counts as applied, so that no call warns that no migration has made the tables, nor that they are new.
SET migrator.on_hazard = ignore;
DO $$ BEGIN
    PERFORM migrator.load('1', 'start', 'SELECT 1', module => 'start');
    PERFORM migrator.baseline('1', module => 'start');
END $$;
CREATE SCHEMA app;
SET search_path = app;
CREATE TABLE t (a int PRIMARY KEY, b text, c int DEFAULT 7);
CREATE FUNCTION tried(body text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    said text; more text; place text;
BEGIN
    PERFORM migrator.load_file('2_try.sql', body);
    PERFORM migrator.apply();
    RAISE EXCEPTION 'rows: %', (SELECT string_agg(t::text, ' ' ORDER BY a) FROM t);
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, more = PG_EXCEPTION_HINT, place = PG_EXCEPTION_CONTEXT;
    RETURN concat_ws(' | ', SQLSTATE, said, nullif(more, ''), nullif(split_part(place, E'\nSQL statement', 1), ''));
END $$;
\pset format unaligned
\pset tuples_only on

-- Formats, columns, defaults, conditions; what is on the line after the semicolon has to end there.
SELECT migrator.load_file('1_rows.sql', $m$-- c
COPY t (a, b) FROM stdin; -- ; a comment
1	it's; \N -- text
2	\N
\.
COPY t FROM stdin (FORMAT csv, HEADER, NULL 'nil'); INSERT INTO t VALUES (50, 'behind the rows of both'); COPY t (a) FROM STDIN
WHERE a < 100;
a,b,c
3,"a; ""quoted
line",4
4,nil,5
\.
INSERT INTO t VALUES (51);
copy /* ; */ t(a, "b") from stdin delimiter ';';
5;\;
\.
COPY t FROM stdin;
\.
COPY t (b, a) FROM stdin;
last	6$m$);
SELECT tried($m$COPY t (a, b) FROM stdin; -- ; a comment
1	it's; \N -- text
2	\N
\.
COPY t FROM stdin (FORMAT csv, HEADER, NULL 'nil'); INSERT INTO t VALUES (50, 'behind'); COPY t (a) FROM STDIN WHERE a < 100;
a,b,c
3,"a; ""quoted
line",4
4,nil,5
\.
7
700
\.
INSERT INTO t VALUES (51);
copy /* ; */ t(a, "b") from stdin delimiter ';';
5;\;
\.
COPY t FROM stdin;
\.
COPY t (b, a) FROM stdin;
last	6$m$);
SELECT tried(E'\\restrict 3xAb9\r\nCOPY t FROM stdin;\r\n1\tx\t2\r\n\\.\r\n\\unrestrict 3xAb9\r\n');
SELECT action FROM migrator.load_file('1_rows.sql', E'COPY t FROM stdin; SELECT 2;\n1\tx\t2\n\\.\nSELECT 3;');
SELECT statement, line, command, sql FROM migrator.plan();
SELECT migrator.unload('1');

-- What is wrong with a row is said as the server says it, with the line.
SELECT tried(E'SELECT 1;\nCOPY t FROM stdin;\n1\tx\t2\nz\tx\t2\n\\.\n');
SELECT tried(E'COPY t FROM stdin;\n1\tx\n\\.\n');
SELECT tried(E'COPY t FROM stdin;\n1\tx\t1\t1\n\\.\n');
SELECT tried(E'COPY t FROM stdin (FORMAT csv);\n1,"x\ny",1\n2,"x,1\n\\.\n');
SELECT tried(E'COPY t FROM stdin;\n1\tx\t2\n1\ty\t2\n\\.\n');
SELECT tried(E'COPY t FROM stdin;\n1\tx\t2\r\n2\ty\t2\n\\.\n');
SELECT tried(E'COPY t (d) FROM stdin;\n1\n\\.\n');
SELECT tried(E'COPY t (a, a) FROM stdin;\n1\t1\n\\.\n');
SELECT tried(E'COPY none FROM stdin;\n1\n\\.\n');
SELECT tried(E'COPY t FROM stdin (FORMAT binary);\n1\n\\.\n');
SELECT tried(E'COPY t FROM stdin WHERE a;\n1\n\\.\n');
SELECT tried(E'COPY t FROM stdin WHERE nothing = 1;\n1\n\\.\n');
SELECT tried('COPY t FROM stdin;');
SELECT tried('COPY t FROM stdin');
SELECT tried('COPY t TO stdout;');

-- Rights are those of the caller: on each column, on the table, by row security; read only transactions.
CREATE ROLE regress_copies;
GRANT USAGE ON SCHEMA app, migrator TO regress_copies;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA migrator TO regress_copies;
GRANT INSERT (a, b), SELECT (a) ON t TO regress_copies;
GRANT EXECUTE ON FUNCTION tried TO regress_copies;
CREATE FUNCTION tried_as(body text) RETURNS text LANGUAGE plpgsql SET role = regress_copies AS $$
BEGIN
    PERFORM migrator.load_file('2_try.sql', body);
    PERFORM migrator.apply();
    RAISE EXCEPTION 'it ran';
EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT tried_as(E'COPY t (a, b) FROM stdin;\n1\tx\n\\.\n');
SELECT tried_as(E'COPY t (a, b) FROM stdin WHERE a > 0;\n1\tx\n\\.\n');
SELECT tried_as(E'COPY t (a, b) FROM stdin WHERE b > '''';\n1\tx\n\\.\n');
SELECT tried_as(E'COPY t FROM stdin;\n1\tx\t1\n\\.\n');
SELECT tried_as(E'COPY t (c) FROM stdin;\n1\n\\.\n');
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
SELECT tried_as(E'COPY t (a, b) FROM stdin;\n1\tx\n\\.\n');
SELECT tried(E'COPY t (a, b) FROM stdin;\n1\tx\n\\.\n');
ALTER TABLE t DISABLE ROW LEVEL SECURITY;
SELECT tried(E'SET TRANSACTION READ ONLY;\nCOPY t (a) FROM stdin;\n1\n\\.\n');

-- Generated columns, partitions, views, triggers that copy and migrate themselves.
CREATE TABLE g (a int, double int GENERATED ALWAYS AS (2 * a) STORED);
SELECT tried(E'COPY g FROM stdin;\n1\n\\.\n');
SELECT tried(E'COPY g (double) FROM stdin;\n1\n\\.\n');
SELECT tried(E'COPY g FROM stdin WHERE double > 1;\n1\n\\.\n');
SELECT tried(E'COPY g FROM stdin WHERE g IS NOT NULL;\n1\n\\.\n');
CREATE VIEW v AS SELECT a, b FROM t;
SELECT tried(E'COPY v FROM stdin;\n1\tx\n\\.\n');
CREATE FUNCTION into_t() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (NEW.a, NEW.b); RETURN NEW; END $$;
CREATE TRIGGER into_t INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION into_t();
SELECT tried(E'COPY v FROM stdin;\n1\tx\n\\.\n');
CREATE FUNCTION runs() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE NEW.b; RETURN NEW; END $$;
CREATE TRIGGER runs BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION runs();
SELECT tried(E'COPY t FROM stdin;\n1\tSELECT migrator.apply()\t1\n\\.\n');
SELECT tried(E'COPY t FROM stdin;\n1\tCOPY app.g FROM stdin\t1\n\\.\n');
SELECT tried(E'COPY t FROM stdin;\n1\tCOPY t FROM stdin\t1\n\\.\n');
DROP TRIGGER runs ON t;
-- A constraint that is checked after the last row concerns no row.
CREATE TABLE r (a int REFERENCES t);
SELECT tried(E'COPY r FROM stdin;\n1\n\\.\n');

-- Any client_encoding; the rows are in the encoding of the database, like the rest.
SET client_encoding = 'UTF8';
SELECT action FROM migrator.load_file('2_try.sql', E'COPY t (a, b) FROM stdin;\n1\t\u00fc\u20ac\n\\.\n');
SET client_encoding = 'LATIN1';
SELECT status FROM migrator.apply();
SELECT octet_length(b), ascii(b) FROM t;
RESET client_encoding;

-- Statement by statement: what is finished stays, the copied rows count as part of the statement.
SELECT action FROM migrator.load_file('3_each.sql', E'-- migrator: no-transaction\nCOPY t (a) FROM stdin;\n2\n\\.\nCOPY t (a) FROM stdin;\n3\nx\n\\.\n');
CALL migrator.apply_each();
SELECT status, detail FROM migrator.status() WHERE version = '3';
SELECT statement, line, error FROM migrator.history WHERE version = '3';
SELECT action FROM migrator.load_file('3_each.sql', E'-- migrator: no-transaction\nCOPY t (a) FROM stdin;\n22\n\\.\nCOPY t (a) FROM stdin;\n3\n\\.\n');
CALL migrator.apply_each();
SELECT action FROM migrator.load_file('3_each.sql', E'-- migrator: no-transaction\r\nCOPY t (a) FROM stdin;\r\n2\r\n\\.\r\nCOPY t (a) FROM stdin;\r\n3\r\n');
CALL migrator.apply_each();
SELECT a FROM t ORDER BY a;
SELECT status FROM migrator.status() WHERE version = '3';
-- Of the whole body too: rows are compared, the end of a file and of a line are not.
SELECT action FROM migrator.load_file('3_each.sql', E'-- migrator: no-transaction\nCOPY t (a) FROM stdin;\n2\n\\.\nCOPY t (a) FROM stdin;\n3\n\\.');
SELECT status FROM migrator.status() WHERE version = '3';
SELECT action FROM migrator.load_file('3_each.sql', E'-- migrator: no-transaction\nCOPY t (a) FROM stdin;\n2\n\\.\nCOPY t (a) FROM stdin;\n4\n\\.');
SELECT status FROM migrator.status() WHERE version = '3';
SELECT * FROM migrator.apply();

-- Rows are neither markers nor directives.
SELECT action FROM migrator.load_file('5_marked.sql', E'-- UP\nCOPY t (a, b) FROM stdin;\n60\t-- DOWN\n\\.\nCOPY t (b) FROM stdin WHERE false;\n-- DOWN\n-- migrator: nonsense\n\\.\n-- DOWN\nDELETE FROM t WHERE a = 60;', module => 'marked');
SELECT status FROM migrator.apply(module => 'marked');
SELECT b FROM t WHERE a = 60;
SELECT status FROM migrator.rollback(module => 'marked');

-- The log and the hooks see it.
SET client_min_messages = log;
SET log_statement = 'mod';
SELECT migrator.load('4', 'logged', E'COPY t (a) FROM stdin;\n9\n\\.\nCOPY t (a) FROM stdin;\nx\n\\.\n', module => 'log');
SELECT status FROM migrator.apply(NULL, false, 'log');
RESET log_statement;
SET client_min_messages = error;
DROP SCHEMA app CASCADE;
DROP OWNED BY regress_copies;
DROP ROLE regress_copies;
DROP EXTENSION migrator;
