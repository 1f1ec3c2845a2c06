-- lint(): subscribers, extensions, and what only some roles may.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA pub;
CREATE TABLE pub.orders (id bigint PRIMARY KEY, code text NOT NULL, n int);
CREATE UNIQUE INDEX orders_code ON pub.orders (code);
CREATE TABLE pub.by_code (id bigint PRIMARY KEY, code text NOT NULL);
CREATE UNIQUE INDEX by_code_code ON pub.by_code (code);
ALTER TABLE pub.by_code REPLICA IDENTITY USING INDEX by_code_code;
CREATE TABLE pub.big (id bigint PRIMARY KEY, code text);
INSERT INTO pub.big SELECT i, i FROM generate_series(1, 20000) i;
CREATE TABLE pub.inserts (id bigint PRIMARY KEY);
CREATE TABLE pub.private (id bigint PRIMARY KEY, code text);
CREATE SCHEMA other;
SET client_min_messages = error; -- the server's advice on wal_level
CREATE PUBLICATION changes FOR TABLE pub.orders, pub.by_code, pub.big;
CREATE PUBLICATION rows_only FOR TABLE pub.inserts WITH (publish = 'insert');
SET client_min_messages = warning;
-- As if it were there.
CREATE SCHEMA _timescaledb_catalog;
CREATE TABLE _timescaledb_catalog.hypertable (schema_name name, table_name name);
CREATE TABLE pub.metrics (at timestamptz, v float);
INSERT INTO _timescaledb_catalog.hypertable VALUES ('pub', 'metrics');
ANALYZE;
CREATE TABLE cases (id int GENERATED ALWAYS AS IDENTITY, body text, expected text[]);
CREATE FUNCTION found(body text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE result text[];
BEGIN
    PERFORM migrator.load('1', 'a case', body, module => 'case');
    SELECT array_agg(rule || ' ' || severity ORDER BY statement, rule) INTO result FROM migrator.lint(module => 'case')
    WHERE rule IN ('replica-identity-lost', 'replica-identity-full', 'ddl-of-published-table', 'table-not-published', 'extension-unavailable', 'extension-without-version', 'needs-superuser', 'managed-table', 'drop-constraint', 'drop-used-index', 'refused-by-plan');
    PERFORM migrator.unload('1', module => 'case');
    RETURN coalesce(result, '{}');
END $$;
INSERT INTO cases (body, expected) VALUES
    ('ALTER TABLE pub.orders DROP CONSTRAINT orders_pkey', '{replica-identity-lost error}'),
    ('ALTER TABLE pub.orders DROP CONSTRAINT orders_pkey, ADD PRIMARY KEY (code)', '{}'),
    ('ALTER TABLE pub.orders DROP CONSTRAINT orders_pkey; ALTER TABLE pub.orders ADD PRIMARY KEY USING INDEX orders_code', '{}'),
    ('ALTER TABLE pub.by_code DROP CONSTRAINT by_code_pkey', '{drop-constraint warning}'),
    ('DROP INDEX pub.by_code_code', '{replica-identity-lost error}'),
    ('ALTER TABLE pub.inserts DROP CONSTRAINT inserts_pkey', '{drop-constraint warning}'),
    ('ALTER TABLE pub.private DROP CONSTRAINT private_pkey', '{drop-constraint warning}'),
    ('ALTER TABLE pub.orders REPLICA IDENTITY NOTHING', '{replica-identity-lost error}'),
    ('ALTER TABLE pub.private REPLICA IDENTITY NOTHING', '{}'),
    ('ALTER TABLE pub.big REPLICA IDENTITY FULL', '{replica-identity-full warning}'),
    ('ALTER TABLE pub.orders REPLICA IDENTITY FULL', '{}'), -- a small one
    ('ALTER TABLE pub.orders ADD COLUMN fresh int', '{ddl-of-published-table warning}'),
    ('ALTER TABLE pub.orders DROP COLUMN n', '{ddl-of-published-table warning}'),
    ('ALTER TABLE pub.orders ALTER n TYPE bigint', '{ddl-of-published-table warning}'),
    ('ALTER TABLE pub.orders RENAME n TO m', '{ddl-of-published-table warning}'),
    ('ALTER TABLE pub.inserts ADD COLUMN fresh int', '{ddl-of-published-table warning}'),
    ('ALTER TABLE pub.orders ALTER n SET DEFAULT 1', '{}'),
    ('ALTER TABLE pub.private ADD COLUMN fresh int', '{}'),
    ('CREATE INDEX ON pub.orders (n)', '{}'),
    ('CREATE TABLE pub.fresh (id bigint PRIMARY KEY)', '{table-not-published info}'),
    ('CREATE TABLE pub.fresh (id bigint PRIMARY KEY); ALTER PUBLICATION changes ADD TABLE pub.fresh', '{}'),
    ('CREATE TABLE other.fresh (id bigint PRIMARY KEY)', '{}'),
    ('CREATE TEMP TABLE fresh (id bigint PRIMARY KEY)', '{}'),
    ('CREATE EXTENSION no_such_extension', '{extension-unavailable error}'),
    ('CREATE EXTENSION plpgsql VERSION ''0.1''', '{}'), -- it is there: the server says so
    ('CREATE EXTENSION IF NOT EXISTS plpgsql', '{}'),
    ('CREATE EXTENSION IF NOT EXISTS migrator', '{}'),
    ('ALTER TABLE pub.metrics ADD COLUMN w float', '{}'); -- a table of that name proves nothing
SELECT body, expected, found FROM (SELECT *, found(body) FROM cases ORDER BY id) c WHERE expected <> found;
SELECT count(*) FROM cases;
BEGIN; -- as if TimescaleDB had made it
INSERT INTO pg_extension SELECT 4000000000, 'timescaledb', extowner, extnamespace, false, '2.0', NULL, NULL FROM pg_extension WHERE extname = 'plpgsql';
INSERT INTO pg_depend VALUES ('pg_class'::regclass, '_timescaledb_catalog.hypertable'::regclass, 0, 'pg_extension'::regclass, 4000000000, 0, 'e');
SELECT found('ALTER TABLE pub.metrics ADD COLUMN w float'), found('CREATE INDEX ON pub.metrics (v)'), found('ALTER TABLE pub.private ADD COLUMN w float');
ROLLBACK;
-- For a role that is no superuser.
CREATE ROLE regress_lint_plain;
GRANT USAGE ON SCHEMA migrator, pub TO regress_lint_plain;
GRANT EXECUTE ON FUNCTION migrator.lint, migrator.load, migrator.unload TO regress_lint_plain;
TRUNCATE cases;
INSERT INTO cases (body, expected) VALUES
    ('CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION pub.f()', '{needs-superuser error}'),
    ('COPY pub.orders FROM PROGRAM ''cat /etc/passwd''', '{needs-superuser error}'),
    ('CREATE ROLE king SUPERUSER', '{needs-superuser error}'),
    ('CREATE ROLE clerk NOSUPERUSER', '{}'),
    ('CREATE FUNCTION pub.c() RETURNS int LANGUAGE c AS ''x'', ''y''', '{needs-superuser error}'),
    ('CREATE PUBLICATION everything FOR ALL TABLES', '{needs-superuser error}'),
    ('CREATE PUBLICATION one FOR TABLE pub.private', '{}');
GRANT SELECT ON cases TO regress_lint_plain;
SELECT body, found FROM (SELECT *, found(body) FROM cases ORDER BY id) c WHERE '{}' <> found;
SET ROLE regress_lint_plain;
SELECT body, expected, found FROM (SELECT *, found(body) FROM cases ORDER BY id) c WHERE expected <> found;
RESET ROLE;
\pset format unaligned
SELECT migrator.load('1', 'a', 'ALTER TABLE pub.orders ADD x int, DROP COLUMN n; ALTER TABLE pub.orders REPLICA IDENTITY NOTHING; CREATE TABLE pub.fresh (id bigint PRIMARY KEY); CREATE EXTENSION no_such_extension', module => 'said');
SELECT rule, severity, regexp_replace(message, '\((\d[\d,.]* (?:million )?rows?), \d+ [kMG]B\)', '(\1)', 'g') AS message, hint FROM migrator.lint(module => 'said') WHERE rule ~ '(replica|published|extension)';
DROP OWNED BY regress_lint_plain;
DROP ROLE regress_lint_plain;
DROP PUBLICATION changes, rows_only;
DROP FUNCTION found;
DROP TABLE cases;
DROP SCHEMA pub, other, _timescaledb_catalog CASCADE;
DROP EXTENSION migrator;
