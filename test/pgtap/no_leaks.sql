-- Failing calls in one session leak nothing, NO_LEAKS_CALLS of them: neither the server's memory contexts nor the process
-- grow.
\getenv calls NO_LEAKS_CALLS
\if :{?calls}
\else
    \set calls 20000
\endif
\set ECHO none
\set QUIET on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = error;
SELECT plan(6);
SELECT FROM migrator.load('1', 'applied', 'SELECT 1'), migrator.apply();
SELECT FROM migrator.load('2', 'fails', 'SELECT 1; PREPARE p AS SELECT 1; SELECT pg_advisory_lock(1); SELECT 1 / 0');
SELECT FROM migrator.load('1', 'applied', 'SELECT 1', module => 'edited'), migrator.apply(module => 'edited');
SELECT FROM migrator.load('1', 'applied', 'SELECT 2', module => 'edited');
CREATE TABLE expected (kind int PRIMARY KEY, call text, state text);
INSERT INTO expected VALUES
    (0, 'SELECT migrator.apply(''no such target'')', 'MG002'),
    (1, 'SELECT migrator.load_file(''3_x.sql'', E''SELECT 1;\nSELEC 2'')', '42601'),
    (2, 'SELECT migrator.apply()', '22012'),
    (3, 'SELECT migrator.apply(dry_run => true)', NULL), -- a failing dry run is a row
    (4, 'SELECT migrator.apply(module => ''edited'')', 'MG001'),
    (5, 'SELECT migrator.load(''1'', ''x'', ''SELECT ''''open'')', '42601'),
    (6, 'SELECT migrator.rollback()', 'MG004'),
    (7, 'SELECT ''a b''::migrator.version', '22P02'),
    (8, 'SELECT migrator.load_dir(''/nonexistent'')', '58P01'),
    (9, 'SELECT migrator.accept(''2'', ''not applied'')', 'MG007');
CREATE TABLE results (kind int, state text, calls bigint);
-- Each call in an EXCEPTION block of its own, as a session that goes on has it.
CREATE PROCEDURE fail(calls int) LANGUAGE plpgsql AS $$
DECLARE one expected; got text; counts bigint[] := array_fill(0, ARRAY[10]); wrong text[] := array_fill(NULL::text, ARRAY[10]); all_kinds expected[];
BEGIN
    SELECT array_agg(e ORDER BY kind) INTO all_kinds FROM expected e;
    FOR i IN 1 .. calls LOOP
        one := all_kinds[1 + i % 10];
        got := NULL;
        BEGIN
            EXECUTE one.call;
        EXCEPTION WHEN OTHERS THEN
            got := SQLSTATE;
        END;
        IF got IS NOT DISTINCT FROM one.state THEN
            counts[1 + i % 10] := counts[1 + i % 10] + 1;
        ELSE
            wrong[1 + i % 10] := coalesce(got, 'success');
        END IF;
        IF i % 1000 = 0 THEN COMMIT; END IF;
    END LOOP;
    INSERT INTO results SELECT k - 1, wrong[k], counts[k] FROM generate_series(1, 10) AS k;
END $$;
-- Bytes in use in the contexts that outlive a transaction, and the memory of the process that is its own: shared buffers
-- that it touches for the first time are not.
CREATE FUNCTION used() RETURNS bigint LANGUAGE sql VOLATILE AS 'SELECT sum(used_bytes)::bigint FROM pg_backend_memory_contexts';
CREATE FUNCTION resident() RETURNS bigint LANGUAGE sql VOLATILE AS
    $$SELECT (regexp_match(pg_read_file('/proc/self/status', 0, 100000, true), 'RssAnon:\s+(\d+) kB'))[1]::bigint * 1024$$;

CALL fail(5000); -- caches fill
TRUNCATE results;
SELECT FROM used(), resident(); -- those of what measures too: from 18 on the plans of SQL functions are kept
SELECT used() AS used_before, coalesce(resident(), 0) AS resident_before, count(*) AS contexts_before FROM pg_backend_memory_contexts \gset
CALL fail(:calls / 2);
CALL fail(:calls / 2);
SELECT used() AS used_after, coalesce(resident(), 0) AS resident_after, count(*) AS contexts_after FROM pg_backend_memory_contexts \gset
SELECT is(sum(calls)::bigint, :calls::bigint, 'calls failed as they should') FROM results;
SELECT is_empty('SELECT kind, call, r.state, calls FROM results r JOIN expected USING (kind) WHERE r.state IS NOT NULL', 'and none otherwise');
SELECT diag(format('used %s -> %s, resident %s -> %s, contexts %s -> %s', :used_before, :used_after, :resident_before, :resident_after, :contexts_before, :contexts_after));
-- Two bytes for each call would be too much.
SELECT cmp_ok(:used_after - :used_before, '<', :calls, 'memory contexts did not grow');
SELECT cmp_ok(:contexts_after - :contexts_before, '<=', 2, 'nor did their number');
SELECT cmp_ok(:resident_after - :resident_before, '<', 3000000, 'nor did the process');
SELECT is((SELECT count(*) FROM pg_prepared_statements) + (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()), 0::bigint, 'nothing is left in the session');
SELECT * FROM finish();
