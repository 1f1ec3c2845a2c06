-- migrator.on_hazard: what a run does about the findings of lint(); allow=RULE, and what the history keeps of it.
CREATE EXTENSION migrator;
SET client_min_messages = warning;
SET track_counts = off; -- how many scans are told depends on when they are reported
CREATE SCHEMA shop;
CREATE TABLE shop.orders (id bigint PRIMARY KEY, note text);
INSERT INTO shop.orders SELECT i, 'x' FROM generate_series(1, 20000) i;
ANALYZE shop.orders;

-- The default tells, and runs.
SELECT FROM migrator.load_file('1_index.sql', $$-- UP
CREATE TABLE shop.fresh (id bigint PRIMARY KEY);
CREATE INDEX orders_note ON shop.orders (note);
-- DOWN
DROP INDEX shop.orders_note; DROP TABLE shop.fresh$$);
SHOW migrator.on_hazard;
SELECT version, status FROM migrator.apply(dry_run => true);
SELECT version, status FROM migrator.apply();
-- Advice is lint()'s own, and so is a rollback.
SELECT version, status FROM migrator.rollback();

-- Refused before anything runs, in every way to run; rehearse() is there to look.
SET migrator.on_hazard = error;
SELECT version, status FROM migrator.apply();
\set VERBOSITY sqlstate
SELECT version, status FROM migrator.apply(dry_run => true);
CALL migrator.apply_each();
SELECT version, statement, command, error FROM migrator.rehearse();
SELECT version, status FROM migrator.status();
SELECT to_regclass('shop.fresh');

-- Not looked for.
SET migrator.on_hazard = ignore;
SELECT version, status FROM migrator.apply(dry_run => true);

-- Several hazards in one refusal.
SET migrator.on_hazard = error;
SELECT migrator.load('2', 'more', 'ALTER TABLE shop.orders RENAME TO purchases;
DROP TABLE shop.purchases');
\set VERBOSITY default
SELECT version, status FROM migrator.apply();
SELECT migrator.unload('2');

-- Allowed, with a reason: for the statement after it, or for all.
SELECT action FROM migrator.load_file('1_index.sql', $$-- UP
CREATE TABLE shop.fresh (id bigint PRIMARY KEY);
-- migrator: allow=create-index-without-concurrently the shop is closed at night
CREATE INDEX orders_note ON shop.orders (note);
-- DOWN
DROP INDEX shop.orders_note; DROP TABLE shop.fresh$$);
SELECT migrator.load('2', 'drop', '-- migrator: allow=drop-table nobody buys
-- migrator: allow=drop-cascade neither
DROP TABLE shop.orders CASCADE');
SELECT version, statement, rule, severity FROM migrator.lint() WHERE severity <> 'info';
CALL migrator.apply_each();
SELECT version, result, allowed FROM migrator.history ORDER BY id;

-- What names no rule silences nothing, and is said.
SELECT migrator.load('3', 'x', '-- migrator: allow=drop-tabel a typing error
CREATE TABLE shop.t ()');
SELECT version, statement, line, rule, severity, message, hint FROM migrator.lint() WHERE rule = 'unknown-allowance';
SELECT version, status FROM migrator.apply();
-- And an allowance without a reason is none.
SELECT migrator.load('4', 'x', '-- migrator: allow=drop-table
DROP TABLE shop.t');
SET migrator.on_hazard = perhaps;
RESET migrator.on_hazard;
DROP SCHEMA shop CASCADE;
DROP EXTENSION migrator;
