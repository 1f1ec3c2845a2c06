-- Changesets of Liquibase are known by author, id and file: what stands where in its file is not what has run.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
\pset null -
\set VERBOSITY terse

CREATE FUNCTION changelog(VARIADIC changesets text[]) RETURNS text LANGUAGE sql AS $$
    SELECT E'--liquibase formatted sql\n' || string_agg(format(E'--changeset %s\n%s;\n', split_part(one, '|', 1), split_part(one, '|', 2)), '' ORDER BY n)
    FROM unnest(changesets) WITH ORDINALITY AS t(one, n) $$;

-- One is put between two that have run: it runs alone, whatever migrator.out_of_order says.
SELECT version, name, action, reason FROM migrator.load_file('b.sql', changelog('a:1|CREATE TABLE t1 (i int)', 'a:2|INSERT INTO t1 VALUES (2)'));
SELECT version, status FROM migrator.apply();
SELECT version, name, action, reason FROM migrator.load_file('b.sql', changelog('a:1|CREATE TABLE t1 (i int)', 'b:15|ALTER TABLE t1 ADD c int', 'a:2|INSERT INTO t1 VALUES (2)'));
SELECT version, name, status, detail FROM migrator.status();
SELECT version, rule FROM migrator.lint() WHERE rule = 'out-of-order';
SELECT version, status FROM migrator.apply();
SELECT version, action FROM migrator.load_file('b.sql', changelog('a:1|CREATE TABLE t1 (i int)', 'b:15|ALTER TABLE t1 ADD c int', 'a:2|INSERT INTO t1 VALUES (2)'));
SELECT * FROM t1;

-- In front, between again, at the end; the order of what has run is turned round.
SELECT version, name, action FROM migrator.load_file('b.sql', changelog('c:0|INSERT INTO t1 VALUES (10)', 'a:2|INSERT INTO t1 VALUES (2)',
    'c:1|INSERT INTO t1 VALUES (11)', 'b:15|ALTER TABLE t1 ADD c int', 'a:1|CREATE TABLE t1 (i int)', 'c:2|INSERT INTO t1 VALUES (12)', 'c:3|INSERT INTO t1 VALUES (13)'));
SELECT version, name, status FROM migrator.apply();
SELECT * FROM t1;
-- They go back in the reverse of the order in which they ran: none has a rollback here.
SELECT version FROM migrator.rollback();
SELECT version, name, status FROM migrator.status();

-- An edited one is refused as ever, by its own name.
SELECT version, action FROM migrator.load_file('b.sql', changelog('c:0|INSERT INTO t1 VALUES (10)', 'a:2|INSERT INTO t1 VALUES (3)'));
\set VERBOSITY default
SELECT * FROM migrator.apply();
\set VERBOSITY terse
SELECT migrator.accept('b#2', 'reviewed');
SELECT version FROM migrator.apply();
DROP TABLE t1;

-- What has not run and is removed does not run; what comes after it keeps its version.
SELECT version, name, action FROM migrator.load_file('c.sql', changelog('a:1|CREATE TABLE t2 (i int)'), module => 'c');
SELECT version, status FROM migrator.apply(module => 'c');
SELECT version, name, action FROM migrator.load_file('c.sql', changelog('a:1|CREATE TABLE t2 (i int)', 'a:2|INSERT INTO t2 VALUES (2)', 'a:3|INSERT INTO t2 VALUES (3)'), module => 'c');
SELECT version, name, action, source, reason FROM migrator.load_file('c.sql', changelog('a:1|CREATE TABLE t2 (i int)', 'a:3|INSERT INTO t2 VALUES (3)'), module => 'c');
SELECT version, name, status FROM migrator.apply(module => 'c');
SELECT * FROM t2;
-- Nor does what has run run again, when it is taken out and comes back.
SELECT version, name, action, reason FROM migrator.load_file('c.sql', changelog('a:1|CREATE TABLE t2 (i int)'), module => 'c');
SELECT version, name, status FROM migrator.status('c');
SELECT version, name, action, reason FROM migrator.load_file('c.sql', changelog('a:3|INSERT INTO t2 VALUES (3)', 'a:1|CREATE TABLE t2 (i int)'), module => 'c');
SELECT version FROM migrator.apply(module => 'c');
-- All of them.
SELECT version, name, action, reason FROM migrator.load_file('c.sql', changelog('a:1|CREATE TABLE t2 (i int)', 'a:5|SELECT 5'), module => 'c');
SELECT version, name, action, reason FROM migrator.load_file('c.sql', E'--liquibase formatted sql\n', module => 'c');

-- Those that have not run change places: they run in the order of the file, each once.
SELECT version, name, action FROM migrator.load_file('c.sql', changelog('a:1|CREATE TABLE t2 (i int)', 'a:6|INSERT INTO t2 VALUES (6)', 'a:7|INSERT INTO t2 VALUES (7)', 'a:8|INSERT INTO t2 VALUES (8)'), module => 'c');
SELECT version, name, action, reason FROM migrator.load_file('c.sql', changelog('a:1|CREATE TABLE t2 (i int)', 'a:8|INSERT INTO t2 VALUES (8)', 'a:6|INSERT INTO t2 VALUES (6)', 'a:7|INSERT INTO t2 VALUES (7)'), module => 'c');
SELECT version, name, status FROM migrator.apply(module => 'c');
SELECT version, name, status FROM migrator.status('c');
SELECT * FROM t2;

