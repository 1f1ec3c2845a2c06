-- lint(): advice on design, never more than info.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA draft;
CREATE TABLE draft.users (id bigint PRIMARY KEY, name text);
CREATE TABLE draft.orders (id bigint PRIMARY KEY, user_id bigint, code text, at timestamptz, n int);
CREATE INDEX orders_code ON draft.orders (code);
CREATE INDEX orders_late ON draft.orders (at DESC);
INSERT INTO draft.orders SELECT i, i, i, now(), i FROM generate_series(1, 20000) i;
ANALYZE;
CREATE TABLE cases (id int GENERATED ALWAYS AS IDENTITY, body text, expected text[]);
CREATE FUNCTION found(body text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE result text[];
BEGIN
    PERFORM migrator.load('1', 'a case', body, module => 'case');
    SELECT array_agg(rule || CASE severity WHEN 'info' THEN '' ELSE ' ' || severity END ORDER BY statement, rule) INTO result FROM migrator.lint(module => 'case')
    WHERE rule IN ('small-primary-key', 'serial-column', 'column-type', 'table-without-primary-key', 'foreign-key-without-index', 'duplicate-index', 'long-name', 'mixed-case-name', 'unlogged-table', 'autovacuum-off', 'volatile-check', 'analyze-expression-index', 'merge-alter-table', 'refused-by-plan');
    PERFORM migrator.unload('1', module => 'case');
    RETURN coalesce(result, '{}');
END $$;
INSERT INTO cases (body, expected) VALUES
    ('CREATE TABLE draft.t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, at timestamptz NOT NULL DEFAULT now(), price numeric(10,2), data jsonb)', '{}'),
    ('CREATE TABLE draft.t (id serial PRIMARY KEY)', '{serial-column,small-primary-key}'),
    ('CREATE TABLE draft.t (id bigserial PRIMARY KEY)', '{serial-column}'),
    ('CREATE TABLE draft.t (id int GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (id))', '{small-primary-key}'),
    ('CREATE TABLE draft.t (id int PRIMARY KEY)', '{}'), -- a code of its own, as of a country
    ('CREATE TABLE draft.t (id uuid PRIMARY KEY)', '{}'),
    ('CREATE TABLE draft.t (id bigint PRIMARY KEY, a char(3), b money, c timestamp, d timestamptz(0), e timetz, f json)', '{column-type,column-type,column-type,column-type,column-type,column-type}'),
    ('CREATE TABLE draft.t (id bigint PRIMARY KEY, a varchar(20), b char(1), c date, d timestamptz(3))', '{}'),
    ('ALTER TABLE draft.users ADD COLUMN c timestamp', '{column-type}'),
    ('CREATE TABLE draft.t (x int)', '{table-without-primary-key}'),
    ('CREATE TABLE draft.t (x int); ALTER TABLE draft.t ADD PRIMARY KEY (x)', '{}'),
    ('CREATE TABLE draft.t (a int, b int, PRIMARY KEY (a, b))', '{}'),
    ('CREATE TEMP TABLE t (x int)', '{}'),
    ('CREATE TABLE draft.t (LIKE draft.users INCLUDING ALL)', '{}'),
    ('CREATE TABLE draft.t (id bigint PRIMARY KEY, at date) PARTITION BY RANGE (id); CREATE TABLE draft.t1 PARTITION OF draft.t FOR VALUES FROM (1) TO (9)', '{}'),
    ('CREATE TABLE IF NOT EXISTS draft.users (x serial)', '{}'),
    ('CREATE TABLE draft.t (id bigint PRIMARY KEY, user_id bigint REFERENCES draft.users)', '{foreign-key-without-index}'),
    ('CREATE TABLE draft.t (id bigint PRIMARY KEY, user_id bigint REFERENCES draft.users); CREATE INDEX ON draft.t (user_id)', '{}'),
    ('CREATE TABLE draft.t (user_id bigint PRIMARY KEY REFERENCES draft.users)', '{}'),
    ('CREATE TABLE draft.t (user_id bigint REFERENCES draft.users, n int, PRIMARY KEY (user_id, n))', '{}'),
    ('ALTER TABLE draft.orders ADD FOREIGN KEY (user_id) REFERENCES draft.users NOT VALID', '{foreign-key-without-index}'),
    ('CREATE INDEX ON draft.orders (user_id, at); ALTER TABLE draft.orders ADD FOREIGN KEY (user_id) REFERENCES draft.users NOT VALID', '{}'),
    ('CREATE INDEX ON draft.orders (code)', '{duplicate-index}'),
    ('CREATE INDEX ON draft.orders (id)', '{duplicate-index}'),
    ('CREATE INDEX ON draft.orders (code) WHERE n > 7', '{}'),
    ('CREATE INDEX ON draft.orders (code text_pattern_ops)', '{}'),
    ('CREATE INDEX ON draft.orders (at)', '{}'),
    ('CREATE INDEX ON draft.orders USING hash (code)', '{}'),
    ('CREATE INDEX ON draft.orders (code, n)', '{}'),
    ('CREATE INDEX IF NOT EXISTS orders_code ON draft.orders (code)', '{}'),
    ('CREATE UNIQUE INDEX ON draft.orders (code)', '{}'),
    ('CREATE TABLE draft.' || repeat('long_', 14) || ' (id bigint PRIMARY KEY)', '{long-name}'),
    ('CREATE TABLE draft.t (id bigint PRIMARY KEY, "' || repeat('long ', 14) || '" text)', '{long-name}'),
    ('CREATE TABLE draft.t (id bigint PRIMARY KEY, x text DEFAULT ''' || repeat('long ', 14) || ''')', '{}'),
    ('CREATE TABLE draft."Users" (id bigint PRIMARY KEY, "fullName" text)', '{mixed-case-name}'),
    ('CREATE TABLE draft.MoreUsers (id bigint PRIMARY KEY)', '{}'),
    ('CREATE UNLOGGED TABLE draft.t (id bigint PRIMARY KEY)', '{unlogged-table}'),
    ('CREATE TABLE draft.t (id bigint PRIMARY KEY) WITH (autovacuum_enabled = off)', '{autovacuum-off}'),
    ('ALTER TABLE draft.users SET (autovacuum_enabled = false)', '{autovacuum-off}'),
    ('ALTER TABLE draft.users SET (autovacuum_enabled = true, fillfactor = 90)', '{}'),
    ('CREATE TABLE draft.t (id bigint PRIMARY KEY, at date CHECK (at > current_date))', '{volatile-check}'),
    ('ALTER TABLE draft.orders ADD CONSTRAINT future CHECK (at < now() + interval ''1 day'') NOT VALID', '{volatile-check}'),
    ('ALTER TABLE draft.orders ADD CONSTRAINT dice CHECK (n > random()) NOT VALID', '{volatile-check}'),
    ('ALTER TABLE draft.orders ADD CONSTRAINT even CHECK (n % 2 = 0 AND length(code) < 9) NOT VALID', '{}'),
    ('-- migrator: no-transaction
CREATE INDEX CONCURRENTLY ON draft.orders (lower(code))', '{analyze-expression-index}'),
    ('-- migrator: no-transaction
CREATE INDEX CONCURRENTLY ON draft.orders (lower(code)); ANALYZE draft.orders', '{}'),
    ('CREATE INDEX ON draft.users (lower(name))', '{}'),
    ('ALTER TABLE draft.orders ALTER n TYPE bigint; ALTER TABLE draft.orders ALTER code TYPE varchar(90)', '{merge-alter-table}'),
    ('ALTER TABLE draft.orders ALTER n TYPE bigint, ALTER code TYPE varchar(90)', '{}'),
    ('ALTER TABLE draft.users ALTER id TYPE numeric; ALTER TABLE draft.users ALTER name TYPE varchar(90)', '{}'),
    ('ALTER TABLE draft.orders ALTER n TYPE bigint; ALTER TABLE draft.orders ALTER code SET DEFAULT 1', '{}');
SELECT body, expected, found FROM (SELECT *, found(body) FROM cases ORDER BY id) c WHERE expected <> found;
SELECT count(*) FROM cases;
\pset format unaligned
SELECT migrator.load('1', 'a', 'CREATE TABLE draft."T" (id serial, user_id bigint REFERENCES draft.users, x char(2)); CREATE INDEX ON draft.orders (code); ALTER TABLE draft.orders ALTER n TYPE bigint; ALTER TABLE draft.orders ALTER code TYPE varchar(90)', module => 'said');
SELECT rule, severity, regexp_replace(message, '\((\d[\d,.]* (?:million )?rows?), \d+ [kMG]B\)', '(\1)', 'g') AS message, hint FROM migrator.lint(module => 'said') WHERE rule IN ('serial-column', 'column-type', 'table-without-primary-key', 'foreign-key-without-index', 'duplicate-index', 'mixed-case-name', 'merge-alter-table');
DROP FUNCTION found;
DROP TABLE cases;
DROP SCHEMA draft CASCADE;
DROP EXTENSION migrator;
