-- The history: what ran, when, by whom, from where, how long, with what result; append-only.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SET application_name = 'regress history';
SELECT FROM migrator.load_file('dir/1_a.sql', E'-- UP\nSELECT 1;\n-- DOWN\nSELECT -1;\n');
SELECT migrator.load('2', 'b', E'SET application_name = ''forged''; SELECT pg_sleep(0.02)', 'SELECT -2');
BEGIN;
SELECT FROM migrator.apply();
SELECT pg_current_xact_id() AS xact \gset
COMMIT;
SELECT FROM migrator.rollback();
SELECT migrator.load('2', 'b', 'SELECT 2', 'SELECT -22');
SELECT FROM migrator.baseline('2');
SELECT migrator.load('1', 'a', 'SELECT 11');
SELECT migrator.accept('1', 'reviewed');
\x on
SELECT id, module, version, name, action, result, run_by = current_user AS run_by, session_role = session_user AS session,
       client_address = inet_client_addr() OR inet_client_addr() IS NULL AS address, application_name,
       backend_pid = pg_backend_pid() AS pid, transaction_id = :'xact' AS that_transaction, source, up, down, reason,
       length(checksum) AS checksum, length(raw_checksum) AS raw_checksum,
       checksum_algorithm, sqlstate, error, statement, line
FROM migrator.history ORDER BY id;
\x off
-- Times are those of the clock: within one transaction they differ, and the duration is the body's.
SELECT a.started_at < a.finished_at AS took_time, b.started_at >= a.finished_at AS one_after_the_other,
       b.execution_time_ms >= 20 AS slept, abs(extract(epoch FROM b.finished_at - b.started_at) * 1000 - b.execution_time_ms) < 50 AS measured,
       b.finished_at <= clock_timestamp() AS past
FROM migrator.history a JOIN migrator.history b ON a.version = '1' AND a.result = 'applied' AND b.version = '2' AND b.result = 'applied';

-- Append-only, for the owner and for a superuser too.
UPDATE migrator.history_entry SET run_by = 'somebody else';
\echo :LAST_ERROR_SQLSTATE
UPDATE migrator.history_entry SET run_by = 'x' WHERE false;
DELETE FROM migrator.history_entry;
\echo :LAST_ERROR_SQLSTATE
TRUNCATE migrator.history_entry;
\echo :LAST_ERROR_SQLSTATE
UPDATE migrator.history SET run_by = 'x';
\echo :LAST_ERROR_SQLSTATE
MERGE INTO migrator.history_entry h USING (SELECT 1) AS s ON true WHEN MATCHED THEN DELETE;
\echo :LAST_ERROR_SQLSTATE
SET session_replication_role = replica;
DELETE FROM migrator.history_entry;
\echo :LAST_ERROR_SQLSTATE
RESET session_replication_role;
SELECT count(*) FROM migrator.history;

-- A failure of an all-or-nothing run leaves no entry: nothing happened.
SELECT migrator.load('3', 'c', 'SELECT 1 / 0');
SELECT FROM migrator.apply();
SELECT count(*) FROM migrator.history WHERE version = '3';
-- Ids rise with time, across sessions, and a rolled-back run leaves no entry.
BEGIN;
SELECT migrator.load('3', 'c', 'SELECT 3');
SELECT FROM migrator.apply();
ROLLBACK;
SELECT migrator.load('3', 'c', 'SELECT 3');
SELECT FROM migrator.apply();
\c -
SET client_min_messages = warning;
SELECT migrator.load('4', 'd', 'SELECT 4');
SELECT FROM migrator.apply();
SELECT version, action FROM migrator.history ORDER BY id;

-- Whoever watches the tables sees each row, with the defaults of the columns, as of an INSERT; a trigger or a constraint
-- that refuses it fails the run.
CREATE TABLE seen (what text);
CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_LEVEL = 'STATEMENT' THEN
        INSERT INTO public.seen VALUES (format('%s %s', lower(TG_WHEN), TG_TABLE_NAME));
    ELSE
        INSERT INTO public.seen VALUES (format('%s %s: version %s, id %s, pid %s, transaction %s', lower(TG_WHEN),
            TG_TABLE_NAME, NEW.version, NEW.id > 0, NEW.backend_pid = pg_backend_pid(),
            NEW.transaction_id = pg_current_xact_id()));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER see_before BEFORE INSERT ON migrator.history_entry FOR EACH ROW EXECUTE FUNCTION see();
CREATE TRIGGER see_after AFTER INSERT ON migrator.history_entry FOR EACH ROW EXECUTE FUNCTION see();
CREATE TRIGGER see_all_before BEFORE INSERT ON migrator.history_entry FOR EACH STATEMENT EXECUTE FUNCTION see();
CREATE TRIGGER see_all_after AFTER INSERT ON migrator.history_entry FOR EACH STATEMENT EXECUTE FUNCTION see();
CREATE TRIGGER see_after AFTER INSERT ON migrator.statement_entry FOR EACH ROW EXECUTE FUNCTION see();
SELECT migrator.load('5', 'e', 'SELECT 5'), migrator.load('6', 'f', E'-- migrator: no-transaction\nSELECT 6');
SELECT version, status FROM migrator.apply('5');
CALL migrator.apply_each();
SELECT * FROM seen;
ALTER TABLE migrator.history_entry ADD CONSTRAINT refused CHECK (version <> '7');
SELECT migrator.load('7', 'g', 'CREATE TABLE seventh ()');
\set VERBOSITY terse
SELECT FROM migrator.apply();
\set VERBOSITY default
SELECT version, status FROM migrator.status() WHERE version > '6';
SELECT to_regclass('seventh');
BEGIN READ ONLY;
SELECT FROM migrator.apply();
ROLLBACK;
DROP EXTENSION migrator;
DROP FUNCTION see();
DROP TABLE seen;
