-- What looks at tables and bodies of a role executes none of its code with the rights of another: not with those of
-- the superuser who calls, and not with those of the extension's owner.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE ROLE regress_migrator_dev;
CREATE SCHEMA dev AUTHORIZATION regress_migrator_dev;
GRANT USAGE ON SCHEMA migrator TO regress_migrator_dev;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA migrator TO regress_migrator_dev;
SET search_path = dev, public;
SET constraint_exclusion = on; -- CHECKs are planned too

SET ROLE regress_migrator_dev;
CREATE TABLE ran (what text, as_role text DEFAULT current_user);
-- What lint() does it rolls back, but for sequences.
CREATE SEQUENCE as_dev;
CREATE SEQUENCE as_another;
-- Who runs it, where the server computes in advance what only depends on constants.
CREATE FUNCTION note(text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN PERFORM nextval(CASE current_user WHEN 'regress_migrator_dev' THEN 'dev.as_dev' ELSE 'dev.as_another' END::regclass);
INSERT INTO dev.ran VALUES ($1); EXCEPTION WHEN insufficient_privilege THEN NULL; END $$;
CREATE FUNCTION trap(text, integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN PERFORM dev.note($1); PERFORM set_config('search_path', 'dev', false); RETURN $2; END $$;
-- lint() runs none of it for a superuser; for the one that wrote it, with that role's rights.
\set lint 'ALTER SEQUENCE dev.as_dev RESTART; ALTER SEQUENCE dev.as_another RESTART; SELECT statement, rule FROM migrator.lint() WHERE severity <> \'info\'; SELECT \'regress_migrator_dev\' AS as_role FROM dev.as_dev WHERE is_called UNION SELECT \'another\' FROM dev.as_another WHERE is_called;'

-- Values of a small table that lint() reads: what its indexes and constraints hold is planned with it.
CREATE TABLE small (a integer, b text, CHECK (a > trap('check', 0)));
INSERT INTO small VALUES (1, 'x'), (1, 'y');
CREATE INDEX ON small ((a + trap('index', 1)));
CREATE INDEX ON small (a) WHERE a > trap('predicate', 1);
CREATE STATISTICS of_small ON (a + trap('statistics', 1)), b FROM small;
ANALYZE small;
SELECT migrator.load('1', 'x', 'ALTER TABLE small ALTER b TYPE varchar(3); CREATE UNIQUE INDEX ON small (a)');
:lint
RESET ROLE;
:lint
SET ROLE regress_migrator_dev;
SELECT migrator.unload('1');
-- Without such expressions they are read, but not those of children, which may be another's.
CREATE TABLE innocent (a integer CHECK (a > 0), b text);
INSERT INTO innocent SELECT a, 'long' FROM small;
CREATE INDEX ON innocent ((a + 1)) WHERE b <> '';
SELECT migrator.load('1', 'x', 'ALTER TABLE innocent ALTER b TYPE varchar(3); CREATE UNIQUE INDEX ON innocent (a)');
RESET ROLE;
:lint
SET ROLE regress_migrator_dev;
CREATE TABLE child () INHERITS (innocent);
:lint
SELECT migrator.unload('1');

-- New types: casts, domains.
CREATE DOMAIN bounded AS text CHECK (VALUE <> repeat('x', trap('domain', 3)));
CREATE DOMAIN outer_one AS bounded;
CREATE DOMAIN free AS text;
CREATE TYPE pair AS (x integer);
CREATE FUNCTION pair_to_text(pair) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT repeat(''x'', dev.trap(''cast'', 1))';
CREATE CAST (pair AS text) WITH FUNCTION pair_to_text(pair) AS ASSIGNMENT;
CREATE TABLE big (a text, b text, c pair, d text, e varchar(5));
INSERT INTO big SELECT 'a' FROM generate_series(1, 10001);
ANALYZE big;
SELECT migrator.load('2', 'x', 'ALTER TABLE big ALTER a TYPE bounded; ALTER TABLE big ALTER b TYPE outer_one;
    ALTER TABLE big ALTER c TYPE text; ALTER TABLE big ALTER d TYPE free; ALTER TABLE big ALTER e TYPE varchar(9);
    ALTER TABLE big ADD f outer_one; ALTER TABLE big ADD g free;
    ALTER TABLE big ALTER d TYPE text USING d::bounded::text; ALTER TABLE big ALTER d TYPE integer USING trap(''using'', 1);
    ALTER TABLE big ADD h integer DEFAULT trap(''default'', 1); ALTER TABLE big ADD CHECK (trap(''add check'', 1) > 0);
    ALTER TABLE big ADD i integer GENERATED ALWAYS AS (trap(''generated'', 1)) STORED;
    CREATE INDEX ON big ((trap(''new index'', 1))); ALTER DOMAIN bounded ADD CHECK (trap(''alter domain'', 1) > 0);
    UPDATE big SET a = ''b'' WHERE a = repeat(''x'', trap(''where'', 1))');
:lint
RESET ROLE;
:lint
SET ROLE regress_migrator_dev;
SELECT migrator.unload('2');

-- Whether a table fits the bounds of a partition.
CREATE TABLE parted (a integer) PARTITION BY RANGE (a);
CREATE TABLE proven (a integer NOT NULL CHECK (a >= 1 AND a < 20001));
CREATE TABLE trapped (a integer NOT NULL CHECK (a >= trap('bound', 20001) AND a < 40001));
CREATE DOMAIN key AS integer CHECK (VALUE > trap('key', 0));
CREATE TABLE by_key (a key) PARTITION BY LIST (a);
CREATE TABLE of_key (a key NOT NULL CHECK (a = 1));
CREATE TABLE by_expression (a integer) PARTITION BY RANGE ((a + trap('partition key', 1)));
CREATE TABLE of_expression (a integer NOT NULL CHECK (a < 10));
INSERT INTO proven SELECT generate_series(1, 10001);
INSERT INTO trapped SELECT generate_series(20001, 30001);
INSERT INTO of_key SELECT 1 FROM generate_series(1, 10001);
INSERT INTO of_expression SELECT 1 FROM generate_series(1, 10001);
ANALYZE proven, trapped, of_key, of_expression;
SELECT migrator.load('3', 'x', 'ALTER TABLE parted ATTACH PARTITION proven FOR VALUES FROM (1) TO (20001);
    ALTER TABLE parted ATTACH PARTITION trapped FOR VALUES FROM (20001) TO (40001);
    ALTER TABLE by_key ATTACH PARTITION of_key FOR VALUES IN (1);
    ALTER TABLE by_expression ATTACH PARTITION of_expression FOR VALUES FROM (1) TO (10);
    CREATE TABLE part PARTITION OF parted FOR VALUES FROM (trap(''new bound'', 50000)) TO (50001)');
:lint
RESET ROLE;
:lint
SET ROLE regress_migrator_dev;
SELECT migrator.unload('3');

-- The catalog of an extension that is not a superuser's.
SET ROLE regress_migrator_dev;
CREATE TABLE part_config (parent_table text);
INSERT INTO part_config VALUES ('dev.parted');
CREATE INDEX ON part_config ((parent_table || trap('part_config', 1)));
SELECT migrator.load('3', 'x', 'ALTER TABLE parted ADD b integer');
RESET ROLE;
BEGIN; -- as if pg_partman had made it
INSERT INTO pg_extension SELECT 4000000000, 'pg_partman', extowner, extnamespace, false, '5.0', NULL, NULL FROM pg_extension WHERE extname = 'plpgsql';
INSERT INTO pg_depend VALUES ('pg_class'::regclass, 'dev.part_config'::regclass, 0, 'pg_extension'::regclass, 4000000000, 0, 'e');
SET LOCAL ROLE regress_migrator_dev;
SELECT rule FROM migrator.lint() WHERE rule = 'managed-table';
SELECT 'another' AS as_role FROM dev.as_another WHERE is_called;
ROLLBACK;
SET ROLE regress_migrator_dev;
SELECT migrator.unload('3');

-- The history of another tool, as adopt() reads it.
CREATE TABLE schema_migrations (version text, CHECK (version <> repeat('x', trap('tool', 3))));
INSERT INTO schema_migrations VALUES ('4');
CREATE INDEX ON schema_migrations ((version || trap('tool index', 1)));
SELECT migrator.load('4', 'x', 'SELECT 4');
RESET ROLE;
SELECT version, status FROM migrator.adopt();
SELECT DISTINCT * FROM dev.ran WHERE as_role <> 'regress_migrator_dev';


-- What a body leaves behind for the end of its migration is done by the role that runs it, not as the owner of the
-- record; also when a trigger defers its constraint again.
SET ROLE regress_migrator_dev;
TRUNCATE ran;
CREATE TABLE deferred (n integer);
CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dev.ran VALUES ('trigger ' || NEW.n);
    IF NEW.n < 3 OR NEW.n > 9 THEN
        SET CONSTRAINTS dev.late DEFERRED;
        INSERT INTO dev.deferred VALUES (NEW.n + 1);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON deferred DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION again();
SELECT migrator.load('5', 'x', 'SET CONSTRAINTS dev.late DEFERRED; INSERT INTO deferred VALUES (1)');
SELECT status FROM migrator.apply();
TABLE ran;
-- It is not waited for one that never ends.
SELECT migrator.load('6', 'x', 'SET CONSTRAINTS dev.late DEFERRED; INSERT INTO deferred VALUES (10)');
SELECT status FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.unload('6');

RESET ROLE;
RESET search_path;
SET client_min_messages = error;
DROP OWNED BY regress_migrator_dev CASCADE;
DROP ROLE regress_migrator_dev;
DROP EXTENSION migrator;
