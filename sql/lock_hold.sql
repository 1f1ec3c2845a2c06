-- migrator.max_lock_hold: where in a migration a lock is taken, and where it goes again.
\t on
\a
\pset null '(null)'
SET client_min_messages = warning;
CREATE EXTENSION migrator;
-- Something counts as applied, so that no call warns that no migration has made the tables.
DO $$ BEGIN
    PERFORM migrator.load('1', 'start', 'SELECT 1', module => 'start');
    PERFORM migrator.baseline('1', module => 'start');
END $$;
CREATE TABLE a (n int);
CREATE TABLE b (n int);
INSERT INTO a SELECT generate_series(1, 100);
CREATE FUNCTION naps(seconds float) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(seconds); END $$;
CREATE FUNCTION locks(relation regclass, mode text DEFAULT 'ACCESS EXCLUSIVE') RETURNS void LANGUAGE plpgsql AS $$
BEGIN EXECUTE format('LOCK TABLE %s IN %s MODE', relation, mode); END $$;
CREATE FUNCTION locks_and_naps(relation regclass, seconds float) RETURNS int LANGUAGE plpgsql AS $$
DECLARE nothing text;
BEGIN PERFORM locks(relation); nothing := pg_sleep(seconds); RETURN 1; END $$;
CREATE FUNCTION locks_b(seconds float) RETURNS int LANGUAGE sql AS $$ LOCK TABLE b; SELECT pg_sleep(seconds); SELECT 1 $$;
CREATE PROCEDURE lock_in_procedure(seconds float) LANGUAGE plpgsql AS $$ BEGIN LOCK TABLE a IN EXCLUSIVE MODE; PERFORM naps(seconds); END $$;
SET migrator.on_hazard = ignore;
SET migrator.max_lock_hold = '300ms';

-- What came of a migration, and whether it ended when it should: long before its 20 s.
CREATE FUNCTION came_of(sql text) RETURNS TABLE (state text, lock text, soon boolean) LANGUAGE plpgsql AS $$
DECLARE began timestamptz := clock_timestamp(); why text;
BEGIN
    PERFORM migrator.load('1', 'a', sql);
    BEGIN
        PERFORM migrator.apply();
        RAISE EXCEPTION USING ERRCODE = 'ZZ000';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS lock = PG_EXCEPTION_DETAIL;
        state := CASE SQLSTATE WHEN 'ZZ000' THEN 'applied' ELSE SQLSTATE || ' ' || split_part(SQLERRM, ' for longer', 1) END;
        lock := substring(lock FROM 'It has held (\w+)');
    END;
    soon := clock_timestamp() - began < '8s';
    PERFORM migrator.unload('1');
    RETURN NEXT;
END $$;

