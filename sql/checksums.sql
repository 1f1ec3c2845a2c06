-- What counts as a change of an applied body, and what does not.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA app;
SET search_path = app;

-- SHA-256 in full; the raw one is what sha256sum(1) prints of the file; the algorithm is named.
SELECT FROM migrator.load_file('1_a.sql', E'SELECT 1;\n');
SELECT raw_checksum = encode(sha256(convert_to(E'SELECT 1;\n', 'UTF8')), 'hex') AS raw, length(checksum), checksum_algorithm
FROM migrator.migration;

-- was(): whether a body may be exchanged for another once it is applied. It never runs, but something has on top of it.
CREATE FUNCTION was(before text, after text) RETURNS text LANGUAGE plpgsql SET client_min_messages = error AS $$
DECLARE module text := md5(random()::text); result text;
BEGIN
    PERFORM migrator.load('1', 'x', before, module => module);
    PERFORM migrator.baseline('1', module => module);
    PERFORM migrator.load('2', 'on top', 'SELECT 2', module => module);
    PERFORM migrator.apply(module => module);
    PERFORM migrator.load('1', 'x', after, module => module);
    SELECT status || coalesce(': ' || detail, '') INTO result FROM migrator.status(module) WHERE version = '1';
    RETURN regexp_replace(result, '^baseline', 'the same');
END $$;
-- White space, comments, the case of words, line ends: also in the middle of a file, also inside literals for CRLF,
-- since git converts those too.
SELECT was('SELECT  a, b FROM t', E'select a,b\r\n  from T -- why\n/* because /* nested */ */');
SELECT was(E'SELECT 1;\nSELECT 2;\n', E'SELECT 1;\r\nSELECT 2;\r\n\r\n');
SELECT was(E'SELECT 1;   \n', E'\n\nSELECT 1;');
SELECT was(E'SELECT ''a\nb'', $$x\ny$$, "c\nd"', E'SELECT ''a\r\nb'', $$x\r\ny$$, "c\r\nd"');
SELECT was('SELECT 1', 'SELECT 1');
-- A literal that goes on in the next line is one, whatever stands between its parts.
SELECT was(E'SELECT ''a''  \n  ''b''', E'SELECT ''a''\n''b''');
SELECT was(E'SELECT ''a''\n''b''', E'SELECT ''a'' -- a comment\n    ''b''');
SELECT was(E'SELECT ''a''\n''b''', E'SELECT ''a''\r\n''b''');

-- Any change of the tokens is one, the smallest one too; the first difference is named.
SELECT was('SELECT ''a b''', 'SELECT ''a  b''');
SELECT was('SELECT $$a b$$', E'SELECT $$a\tb$$');
SELECT was('SELECT "A"', 'SELECT "a"');
SELECT was('SELECT ''A''', 'SELECT ''a''');
SELECT was('SELECT 1', 'SELECT 1;');
SELECT was('SELECT a b', 'SELECT ab');
SELECT was('SELECT 1 <> 2', 'SELECT 1 != 2');
SELECT was('SELECT ''é''', E'SELECT ''e\u0301''');
SELECT was('SELECT 1 /* + 2 */', 'SELECT 1 + 2');
SELECT was(E'SELECT ''a\rb''', E'SELECT ''a\nb''');
SELECT was('SELECT 1; SELECT 2', 'SELECT 2; SELECT 1');
SELECT was('', 'SELECT 1');

-- apply() names each that was changed, and what differs, on which line of the file.
SELECT FROM migrator.load_file('2_b.sql', E'-- UP\nCREATE TABLE b (\n    id int,\n    note varchar(10)\n);\n');
SELECT FROM migrator.load_file('3_c.sql', E'SELECT 3;');
SELECT FROM migrator.load_file('4_d.sql', E'SELECT 4;\nSELECT 44;');
SELECT FROM migrator.apply();
SELECT FROM migrator.load_file('2_b.sql', E'-- UP\n-- a new comment\nCREATE TABLE b (\n    id int,\n    note varchar(20)\n);\n');
SELECT FROM migrator.load_file('3_c.sql', E'SELECT 3;\n\nSELECT ''a literal that is longer than what is shown of it, which is some sixty bytes of its text''');
SELECT FROM migrator.load_file('4_d.sql', E'SELECT 4;');
SELECT FROM migrator.load_file('5_e.sql', E'SELECT 5;');
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.apply('1');
SELECT * FROM migrator.apply(dry_run => true);
-- A way back that was changed alone is no change of what ran; the name and the file are none either.
SELECT migrator.accept('2', 'x'), migrator.accept('3', 'x'), migrator.accept('4', 'x');
SELECT FROM migrator.load_file('elsewhere/4_renamed.sql', E'SELECT 4;\n-- DOWN\nSELECT -4;');
SELECT version, name, status, detail FROM migrator.status() WHERE version = '4';
SELECT version, status FROM migrator.apply();
-- Many: ten are named, the rest counted.
SELECT count(migrator.load(n::text, 'many', 'SELECT 1', module => 'many')) FROM generate_series(1, 12) AS n;
SELECT count(*) FROM migrator.apply(module => 'many');
SELECT count(migrator.load(n::text, 'many', 'SELECT 2', module => 'many')) FROM generate_series(1, 12) AS n;
SELECT * FROM migrator.apply(module => 'many');
SET client_min_messages = error;
DROP SCHEMA app CASCADE;
DROP EXTENSION migrator;
