-- lint(): partitioned tables, and the tables that refer to them. What it says is compared with a rehearsal.
SET client_min_messages = error;
CREATE EXTENSION migrator;
CREATE TABLE orders (id bigint, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE orders_2 PARTITION OF orders FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
INSERT INTO orders SELECT i, '2026-01-05' FROM generate_series(1, 12000) i;
CREATE TABLE lines (id bigint, at date, CONSTRAINT lines_order FOREIGN KEY (id, at) REFERENCES orders);
INSERT INTO lines SELECT id, at FROM orders;
CREATE TABLE notes (id bigint, at date, FOREIGN KEY (id, at) REFERENCES orders);
CREATE TABLE split (id bigint, at date, FOREIGN KEY (id, at) REFERENCES orders) PARTITION BY RANGE (at);
CREATE TABLE split_1 PARTITION OF split FOR VALUES FROM ('2026-01-01') TO ('2026-03-01');
CREATE TABLE plain (LIKE orders) PARTITION BY RANGE (at);
CREATE TABLE plain_1 PARTITION OF plain FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE rest (id bigint, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE rest_1 PARTITION OF rest FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE rest_default PARTITION OF rest DEFAULT;
CREATE TABLE of_rest (id bigint, at date, FOREIGN KEY (id, at) REFERENCES rest);
ANALYZE;
UPDATE pg_class SET reltuples = 2000000, relpages = 0 WHERE relname = 'of_rest';
CREATE FUNCTION found(body text, wanted text) RETURNS TABLE (statement int, severity text, message text, hint text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM migrator.load('1', 'p', body, module => 'p');
    RETURN QUERY SELECT l.statement, l.severity, l.message, l.hint FROM migrator.lint(module => 'p') l WHERE l.rule LIKE wanted;
END $$;
\x on
-- Who refers to the partitioned table is read, and locked.
SELECT * FROM found('ALTER TABLE orders DETACH PARTITION orders_2', 'detach-partition-scans%');
SELECT unnest(locks) AS lock FROM migrator.rehearse(module => 'p') ORDER BY lock;
SELECT * FROM found('ALTER TABLE orders DETACH PARTITION orders_2 CONCURRENTLY', 'detach-partition-scans%');
SELECT * FROM found('ALTER TABLE rest DETACH PARTITION rest_1', 'detach-partition-scans%');
SELECT * FROM found('ALTER TABLE plain DETACH PARTITION plain_1', 'detach-partition-scans%');
-- A key that goes before is not there any more.
SELECT * FROM found('ALTER TABLE lines DROP CONSTRAINT lines_order; ALTER TABLE orders DETACH PARTITION orders_2', 'detach-partition-scans%');
SELECT * FROM found('DROP TABLE lines; ALTER TABLE orders DETACH PARTITION orders_2', 'detach-partition-scans%');
SELECT * FROM found('ALTER TABLE lines RENAME TO items; ALTER TABLE orders DETACH PARTITION orders_2', 'detach-partition-scans%');
-- What each partition has already is taken over: no scan, no index is built.
ALTER TABLE orders_1 ADD CONSTRAINT k FOREIGN KEY (id, at) REFERENCES rest NOT VALID;
SELECT severity, message FROM found('ALTER TABLE orders ADD FOREIGN KEY (id, at) REFERENCES rest', 'add-foreign-key%');
INSERT INTO rest SELECT * FROM orders;
ALTER TABLE orders_1 VALIDATE CONSTRAINT k;
SELECT * FROM found('ALTER TABLE orders ADD FOREIGN KEY (id, at) REFERENCES rest', 'add-foreign-key%');
SELECT (SELECT array_agg(s ORDER BY s) FROM unnest(scans) s) AS scans FROM migrator.rehearse(module => 'p');
SELECT severity FROM found('ALTER TABLE orders ADD FOREIGN KEY (at, id) REFERENCES rest (at, id)', 'add-foreign-key%');
CREATE UNIQUE INDEX one ON orders_1 (at, id);
SELECT severity FROM found('ALTER TABLE orders ADD UNIQUE (at, id)', 'add-unique%');
SELECT (SELECT array_agg(s ORDER BY s) FROM unnest(scans) s) AS scans FROM migrator.rehearse(module => 'p');
ALTER TABLE orders_1 ADD CONSTRAINT one UNIQUE USING INDEX one;
SELECT * FROM found('ALTER TABLE orders ADD UNIQUE (at, id)', 'add-unique%');
SELECT (SELECT array_agg(s ORDER BY s) FROM unnest(scans) s) AS scans FROM migrator.rehearse(module => 'p');
-- Brief locks, whatever takes them, are no hazard for a gate.
\x off
SET migrator.on_hazard = error;
SELECT migrator.load('1', 'g', body, module => 'gate' || n) FROM unnest('{
ALTER TABLE lines ADD COLUMN c int,ALTER TABLE lines RENAME COLUMN c TO d,ALTER TABLE plain DETACH PARTITION plain_1,ALTER TABLE lines ALTER at DROP DEFAULT,
"CREATE TABLE orders_3 PARTITION OF orders FOR VALUES FROM (''2026-03-01'') TO (''2026-04-01'')","CREATE TABLE more (id bigint, at date, FOREIGN KEY (id, at) REFERENCES orders)"}'::text[]) WITH ORDINALITY b (body, n);
SELECT n, rule, severity FROM generate_series(1, 6) n, migrator.lint(module => 'gate' || n) WHERE rule NOT IN ('table-without-primary-key', 'foreign-key-without-index') ORDER BY n, rule;
SELECT count(*) FROM generate_series(1, 6) n, migrator.apply(module => 'gate' || n) WHERE n <> 2;
DROP EXTENSION migrator CASCADE;
DROP FUNCTION found;
DROP TABLE more, lines, notes, split, orders, plain, plain_1, of_rest, rest;
