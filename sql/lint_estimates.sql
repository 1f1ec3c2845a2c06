-- lint(): how many rows an UPDATE or DELETE writes, compared with the planner's own estimate, which EXPLAIN shows.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA est;
CREATE TABLE est.items (id bigint PRIMARY KEY, code text UNIQUE, status text, owner int, at timestamptz, day date, price numeric, tags int[], note text, flag boolean);
INSERT INTO est.items SELECT i, 'c' || lpad(i::text, 6, '0'), CASE WHEN i % 100 = 0 THEN 'open' WHEN i % 3 = 0 THEN 'held' ELSE 'done' END, i % 5000, now() - i * interval '1 minute', date '2020-01-01' + i / 100, i / 10.0, ARRAY[i % 10, i % 7], CASE WHEN i % 4 = 0 THEN 'n' END, i % 5 = 0 FROM generate_series(1, 100000) i;
CREATE TABLE est.owners (id int PRIMARY KEY, name text, region int);
INSERT INTO est.owners SELECT i, 'o' || i, i % 10 FROM generate_series(0, 4999) i;
CREATE TABLE est.parts (id bigint, k int, v text) PARTITION BY RANGE (k);
CREATE TABLE est.parts_1 PARTITION OF est.parts FOR VALUES FROM (0) TO (50);
CREATE TABLE est.parts_2 PARTITION OF est.parts FOR VALUES FROM (50) TO (100);
INSERT INTO est.parts SELECT i, i % 100, 'v' FROM generate_series(1, 60000) i;
CREATE VIEW est.open_items AS SELECT * FROM est.items WHERE status <> 'open';
ANALYZE;
CREATE FUNCTION planned(body text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE explained json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || body INTO explained;
    RETURN (SELECT p ->> 'Plan Rows' FROM json_array_elements(explained -> 0 -> 'Plan' -> 'Plans') p WHERE p ->> 'Parent Relationship' = 'Outer');
END $$;
-- What lint() says; null: nothing, as it does for fewer than 10,000 rows.
CREATE FUNCTION linted(body text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE parts text[];
BEGIN
    PERFORM migrator.load('1', 'a case', body, module => 'case');
    SELECT regexp_match(message, 'about ([\d,.]+)|without WHERE of ([\d,.]+)') INTO parts FROM migrator.lint(module => 'case') WHERE rule = 'unbatched-write' LIMIT 1;
    RETURN replace(coalesce(parts[1], parts[2]), ',', '');
END $$;
CREATE TABLE conditions (id int GENERATED ALWAYS AS IDENTITY, body text);
INSERT INTO conditions (body) SELECT 'UPDATE est.items SET note = ''x'' WHERE ' || c FROM unnest(ARRAY[
    'id BETWEEN 1 AND 1000', 'id BETWEEN 1 AND 40000', 'id >= 1 AND id < 1000', 'id >= 20000 AND id < 70000', 'id > 99000', 'id < 30000', '40000 > id',
    'at < ''1990-01-01''', 'at > now() - interval ''1 day''', 'at < now() - interval ''30 days''', 'at >= now()', 'day < date ''2021-01-01''', 'day >= current_date',
    'NULL IS NOT NULL', 'NULL', 'false', 'true', '1 = 1', '1 = 2', 'NOT false', 'true AND status = ''open''', 'false OR status = ''held''',
    'status = ''open''', 'status <> ''open''', 'status IN (''open'', ''held'')', 'status = ANY (''{open,done}'')', 'status NOT IN (''done'')', 'status = ''unknown''',
    'status LIKE ''op%''', 'code LIKE ''c00%''', 'code LIKE ''c01%''', 'code LIKE ''%7''', 'code ~ ''^c00''', 'lower(status) = ''open''', 'code ILIKE ''C00%''',
    'owner = 7', 'owner IN (1, 2, 3)', 'owner < 100', 'owner BETWEEN 100 AND 3000', 'owner % 2 = 0', 'owner = 7 OR owner < 2500',
    'note IS NULL', 'note IS NOT NULL', 'NOT (note IS NULL)', 'flag', 'NOT flag', 'flag IS TRUE', 'flag IS NOT TRUE', 'price < 100', 'price > 100.5 AND price < 7000', 'price::int > 5000',
    'tags @> ARRAY[3]', 'tags && ARRAY[1, 2]', '3 = ANY (tags)', 'coalesce(note, '''') = ''''', 'id = ANY (ARRAY[1, 2, 3])', 'id IN (1, 2, 3)', 'id = 5', 'code = ''c1''', 'id + 1 = 7',
    'id IN (SELECT id FROM est.items ORDER BY id LIMIT 1000)', 'id IN (SELECT id FROM est.items WHERE note IS NULL LIMIT 20000)', 'ctid = ANY (ARRAY(SELECT ctid FROM est.items WHERE note IS NULL LIMIT 1000))',
    'owner IN (SELECT id FROM est.owners WHERE region = 3)', 'owner IN (SELECT id FROM est.owners WHERE region < 5)', 'EXISTS (SELECT 1 FROM est.owners o WHERE o.id = items.owner AND o.region = 1)', 'NOT EXISTS (SELECT 1 FROM est.owners o WHERE o.id = items.owner)', 'id > (SELECT 50000)',
    'status = ''open'' AND owner < 2500', 'status = ''done'' AND owner < 2500', '(status, flag) = (''done'', true)', 'status = ''done'' AND id BETWEEN 1 AND 30000', 'CASE WHEN flag THEN true ELSE false END']) c;
INSERT INTO conditions (body) VALUES
    ('UPDATE est.items SET note = ''x'''),
    ('DELETE FROM est.items WHERE day < ''2020-06-01'''),
    ('DELETE FROM est.items i USING est.owners o WHERE o.id = i.owner AND o.region = 2'),
    ('DELETE FROM est.items i USING est.owners o WHERE o.id = i.owner AND o.region = 2 AND i.id < 100'),
    ('UPDATE est.items AS i SET note = o.name FROM est.owners o WHERE o.id = i.owner'),
    ('UPDATE est.items AS i SET note = o.name FROM est.owners o WHERE o.id = i.owner AND o.name = ''o7'''),
    ('UPDATE est.items AS i SET note = o.name FROM est.owners o JOIN est.items j ON j.owner = o.id WHERE j.id = i.id AND i.id < 50'),
    ('WITH batch AS (SELECT id FROM est.items WHERE note IS NULL LIMIT 1000) DELETE FROM est.items i USING batch b WHERE b.id = i.id'),
    ('WITH batch AS (SELECT id FROM est.items WHERE note IS NULL ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED) UPDATE est.items SET note = '''' FROM batch WHERE batch.id = items.id'),
    ('UPDATE est.parts SET v = ''w'' WHERE k = 7'),
    ('UPDATE est.parts SET v = ''w'' WHERE k < 50'),
    ('UPDATE est.parts SET v = ''w'' WHERE id < 100'),
    ('UPDATE est.open_items SET note = ''x'' WHERE owner < 2500');
-- Everything that is more than a rounding off.
SELECT body, planned, linted FROM (SELECT id, body, planned(body), linted(body) FROM conditions) c
WHERE CASE WHEN planned < 10000 THEN linted IS NOT NULL ELSE linted IS NULL OR abs(linted - planned) > 0.03 * planned END ORDER BY id;
SELECT count(*), count(*) FILTER (WHERE planned(body) >= 10000) > 30 AS many FROM conditions;
-- Nothing of others is executed, and nothing is locked afterwards: what it cannot hand to the planner it estimates by itself.
CREATE FUNCTION est.spy(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RAISE WARNING ''spy: executed''; RETURN $1; END';
CREATE FUNCTION est.spy_stable() RETURNS timestamptz LANGUAGE plpgsql STABLE AS 'BEGIN RAISE WARNING ''spy: executed''; RETURN now(); END';
CREATE FUNCTION est.spy_operator(int, int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RAISE WARNING ''spy: executed''; RETURN $1 = $2; END';
CREATE OPERATOR est.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = est.spy_operator, RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE DOMAIN est.odd AS int CHECK (est.spy(VALUE) % 2 = 1);
CREATE VIEW est.spied AS SELECT * FROM est.items WHERE owner = est.spy(7);
CREATE TABLE est.checked AS SELECT * FROM est.items;
ALTER TABLE est.checked ADD CHECK (owner < 10000 + est.spy(1)) NOT VALID;
CREATE TABLE est.indexed AS SELECT * FROM est.items LIMIT 20000;
CREATE INDEX ON est.indexed (owner) WHERE owner > 0;
CREATE TABLE est.guarded AS SELECT * FROM est.items LIMIT 20000;
ALTER TABLE est.guarded ENABLE ROW LEVEL SECURITY;
ALTER TABLE est.guarded FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON est.guarded USING (owner <> est.spy(3));
ANALYZE est.checked, est.indexed, est.guarded;
SET client_min_messages = warning;
SELECT body, linted(body) IS NULL AS quiet FROM unnest(ARRAY[
    'UPDATE est.items SET note = ''x'' WHERE owner = est.spy(7)',
    'UPDATE est.items SET note = ''x'' WHERE at < est.spy_stable()',
    'UPDATE est.items SET note = ''x'' WHERE owner OPERATOR(est.===) 7',
    'UPDATE est.items SET note = ''x'' WHERE 5 OPERATOR(est.===) 7',
    'UPDATE est.items SET note = ''x'' WHERE owner = 7::est.odd',
    'UPDATE est.items SET note = ''x'' WHERE id IN (SELECT id FROM est.spied)',
    'UPDATE est.spied SET note = ''x''',
    'UPDATE est.checked SET note = ''x'' WHERE owner < 100',
    'UPDATE est.guarded SET note = ''x'' WHERE owner < 100',
    'UPDATE est.items SET note = ''x'' WHERE to_json(est.spy(owner))::text = ''7''',
    'DELETE FROM est.items USING est.spy(7) s WHERE owner = s']) body;
-- Without statistics it is not said that they are few.
CREATE TABLE est.fresh AS SELECT * FROM est.items LIMIT 30000;
ALTER TABLE est.fresh ADD PRIMARY KEY (id);
CREATE VIEW said AS SELECT severity, regexp_replace(regexp_replace(message, '\(.*? rows, \d+ [kMG]B\)', '(N rows)', 'g'), '\d[\d,]* row', 'N row', 'g') AS message, regexp_replace(hint, ' For many.*', '') AS hint FROM migrator.lint(module => 'case') WHERE rule IN ('unbatched-write', 'backfill-with-ddl');
SELECT migrator.load('1', 'a case', 'DELETE FROM est.fresh WHERE status = ''open''', module => 'case');
SELECT * FROM said;
ANALYZE est.fresh; -- as the hint says
SELECT * FROM said;
DELETE FROM pg_statistic WHERE starelid = 'est.fresh'::regclass;
SELECT body, linted(body) FROM unnest(ARRAY['DELETE FROM est.fresh WHERE id = 7', 'DELETE FROM est.fresh WHERE id IN (SELECT id FROM est.fresh LIMIT 1000)', 'DELETE FROM est.fresh WHERE false',
    'WITH b AS (SELECT id FROM est.fresh LIMIT 1000) DELETE FROM est.fresh USING b WHERE b.id = fresh.id']) body;
SELECT body, linted(body) > 20000 AS many FROM unnest(ARRAY['WITH b AS (SELECT id FROM est.fresh) DELETE FROM est.fresh USING b WHERE b.id = fresh.id']) body;
-- What is pending counts: a name means what it will mean then.
SELECT body, linted(body) FROM unnest(ARRAY[
    'ALTER TABLE est.items RENAME TO things; -- migrator: allow=none x
UPDATE est.things SET note = ''x'' WHERE id < 1000',
    '-- migrator: no-transaction
ALTER TABLE est.items ADD COLUMN fresh int; UPDATE est.items SET fresh = owner WHERE fresh IS NULL AND id BETWEEN 1 AND 1000',
    '-- migrator: no-transaction
ALTER TABLE est.items ADD COLUMN fresh int; UPDATE est.items SET fresh = owner WHERE fresh IS NULL',
    '-- migrator: no-transaction
ALTER TABLE est.items ADD COLUMN fresh int; UPDATE est.items SET fresh = owner WHERE items.fresh > 3',
    '-- migrator: no-transaction
ALTER TABLE est.items RENAME note TO noted; UPDATE est.items SET owner = 1 WHERE noted IS NULL AND id < 10',
    'TRUNCATE est.items; UPDATE est.items SET note = ''x''',
    'CREATE TABLE est.new (id int); INSERT INTO est.new SELECT id FROM est.items; UPDATE est.new SET id = 1',
    'UPDATE est.nowhere SET note = ''x''']) body;
SELECT count(*) FROM pg_locks WHERE relation IN ('est.items'::regclass, 'est.owners'::regclass) AND pid = pg_backend_pid();
DROP VIEW said;
DROP FUNCTION linted, planned;
DROP TABLE conditions;
DROP SCHEMA est CASCADE;
DROP EXTENSION migrator;
