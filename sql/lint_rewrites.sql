-- lint(): a labelled set of statements for the rules about rewrites and scans. `expected` is what is to be found,
-- `rule:severity` for each finding; nothing: the statement is safe. What comes out at the end are the misses and the
-- false alarms: there are none.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SET migrator.lock_timeout = '2s';
SET TimeZone = 'UTC';

-- The catalog. Sizes by what the statistics say: `big` is felt, `huge` stops an application.
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN plain AS text;
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN unused AS int;
CREATE TABLE big (
    id bigint NOT NULL, a int, b varchar(20), c text, n numeric(10,2), at timestamp, seen timestamptz, day date,
    mood mood, p positive, bits bit(8), checked varchar(10) CHECK (checked <> ''), part varchar(10), whole varchar(10),
    proven int CHECK (proven IS NOT NULL), proven_too int, unproven int, arr int[], net inet, ip cidr,
    CONSTRAINT both_proven CHECK (proven_too IS NOT NULL AND a > 0)
);
ALTER TABLE big ADD CONSTRAINT not_proven CHECK (unproven IS NOT NULL) NOT VALID;
INSERT INTO big (id, a, p, proven, proven_too, unproven, checked, b, mood, n)
SELECT i, i, i, i, i, i, 'x', 'b', 'ok', 1 FROM generate_series(1, 20000) i;
CREATE UNIQUE INDEX big_unique ON big (id);
CREATE UNIQUE INDEX big_nullable ON big (a);
CREATE UNIQUE INDEX big_proven ON big (proven);
CREATE INDEX big_whole ON big (whole);
CREATE INDEX big_part ON big (id) WHERE part IS NOT NULL;
CREATE INDEX big_ip ON big (ip);
CREATE TABLE tiny (id bigint, a int, b varchar(20));
INSERT INTO tiny SELECT i, i FROM generate_series(1, 100) i;
CREATE TABLE target (id bigint PRIMARY KEY);
INSERT INTO target SELECT i FROM generate_series(1, 20000) i;
CREATE TABLE huge (id bigint, a int, b text);
INSERT INTO huge SELECT i, i FROM generate_series(1, 100) i;
CREATE UNLOGGED TABLE unlogged AS SELECT * FROM big;
CREATE TABLE never_analyzed AS SELECT i AS id FROM generate_series(1, 20000) i;
CREATE TABLE parted (id bigint, a int) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100000);
INSERT INTO parted SELECT i, i FROM generate_series(1, 20000) i;
CREATE FUNCTION mine() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';
CREATE FUNCTION volatile_one() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
CREATE SCHEMA app;
CREATE FUNCTION app.volatile_one() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
ANALYZE big, tiny, huge, unlogged, parted, target;
UPDATE pg_class SET reltuples = 2000000 WHERE oid = 'huge'::regclass;

-- Each row is a module of its own; each element of `bodies` a migration of it.
CREATE TABLE labelled (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, expected text, bodies text[]);
INSERT INTO labelled (expected, bodies)
-- Types: on big unless it is said otherwise.
SELECT expected, ARRAY[format('ALTER TABLE big ALTER COLUMN %s', change)] FROM (VALUES
    ('alter-column-type:warning', 'id TYPE numeric'),
    ('alter-column-type:warning', 'id TYPE int'),
    ('alter-column-type:warning', 'a TYPE bigint'),
    ('alter-column-type:warning', 'b TYPE varchar(10)'),
    ('alter-column-type:warning', 'b TYPE char(20)'),
    ('alter-column-type:warning', 'c TYPE varchar(20)'),
    ('alter-column-type:warning', 'n TYPE numeric(12,3)'),
    ('alter-column-type:warning', 'n TYPE numeric(8,2)'),
    ('alter-column-type:warning', 'n TYPE float8'),
    ('alter-column-type:warning', 'at TYPE timestamp(0)'),
    ('alter-column-type:warning', 'at TYPE date'),
    ('alter-column-type:warning', 'bits TYPE bit varying(8)'),
    ('alter-column-type:warning', 'day TYPE timestamp'),
    ('alter-column-type:warning', 'mood TYPE text'),
    ('alter-column-type:warning', 'a TYPE positive'),
    ('alter-column-type:warning', 'c TYPE jsonb USING c::jsonb'),
    ('alter-column-type:warning', 'c TYPE int USING length(c)'),
    ('alter-column-type:warning', 'c TYPE text USING lower(c)'),
    ('alter-column-type:warning', 'arr TYPE bigint[]'),
    ('alter-column-type:error', 'c TYPE int'),
    ('alter-column-type:error', 'c TYPE uuid'),
    ('alter-column-type:error', 'a TYPE boolean'),
    -- Binary coercible, but a CHECK is checked again, or an index is rebuilt.
    ('alter-column-type:warning', 'checked TYPE varchar(20)'),
    ('alter-column-type:warning', 'part TYPE varchar(20)'),
    ('alter-column-type:warning', 'whole TYPE text COLLATE "C"'),
    ('alter-column-type:warning', 'a TYPE int'),
    (NULL, 'c TYPE text COLLATE "C"'),
    (NULL, 'b TYPE varchar(40)'),
    (NULL, 'b TYPE varchar'),
    (NULL, 'b TYPE text'),
    (NULL, 'b TYPE text USING b::text'),
    (NULL, 'whole TYPE varchar(40)'),
    (NULL, 'whole TYPE text'),
    (NULL, 'c TYPE varchar'),
    (NULL, 'c TYPE plain'),
    (NULL, 'n TYPE numeric(12,2)'),
    (NULL, 'n TYPE numeric'),
    (NULL, 'at TYPE timestamptz'),
    (NULL, 'seen TYPE timestamp'),
    (NULL, 'p TYPE int'),
    (NULL, 'arr TYPE int[]'),
    (NULL, 'ip TYPE inet')) AS types (expected, change);