-- At top level: the statement itself, a later one, and one that is slow after it has the lock.
SELECT * FROM came_of('LOCK TABLE a; SELECT pg_sleep(20)');
SELECT * FROM came_of('ALTER TABLE a ADD CONSTRAINT slow CHECK (n + length(pg_sleep(0.2)::text) >= 0)');
SELECT * FROM came_of('CREATE INDEX ON a ((n + length(naps(0.2)::text)))'); -- refused: not immutable
SELECT * FROM came_of('CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION suppress_redundant_updates_trigger(); SELECT pg_sleep(20)');
SELECT * FROM came_of('TRUNCATE a; SELECT pg_sleep(20)');
SELECT * FROM came_of('DROP TABLE b; SELECT pg_sleep(20)');
-- In the middle of a long body: by a statement of it, by one in a function that it calls, by expressions only.
SELECT * FROM came_of('DO $do$ BEGIN PERFORM pg_sleep(0.4); LOCK TABLE a; PERFORM pg_sleep(20); END $do$');
SELECT * FROM came_of('DO $do$ DECLARE x text; BEGIN LOCK TABLE a IN SHARE ROW EXCLUSIVE MODE; x := pg_sleep(20); END $do$');
SELECT * FROM came_of('DO $do$ BEGIN PERFORM locks(''a'', ''SHARE''); LOOP PERFORM 1; END LOOP; END $do$');
SELECT * FROM came_of('DO $do$ DECLARE i bigint := 0; BEGIN EXECUTE ''ALTER TABLE a ADD m int''; LOOP i := i + 1; END LOOP; END $do$');
SELECT * FROM came_of('CALL lock_in_procedure(20)');
-- In a function that a query calls.
SELECT * FROM came_of('SELECT locks_and_naps(''a'', 20)');
SELECT * FROM came_of('SELECT locks_b(20)');
SELECT * FROM came_of('INSERT INTO b SELECT locks_and_naps(''a'', 1) FROM generate_series(1, 20)');
-- Two, one after another: the first one counts from when it was taken, each for itself if one goes in between.
SELECT * FROM came_of('LOCK TABLE a; SELECT pg_sleep(0.1); LOCK TABLE b; SELECT pg_sleep(20)');
SELECT * FROM came_of('DO $do$ BEGIN LOCK TABLE a; PERFORM pg_sleep(0.1); LOCK TABLE b; PERFORM pg_sleep(20); END $do$');
SET migrator.max_lock_hold = '1500ms';
SELECT * FROM came_of('DO $do$ BEGIN
    FOR i IN 1..4 LOOP
        BEGIN PERFORM locks(CASE WHEN i % 2 = 0 THEN ''a'' ELSE ''b'' END::regclass); PERFORM pg_sleep(0.5); RAISE EXCEPTION USING ERRCODE = ''ZZ001'';
        EXCEPTION WHEN SQLSTATE ''ZZ001'' THEN NULL; END;
    END LOOP; END $do$');
SET migrator.max_lock_hold = '300ms';
-- One that is gone with its subtransaction counts no more, whatever comes next; the one of the block around it does.
SELECT * FROM came_of('DO $do$ DECLARE x text; BEGIN
    BEGIN LOCK TABLE a; RAISE EXCEPTION USING ERRCODE = ''ZZ001''; EXCEPTION WHEN SQLSTATE ''ZZ001'' THEN NULL; END;
    x := pg_sleep(0.5); PERFORM pg_sleep(0.3); END $do$');
SELECT * FROM came_of('DO $do$ DECLARE x text; BEGIN LOCK TABLE b;
    BEGIN LOCK TABLE a; RAISE EXCEPTION USING ERRCODE = ''ZZ001''; EXCEPTION WHEN SQLSTATE ''ZZ001'' THEN NULL; END;
    x := pg_sleep(20); END $do$');
SELECT * FROM came_of('DO $do$ DECLARE x text; BEGIN LOCK TABLE a IN SHARE MODE;
    BEGIN LOCK TABLE a; RAISE EXCEPTION USING ERRCODE = ''ZZ001''; EXCEPTION WHEN SQLSTATE ''ZZ001'' THEN NULL; END;
    x := pg_sleep(20); END $do$');
SELECT * FROM came_of('SAVEPOINT s'); -- no lock, nor a savepoint
-- A cancel that is caught releases what was taken since; the rest is canceled again.
SELECT * FROM came_of('DO $do$ DECLARE x text; BEGIN
    BEGIN LOCK TABLE a; x := pg_sleep(20); EXCEPTION WHEN query_canceled THEN NULL; END;
    x := pg_sleep(0.8); END $do$');
SELECT * FROM came_of('DO $do$ DECLARE x text; BEGIN LOCK TABLE a;
    BEGIN x := pg_sleep(20); EXCEPTION WHEN query_canceled THEN NULL; END; x := pg_sleep(20); END $do$');
SELECT * FROM came_of('DO $do$ BEGIN LOCK TABLE a; BEGIN PERFORM pg_sleep(20); EXCEPTION WHEN query_canceled THEN NULL; END; END $do$');
-- One that becomes strong where a weak one was, behind many others.
SELECT * FROM came_of('DO $do$ BEGIN COMMENT ON TABLE a IS ''weak'';
    FOR i IN 1..40 LOOP EXECUTE format(''CREATE TABLE n%s (id int PRIMARY KEY)'', i); END LOOP;
    LOCK TABLE a IN SHARE MODE; PERFORM pg_sleep(20); END $do$');
-- Nobody waits for what is new, its index and TOAST included, nor for writing and reading.
SELECT * FROM came_of('CREATE TABLE fresh (id int PRIMARY KEY, t text UNIQUE); ALTER TABLE fresh ADD m int; CREATE INDEX ON fresh (m); LOCK TABLE fresh; SELECT pg_sleep(0.5)');
SELECT * FROM came_of('DO $do$ BEGIN CREATE TABLE fresh (id int PRIMARY KEY); UPDATE a SET n = n; PERFORM pg_sleep(0.5); END $do$');
-- What takes its lock first thing and then works, with nothing in between that tells.
CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.02); RETURN $1; END $$;
SET migrator.max_lock_hold = 0;
CREATE INDEX slow ON a (slow(n));
SET migrator.max_lock_hold = '300ms';
SELECT * FROM came_of('REINDEX INDEX slow');
SELECT * FROM came_of('REINDEX TABLE a');
SELECT * FROM came_of('DO $do$ BEGIN PERFORM pg_sleep(0.4); EXECUTE ''REINDEX TABLE a''; END $do$');
SELECT * FROM came_of('CREATE TABLE fresh AS TABLE a; CREATE INDEX ON fresh (slow(n)); SELECT pg_sleep(0.4)');
DROP INDEX slow;

-- apply_each(): each migration for itself, each statement where each commits.
SET migrator.max_lock_hold = '1500ms';
SELECT migrator.load(i::text, 'a', format('ALTER TABLE a ADD c%s int; SELECT pg_sleep(0.6)', i)) FROM generate_series(1, 3) i;
CALL migrator.apply_each();
SELECT migrator.load('4', 'd', E'-- migrator: no-transaction\nALTER TABLE a ADD d int; SELECT pg_sleep(1.6);\nDO $$ BEGIN LOCK TABLE a; PERFORM pg_sleep(0.8); COMMIT; LOCK TABLE a; PERFORM pg_sleep(0.8); ROLLBACK; PERFORM pg_sleep(1.6); END $$;');
CALL migrator.apply_each();
SELECT migrator.load('5', 'e', E'-- migrator: no-transaction\nDO $$ BEGIN LOCK TABLE b; PERFORM pg_sleep(0.1); COMMIT; LOCK TABLE a; PERFORM pg_sleep(20); END $$;', 'SELECT 1');
CALL migrator.apply_each();
\echo :LAST_ERROR_SQLSTATE
SELECT version, status FROM migrator.status();
-- Canceled by somebody else it says so, and no cancel comes afterwards.
SET migrator.max_lock_hold = '1min';
CALL migrator.rollback_each();
SELECT migrator.unload('5');
SELECT migrator.load('6', 'f', 'LOCK TABLE a; SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(20)');
CALL migrator.apply_each();
\echo :LAST_ERROR_SQLSTATE
SELECT pg_sleep(0.3);
DROP EXTENSION migrator;
DROP TABLE a, b;
DROP FUNCTION naps, locks, locks_and_naps, locks_b, came_of, slow;
DROP PROCEDURE lock_in_procedure;
