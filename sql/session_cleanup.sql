-- What one migration leaves in the session is gone before the next; what the caller has stays.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE VIEW session_state AS
    SELECT 'prepared statement' AS kind, name FROM pg_prepared_statements
    UNION ALL SELECT 'cursor', name FROM pg_cursors WHERE name <> ''
    UNION ALL SELECT 'advisory lock', classid || '/' || objid || ' ' || mode FROM pg_locks
              WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND classid <> x'6d696772'::int::oid
    UNION ALL SELECT 'temporary', relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind IN ('r', 'v', 'S')
    UNION ALL SELECT 'temporary function', proname FROM pg_proc WHERE pronamespace = pg_my_temp_schema()
    UNION ALL SELECT 'temporary type', typname FROM pg_type WHERE typnamespace = pg_my_temp_schema() AND typtype = 'e'
    ORDER BY 1, 2;

-- Temporary tables of one name in several migrations, with what hangs on them.
SELECT migrator.load(n::text, 'temporary', $$
    CREATE TEMP TABLE scratch (id serial PRIMARY KEY, note text);
    CREATE TEMP TABLE other (id int REFERENCES scratch DEFERRABLE INITIALLY DEFERRED);
    CREATE TEMP VIEW v AS SELECT * FROM scratch;
    CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE TYPE pg_temp.mood AS ENUM ('sad');
    INSERT INTO other SELECT 1;
    INSERT INTO scratch (note) VALUES ('x');
    CREATE TEMP TABLE at_commit () ON COMMIT DROP;
$$) FROM generate_series(1, 3) AS n;
-- Prepared statements, cursors (also one that would outlive the transaction), session locks.
SELECT migrator.load(n::text, 'others', $$
    PREPARE p AS SELECT 1;
    DECLARE c CURSOR FOR SELECT 1;
    DECLARE h CURSOR WITH HOLD FOR SELECT generate_series(1, 3);
    FETCH h;
    SELECT pg_advisory_lock(21), pg_advisory_lock(21), pg_advisory_lock_shared(22), pg_advisory_lock(2, 3), pg_try_advisory_lock(23);
    DO 'BEGIN PERFORM pg_advisory_lock(24); PREPARE q AS SELECT 2; END';
$$) FROM generate_series(4, 6) AS n;
SELECT version, status FROM migrator.apply();
SELECT * FROM session_state;

-- The caller's own stay, those of a name or a key that a body uses too included.
CREATE TEMP TABLE mine (id int);
CREATE TEMP SEQUENCE mine_too;
PREPARE mine AS SELECT 1;
SELECT pg_advisory_lock(30), pg_advisory_lock(31), pg_advisory_lock(31), pg_advisory_lock_shared(32);
SELECT migrator.load('7', 'beside', $$
    INSERT INTO mine VALUES (1);
    CREATE TEMP TABLE not_mine (id int);
    PREPARE not_mine AS SELECT 1;
    SELECT pg_advisory_lock(30), pg_advisory_lock(31), pg_advisory_lock(32), pg_advisory_lock(33);
$$);
SELECT migrator.load('8', 'another', 'SELECT * FROM mine; EXECUTE mine');
BEGIN;
DECLARE mine CURSOR FOR SELECT generate_series(1, 3);
FETCH mine;
SELECT version, status FROM migrator.apply();
FETCH mine;
SELECT * FROM session_state;
COMMIT;
SELECT * FROM mine;
-- As often as before: once, twice, once.
SELECT pg_advisory_unlock(30), pg_advisory_unlock(31), pg_advisory_unlock(31), pg_advisory_unlock_shared(32);
SELECT * FROM session_state WHERE kind = 'advisory lock';
SELECT pg_advisory_lock(30), pg_advisory_lock(31), pg_advisory_lock(31);

-- Locks of the transaction are the transaction's: they stay until its end.
SELECT migrator.load('9', 'transaction', 'SELECT pg_advisory_xact_lock(40), pg_advisory_lock(40)');
BEGIN;
SELECT version, status FROM migrator.apply();
SELECT * FROM session_state WHERE name LIKE '%40%';
COMMIT;
SELECT * FROM session_state WHERE name LIKE '%40%';

-- After a failure: what a rollback does not take back by itself is taken back too, and the caller's own stays.
SELECT migrator.load('10', 'good', $$PREPARE good AS SELECT 1; SELECT pg_advisory_lock(50)$$);
SELECT migrator.load('11', 'bad', $$
    CREATE TEMP TABLE left_behind ();
    PREPARE bad AS SELECT 1;
    DECLARE bad CURSOR WITH HOLD FOR SELECT 1;
    SELECT pg_advisory_lock(51), pg_advisory_lock(31), pg_advisory_lock(30);
    SELECT 1 / 0;
$$);
SELECT * FROM migrator.apply();
SELECT * FROM session_state;
SELECT version, status FROM migrator.apply(dry_run => true);
SELECT * FROM session_state;
DO $$ BEGIN PERFORM migrator.apply(); EXCEPTION WHEN division_by_zero THEN NULL; END $$;
SELECT * FROM session_state;
-- After one that a deferred constraint fails, and one that the caller's time limit ends.
SELECT migrator.load('11', 'bad', $$
    CREATE TABLE u (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);
    PREPARE bad AS SELECT 1;
    SELECT pg_advisory_lock(51);
    INSERT INTO u VALUES (1), (1);
$$);
SELECT * FROM migrator.apply();
SELECT * FROM session_state WHERE kind IN ('prepared statement', 'advisory lock');
SELECT migrator.load('11', 'bad', $$PREPARE bad AS SELECT 1; SELECT pg_advisory_lock(51); SELECT pg_sleep(10)$$);
SET statement_timeout = '1s';
SELECT * FROM migrator.apply();
RESET statement_timeout;
SELECT * FROM session_state WHERE kind IN ('prepared statement', 'advisory lock');
-- After a rollback and its dry run.
SELECT migrator.load('11', 'down', 'SELECT 1', 'PREPARE down AS SELECT 1; SELECT pg_advisory_lock(52)');
SELECT version, status FROM migrator.apply();
SELECT version, status FROM migrator.rollback(dry_run => true);
SELECT version, status FROM migrator.rollback();
SELECT * FROM session_state;
-- A cursor that PL/pgSQL opened, over a temporary table that goes too; in a function, and in a trigger.
SELECT migrator.load('11', 'opens', $$
    CREATE TEMPORARY TABLE read_by_cursor (n int);
    CREATE FUNCTION opens() RETURNS trigger LANGUAGE plpgsql AS
        $f$ DECLARE c refcursor := 'by trigger'; BEGIN OPEN c FOR SELECT 1; RETURN NULL; END $f$;
    CREATE TABLE triggers ();
    CREATE TRIGGER opens AFTER INSERT ON triggers EXECUTE FUNCTION opens();
    DO $d$ DECLARE c refcursor := 'by block'; BEGIN OPEN c FOR SELECT * FROM read_by_cursor; END $d$;
$$), migrator.load('12', 'opens again', $$
    DO $d$ DECLARE c refcursor := 'by block'; BEGIN OPEN c FOR SELECT 1; END $d$
$$), migrator.load('13', 'by trigger', 'INSERT INTO triggers DEFAULT VALUES');
BEGIN;
SELECT version, status FROM migrator.apply();
SELECT * FROM session_state;
ROLLBACK;

DEALLOCATE ALL;
SELECT pg_advisory_unlock_all();
DROP VIEW session_state;
DROP EXTENSION migrator;
