-- lint(): the statements in DO blocks and in functions that a statement calls. A table of bodies and what is to be found in each.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA code;
CREATE TYPE code.mood AS ENUM ('good');
CREATE TABLE code.big (id bigint PRIMARY KEY, note text, n int, m code.mood, CONSTRAINT n_positive CHECK (n >= 0));
INSERT INTO code.big SELECT i, 'n', i % 100 FROM generate_series(1, 50000) i;
CREATE INDEX big_n ON code.big (n);
CREATE TABLE code.other (id bigint PRIMARY KEY, note text);
INSERT INTO code.other SELECT i, 'n' FROM generate_series(1, 20000) i;
CREATE TABLE code.tiny (id bigint PRIMARY KEY, note text);
CREATE FUNCTION code.drops() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- a comment
    DROP TABLE code.other;
END $$;
CREATE FUNCTION code.calls() RETURNS int LANGUAGE plpgsql AS $$
DECLARE x int := 1;
BEGIN
    PERFORM code.drops();
    RETURN x;
END $$;
CREATE FUNCTION code.dynamic(t text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TABLE %I', t);
END $$;
CREATE PROCEDURE code.proc(INOUT a int) LANGUAGE plpgsql AS 'BEGIN UPDATE code.big SET note = NULL; END';
CREATE FUNCTION code.elsewhere() RETURNS void LANGUAGE plpgsql SET search_path = code AS 'BEGIN DELETE FROM big; END';
CREATE FUNCTION code.harmless(a int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE r record; total int DEFAULT 0;
BEGIN
    <<outer>>
    FOR r IN SELECT * FROM code.tiny WHERE id = a LOOP
        CONTINUE outer WHEN r.id IS NULL;
        total := total + CASE WHEN r.note = 'x' THEN 1 ELSE 0 END;
    END LOOP;
    CASE a WHEN 1 THEN RETURN 1; WHEN 2, 3 THEN total := 3; ELSE NULL; END CASE;
    WHILE total < 3 LOOP total := total + 1; END LOOP;
    RETURN total;
EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE 'drop table code.big; %', sqlerrm;
    RETURN 0;
END $$;
ANALYZE;
CREATE TABLE cases (id int GENERATED ALWAYS AS IDENTITY, body text, expected text[]);
CREATE FUNCTION found(body text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE result text[];
BEGIN
    PERFORM migrator.load('1', 'a case', body, module => 'case');
    SELECT array_agg(rule || ' ' || severity || ' ' || line ORDER BY line, rule) INTO result FROM migrator.lint(module => 'case')
    WHERE severity <> 'info' OR rule = 'do-block';
    RETURN coalesce(result, '{}');
END $$;
INSERT INTO cases (body, expected) VALUES
    ('DO $$ BEGIN ALTER TABLE code.big ALTER n TYPE bigint; DROP TABLE code.other; END $$', '{alter-column-type warning 1,ddl-on-several-tables warning 1,drop-table warning 1}'),
    ('DO $$
BEGIN
    ALTER TABLE code.big
        ALTER n TYPE bigint;

    DROP TABLE code.other;
END
$$;', '{alter-column-type warning 3,ddl-on-several-tables warning 6,drop-table warning 6}'),
    ('SELECT 1;
DO
LANGUAGE plpgsql

$code$
BEGIN
    DROP TABLE code.other; END $code$', '{drop-table warning 7}'),
    ('DO ''
BEGIN
    DELETE FROM code.other WHERE note <> ''''x'''';
    DROP TABLE code.other; END''', '{unbatched-write warning 3,drop-table warning 4}'),
    ('DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = ''c'') THEN ALTER TABLE code.big ADD CONSTRAINT c CHECK (n < 1000); END IF; END $$', '{add-check-without-not-valid warning 1}'),
    ('DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = ''c'') THEN ALTER TABLE code.big ADD CONSTRAINT c CHECK (n < 1000) NOT VALID; END IF; END $$', '{}'),
    ('DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = ''n_positive'') THEN ALTER TABLE code.big ADD CONSTRAINT n_positive CHECK (n >= 0); END IF; END $$', '{}'),
    ('DO $$ BEGIN IF to_regclass(''code.big_n'') IS NULL THEN CREATE INDEX big_n ON code.big (n); END IF; END $$', '{}'),
    ('DO $$ BEGIN IF to_regclass(''code.big_n2'') IS NULL THEN CREATE INDEX big_n2 ON code.big (n, id); END IF; END $$', '{create-index-without-concurrently warning 1}'),
    ('DO $$ BEGIN ALTER TABLE code.big ADD CONSTRAINT c CHECK (n < 1000); EXCEPTION WHEN duplicate_object THEN NULL; END $$', '{add-check-without-not-valid warning 1}'),
    ('DO $$ BEGIN ALTER TABLE code.big ADD CONSTRAINT n_positive CHECK (n >= 0); EXCEPTION WHEN duplicate_object THEN RAISE NOTICE ''there''; END $$', '{}'),
    ('DO $$ BEGIN CREATE TYPE code.mood AS ENUM (''good''); EXCEPTION WHEN duplicate_object THEN NULL; END $$', '{}'),
    ('DO $$ BEGIN IF EXISTS (SELECT 1) THEN NULL; ELSIF true THEN NULL; ELSE DROP TABLE code.other; END IF; END $$', '{drop-table warning 1}'),
    ('DO $$ DECLARE x int; c CURSOR FOR SELECT 1; BEGIN SELECT count(*) INTO STRICT x FROM code.big; SELECT id, n INTO x, x FROM code.big; END $$', '{}'),
    ('DO $$ BEGIN FOR i IN 1..10 LOOP DELETE FROM code.big; END LOOP; END $$', '{unbatched-write warning 1}'),
    ('DO $$ DECLARE r record; BEGIN FOR r IN SELECT id FROM code.big LOOP UPDATE code.big SET note = NULL WHERE id = r.id; END LOOP; END $$', '{}'),
    ('DO $$ DECLARE a int := 0; BEGIN WHILE a < 50000 LOOP UPDATE code.big SET note = NULL WHERE id >= a AND id < a + 30000; a := a + 30000; END LOOP; END $$', '{}'),
    ('DO $$ DECLARE r record; BEGIN FOR r IN DELETE FROM code.big RETURNING id LOOP NULL; END LOOP; END $$', '{unbatched-write warning 1}'),
    ('DO $$ DECLARE n int; BEGIN UPDATE code.big b SET note = NULL WHERE b.n = n AND b.id = 3 RETURNING b.n INTO n; DELETE FROM code.big WHERE id = n; END $$', '{}'),
    ('DO $$ DECLARE a int := 100; BEGIN DELETE FROM code.big WHERE id BETWEEN 1 AND 900; DELETE FROM code.big WHERE id < 500 AND n = a; END $$', '{}'),
    ('DO $$ DECLARE a int := 100; b int := 200; BEGIN DELETE FROM code.big WHERE id > a AND id <= b; END $$', '{}'),
    ('DO $$ DECLARE r code.tiny; BEGIN UPDATE code.big SET note = r.note WHERE id BETWEEN 1 AND r.id AND n < 2; END $$', '{}'),
    ('DO $$ DECLARE a int := 100; BEGIN DELETE FROM code.big WHERE id > a; END $$', '{unbatched-write warning 1}'),
    ('DO $$ BEGIN EXECUTE ''DROP TABLE code.other''; END $$', '{drop-table warning 1}'),
    ('DO $$ BEGIN EXECUTE $x$DROP TABLE code.other$x$; END $$', '{drop-table warning 1}'),
    ('DO $$ BEGIN EXECUTE ''DROP TABLE '' || ''x''; END $$', '{do-block info 1}'),
    ('DO $$ DECLARE r record; BEGIN FOR r IN EXECUTE ''SELECT '' || 1 LOOP NULL; END LOOP; END $$', '{do-block info 1}'),
    ('DO $$ BEGIN RAISE NOTICE ''execute drop table code.other;''; END $$', '{}'),
    ('DO $$ BEGIN UPDATE code.tiny SET note = note; INSERT INTO code.tiny VALUES (1); END $$', '{}'),
    ('DO $$ BEGIN DO $x$ BEGIN DROP TABLE code.other; END $x$; END $$', '{drop-table warning 1}'),
    ('DO $$ BEGIN PERFORM code.drops(); END $$', '{drop-table warning 1}'),
    ('DO $$ DECLARE x int := code.calls(); BEGIN NULL; END $$', '{drop-table warning 1}'),
    ('DO $$ DECLARE x int; BEGIN x := code.calls(); x = 2; END $$', '{drop-table warning 1}'),
    ('DO $$ BEGIN IF code.calls() = 1 THEN NULL; END IF; END $$', '{drop-table warning 1}'),
    ('DO $$ BEGIN CALL code.proc(1); END $$', '{unbatched-write warning 1}'),
    ('DO $$ BEGIN BEGIN DROP TABLE code.other; EXCEPTION WHEN undefined_table THEN DELETE FROM code.big; END; END $$', '{drop-table warning 1,unbatched-write warning 1}'),
    ('DO $$ BEGIN ALTER TABLE code.big ADD COLUMN x int; UPDATE code.big SET x = n; END $$', '{backfill-with-ddl warning 1}'),
    ('DO $$ BEGIN ALTER TABLE code.big ADD COLUMN x int; END $$; UPDATE code.big SET x = n', '{backfill-with-ddl warning 1}'),
    ('DO $$ BEGIN ALTER TABLE code.big ADD COLUMN x int; END $$; ALTER TABLE code.big DROP COLUMN x', '{}'),
    ('DO $$ BEGIN CREATE TABLE code.fresh AS SELECT 1 AS a; CREATE INDEX ON code.fresh (a); END $$; CREATE INDEX ON code.fresh (a)', '{}'),
    ('DO $$ BEGIN CREATE OR REPLACE FUNCTION code.f() RETURNS void LANGUAGE sql BEGIN ATOMIC DELETE FROM code.big; SELECT 1; END; DROP TABLE code.other; END $$', '{drop-table warning 1}'),
    ('DO $$ #variable_conflict use_column
BEGIN DROP TABLE code.other; END $$', '{drop-table warning 2}'),
    ('DO $$ BEGIN SET LOCAL search_path = code; DROP TABLE other; END $$', '{drop-table warning 1}'),
    ('DO $$ BEGIN GRANT SELECT ON code.big TO PUBLIC; END $$', '{grant-to-public warning 1}'),
    ('DO $$ BEGIN ALTER TABLE code.big RENAME n TO nn; CREATE UNIQUE INDEX u ON code.big (nn, note); END $$', '{create-index-without-concurrently warning 1,rename-column warning 1,work-behind-exclusive-lock warning 1}'),
    ('SELECT code.drops()', '{drop-table warning 1}'),
    ('SELECT 1;
SELECT code.calls() FROM generate_series(1, 2)', '{drop-table warning 2}'),
    ('SELECT code.dynamic(''x'')', '{do-block info 1}'),
    ('SELECT code.elsewhere()', '{unbatched-write warning 1}'),
    ('SELECT code.harmless(1)', '{}'),
    ('CALL code.proc(1)', '{unbatched-write warning 1}'),
    ('SELECT code.drops(); SELECT code.drops()', '{drop-table warning 1}'),
    ('CREATE FUNCTION code.later() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE code.other; END $$; SELECT code.later()', '{drop-table warning 1}'),
    ('CREATE FUNCTION code.later(a int DEFAULT 3) RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE code.other; END $$; SET search_path = code; SELECT later()', '{drop-table warning 1}'),
    ('DO $$ BEGIN CREATE FUNCTION code.later() RETURNS void LANGUAGE plpgsql AS $x$ BEGIN DROP TABLE code.other; END $x$; PERFORM code.later(); END $$', '{drop-table warning 1}'),
    ('DROP FUNCTION code.drops(); SELECT code.nowhere(); DO $$ BEGIN this is no SQL; DROP TABLE code.other; END $$', '{drop-table warning 1}'),
    ('DO $$ BEGIN unterminated '' END $$', '{do-block info 1}'),
    ('DO $$ BEGIN ALTER TABLE code.big DROP CONSTRAINT n_positive; ALTER TABLE code.big ADD CONSTRAINT n_positive CHECK (n >= 0) NOT VALID; END $$', '{}'),
    ('DO $$ BEGIN ALTER TABLE code.tiny ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON code.tiny USING (id > 1); END $$', '{}'),
    ('DO $$ BEGIN CREATE INDEX CONCURRENTLY ON code.tiny (note); END $$', '{cannot-run-in-transaction error 1}'),
    ('DO $$ BEGIN ALTER TABLE code.big ALTER n SET NOT NULL; END $$', '{set-not-null-scans-table warning 1}'),
    ('DO $$ BEGIN ALTER TABLE code.big ALTER n SET NOT NULL; ALTER TABLE code.big ADD CHECK (id > 0); END $$; SELECT 1', '{add-check-without-not-valid warning 1,set-not-null-scans-table warning 1}'),
    ('INSERT INTO code.tiny (id) SELECT 1' || repeat('+1', 20000), '{}'),
    ('-- migrator: allow=drop-table nobody reads it
DO $$
BEGIN
    DROP TABLE code.other;
END $$', '{}');
-- Missed, or a false alarm:
SELECT body, expected, found FROM (SELECT *, found(body) FROM cases ORDER BY id) c WHERE expected <> found;
SELECT count(*) FROM cases;
-- A function that an earlier pending migration makes, or replaces.
SELECT migrator.load('1', 'a', 'CREATE FUNCTION code.made() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM code.big;
END $$;
CREATE OR REPLACE FUNCTION code.drops() RETURNS void LANGUAGE plpgsql AS ''BEGIN NULL; END''', module => 'said'),
    migrator.load('2', 'b', 'SELECT 1;
SELECT code.made(), code.drops();', module => 'said');
SELECT version, line, rule, regexp_replace(message, ', \d+ [kMG]B\)', ')', 'g') AS message FROM migrator.lint(module => 'said') WHERE severity <> 'info';
-- on_hazard stops what is in code, too.
SET migrator.on_hazard = 'error';
SELECT migrator.load('1', 'a', 'DO $$ BEGIN DELETE FROM code.big; END $$', module => 'gate');
\set VERBOSITY terse
SELECT * FROM migrator.apply(module => 'gate');
\set VERBOSITY default
RESET migrator.on_hazard;
-- Nothing was executed.
SELECT (SELECT count(*) FROM code.big) AS big, (SELECT count(*) FROM code.other) AS other;
DROP FUNCTION found;
DROP TABLE cases;
DROP SCHEMA code CASCADE;
DROP EXTENSION migrator;
