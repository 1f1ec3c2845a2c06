-- What is on record is read in whatever form the server has stored it: with a short header, inline, compressed, out of
-- line, out of line and compressed. All columns that the extension reads by its own scan; then arguments, and what a
-- run records.
\set VERBOSITY terse
SET client_min_messages = warning;
SET default_toast_compression = 'pglz'; -- 19 has another default
CREATE EXTENSION migrator;
CREATE FUNCTION noise(length int, seed text DEFAULT '') RETURNS text LANGUAGE sql -- nothing makes it shorter
RETURN (SELECT substr(string_agg(md5(seed || i), '' ORDER BY i), 1, length) FROM generate_series(1, length / 32 + 1) i);
CREATE FUNCTION half_noise(length int, seed text DEFAULT '') RETURNS text LANGUAGE sql -- and this half as long
RETURN noise(length / 2, seed) || repeat(left(md5(seed), 8), length / 16);
CREATE FUNCTION version_of(i int) RETURNS text LANGUAGE sql RETURN i || '-' || half_noise(160, 'v');
CREATE FUNCTION file_of(i int) RETURNS text LANGUAGE sql RETURN 'V' || i || '__' || half_noise(160, i::text) || '.sql';

-- Records of every kind, with names and versions that are long enough to be moved out of line.
SELECT 'm' || half_noise(200) AS module \gset
SELECT rpad('regress_', 62, 'role') AS role \gset
CREATE ROLE :"role" SUPERUSER;
SET ROLE :"role";
SELECT count(migrator.load(version_of(i), half_noise(180, 'name' || i), 'SELECT ' || i, 'SELECT 0', module => :'module'))
FROM generate_series(1, 4) i;
SELECT count(*) FROM migrator.apply(module => :'module');
SELECT count(*) FROM migrator.rollback(1, module => :'module');
SELECT migrator.load(version_of(1), 'modified', 'SELECT 1, 1', module => :'module');
SELECT migrator.accept(version_of(1), 'reviewed', :'module');
SELECT migrator.load(version_of(4), 'stops half-way', E'-- migrator: no-transaction\nSELECT 4; SELECT 1/0;', module => :'module');
CALL migrator.apply_each(module => :'module');
SELECT count(*) FROM migrator.load_file(file_of(5), 'CREATE TABLE five (i int);', 'flyway', module => 'adopted' || :'module');
SELECT count(*) FROM migrator.load_file('1_requires.sql', '-- migrator: requires='
    || (SELECT string_agg('x' || md5(i::text), ',') FROM generate_series(1, 60) i) || E'\nSELECT 1;', module => 'requires' || :'module');
SELECT count(*) FROM migrator.load_file('1_first.sql', 'SELECT 1;', module => 'conflicts' || :'module');
SELECT count(*) FROM migrator.load_file('2_conflicts.sql', '-- migrator: conflicts=1,'
    || (SELECT string_agg('x' || md5(i::text), ',') FROM generate_series(1, 60) i) || E'\nSELECT 1;', module => 'conflicts' || :'module');
SELECT count(*) FROM migrator.apply('1', module => 'conflicts' || :'module');
RESET ROLE;
CREATE TABLE flyway_schema_history AS
SELECT 1 AS installed_rank, '5' AS version, 'five' AS description, 'SQL' AS type, file_of(5) AS script, now() AS installed_on,
       'x' AS installed_by, 1 AS execution_time, true AS success;