INSERT INTO labelled (expected, bodies) VALUES
('alter-column-type:error', ARRAY['ALTER TABLE huge ALTER COLUMN a TYPE bigint']),
('alter-column-type:warning', ARRAY['ALTER TABLE parted ALTER COLUMN a TYPE bigint']),
('alter-column-type:warning', ARRAY['ALTER TABLE never_analyzed ALTER COLUMN id TYPE bigint']),
('alter-column-type:warning', ARRAY['CREATE TYPE fresh AS ENUM (); ALTER TABLE big ALTER COLUMN c TYPE fresh USING c::fresh']),
('alter-column-type:warning', ARRAY['ALTER TABLE big RENAME COLUMN a TO aa', 'ALTER TABLE big ALTER COLUMN aa TYPE bigint']),
(NULL, ARRAY['ALTER TABLE tiny ALTER COLUMN a TYPE bigint']),
(NULL, ARRAY['CREATE TABLE fresh (a int); ALTER TABLE fresh ALTER COLUMN a TYPE bigint']),
(NULL, ARRAY['ALTER TABLE big ADD COLUMN fresh varchar(10)', 'ALTER TABLE big ALTER COLUMN fresh TYPE varchar(20)']),
-- New columns.
('add-column-rewrites-table:warning', ARRAY['ALTER TABLE big ADD COLUMN fresh uuid DEFAULT gen_random_uuid()']),
('add-column-rewrites-table:warning', ARRAY['ALTER TABLE big ADD COLUMN fresh float8 DEFAULT random() * 10']),
('add-column-rewrites-table:warning', ARRAY['ALTER TABLE big ADD COLUMN fresh timestamptz DEFAULT clock_timestamp()']),
('add-column-rewrites-table:warning', ARRAY['ALTER TABLE big ADD COLUMN fresh int DEFAULT volatile_one()']),
('add-column-rewrites-table:warning', ARRAY['ALTER TABLE big ADD COLUMN fresh bigserial']),
('add-column-rewrites-table:warning', ARRAY['ALTER TABLE big ADD COLUMN fresh bigint GENERATED ALWAYS AS IDENTITY']),
('add-column-rewrites-table:warning', ARRAY['ALTER TABLE big ADD COLUMN fresh int GENERATED ALWAYS AS (a + 1) STORED']),
('add-column-rewrites-table:warning', ARRAY['ALTER TABLE big ADD COLUMN fresh positive']),
('add-column-rewrites-table:warning', ARRAY['CREATE FUNCTION other() RETURNS int LANGUAGE sql AS ''SELECT 1'';
 ALTER TABLE big ADD COLUMN fresh int DEFAULT other()']),
('add-column-rewrites-table:error', ARRAY['ALTER TABLE huge ADD COLUMN fresh uuid DEFAULT gen_random_uuid()']),
(NULL, ARRAY['ALTER TABLE big ADD COLUMN fresh int']),
(NULL, ARRAY['ALTER TABLE huge ADD COLUMN fresh int DEFAULT 0']),
(NULL, ARRAY['ALTER TABLE big ADD COLUMN fresh text NOT NULL DEFAULT ''x''']),
(NULL, ARRAY['ALTER TABLE big ADD COLUMN fresh timestamptz NOT NULL DEFAULT now()']),
(NULL, ARRAY['ALTER TABLE big ADD COLUMN fresh date DEFAULT CURRENT_DATE']),
(NULL, ARRAY['ALTER TABLE big ADD COLUMN fresh int DEFAULT mine()']),
(NULL, ARRAY['ALTER TABLE big ADD COLUMN fresh int DEFAULT app.volatile_one()']),
(NULL, ARRAY['SET LOCAL search_path = app, public; ALTER TABLE big ADD COLUMN fresh int DEFAULT app.volatile_one()']),
(NULL, ARRAY['ALTER TABLE big ADD COLUMN fresh plain']),
(NULL, ARRAY['CREATE FUNCTION other() RETURNS int LANGUAGE sql STABLE AS ''SELECT 1'';
 ALTER TABLE big ADD COLUMN fresh int DEFAULT other()']),
(NULL, ARRAY['ALTER TABLE tiny ADD COLUMN fresh uuid DEFAULT gen_random_uuid()']),
(NULL, ARRAY['ALTER TABLE big ADD COLUMN IF NOT EXISTS a bigserial']),
(NULL, ARRAY['ALTER TABLE big ALTER COLUMN c SET DEFAULT gen_random_uuid()']),
(NULL, ARRAY['CREATE TABLE fresh (id bigint); ALTER TABLE fresh ADD COLUMN u uuid DEFAULT gen_random_uuid()']),
-- Storage.
('change-of-storage-rewrites-table:warning', ARRAY['ALTER TABLE big SET UNLOGGED']),
('change-of-storage-rewrites-table:warning', ARRAY['ALTER TABLE unlogged SET LOGGED']),
('change-of-storage-rewrites-table:warning', ARRAY['ALTER TABLE big SET TABLESPACE other']),
(NULL, ARRAY['ALTER TABLE big SET TABLESPACE pg_default']),
(NULL, ARRAY['ALTER TABLE big SET ACCESS METHOD heap']),
('change-of-storage-rewrites-table:warning',
 ARRAY['CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; ALTER TABLE big SET ACCESS METHOD heap2']),
(NULL, ARRAY['ALTER TABLE big SET LOGGED']),
(NULL, ARRAY['ALTER TABLE tiny SET UNLOGGED']),
('vacuum-full:warning', ARRAY['VACUUM FULL big']),
('vacuum-full:error', ARRAY['VACUUM (FULL, ANALYZE) huge']),
('vacuum-full:error', ARRAY['VACUUM FULL']),
(NULL, ARRAY['VACUUM (FULL off) big']),
(NULL, ARRAY['VACUUM ANALYZE big']),
('cluster:warning', ARRAY['CLUSTER big USING big_unique']),
(NULL, ARRAY['ALTER TABLE big CLUSTER ON big_unique']),
('create-table-as-from-big-table:info', ARRAY['CREATE TABLE copied AS SELECT * FROM big']),
('create-table-as-from-big-table:warning', ARRAY['CREATE TABLE copied AS SELECT * FROM huge']),
('create-table-as-from-big-table:warning',
 ARRAY['CREATE MATERIALIZED VIEW seen AS SELECT * FROM tiny JOIN huge USING (id)']),
(NULL, ARRAY['CREATE TABLE copied AS SELECT * FROM huge WITH NO DATA']),
(NULL, ARRAY['CREATE TABLE copied AS SELECT * FROM tiny']),
-- NOT NULL.
('set-not-null-scans-table:warning', ARRAY['ALTER TABLE big ALTER COLUMN b SET NOT NULL']),
('set-not-null-scans-table:error', ARRAY['ALTER TABLE huge ALTER COLUMN b SET NOT NULL']),
('set-not-null-scans-table:warning', ARRAY['ALTER TABLE big ALTER COLUMN unproven SET NOT NULL']),
('set-not-null-scans-table:warning',
 ARRAY['ALTER TABLE big ADD COLUMN fresh int DEFAULT 0, ALTER COLUMN fresh SET NOT NULL']),
('set-not-null-scans-table:warning', ARRAY['ALTER TABLE big DROP CONSTRAINT both_proven',
 'ALTER TABLE big ALTER COLUMN proven_too SET NOT NULL']),
(NULL, ARRAY['ALTER TABLE big ALTER COLUMN proven SET NOT NULL']),
(NULL, ARRAY['ALTER TABLE big ALTER COLUMN proven_too SET NOT NULL']),
(NULL, ARRAY['ALTER TABLE big ALTER COLUMN id SET NOT NULL']),
(NULL, ARRAY['ALTER TABLE big ALTER COLUMN b DROP NOT NULL']),
(NULL, ARRAY['ALTER TABLE big VALIDATE CONSTRAINT not_proven', 'ALTER TABLE big ALTER COLUMN unproven SET NOT NULL']),
(NULL, ARRAY['ALTER TABLE big ADD CONSTRAINT b_there CHECK (b IS NOT NULL) NOT VALID',
 'ALTER TABLE big VALIDATE CONSTRAINT b_there', 'ALTER TABLE big ALTER COLUMN b SET NOT NULL',
 'ALTER TABLE big DROP CONSTRAINT b_there']),
(NULL, ARRAY['ALTER TABLE tiny ALTER COLUMN b SET NOT NULL']),
-- CHECK and foreign keys.
('add-check-without-not-valid:warning', ARRAY['ALTER TABLE big ADD CHECK (a > 0)']),
('add-check-without-not-valid:warning', ARRAY['ALTER TABLE big ADD COLUMN fresh int DEFAULT 1 CHECK (fresh > 0)']),
('add-check-without-not-valid:error', ARRAY['ALTER TABLE huge ADD CONSTRAINT positive CHECK (a > 0)']),
(NULL, ARRAY['ALTER TABLE big ADD CHECK (a > 0) NOT VALID']),
(NULL, ARRAY['ALTER TABLE tiny ADD CHECK (a > 0)']),
('add-foreign-key-without-not-valid:warning', ARRAY['ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES target']),
('add-foreign-key-without-not-valid:error',
 ARRAY['ALTER TABLE huge ADD CONSTRAINT there FOREIGN KEY (a) REFERENCES target']),
('add-foreign-key-without-not-valid:warning',
 ARRAY['ALTER TABLE big ADD COLUMN target_id bigint DEFAULT 1 REFERENCES target']),
(NULL, ARRAY['ALTER TABLE big ADD COLUMN target_id bigint REFERENCES target']),
(NULL, ARRAY['ALTER TABLE big ADD CONSTRAINT there FOREIGN KEY (a) REFERENCES target NOT VALID',
 'ALTER TABLE big VALIDATE CONSTRAINT there']),
(NULL, ARRAY['ALTER TABLE tiny ADD FOREIGN KEY (a) REFERENCES target']),
('validate-in-same-transaction:warning', ARRAY['ALTER TABLE big ADD CONSTRAINT there CHECK (a > 0) NOT VALID;
 ALTER TABLE big VALIDATE CONSTRAINT there']),
('validate-in-same-transaction:warning', ARRAY['ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES target NOT VALID;
 ALTER TABLE big VALIDATE CONSTRAINT big_a_fkey']),
(NULL, ARRAY['-- migrator: no-transaction
ALTER TABLE big ADD CONSTRAINT there CHECK (a > 0) NOT VALID; ALTER TABLE big VALIDATE CONSTRAINT there']),
(NULL, ARRAY['ALTER TABLE tiny ADD CONSTRAINT there CHECK (a > 0) NOT VALID;
 ALTER TABLE tiny VALIDATE CONSTRAINT there']),
-- Keys.
('add-unique-without-using-index:warning', ARRAY['ALTER TABLE big ADD UNIQUE (a)']),
('add-unique-without-using-index:error', ARRAY['ALTER TABLE huge ADD PRIMARY KEY (id)']),
('add-unique-without-using-index:warning', ARRAY['ALTER TABLE big ADD COLUMN code text UNIQUE']),
('add-unique-without-using-index:warning',
 ARRAY['ALTER TABLE big ADD CONSTRAINT there PRIMARY KEY USING INDEX big_nullable']),
(NULL, ARRAY['ALTER TABLE big ADD CONSTRAINT there PRIMARY KEY USING INDEX big_unique']),
(NULL, ARRAY['ALTER TABLE big ADD CONSTRAINT there PRIMARY KEY USING INDEX big_proven']),
(NULL, ARRAY['ALTER TABLE big ADD CONSTRAINT there UNIQUE USING INDEX big_nullable']),
(NULL, ARRAY['CREATE UNIQUE INDEX CONCURRENTLY n_unique ON big (n, id)',
 'ALTER TABLE big ADD CONSTRAINT there UNIQUE USING INDEX n_unique']),
(NULL, ARRAY['ALTER TABLE tiny ADD PRIMARY KEY (id)']),
('add-exclusion-constraint:warning', ARRAY['ALTER TABLE big ADD EXCLUDE USING btree (a WITH =)']),
(NULL, ARRAY['CREATE TABLE fresh (r int4range, EXCLUDE USING gist (r WITH &&))']),
-- Domains.
('domain-constraint-scans-tables:warning', ARRAY['ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 100000)']),
('domain-constraint-scans-tables:warning', ARRAY['ALTER DOMAIN positive SET NOT NULL']),
('domain-constraint-scans-tables:info', ARRAY['ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 100000) NOT VALID',
 'ALTER DOMAIN positive VALIDATE CONSTRAINT small']),
(NULL, ARRAY['ALTER DOMAIN positive DROP CONSTRAINT positive_check']),
(NULL, ARRAY['ALTER DOMAIN unused ADD CHECK (VALUE > 0)']);

SELECT count(*) AS statements FROM labelled;
SELECT count(migrator.load(version::text, 'case', body, module => 'case_' || id))
FROM labelled, unnest(bodies) WITH ORDINALITY AS b (body, version);

CREATE VIEW found AS
SELECT id, f.found FROM labelled, LATERAL (
    SELECT string_agg(rule || ':' || severity, ', ' ORDER BY version, statement, rule) AS found
    FROM migrator.lint(module => 'case_' || id)
    WHERE rule IN (SELECT split_part(unnest(string_to_array(expected, ', ')), ':', 1) FROM labelled)) f;
SELECT id, expected, found, bodies FROM labelled JOIN found USING (id) WHERE found IS DISTINCT FROM expected ORDER BY id;

-- The server itself, asked: the same statements, executed and rolled back. What does anything to the rows or the indexes
-- of `big` is found, and nothing else is.
CREATE FUNCTION truth(body text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    before text := storage();
    scans bigint := pg_stat_get_xact_numscans('big'::regclass);
BEGIN
    EXECUTE body;
    RAISE EXCEPTION USING ERRCODE = 'ZZ001', MESSAGE = CASE
        WHEN storage() <> before THEN 'writes'
        WHEN pg_stat_get_xact_numscans('big'::regclass) > scans THEN 'reads' ELSE 'nothing' END;
EXCEPTION WHEN SQLSTATE 'ZZ001' THEN RETURN SQLERRM; WHEN OTHERS THEN RETURN 'fails';
END $$;
CREATE FUNCTION storage() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(pg_relation_filenode(o)::text, ' ' ORDER BY pg_relation_filenode(o))
    FROM (SELECT 'big'::regclass::oid UNION ALL SELECT indexrelid FROM pg_index WHERE indrelid = 'big'::regclass) r (o)
$$;
SELECT bodies[1], truth, found FROM labelled JOIN found USING (id), LATERAL truth(bodies[1])
WHERE cardinality(bodies) = 1 AND bodies[1] ~ '^ALTER TABLE big [^;]*$' AND bodies[1] !~ 'TABLESPACE'
AND CASE truth WHEN 'nothing' THEN found IS NOT NULL
               WHEN 'fails' THEN coalesce(found NOT LIKE '%:error', true) ELSE found IS NULL END
ORDER BY id;

-- A timestamp is the same bytes as a timestamptz only where the time zone is UTC.
SET TimeZone = 'Europe/Berlin';
SELECT bodies[1], found FROM labelled JOIN found USING (id)
WHERE bodies[1] LIKE '%COLUMN at TYPE timestamptz' OR bodies[1] LIKE '%COLUMN seen TYPE timestamp';
SET TimeZone = 'UTC';
-- A temporary table has no WAL.
SELECT migrator.load('1', 'filled', 'CREATE TEMP TABLE copied AS SELECT * FROM big; CREATE TABLE copied_too AS SELECT * FROM big', module => 'filled');
SELECT statement, message FROM migrator.lint(module => 'filled') WHERE rule = 'create-table-as-from-big-table';
DROP EXTENSION migrator CASCADE;
DROP SCHEMA app CASCADE;
DROP TABLE big, tiny, target, huge, unlogged, never_analyzed, parted, labelled CASCADE;
DROP FUNCTION mine(), volatile_one(), truth(text), storage();
DROP TYPE mood;
DROP DOMAIN plain, positive, unused;
