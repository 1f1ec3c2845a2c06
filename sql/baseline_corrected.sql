-- A baselined body never ran, so its file may be corrected until something has run on top of it.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE TABLE a (id int);
CREATE VIEW record AS SELECT version, action, result, up, reason FROM migrator.history ORDER BY id;

SELECT migrator.load('1', 'a', 'CREATE TABLE a (id int); CREATE TABLE mistaken ()');
SELECT * FROM migrator.baseline('1');
SELECT migrator.load('1', 'a', 'CREATE TABLE a (id int)');
SELECT version, status, detail FROM migrator.status();
SET client_min_messages = notice;
SELECT * FROM migrator.apply();
SELECT * FROM migrator.baseline('1', reason => 'the table was a mistake');
SET client_min_messages = warning;
SELECT version, status, detail FROM migrator.status();
SELECT * FROM record;
-- accept() may be used for it, too, and is not the last word.
BEGIN;
SELECT migrator.load('1', 'a', 'CREATE TABLE a (id bigint)');
SELECT migrator.accept('1', 'reviewed');
SELECT migrator.load('1', 'a', 'CREATE TABLE a (id int8)');
SELECT version, status, detail FROM migrator.status();
SELECT * FROM record OFFSET 2;
ROLLBACK;
-- Again, and this time the next run records it. What is undone does not.
SELECT migrator.load('1', 'a', 'CREATE TABLE a (id int) -- really');
SELECT version, status, detail FROM migrator.status();
SELECT migrator.load('1', 'a', 'CREATE TABLE a (id integer, n int)'), migrator.load('2', 'b', 'SELECT 1 / 0', 'SELECT 2');
SELECT version, status FROM migrator.apply();
SELECT version, status FROM migrator.apply(dry_run => true);
SELECT count(*) FROM record;
CALL migrator.apply_each();
SELECT * FROM record OFFSET 2;
SELECT migrator.load('1', 'a', 'CREATE TABLE a (id int)'), migrator.load('2', 'b', 'SELECT 2', 'SELECT -2');
SELECT version, status FROM migrator.apply();
SELECT * FROM record OFFSET 4;
-- From now on it is like any other: there is nothing to roll it back by, and rolling back what ran does not change that.
SELECT migrator.load('1', 'a', 'CREATE TABLE a (id int, late int)');
SELECT version, status, detail FROM migrator.status();
SELECT * FROM migrator.apply();
SELECT version, status FROM migrator.rollback();
SELECT * FROM migrator.apply();
SELECT migrator.accept('1', 'reviewed');
SELECT version, status FROM migrator.apply();
-- baseline() says so, too.
SELECT migrator.load('1', 'a', 'CREATE TABLE a (id int, later int)');
SELECT * FROM migrator.baseline('2');
SELECT version, status FROM migrator.status();
SELECT migrator.accept('1', 'reviewed');

-- What runs in another module is not on top of it. A run before it does not matter either.
SELECT FROM migrator.load('1', 'x', 'SELECT 1', module => 'other'), migrator.apply(module => 'other');
SELECT migrator.load('2', 'y', 'SELECT 2', module => 'other'), migrator.load('3', 'z', 'SELECT 3', module => 'other');
SELECT * FROM migrator.baseline('3', 'other');
SELECT migrator.load('3', 'z', 'SELECT 33', module => 'other'), migrator.load('1', 'x', 'SELECT 11', module => 'other');
SELECT version, status FROM migrator.status('other');
SELECT * FROM migrator.apply(module => 'other');
-- One that is older than a baseline, but runs after it, is on top.
SELECT migrator.load('1', 'x', 'SELECT 1', module => 'late'), migrator.load('2', 'y', 'SELECT 2', module => 'late');
SELECT * FROM migrator.baseline('2', 'late');
SET migrator.out_of_order = 'allow';
SELECT migrator.load('0', 'w', 'SELECT 0', module => 'late'), migrator.load('2', 'y', 'SELECT 22', module => 'late');
SELECT version, status FROM migrator.apply(module => 'late');
SELECT migrator.load('2', 'y', 'SELECT 222', module => 'late');
SELECT version, status FROM migrator.status('late');
-- So is what another tool has run since.
SELECT migrator.load('1', 'x', 'SELECT 1', module => 'adopted');
SELECT * FROM migrator.baseline('1', 'adopted');
SELECT migrator.load('1', 'x', 'SELECT 11', module => 'adopted'), migrator.load('2', 'y', 'SELECT 2', module => 'adopted');
CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('2');
SELECT version, status FROM migrator.adopt('dbmate', 'adopted');
SELECT version, status FROM migrator.status('adopted');
SELECT migrator.load('1', 'x', 'SELECT 111', module => 'adopted');
SELECT version, status FROM migrator.status('adopted');
DROP TABLE schema_migrations;
DROP VIEW record;
DROP TABLE a;
DROP EXTENSION migrator;
