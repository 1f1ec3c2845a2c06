-- Deferred constraints are checked at the end of the migration that violates them, as a COMMIT would.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SET migrator.on_hazard = 'ignore'; -- they are here on purpose
CREATE SCHEMA app;
SET search_path = app;
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE deferred (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE immediate (id int REFERENCES parent DEFERRABLE INITIALLY IMMEDIATE);

-- The one that violates it fails, not the one after it, and not the COMMIT of the caller.
SELECT migrator.load('1', 'right', 'INSERT INTO deferred VALUES (1); INSERT INTO parent VALUES (1)');
SELECT migrator.load('2', 'wrong', 'INSERT INTO deferred VALUES (2)');
SELECT migrator.load('3', 'too_late', 'INSERT INTO parent VALUES (2)');
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
SELECT version, status, error FROM migrator.apply(dry_run => true);
SELECT migrator.load('2', 'mended', 'SET CONSTRAINTS ALL DEFERRED; INSERT INTO immediate VALUES (2); INSERT INTO parent VALUES (2)');
SELECT migrator.unload('3');

-- Timing stays as declared in the migrations after it, though a body has set it otherwise: an initially immediate
-- constraint fails at its statement.
SELECT migrator.load('4', 'sets', 'SET CONSTRAINTS ALL IMMEDIATE');
SELECT migrator.load('5', 'deferred_again', 'INSERT INTO deferred VALUES (5); INSERT INTO parent VALUES (5)');
SELECT migrator.load('6', 'defers', 'SET CONSTRAINTS ALL DEFERRED');
SELECT migrator.load('7', 'immediate_again', 'SELECT 1; INSERT INTO immediate VALUES (7); INSERT INTO parent VALUES (7)');
SELECT version, status FROM migrator.apply('6');
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.unload('7');
-- So too for a constraint that a migration makes itself.
SELECT migrator.load('8', 'makes', $$
    CREATE TABLE made (id int UNIQUE DEFERRABLE INITIALLY IMMEDIATE);
    DO 'BEGIN EXECUTE ''ALTER TABLE made ADD COLUMN n int UNIQUE DEFERRABLE INITIALLY DEFERRED''; END'$$);
SELECT migrator.load('9', 'deferred', 'INSERT INTO made (n) VALUES (1), (1); UPDATE made SET n = 2 WHERE ctid = ''(0,1)''');
SELECT version, status FROM migrator.apply();
SELECT migrator.load('10', 'immediate', 'INSERT INTO made VALUES (1), (1); DELETE FROM made');
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.unload('10');

-- A constraint trigger with side effects fires at the end of its migration, in its order.
CREATE TABLE events (n serial, what text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO events (what) VALUES ('fired for ' || NEW.what || ' with ' || current_setting('app.version')); RETURN NULL; END $$;
CREATE TABLE watched (what text);
CREATE CONSTRAINT TRIGGER at_the_end AFTER INSERT ON watched DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION note();
SELECT migrator.load('11', 'x', $$SET app.version = 'the settings of 11'; INSERT INTO watched VALUES ('11'); INSERT INTO events (what) VALUES ('end of 11')$$);
SELECT migrator.load('12', 'x', $$SET app.version = '12'; INSERT INTO events (what) VALUES ('12')$$);
SELECT version, status FROM migrator.apply();
SELECT what FROM events ORDER BY n;

-- ALTER TABLE in the next migration: no pending trigger events stand in its way.
SELECT migrator.load('13', 'rows', 'INSERT INTO parent VALUES (13); INSERT INTO deferred VALUES (13); INSERT INTO watched VALUES (''13''); SET app.version = ''13'''),
       migrator.load('14', 'alter', 'ALTER TABLE deferred ADD COLUMN note text; ALTER TABLE watched ADD COLUMN more int; DROP TABLE immediate');
SELECT version, status FROM migrator.apply();
-- The down body too.
SELECT migrator.load('15', 'down', 'SELECT 1', 'INSERT INTO deferred VALUES (99)');
SELECT version, status FROM migrator.apply();
SELECT * FROM migrator.rollback();
\echo :LAST_ERROR_SQLSTATE

-- Constraints of one name in one schema, but of different timing: an initially deferred one is never checked early.
CREATE TABLE one (id int CONSTRAINT same_name REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE other (id int CONSTRAINT same_name REFERENCES parent DEFERRABLE INITIALLY IMMEDIATE);
SELECT migrator.load(n::text, 'x', format('INSERT INTO one VALUES (%s); INSERT INTO parent VALUES (%s)', n, n), module => 'names')
FROM generate_series(101, 102) AS n;
SELECT version, status FROM migrator.apply(module => 'names');

-- The role that runs need not see every schema in which there is a deferrable constraint.
CREATE SCHEMA hidden;
CREATE TABLE hidden.h (id int UNIQUE DEFERRABLE INITIALLY IMMEDIATE);
CREATE ROLE regress_migrator_deployer;
GRANT USAGE ON SCHEMA migrator TO regress_migrator_deployer;
GRANT EXECUTE ON FUNCTION migrator.apply TO regress_migrator_deployer;
SELECT migrator.load('1', 'x', 'SELECT 1', module => 'hidden');
SET ROLE regress_migrator_deployer;
SELECT version, status FROM migrator.apply(module => 'hidden');
RESET ROLE;

RESET search_path;
SET client_min_messages = error;
DROP SCHEMA app, hidden CASCADE;
DROP OWNED BY regress_migrator_deployer;
DROP ROLE regress_migrator_deployer;
DROP EXTENSION migrator;
