-- lint(): rows that are written anywhere in a statement. A table of statements and what is to be found in each.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA w;
CREATE TABLE w.big (id bigint PRIMARY KEY, note text, n int);
INSERT INTO w.big SELECT i, 'n', i % 100 FROM generate_series(1, 50000) i;
CREATE TABLE w.kept (id bigint PRIMARY KEY, note text, n int);
INSERT INTO w.kept SELECT i, 'n', i % 100 FROM generate_series(1, 30000) i;
CREATE TABLE w.tiny (id bigint PRIMARY KEY, note text, n int);
INSERT INTO w.tiny SELECT i, 'n', i FROM generate_series(1, 10) i;
CREATE VIEW w.view AS SELECT * FROM w.big;
CREATE FUNCTION w.quoted() RETURNS bigint LANGUAGE sql AS 'DELETE FROM w.big; SELECT 1::bigint';
CREATE FUNCTION w.quoted(a int) RETURNS bigint LANGUAGE sql AS 'UPDATE w.big SET note = NULL WHERE n < a; SELECT 1::bigint';
CREATE FUNCTION w.atomic() RETURNS void BEGIN ATOMIC DELETE FROM w.big WHERE n > 10; END;
CREATE FUNCTION w.reads(a bigint) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM w.big WHERE id < a';
CREATE FUNCTION w.outer() RETURNS bigint LANGUAGE sql AS 'SELECT w.quoted()';
CREATE PROCEDURE w.proc() LANGUAGE sql AS 'INSERT INTO w.kept SELECT * FROM w.big ON CONFLICT (id) DO UPDATE SET n = 1';
CREATE FUNCTION w.circle(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE FUNCTION w.circle(a int) RETURNS int LANGUAGE sql AS 'SELECT w.circle(a - 1)';
ANALYZE;
CREATE TABLE cases (id int GENERATED ALWAYS AS IDENTITY, body text, expected text[]);
CREATE FUNCTION found(body text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE result text[];
BEGIN
    PERFORM migrator.load('1', 'a case', body, module => 'case');
    SELECT array_agg(rule || ' ' || severity ORDER BY statement, rule) INTO result FROM migrator.lint(module => 'case')
    WHERE rule IN ('unbatched-write', 'backfill-with-ddl', 'create-table-as-from-big-table', 'drop-table', 'do-block', 'refused-by-plan');
    RETURN coalesce(result, '{}');
END $$;
INSERT INTO cases (body, expected) VALUES
    ('WITH d AS (DELETE FROM w.big RETURNING id) SELECT count(*) FROM d', '{unbatched-write warning}'),
    ('WITH d AS (DELETE FROM w.big) SELECT 1', '{unbatched-write warning}'),
    ('WITH u AS (UPDATE w.big SET note = NULL RETURNING id) SELECT 1 FROM u', '{unbatched-write warning}'),
    ('WITH u AS (UPDATE w.big SET note = NULL RETURNING id), d AS (DELETE FROM w.kept WHERE id IN (SELECT id FROM u)) SELECT 1', '{unbatched-write warning,unbatched-write warning}'),
    ('WITH d AS (DELETE FROM w.big RETURNING *) INSERT INTO w.kept SELECT * FROM d', '{unbatched-write warning,unbatched-write warning}'),
    ('WITH d AS (DELETE FROM w.big WHERE id < 100 RETURNING *) INSERT INTO w.kept SELECT * FROM d', '{}'),
    ('WITH i AS (INSERT INTO w.kept SELECT * FROM w.big RETURNING id) SELECT count(*) FROM i', '{unbatched-write warning}'),
    ('WITH d AS (DELETE FROM w.tiny RETURNING *) SELECT * FROM d', '{}'),
    ('WITH b AS (SELECT id FROM w.big LIMIT 500) DELETE FROM w.big USING b WHERE b.id = big.id', '{}'),
    ('WITH b AS (SELECT id FROM w.big) DELETE FROM w.big USING b WHERE b.id = big.id', '{unbatched-write warning}'),
    ('WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 10) DELETE FROM w.big WHERE id IN (SELECT i FROM r)', '{}'),
    ('WITH a AS (SELECT 1), d AS (DELETE FROM w.big) UPDATE w.tiny SET n = 1', '{unbatched-write warning}'),
    ('CREATE TABLE w.copy AS WITH d AS (DELETE FROM w.big RETURNING *) SELECT * FROM d', '{unbatched-write warning}'),
    ('WITH d AS (DELETE FROM w.big RETURNING *) SELECT * INTO w.copy FROM d', '{unbatched-write warning}'),
    ('COPY (DELETE FROM w.big RETURNING id) TO ''/dev/null''', '{unbatched-write warning}'),
    ('INSERT INTO w.kept SELECT * FROM w.big', '{unbatched-write warning}'),
    ('INSERT INTO w.kept SELECT * FROM w.view', '{unbatched-write warning}'),
    ('INSERT INTO w.kept SELECT * FROM w.big LIMIT 100', '{}'),
    ('INSERT INTO w.kept SELECT * FROM w.big WHERE id < 100', '{}'),
    ('INSERT INTO w.kept SELECT * FROM w.big WHERE id < 100 UNION ALL SELECT * FROM w.big', '{unbatched-write warning}'),
    ('INSERT INTO w.kept SELECT n, min(note), 1 FROM w.big GROUP BY n', '{}'),
    ('INSERT INTO w.kept (id) SELECT a.id FROM w.big a CROSS JOIN w.tiny', '{unbatched-write warning}'),
    ('INSERT INTO w.kept (id) SELECT generate_series(40001, 90000)', '{unbatched-write warning}'),
    ('INSERT INTO w.kept (id) SELECT g FROM generate_series(40001, 40100) g', '{}'),
    ('INSERT INTO w.kept TABLE w.big', '{unbatched-write warning}'),
    ('INSERT INTO w.kept VALUES (1, ''a'', 2)', '{}'),
    ('INSERT INTO w.kept DEFAULT VALUES', '{}'),
    ('INSERT INTO w.kept SELECT * FROM w.big ON CONFLICT DO NOTHING', '{unbatched-write warning}'),
    ('INSERT INTO w.kept SELECT * FROM w.big ON CONFLICT (id) DO UPDATE SET note = excluded.note', '{unbatched-write warning}'),
    ('INSERT INTO w.tiny SELECT * FROM w.big ON CONFLICT (id) DO UPDATE SET note = excluded.note', '{unbatched-write warning}'),
    ('INSERT INTO w.kept SELECT * FROM w.tiny ON CONFLICT (id) DO UPDATE SET note = excluded.note', '{}'),
    ('CREATE TABLE w.copy (LIKE w.big); INSERT INTO w.copy SELECT * FROM w.big', '{}'),
    ('CREATE TEMP TABLE copy (LIKE w.big); INSERT INTO copy SELECT * FROM w.big', '{}'),
    ('MERGE INTO w.kept k USING w.big b ON k.id = b.id WHEN MATCHED THEN UPDATE SET n = b.n WHEN NOT MATCHED THEN INSERT VALUES (b.id, b.note, b.n)', '{unbatched-write warning}'),
    ('MERGE INTO w.big b USING w.tiny t ON t.id = b.id WHEN MATCHED THEN DELETE', '{}'),
    ('MERGE INTO w.kept k USING (SELECT * FROM w.big WHERE id < 10) b ON k.id = b.id WHEN NOT MATCHED THEN INSERT VALUES (b.id, b.note, b.n)', '{}'),
    ('WITH s AS (SELECT * FROM w.big) MERGE INTO w.kept k USING s ON k.id = s.id WHEN MATCHED THEN DELETE', '{unbatched-write warning}'),
    ('UPDATE w.view SET note = NULL', '{unbatched-write warning}'),
    ('EXPLAIN ANALYZE DELETE FROM w.big', '{unbatched-write warning}'),
    ('EXPLAIN (ANALYZE, COSTS OFF) WITH d AS (DELETE FROM w.big) SELECT 1', '{unbatched-write warning}'),
    ('EXPLAIN (ANALYZE false) DELETE FROM w.big', '{}'),
    ('EXPLAIN DELETE FROM w.big', '{}'),
    ('EXPLAIN ANALYZE CREATE TABLE w.copy AS SELECT * FROM w.big', '{create-table-as-from-big-table info}'),
    ('PREPARE p AS DELETE FROM w.big', '{}'),
    ('PREPARE p AS DELETE FROM w.big; EXECUTE p', '{unbatched-write warning}'),
    ('PREPARE p(int) AS DELETE FROM w.big WHERE n = $1; EXECUTE p(1)', '{}'),
    ('PREPARE p AS DELETE FROM w.big; DEALLOCATE p; PREPARE p AS SELECT 1; EXECUTE p', '{}'),
    ('PREPARE p AS DELETE FROM w.big; EXPLAIN ANALYZE EXECUTE p', '{unbatched-write warning}'),
    ('PREPARE p AS SELECT w.quoted(); CREATE TABLE w.copy AS EXECUTE p', '{unbatched-write warning}'),
    ('SELECT w.quoted()', '{unbatched-write warning}'),
    ('SELECT w.quoted(3)', '{unbatched-write warning}'),
    ('SELECT * FROM w.quoted() q', '{unbatched-write warning}'),
    ('INSERT INTO w.tiny VALUES (w.quoted())', '{unbatched-write warning}'),
    ('UPDATE w.tiny SET id = w.quoted() WHERE id = 1', '{unbatched-write warning}'),
    ('SELECT CASE WHEN true THEN coalesce(w.quoted(), 1) END', '{unbatched-write warning}'),
    ('DECLARE c CURSOR FOR SELECT w.quoted(); FETCH c', '{unbatched-write warning}'),
    ('SELECT w.atomic()', '{unbatched-write warning}'),
    ('SELECT w.outer()', '{unbatched-write warning}'),
    ('SELECT w.reads(10)', '{}'),
    ('SELECT w.circle(1)', '{}'),
    ('CALL w.proc()', '{unbatched-write warning}'),
    ('SET search_path = w; SELECT quoted()', '{unbatched-write warning}'),
    ('CREATE FUNCTION w.later() RETURNS void LANGUAGE sql AS ''DELETE FROM w.big''', '{}'),
    ('CREATE FUNCTION w.later() RETURNS void LANGUAGE sql AS ''DELETE FROM w.big''; SELECT w.later()', '{unbatched-write warning}'),
    ('CREATE FUNCTION w.later() RETURNS void BEGIN ATOMIC DELETE FROM w.big; END; SELECT w.later()', '{unbatched-write warning}'),
    ('CREATE OR REPLACE FUNCTION w.quoted() RETURNS bigint LANGUAGE sql AS ''SELECT 1::bigint''; SELECT w.quoted()', '{}'),
    ('CREATE FUNCTION w.drops() RETURNS void LANGUAGE sql AS ''DROP TABLE w.kept''; SELECT w.drops(); DELETE FROM w.kept', '{"drop-table warning"}'),
    ('-- migrator: allow=unbatched-write it is nothing
SELECT w.quoted()', '{}'),
    ('ALTER TABLE w.tiny ADD COLUMN x int; WITH d AS (DELETE FROM w.big) SELECT 1', '{"backfill-with-ddl warning"}'),
    ('ALTER TABLE w.tiny ADD COLUMN x int; SELECT w.quoted()', '{"backfill-with-ddl warning"}'),
    ('ALTER TABLE w.tiny ADD COLUMN x int; COPY w.big FROM ''/nowhere/data''', '{"backfill-with-ddl warning"}'),
    ('COPY w.big FROM PROGRAM ''cat''', '{}'),
    (E'COPY w.tiny FROM stdin;\n11\ta\t1\n\\.\n', '{}'),
    (E'COPY w.tiny FROM stdin;\n' || (SELECT string_agg(i || E'\ta\t1\n', '') FROM generate_series(11, 12000) i) || E'\\.\n', '{unbatched-write warning}');
-- Missed, or a false alarm:
SELECT left(body, 200) AS body, expected, found FROM (SELECT *, found(body) FROM cases ORDER BY id) c WHERE expected <> found;
SELECT count(*) FROM cases;
-- What is said.
CREATE VIEW said AS SELECT line, regexp_replace(message, ', \d+ [kMG]B\)', ')', 'g') AS message, hint FROM migrator.lint(module => 'said') WHERE rule IN ('unbatched-write', 'backfill-with-ddl');
CREATE FUNCTION w.noted(a int) RETURNS void LANGUAGE sql AS '
    SELECT a;
    DELETE FROM w.kept;
';
SELECT migrator.load('1', 'a', 'WITH d AS (DELETE FROM w.big RETURNING *)
INSERT INTO w.kept SELECT * FROM d;
INSERT INTO w.kept SELECT * FROM w.big ON CONFLICT (id) DO UPDATE SET n = 1;
SELECT 1;
SELECT w.noted(1);', module => 'said');
\x on
SELECT * FROM said;
\x off
-- The way out that the hint names.
CREATE FUNCTION hinted() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM migrator.load('1', 'a', $body$-- migrator: no-transaction
CREATE PROCEDURE w.in_batches() LANGUAGE plpgsql AS $p$
BEGIN
    LOOP
        DELETE FROM w.big WHERE id IN (SELECT id FROM w.big WHERE n > 10 LIMIT 5000);
        EXIT WHEN NOT FOUND;
        COMMIT;
    END LOOP;
END $p$;
CALL w.in_batches();
DROP PROCEDURE w.in_batches();$body$, module => 'said');
    RETURN (SELECT count(*) FROM said);
END $$;
SELECT hinted();
CALL migrator.apply_each(module => 'said');
SELECT count(*) FROM w.big;
DROP FUNCTION hinted;
DROP VIEW said;
DROP FUNCTION found;
DROP TABLE cases;
DROP SCHEMA w CASCADE;
DROP EXTENSION migrator;
