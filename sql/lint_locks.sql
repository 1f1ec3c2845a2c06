-- lint(): a labelled set of statements for the rules about locks and about transactions. `expected` is what is to be
-- found, `rule:severity` for each finding; nothing: the statement is safe. What comes out at the end are the misses and
-- the false alarms: there are none.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SET migrator.lock_timeout = '2s';

-- The catalog. Sizes by what the statistics say: `big` is felt, `huge` stops an application.
CREATE TABLE tiny (id bigint PRIMARY KEY, a int, b text);
INSERT INTO tiny SELECT i, i, 'b' FROM generate_series(1, 100) i;
CREATE TABLE big (id bigint PRIMARY KEY, a int, b text, tiny_id bigint);
INSERT INTO big SELECT i, i, 'b' FROM generate_series(1, 20000) i;
CREATE TABLE other_big (LIKE big INCLUDING ALL);
INSERT INTO other_big SELECT * FROM big;
CREATE TABLE huge (id bigint PRIMARY KEY, a int, b text);
INSERT INTO huge SELECT i, i, 'b' FROM generate_series(1, 100) i;
CREATE INDEX big_a ON big (a);
CREATE INDEX big_broken ON big (b);
CREATE INDEX tiny_a ON tiny (a);
CREATE TABLE parted (id bigint, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
INSERT INTO parted SELECT i, '2026-01-05' FROM generate_series(1, 20000) i;
CREATE TABLE withrest (id bigint, at date) PARTITION BY RANGE (at);
CREATE TABLE withrest_1 PARTITION OF withrest FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE withrest_default PARTITION OF withrest DEFAULT;
INSERT INTO withrest SELECT i, '2026-05-05' FROM generate_series(1, 20000) i;
CREATE TABLE small_parted (id bigint, at date) PARTITION BY RANGE (at);
CREATE TABLE small_parted_1 PARTITION OF small_parted FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE loose (id bigint NOT NULL, at date NOT NULL);
INSERT INTO loose SELECT i, '2026-03-05' FROM generate_series(1, 20000) i;
CREATE TABLE proven (LIKE loose, CHECK (at >= '2026-03-01' AND at < '2026-04-01'));
INSERT INTO proven SELECT * FROM loose;
CREATE MATERIALIZED VIEW with_unique AS SELECT * FROM big;
CREATE UNIQUE INDEX ON with_unique (id);
CREATE MATERIALIZED VIEW without_unique AS SELECT * FROM big;
CREATE MATERIALIZED VIEW partly_unique AS SELECT * FROM big;
CREATE UNIQUE INDEX ON partly_unique (id) WHERE id > 0;
CREATE MATERIALIZED VIEW tiny_view AS SELECT * FROM tiny;
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER big_tell BEFORE INSERT ON big FOR EACH ROW EXECUTE FUNCTION tell();
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE moods (id int, mood mood);
CREATE TABLE child (id int, tiny_id bigint REFERENCES tiny DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "Mixed Case" (id bigint, "A" int);
INSERT INTO "Mixed Case" SELECT i, i FROM generate_series(1, 20000) i;
CREATE SCHEMA app;
CREATE TABLE app.tiny (id bigint, a int);
INSERT INTO app.tiny SELECT i, i FROM generate_series(1, 20000) i;
CREATE TEMPORARY TABLE temporary_big AS SELECT * FROM big;
CREATE VIEW a_view AS SELECT * FROM big;
ANALYZE;
UPDATE pg_class SET reltuples = 2000000 WHERE oid = 'huge'::regclass;
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'big_broken'::regclass;

-- Each row is a module of its own; each element of `bodies` a migration of it.
CREATE TABLE labelled (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, expected text, bodies text[]);
INSERT INTO labelled (expected, bodies) VALUES
-- Indexes: by size, by being new, by name resolution.
('create-index-without-concurrently:warning', ARRAY['CREATE INDEX ON big (b)']),
('create-index-without-concurrently:error', ARRAY['CREATE INDEX ON huge (b)']),
('create-index-without-concurrently:warning', ARRAY['CREATE UNIQUE INDEX other ON big (id, b)']),
('create-index-without-concurrently:warning', ARRAY['CREATE INDEX ON parted (id)']),
('create-index-without-concurrently:warning', ARRAY['CREATE INDEX ON "Mixed Case" ("A")']),
('create-index-without-concurrently:warning', ARRAY['CREATE INDEX ON app.tiny (a)']),
('create-index-without-concurrently:warning', ARRAY['SET LOCAL search_path = app, public; CREATE INDEX ON tiny (a)']),
('create-index-without-concurrently:warning',
 ARRAY['SELECT set_config(''search_path'', ''app'', true); CREATE INDEX ON tiny (a)']),
(NULL, ARRAY['SET LOCAL search_path = app, public', 'CREATE INDEX ON tiny (a)']),
('brief-exclusive-lock:info, create-index-without-concurrently:warning',
 ARRAY['ALTER TABLE big ADD COLUMN c int', 'CREATE INDEX ON big (c)']),
('brief-exclusive-lock:info, create-index-without-concurrently:warning',
 ARRAY['ALTER TABLE big SET SCHEMA app', 'CREATE INDEX ON app.big (b)']),
(NULL, ARRAY['CREATE INDEX ON tiny (b)']),
(NULL, ARRAY['CREATE TABLE fresh (id int); CREATE INDEX ON fresh (id)']),
(NULL, ARRAY['CREATE TABLE fresh (id int)', 'CREATE INDEX ON fresh (id)']),
(NULL, ARRAY['CREATE TABLE fresh (id int); INSERT INTO fresh SELECT id FROM huge', 'CREATE INDEX ON fresh (id)']),
(NULL, ARRAY['CREATE TABLE app.fresh (id int); SET LOCAL search_path = app; CREATE INDEX ON fresh (id)']),
(NULL, ARRAY['DROP TABLE big; CREATE TABLE big (id int); CREATE INDEX ON big (id)']),
(NULL, ARRAY['CREATE INDEX CONCURRENTLY ON big (b)']),
(NULL, ARRAY['CREATE INDEX IF NOT EXISTS big_a ON big (a)']),
(NULL, ARRAY['CREATE INDEX ON ONLY parted (id)']),
(NULL, ARRAY['CREATE INDEX ON temporary_big (b)']),
(NULL, ARRAY['CREATE TEMPORARY TABLE big (id int); CREATE INDEX ON big (id)']),
(NULL, ARRAY['CREATE INDEX ON nowhere (id)']),
(NULL, ARRAY['TRUNCATE big; CREATE INDEX ON big (b)']),
('drop-index-without-concurrently:warning', ARRAY['DROP INDEX big_a']),
(NULL, ARRAY['DROP INDEX CONCURRENTLY big_a']),
(NULL, ARRAY['DROP INDEX tiny_a']),
(NULL, ARRAY['DROP INDEX IF EXISTS no_such_index']),
('reindex-without-concurrently:warning', ARRAY['REINDEX TABLE big']),
('reindex-without-concurrently:warning', ARRAY['REINDEX INDEX big_a']),
('reindex-without-concurrently:error', ARRAY['REINDEX TABLE huge']),
('reindex-without-concurrently:warning', ARRAY['REINDEX SCHEMA public']),
(NULL, ARRAY['REINDEX TABLE CONCURRENTLY big']),
(NULL, ARRAY['REINDEX INDEX tiny_a']),
('if-not-exists-hides-invalid-index:warning', ARRAY['CREATE INDEX CONCURRENTLY IF NOT EXISTS big_broken ON big (b)']),
(NULL, ARRAY['DROP INDEX CONCURRENTLY big_broken', 'CREATE INDEX CONCURRENTLY IF NOT EXISTS big_broken ON big (b)']),
-- Partitions.
('detach-partition-without-concurrently:info', ARRAY['ALTER TABLE parted DETACH PARTITION parted_1']),
(NULL, ARRAY['ALTER TABLE parted DETACH PARTITION parted_1 CONCURRENTLY']),
('detach-partition-without-concurrently:error',
 ARRAY['ALTER TABLE withrest DETACH PARTITION withrest_1 CONCURRENTLY']),
(NULL, ARRAY['ALTER TABLE small_parted DETACH PARTITION small_parted_1']),
('create-partition-locks-parent:info',
 ARRAY['CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (''2026-02-01'') TO (''2026-03-01'')']),
('create-partition-locks-parent:warning',
 ARRAY['CREATE TABLE withrest_2 PARTITION OF withrest FOR VALUES FROM (''2026-02-01'') TO (''2026-03-01'')']),
(NULL, ARRAY['CREATE TABLE small_2 PARTITION OF small_parted FOR VALUES FROM (''2026-02-01'') TO (''2026-03-01'')']),
(NULL, ARRAY['CREATE TABLE fresh (at date) PARTITION BY RANGE (at);
 CREATE TABLE fresh_1 PARTITION OF fresh FOR VALUES FROM (''2026-01-01'') TO (''2026-02-01'')']),
(NULL, ARRAY['CREATE TABLE parted_2 (LIKE parted INCLUDING ALL);
 ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM (''2026-02-01'') TO (''2026-03-01'')']),
('attach-partition-scans-table:warning',
 ARRAY['ALTER TABLE parted ATTACH PARTITION loose FOR VALUES FROM (''2026-03-01'') TO (''2026-04-01'')']),
(NULL, ARRAY['ALTER TABLE parted ATTACH PARTITION proven FOR VALUES FROM (''2026-03-01'') TO (''2026-04-01'')']),
('attach-partition-scans-table:warning',
 ARRAY['ALTER TABLE parted ATTACH PARTITION proven FOR VALUES FROM (''2026-04-01'') TO (''2026-05-01'')']),
('brief-exclusive-lock:info',
 ARRAY['ALTER TABLE loose ADD CHECK (at >= ''2026-03-01'' AND at < ''2026-04-01'' AND at IS NOT NULL) NOT VALID',
 'ALTER TABLE loose VALIDATE CONSTRAINT loose_at_check',
 'ALTER TABLE parted ATTACH PARTITION loose FOR VALUES FROM (''2026-03-01'') TO (''2026-04-01'')']),
('attach-partition-scans-table:warning',
 ARRAY['CREATE TABLE whole (id bigint, at date) PARTITION BY RANGE (at);
 ALTER TABLE whole ATTACH PARTITION loose FOR VALUES FROM (''2026-03-01'') TO (''2026-04-01'')']),
('attach-partition-scans-table:warning', ARRAY['CREATE TABLE fresh (id bigint, at date);
 ALTER TABLE withrest ATTACH PARTITION fresh FOR VALUES FROM (''2026-03-01'') TO (''2026-04-01'')']),
-- Materialized views.
('refresh-without-concurrently:warning', ARRAY['REFRESH MATERIALIZED VIEW with_unique']),
('refresh-without-concurrently:warning', ARRAY['REFRESH MATERIALIZED VIEW without_unique']),
('refresh-without-concurrently:error', ARRAY['REFRESH MATERIALIZED VIEW CONCURRENTLY without_unique']),
('refresh-without-concurrently:error', ARRAY['REFRESH MATERIALIZED VIEW CONCURRENTLY partly_unique']),
(NULL, ARRAY['REFRESH MATERIALIZED VIEW CONCURRENTLY with_unique']),
(NULL, ARRAY['REFRESH MATERIALIZED VIEW tiny_view']),
(NULL, ARRAY['CREATE UNIQUE INDEX CONCURRENTLY ON without_unique (id)',
 'REFRESH MATERIALIZED VIEW CONCURRENTLY without_unique']),
-- Triggers.
('create-trigger-blocks-writes:info',
 ARRAY['CREATE TRIGGER t AFTER UPDATE ON big FOR EACH ROW EXECUTE FUNCTION tell()']),
(NULL, ARRAY['CREATE TRIGGER t AFTER UPDATE ON tiny FOR EACH ROW EXECUTE FUNCTION tell()']),
('disable-trigger:warning', ARRAY['ALTER TABLE big DISABLE TRIGGER big_tell']),
('disable-trigger:warning', ARRAY['ALTER TABLE tiny DISABLE TRIGGER ALL']),
('disable-trigger:info',
 ARRAY['ALTER TABLE big DISABLE TRIGGER USER; UPDATE big SET a = 1 WHERE id = 1; ALTER TABLE big ENABLE TRIGGER USER']),
(NULL, ARRAY['ALTER TABLE tiny DISABLE TRIGGER ALL; DELETE FROM tiny; ALTER TABLE tiny ENABLE TRIGGER ALL']),
-- The other table.
('references-locks-other-table:info', ARRAY['CREATE TABLE fresh (id int, big_id bigint REFERENCES big)']),
('references-locks-other-table:info', ARRAY['CREATE TABLE fresh (id int, big_id bigint, FOREIGN KEY (big_id) REFERENCES huge)']),
('foreign-key-locks-other-table:info',
 ARRAY['CREATE TABLE fresh (big_id bigint); ALTER TABLE fresh ADD FOREIGN KEY (big_id) REFERENCES big']),
('foreign-key-locks-other-table:info', ARRAY['ALTER TABLE tiny ADD FOREIGN KEY (a) REFERENCES big; SELECT 1']),
('foreign-key-locks-other-table:info', ARRAY['ALTER TABLE tiny ADD COLUMN big_id bigint REFERENCES big; SELECT 1']),
(NULL, ARRAY['CREATE TABLE fresh (big_id bigint)', 'ALTER TABLE fresh ADD FOREIGN KEY (big_id) REFERENCES big']),
(NULL, ARRAY['CREATE TABLE fresh (id int, tiny_id bigint REFERENCES tiny)']),
(NULL, ARRAY['CREATE TABLE one (id int PRIMARY KEY); CREATE TABLE two (one_id int REFERENCES one)']),
-- LOCK TABLE.
('lock-table:warning', ARRAY['LOCK TABLE big']),
('lock-table:warning', ARRAY['LOCK TABLE big IN SHARE MODE']),
('lock-table:info', ARRAY['LOCK TABLE tiny']),
(NULL, ARRAY['LOCK TABLE big IN ROW EXCLUSIVE MODE']),
(NULL, ARRAY['CREATE TABLE fresh (id int); LOCK TABLE fresh']),
-- Order.
('brief-exclusive-lock:info, create-index-without-concurrently:warning, work-behind-exclusive-lock:warning',
 ARRAY['ALTER TABLE big ADD COLUMN c int; CREATE INDEX ON big (b)']),
('brief-exclusive-lock:info, work-behind-exclusive-lock:warning', ARRAY['ALTER TABLE big ADD COLUMN c int;
 ALTER TABLE other_big VALIDATE CONSTRAINT nothing']),
('brief-exclusive-lock:info', ARRAY['ALTER TABLE big ADD COLUMN c int', 'ALTER TABLE other_big VALIDATE CONSTRAINT nothing']),
(NULL, ARRAY['ALTER TABLE tiny ADD COLUMN c int; ALTER TABLE other_big VALIDATE CONSTRAINT nothing']),
('brief-exclusive-lock:info, brief-exclusive-lock:info, ddl-on-several-tables:warning',
 ARRAY['ALTER TABLE big ADD COLUMN c int; ALTER TABLE other_big ADD COLUMN c int']),
('brief-exclusive-lock:info, brief-exclusive-lock:info',
 ARRAY['ALTER TABLE big ADD COLUMN c int', 'ALTER TABLE other_big ADD COLUMN c int']),
('brief-exclusive-lock:info', ARRAY['ALTER TABLE big ADD COLUMN c int; ALTER TABLE big ADD COLUMN d int']),
('brief-exclusive-lock:info', ARRAY['ALTER TABLE big ADD COLUMN c int; ALTER TABLE tiny ADD COLUMN c int']),
-- Short locks.
('brief-exclusive-lock:info', ARRAY['ALTER TABLE big RENAME COLUMN a TO aa']),
('brief-exclusive-lock:info', ARRAY['ALTER TABLE big OWNER TO CURRENT_USER']),
('brief-exclusive-lock:info', ARRAY['ALTER TABLE big ENABLE ROW LEVEL SECURITY']),
('brief-exclusive-lock:info', ARRAY['ALTER TABLE big REPLICA IDENTITY FULL']),
('brief-exclusive-lock:info', ARRAY['DROP TRIGGER big_tell ON big']),
(NULL, ARRAY['ALTER TABLE tiny RENAME COLUMN a TO aa']),
(NULL, ARRAY['ALTER TABLE big ALTER COLUMN a SET STATISTICS 500']),
(NULL, ARRAY['ALTER TABLE big SET (fillfactor = 90)']),
('brief-exclusive-lock:info', ARRAY['ALTER TABLE big ALTER COLUMN a DROP DEFAULT']),
(NULL, ARRAY['ALTER INDEX big_a RENAME TO big_aa']),
(NULL, ARRAY['COMMENT ON TABLE big IS ''x''; GRANT SELECT ON big TO CURRENT_USER; ANALYZE big']),
(NULL, ARRAY['CREATE OR REPLACE VIEW a_view AS SELECT * FROM big']),
-- Transactions.
('enum-value-used-before-commit:error',
 ARRAY['ALTER TYPE mood ADD VALUE ''happy''; INSERT INTO moods VALUES (1, ''happy'')']),
('enum-value-used-before-commit:error',
 ARRAY['ALTER TYPE mood ADD VALUE ''it''''s''; ALTER TABLE moods ALTER COLUMN mood SET DEFAULT ''it''''s''']),
(NULL, ARRAY['ALTER TYPE mood ADD VALUE ''happy''', 'INSERT INTO moods VALUES (1, ''happy'')']),
(NULL, ARRAY['ALTER TYPE mood ADD VALUE ''happy''; INSERT INTO moods VALUES (1, ''ok'')']),
(NULL, ARRAY['CREATE TYPE fresh AS ENUM (); ALTER TYPE fresh ADD VALUE ''happy'';
 CREATE TABLE t (a fresh DEFAULT ''happy'')']),
('pending-trigger-events:error', ARRAY['INSERT INTO child VALUES (1, 1); ALTER TABLE child ADD COLUMN b int']),
(NULL, ARRAY['INSERT INTO child VALUES (1, 1); SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE child ADD COLUMN b int']),
(NULL, ARRAY['INSERT INTO child VALUES (1, 1)', 'ALTER TABLE child ADD COLUMN b int']),
('pending-trigger-events:warning', ARRAY['DELETE FROM tiny; ALTER TABLE tiny ADD COLUMN c int']),
('pending-trigger-events:warning', ARRAY['UPDATE child SET tiny_id = 2; ALTER TABLE child ADD COLUMN b int']),
(NULL, ARRAY['UPDATE child SET id = 2; ALTER TABLE child ADD COLUMN b int']),
(NULL, ARRAY['INSERT INTO tiny VALUES (0); ALTER TABLE tiny ADD COLUMN c int']),
('pending-trigger-events:error', ARRAY['CREATE TABLE p (id int PRIMARY KEY);
 CREATE TABLE c (p_id int REFERENCES p DEFERRABLE INITIALLY DEFERRED); INSERT INTO c VALUES (1);
 CREATE INDEX ON c (p_id)']),
('refused-by-plan:error', ARRAY['CREATE INDEX CONCURRENTLY ON big (b); SELECT 1']),
('refused-by-plan:error', ARRAY['VACUUM big; SELECT 1', 'CREATE TABLE fresh (id int)']),
('do-block:info', ARRAY['DO $$ BEGIN EXECUTE ''DROP TABLE '' || ''big''; END $$']),
(NULL, ARRAY['DO $$ BEGIN RAISE NOTICE ''nothing''; END $$']),
-- What is not there, or is no table.
(NULL, ARRAY['ALTER TABLE nowhere ADD COLUMN a int; DROP TABLE IF EXISTS nowhere']),
(NULL, ARRAY['ALTER TABLE a_view RENAME TO b_view']),
(NULL, ARRAY['']);

SELECT count(*) AS statements FROM labelled;
SELECT count(migrator.load(version::text, 'case', body, module => 'case_' || id))
FROM labelled, unnest(bodies) WITH ORDINALITY AS b (body, version);

CREATE VIEW found AS
SELECT id, f.found FROM labelled, LATERAL (
    SELECT string_agg(rule || ':' || severity, ', ' ORDER BY version, statement, rule) AS found
    FROM migrator.lint(module => 'case_' || id)
    WHERE rule IN (SELECT split_part(unnest(string_to_array(expected, ', ')), ':', 1) FROM labelled)) f;
SELECT id, expected, found, bodies FROM labelled JOIN found USING (id) WHERE found IS DISTINCT FROM expected ORDER BY id;
DROP EXTENSION migrator CASCADE;
DROP SCHEMA app CASCADE;
DROP TABLE tiny, big, other_big, huge, parted, withrest, small_parted, loose, proven, moods, child, "Mixed Case",
    temporary_big, labelled CASCADE;
DROP FUNCTION tell();
DROP TYPE mood;
