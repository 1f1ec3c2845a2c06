-- lint(): what the history says of the pending migrations.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE VIEW found AS SELECT m.module, l.* FROM (SELECT DISTINCT module FROM migrator.migration) m, migrator.lint(module => m.module) l
    WHERE rule IN ('future-version', 'version-gap', 'out-of-order', 'unmet-requirement', 'modified-after-apply', 'irreversible', 'refused-by-plan');
\pset format unaligned
-- Nothing to say: numbers, times, both kinds of bodies.
SELECT migrator.load('1', 'a', 'SELECT 1'), migrator.load('2', 'b', 'SELECT 1'), migrator.load('3', 'c', 'SELECT 1'), migrator.load('4', 'd', 'SELECT 1');
SELECT migrator.load(to_char(now() + i * interval '1 hour', 'YYYYMMDDHH24MISS'), 'x', 'SELECT 1', 'SELECT 2', module => 'times') FROM generate_series(-2, 2) i;
SELECT migrator.load('20260315', 'x', 'SELECT 1', module => 'days'), migrator.load('99999999', 'no date', 'SELECT 1', module => 'days');
SELECT migrator.load('1', 'x', 'SELECT 1', module => 'tens'), migrator.load('10', 'x', 'SELECT 1', module => 'tens'), migrator.load('20', 'x', 'SELECT 1', module => 'tens'), migrator.load('30', 'x', 'SELECT 1', module => 'tens');
SELECT * FROM found;
-- A time to come.
SELECT migrator.load(to_char(now() + interval '3 days', 'YYYYMMDDHH24MISS'), 'x', 'SELECT 1', 'SELECT 2', module => 'future');
SELECT rule, severity, statement, line, hint FROM found WHERE module = 'future';
SELECT migrator.load('29991231_01', 'x', 'SELECT 1', module => 'far'), migrator.load('29991331_01', 'x', 'SELECT 1', module => 'far');
SELECT version, rule, severity, message FROM found WHERE module = 'far';
-- A gap.
SELECT migrator.load(i::text, 'x', 'SELECT 1', module => 'gap') FROM unnest(ARRAY[1, 2, 3, 5]) i;
SELECT version, rule, severity, message, hint FROM found WHERE module = 'gap';
-- Out of order, by setting; what is required; what is not reversible among those that are.
SELECT migrator.load('2', 'b', 'SELECT 1', 'SELECT 2', module => 'order');
SELECT status FROM migrator.apply(module => 'order');
SELECT migrator.load('1', 'a', 'SELECT 1', 'SELECT 2', module => 'order'), migrator.load('3', 'c', E'-- migrator: requires=nothing\nSELECT 1', 'SELECT 2', module => 'order'),
    migrator.load('4', 'd', E'-- migrator: requires=c\nSELECT 1', 'SELECT 2', module => 'order'), migrator.load('5', 'e', E'-- migrator: conflicts=b\nSELECT 1', module => 'order'),
    migrator.load('6', 'f', E'-- migrator: allow=irreversible nothing can be undone\nSELECT 1', module => 'order');
