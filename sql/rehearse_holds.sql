-- rehearse().held_ms: from when a statement took its locks until its migration ended.
SET client_min_messages = error;
CREATE EXTENSION migrator;
SET migrator.on_hazard = ignore;
CREATE TABLE a (id int);
CREATE TABLE b (id int);
-- long: through a sleep, or a statement behind it; at_once: released with its own end.
CREATE FUNCTION held(OUT version migrator.version, OUT statement int, OUT command text, OUT verify boolean, OUT locks text[],
                     OUT long boolean, OUT at_once boolean)
    RETURNS SETOF record LANGUAGE SQL
    AS $$ SELECT version, statement, command, verify, locks, held_ms >= 100, held_ms - execution_time_ms < 100 FROM migrator.rehearse() $$;

-- Each to the end of its own migration, what comes behind the last statement included; none without a lock.
SELECT migrator.load('1', 'slow', 'CREATE TABLE own (id int);
ALTER TABLE a ADD x int;
SELECT pg_sleep(0.11);
ALTER TABLE b ADD x int;
SELECT pg_sleep(0.11)');
SELECT migrator.load('2', 'after', 'SELECT pg_sleep(0.11)');
SELECT * FROM held();
SELECT a.held_ms - b.held_ms >= 100 AS longer FROM migrator.rehearse() a, migrator.rehearse() b WHERE a.statement = 2 AND b.statement = 4;

-- Deferred triggers belong to the migration.
SELECT migrator.unload('2');
SELECT migrator.load('1', 'slow', 'CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.11); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON a INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION doze();
INSERT INTO a VALUES (1)');
SELECT * FROM held();

-- A failure is an end too.
SELECT migrator.load('1', 'slow', 'ALTER TABLE a ADD x int; DO $$ BEGIN PERFORM pg_sleep(0.11); RAISE ''stop''; END $$');
SELECT * FROM held();

-- Statement by statement, each is a transaction of its own; but a block is one.
SELECT migrator.load('1', 'slow', '-- migrator: no-transaction
CREATE INDEX CONCURRENTLY ON a (id);
BEGIN;
ALTER TABLE b ADD x int;
SELECT pg_sleep(0.11);
COMMIT;
SELECT pg_sleep(0.11)');
SELECT * FROM held();

-- A verify script is undone behind the migration, whose own locks are held meanwhile.
SELECT migrator.load('1', 'slow', 'ALTER TABLE a ADD x int', NULL, 'SELECT count(*) FROM b; SELECT pg_sleep(0.11)');
SELECT * FROM held();

DROP FUNCTION held;
DROP TABLE a, b;
DROP EXTENSION migrator;