-- Copies to store anew. Noise in a column that is not scanned makes each row so long that all else is moved.
CREATE TABLE copies (name text, noise text);
INSERT INTO copies VALUES ('migration', 'up'), ('history_entry', 'up'), ('statement_entry', 'sql');
CREATE PROCEDURE store_columns(whole text, form text, noise text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE (SELECT format('ALTER TABLE %s ', whole) || string_agg(format('ALTER %I SET STORAGE %s', attname,
                    CASE attname WHEN noise THEN 'plain' ELSE form END), ', ')
             FROM pg_attribute WHERE attrelid = whole::regclass AND attnum > 0 AND attlen = -1 AND atttypid <> 'inet'::regtype);
END $$;
CREATE PROCEDURE store(form text) LANGUAGE plpgsql AS $$
DECLARE
    c copies;
BEGIN
    FOR c IN SELECT * FROM copies LOOP
        EXECUTE format('ALTER TABLE migrator.%I DISABLE TRIGGER USER', c.name);
        EXECUTE format('TRUNCATE migrator.%I', c.name);
        CALL store_columns('migrator.' || c.name, form, c.noise);
        EXECUTE format('INSERT INTO migrator.%I OVERRIDING SYSTEM VALUE SELECT * FROM %1$I', c.name);
        IF c.name <> 'migration' THEN
            EXECUTE format('ALTER TABLE migrator.%I ENABLE ALWAYS TRIGGER append_only', c.name);
        END IF;
    END LOOP;
END $$;
DO $$
DECLARE
    c copies;
BEGIN
    FOR c IN SELECT * FROM copies LOOP
        EXECUTE format('CREATE TABLE %I (LIKE migrator.%1$I)', c.name);
        CALL store_columns(c.name, 'plain', c.noise);
        EXECUTE format('INSERT INTO %I SELECT * FROM migrator.%1$I', c.name);
    END LOOP;
END $$;
UPDATE migration SET up = up || ' /*' || noise(2500) || '*/';
UPDATE history_entry SET up = up || ' /*' || noise(2500) || '*/', error = error || half_noise(1500, 'error');
UPDATE statement_entry SET sql = noise(2500), error = error || half_noise(1500, 'error');

-- How it is stored: values that are long enough for it in the TOAST table, and compressed ones there or inline.
CREATE FUNCTION columns_of(whole text) RETURNS SETOF name LANGUAGE sql AS $$
    SELECT attname FROM pg_attribute a, copies c WHERE c.name = whole AND attrelid = ('migrator.' || whole)::regclass
    AND attnum > 0 AND attlen = -1 AND attname <> c.noise AND atttypid <> 'inet'::regtype ORDER BY attnum
$$;
CREATE FUNCTION count_of(whole text, condition text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    result bigint;
BEGIN
    EXECUTE (SELECT 'SELECT ' || string_agg(format('count(*) FILTER (WHERE ' || condition || ')', c), '+')
                    || format(' FROM migrator.%I', whole) FROM columns_of(whole) c) INTO result;
    RETURN result;
END $$;
CREATE FUNCTION out_of_line(whole regclass) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    result bigint;
BEGIN
    EXECUTE format('SELECT count(DISTINCT chunk_id) FROM %s', (SELECT reltoastrelid::regclass FROM pg_class
                   WHERE oid = whole)) INTO result;
    RETURN result;
END $$;
CREATE FUNCTION stored() RETURNS TABLE (name text, out_of_line bigint, compressed bigint) LANGUAGE sql AS $$
    SELECT name, out_of_line(('migrator.' || name)::regclass), count_of(name, 'pg_column_compression(%I) IS NOT NULL')
    FROM copies ORDER BY 1
$$;

-- All that reads the records, by its own scan or by SQL.
CREATE FUNCTION outcome(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    outcome text;
    hint text;
BEGIN
    EXECUTE 'SELECT string_agg(q::text, E''\n'') FROM (' || statement || ') q' INTO outcome;
    RAISE SQLSTATE 'ZZZZZ' USING message = coalesce(outcome, ''); -- nothing is kept
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS outcome = MESSAGE_TEXT, hint = PG_EXCEPTION_DETAIL;
    RETURN sqlstate || ': ' || coalesce(outcome, '') || hint;
END $$;
CREATE FUNCTION readings(module text) RETURNS TABLE (what text, reading text) LANGUAGE sql AS $$
    SELECT format(s, v.kind || module), outcome(format(s, v.kind || module))
    FROM (VALUES (''), ('adopted'), ('requires'), ('conflicts')) v (kind),
         (VALUES ('SELECT * FROM migrator.status(%L)'), ('SELECT * FROM migrator.summary(%L)'),
                 ('SELECT * FROM migrator.plan(module => %L)'), ('SELECT * FROM migrator.lint(module => %L)'),
                 ('SELECT version, name, status, error FROM migrator.apply(dry_run => true, module => %L)'),
                 ('SELECT version, sql, error, note FROM migrator.rehearse(module => %L)'),
                 ('SELECT * FROM migrator.conflicts(module => %L)'),
                 ('SELECT migrator.unload(version, %1$L) FROM migrator.status(%1$L) WHERE status = ''pending'''),
                 ('SELECT version, name, status, note FROM migrator.adopt(module => %L)')) w (s)
$$;

-- As the rows are when they are short, and with all values inline.
CALL store('plain');
SELECT * FROM stored();
SELECT name, count_of(name, 'pg_column_size(%I) > 24') AS long FROM copies ORDER BY 1;
CREATE TABLE inline AS SELECT * FROM readings(:'module');
SELECT regexp_replace(regexp_replace(what, '(m[0-9a-f]{80,})', 'm...', 'g'), '''(\w*)m\.\.\.', '''\1m...') AS what,
       left(reading, 5) AS sqlstate, length(reading) > 7 AS anything FROM inline;
SELECT left(reading, 100) FROM inline WHERE what ~ 'plan' AND reading ~ '^MG009' ORDER BY 1;

-- Inline and compressed; out of line; out of line, and compressed where that gains something. Each reads the same.
CALL store('main');
SELECT * FROM stored();
SELECT i.what, i.reading, r.reading FROM inline i JOIN readings(:'module') r USING (what) WHERE i.reading IS DISTINCT FROM r.reading;
CALL store('external');
SELECT * FROM stored();
SELECT i.what, i.reading, r.reading FROM inline i JOIN readings(:'module') r USING (what) WHERE i.reading IS DISTINCT FROM r.reading;
CALL store('extended');
SELECT * FROM stored();
SELECT i.what, i.reading, r.reading FROM inline i JOIN readings(:'module') r USING (what) WHERE i.reading IS DISTINCT FROM r.reading;

-- What an earlier release has recorded, of whatever length, is there to be read.
ALTER TABLE migrator.history_entry DISABLE TRIGGER append_only;
ALTER TABLE migrator.statement_entry DISABLE TRIGGER append_only;
UPDATE migrator.history_entry SET error = noise(64000) WHERE result = 'failed';
UPDATE migrator.statement_entry SET error = noise(64000) WHERE result = 'failed';
ALTER TABLE migrator.history_entry ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE migrator.statement_entry ENABLE ALWAYS TRIGGER append_only;
SELECT left(version::text, 2), status, left(detail, 90), right(detail, 64000) = noise(64000) AS whole
FROM migrator.status(:'module') WHERE status = 'partial';

-- Arguments and versions that come from a table, where they are out of line.
CREATE TABLE argument (form text, version migrator.version, name text, body text, file text, placeholders jsonb);
ALTER TABLE argument ALTER form SET STORAGE plain, ALTER body SET STORAGE plain, ALTER version SET STORAGE external,
    ALTER name SET STORAGE external, ALTER file SET STORAGE external, ALTER placeholders SET STORAGE external;
CREATE TABLE source AS SELECT i || '-' || half_noise(160, 'w') AS version, half_noise(180, 'name') AS name,
    'SELECT ' || i || ' /*' || noise(2500) || '*/' AS body, 'SELECT ''${what}'' /*' || half_noise(1000) || '*/;' AS file,
    jsonb_build_object('what', half_noise(100)) AS placeholders FROM generate_series(1, 3) i;
INSERT INTO argument SELECT 'external', version::migrator.version, name, body, file, placeholders FROM source;
SELECT out_of_line('argument');
INSERT INTO argument SELECT 'inline', version::migrator.version, left(name, 100), left(body, 8), left(file, 17), placeholders FROM source;
SELECT out_of_line('argument');
SELECT form, count(DISTINCT version), min(version)::text = (SELECT min(version) FROM source) AS min,
       max(version)::text = (SELECT max(version) FROM source) AS max, bool_and(version > '0') AS greater,
       string_agg(migrator.load(version::text, name, body, module => form), ' ') AS loaded
FROM argument GROUP BY 1 ORDER BY 1;
SELECT form, string_agg(f.action, ' ') AS loaded
FROM argument, migrator.load_file(left(version::text, 1) || '_' || name || '.sql', file, placeholders => placeholders,
                                  module => form || ' file') f
GROUP BY 1 ORDER BY 1;
SELECT count(*) FROM argument a JOIN argument b ON a.version = b.version AND a.form <> b.form;
SELECT version, status FROM migrator.status('external') EXCEPT SELECT version, status FROM migrator.status('inline');
SELECT version, left(sql, 17) FROM migrator.plan(module => 'external file') EXCEPT
SELECT version, sql FROM migrator.plan(module => 'inline file');

-- The record of an error has a bound, on whole characters; the client is told all of it. What failed can be mended.
DROP TABLE argument, migration, history_entry, statement_entry;
DROP EXTENSION migrator;
CREATE EXTENSION migrator;
SET migrator.on_hazard = 'ignore';
CREATE TABLE u (id uuid);
SELECT migrator.load('1', 'long', format('INSERT INTO u VALUES (%L)', noise(7900)), module => 'long');
SELECT migrator.load('1', 'longer', format('INSERT INTO u VALUES (%L)', noise(64000)), module => 'longer');
SELECT migrator.load('1', 'wide', format(E'-- migrator: no-transaction\nSELECT 1; INSERT INTO u VALUES (%L)',
                                         '-' || repeat(U&'\4e2d\56fd', 50000)), module => 'wide');
\set QUIET on
\set VERBOSITY sqlstate
CALL migrator.apply_each(module => 'long');
CALL migrator.apply_each(module => 'longer');
SELECT length(:'LAST_ERROR_MESSAGE');
CALL migrator.apply_each(module => 'wide');
SELECT length(:'LAST_ERROR_MESSAGE');
\set VERBOSITY terse
SELECT module, octet_length(error), left(error, 50), right(error, 45) FROM migrator.history
WHERE module IN ('long', 'longer', 'wide') ORDER BY id;
SELECT module, octet_length(error), left(error, 50), right(error, 45) FROM migrator.statement_history
WHERE module = 'wide' AND error IS NOT NULL ORDER BY id;
SELECT m, status, octet_length(detail) FROM unnest('{long,longer,wide}'::text[]) m, migrator.status(m);
ALTER TABLE u ALTER id TYPE text;
CALL migrator.apply_each(module => 'long');
CALL migrator.apply_each(module => 'longer');
CALL migrator.apply_each(module => 'wide');
SELECT m, status, detail FROM unnest('{long,longer,wide}'::text[]) m, migrator.status(m);

DROP TABLE u, flyway_schema_history, copies, inline, source;
DROP PROCEDURE store, store_columns;
DROP FUNCTION readings, outcome, stored, out_of_line, count_of, columns_of, version_of, file_of, half_noise, noise;
DROP EXTENSION migrator;
DROP OWNED BY :"role";
DROP ROLE :"role";