SELECT version, rule, severity, message, hint FROM found WHERE module = 'order';
SET migrator.out_of_order = 'warn';
SELECT version, rule, severity FROM found WHERE module = 'order' AND rule = 'out-of-order';
SET migrator.out_of_order = 'allow';
SELECT version, rule, severity FROM found WHERE module = 'order' AND rule = 'out-of-order';
RESET migrator.out_of_order;
-- An applied body that is another now: a finding, no exception.
SELECT migrator.load('2', 'b', 'SELECT 12', 'SELECT 2', module => 'order');
SELECT version, rule, severity, message, hint FROM found WHERE rule = 'modified-after-apply';
SELECT migrator.load('2', 'b', 'SELECT /* cosmetic */ 1', 'SELECT 2', module => 'order');
SELECT version, rule, severity, message, hint FROM found WHERE rule = 'modified-after-apply';
-- What was done by hand since the last run.
CREATE SCHEMA hand;
CREATE VIEW outside AS SELECT version, severity, message FROM migrator.lint(module => 'hand') WHERE rule = 'changed-outside';
SELECT migrator.load('1', 'tables', 'CREATE TABLE hand.orders (id bigint PRIMARY KEY, code text UNIQUE, parent bigint REFERENCES hand.orders); CREATE TABLE hand.other (id bigint PRIMARY KEY, n int CHECK (n > 0));
CREATE INDEX other_n ON hand.other (n); CREATE VIEW hand.v AS SELECT id FROM hand.orders; CREATE MATERIALIZED VIEW hand.m AS SELECT id FROM hand.orders; CREATE FUNCTION hand.f() RETURNS int LANGUAGE sql AS ''SELECT 1''; CREATE SEQUENCE hand.s; CREATE TYPE hand.e AS ENUM (''a''); CREATE TABLE hand.parts (id bigint PRIMARY KEY, n int) PARTITION BY RANGE (id); CREATE INDEX ON hand.parts (n);
INSERT INTO hand.orders VALUES (1, ''a''), (2, ''b'')', module => 'hand');
SELECT status FROM migrator.apply(module => 'hand');
SELECT migrator.load('2', 'more', 'ALTER TABLE hand.other ADD COLUMN x int', module => 'hand'), migrator.load('3', 'yet more', 'ALTER TABLE hand.orders ADD COLUMN y int', module => 'hand');
SELECT * FROM outside;
-- Maintenance, GRANT, temporary tables, what fails and what is rolled back are no changes.
CREATE ROLE regress_lint_granted;
VACUUM FULL hand.orders;
VACUUM ANALYZE hand.other;
REINDEX TABLE hand.orders;
REINDEX TABLE CONCURRENTLY hand.orders;
REINDEX TABLE CONCURRENTLY hand.other;
CLUSTER hand.orders USING orders_pkey;
TRUNCATE hand.other;
REFRESH MATERIALIZED VIEW hand.m;
GRANT SELECT ON hand.orders TO regress_lint_granted;
GRANT SELECT (id) ON hand.other TO regress_lint_granted;
GRANT EXECUTE ON FUNCTION hand.f() TO regress_lint_granted;
GRANT USAGE ON SCHEMA hand TO regress_lint_granted;
GRANT USAGE ON TYPE hand.e TO regress_lint_granted;
SELECT nextval('hand.s');
CREATE TEMP TABLE here (id int PRIMARY KEY, t text);
CREATE TABLE hand.part_2 PARTITION OF hand.parts FOR VALUES FROM (10) TO (20); -- as pg_partman does every night
BEGIN;
ALTER TABLE hand.orders ADD COLUMN gone int;
ROLLBACK;
INSERT INTO hand.other VALUES (1, 1);
SELECT * FROM outside;
SELECT count(*) > 0 FROM migrator.apply(dry_run => true, module => 'hand');
SELECT * FROM outside;
-- Changes are. Those of what a pending migration names are warnings.
ALTER TABLE hand.orders ADD COLUMN by_hand int;
CREATE INDEX by_hand_too ON hand.other (id, n);
ALTER TABLE hand.other ADD CONSTRAINT by_hand_3 CHECK (n < 1000), ADD CONSTRAINT by_hand_4 UNIQUE (n), ADD CONSTRAINT by_hand_5 FOREIGN KEY (id) REFERENCES hand.orders NOT VALID;
CREATE OR REPLACE VIEW hand.v AS SELECT id, 1 AS one FROM hand.orders;
CREATE FUNCTION hand.g() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER TYPE hand.e ADD VALUE 'b';
CREATE TABLE hand.made (id serial PRIMARY KEY, t text);
SELECT * FROM outside;
-- The next run, of whatever module, is the new mark.
SELECT migrator.load('1', 'elsewhere', 'SELECT 1', module => 'mark');
SELECT status FROM migrator.apply(module => 'mark');
SELECT * FROM outside;
ALTER TABLE hand.made DROP COLUMN t;
ALTER TABLE hand.orders RENAME TO orders_2;
ALTER TABLE hand.other RENAME COLUMN n TO m;
SELECT * FROM outside;
-- What migrations do is not by hand, one by one neither.
CALL migrator.apply_each('2', module => 'hand');
SELECT * FROM outside;
SELECT migrator.load('4', 'alone', E'-- migrator: no-transaction\nCREATE INDEX CONCURRENTLY other_m2 ON hand.other (m); ALTER TABLE hand.other ADD z int', module => 'hand'), migrator.unload('3', module => 'hand');
CALL migrator.apply_each(module => 'hand');
SELECT migrator.load('5', 'last', 'ALTER TABLE hand.other DROP z', module => 'hand');
SELECT * FROM outside;
-- A history of another cluster, or of the database that was dumped, says nothing of this one.
ALTER TABLE hand.other ADD COLUMN w int;
SELECT count(*) FROM outside;
ALTER TABLE migrator.history_entry DISABLE TRIGGER append_only;
UPDATE migrator.history_entry SET catalog_identity = '1/' || split_part(catalog_identity, '/', 2);
SELECT count(*) FROM outside;
DROP VIEW outside, found;
DROP SCHEMA hand CASCADE;
DROP ROLE regress_lint_granted;
DROP EXTENSION migrator;