-- Another id is another changeset; upper and lower case are one.
SELECT version, name, action FROM migrator.load_file('c.sql', changelog('A:1|CREATE TABLE t2 (i int)', 'a:six|INSERT INTO t2 VALUES (6)'), module => 'c');
SELECT version, name, status FROM migrator.apply(module => 'c');
SELECT version FROM migrator.load_file('c.sql', changelog('a:1|SELECT 1', 'a:2|SELECT 2', 'a:1|SELECT 3'), module => 'c');
\echo :LAST_ERROR_SQLSTATE
DROP TABLE t2;

-- What was loaded by position, as 1.0 did: b:15 stands where a:2 has run. There is no hint to accept that.
SELECT version, action FROM migrator.load_file('d.sql', changelog('a:1|CREATE TABLE t3 (i int)', 'a:2|INSERT INTO t3 VALUES (2)'), module => 'd');
SELECT version, status FROM migrator.apply(module => 'd');
UPDATE migrator.migration SET name = 'b:15', up = 'ALTER TABLE t3 ADD c int', checksum = 'x' WHERE module = 'd' AND version = 'd#2';
INSERT INTO migrator.migration (module, version, checksum, name, reversible, raw_checksum, checksum_algorithm, loaded_by, source, up)
VALUES ('d', 'd#3', 'y', 'a:2', false, 'y', 'sha256/tokens-1', current_user, 'd.sql', 'INSERT INTO t3 VALUES (2)');
\set VERBOSITY default
SELECT * FROM migrator.apply(module => 'd');
SELECT migrator.accept('d#2', 'as the hint was', 'd');
\set VERBOSITY terse
SELECT version, name, action, reason FROM migrator.load_file('d.sql', changelog('a:1|CREATE TABLE t3 (i int)', 'b:15|ALTER TABLE t3 ADD c int', 'a:2|INSERT INTO t3 VALUES (2)'), module => 'd');
SELECT version, name, status FROM migrator.apply(module => 'd');
SELECT * FROM t3;
DROP TABLE t3;

-- Two files with the same ids; a file that goes on under another name, as its logicalFilePath says.
\getenv fixtures MIGRATOR_FIXTURES
\set before :fixtures /changesets/before
\set renamed :fixtures /changesets/renamed
\set shared :fixtures /changesets/shared
SELECT version, name, action, source FROM migrator.load_dir(:'before', module => 'e');
SELECT version, name, status FROM migrator.apply('old#2', module => 'e');
SELECT version, name, action, source, reason FROM migrator.load_dir(:'renamed', module => 'e');
SELECT version, name, status FROM migrator.apply(module => 'e');
SELECT version, name, action, source, reason FROM migrator.load_dir(:'renamed', module => 'e');
SELECT version, name, action FROM migrator.load_file('moved/newer.sql', replace(pg_read_file(:'renamed' || '/new.sql'), 'ben:1', 'ben:2'), module => 'e');
SELECT version, name, status FROM migrator.apply(module => 'e');
SELECT * FROM one;
SELECT version FROM migrator.load_dir(:'shared', module => 'f');
\echo :LAST_ERROR_SQLSTATE

-- One that has moved in its file is reported by the line on which it is now.
SELECT version, action FROM migrator.load_file('h.sql', changelog('a:1|SELECT 1', 'a:2|SELECT 1 / 0'), module => 'h');
SELECT version, action FROM migrator.load_file('h.sql', replace(changelog('a:1|SELECT 1', 'a:2|SELECT 1 / 0'), '--changeset a:1', E'\n\n--changeset a:1'), module => 'h');
SELECT version, line FROM migrator.plan(module => 'h');

-- What another run may be applying does not move meanwhile, and the history of Liquibase is known by the same names.
CREATE TABLE databasechangelog (id varchar(255) NOT NULL, author varchar(255) NOT NULL, filename varchar(255) NOT NULL,
    dateexecuted timestamp NOT NULL, orderexecuted integer NOT NULL, exectype varchar(10) NOT NULL, md5sum varchar(35));
INSERT INTO databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype) VALUES
    ('1', 'ann', 'db/old.sql', '2026-01-01', 1, 'EXECUTED'), ('2', 'ann', 'db/old.sql', '2026-01-02', 2, 'EXECUTED');
SELECT version, action FROM migrator.load_dir(:'renamed', module => 'g');
SELECT version, name, status, note FROM migrator.adopt('liquibase', 'g');
SELECT version, name, status FROM migrator.status('g');
DROP TABLE databasechangelog, one;
DROP FUNCTION changelog(text[]);
DROP EXTENSION migrator;
