-- SET TRANSACTION and its like: apply_each() runs them, apply() cannot and says what can, a rehearsal leaves them out.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
-- Something counts as applied, so that no call warns that no migration has made the tables, nor that they are new.
SET migrator.on_hazard = ignore;
DO $$ BEGIN
    PERFORM migrator.load('1', 'start', 'SELECT 1', module => 'start');
    PERFORM migrator.baseline('1', module => 'start');
END $$;
CREATE TABLE seen (mode text);
CREATE FUNCTION how() RETURNS text LANGUAGE sql AS
    $$SELECT current_setting('transaction_isolation') || ' ' || current_setting('transaction_read_only')$$;

CREATE TABLE cases (id int GENERATED ALWAYS AS IDENTITY, body text);
INSERT INTO cases (body) VALUES
('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; INSERT INTO seen SELECT how()'),
('BEGIN; SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; INSERT INTO seen SELECT how(); COMMIT'),
('BEGIN; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE; SELECT how(); COMMIT'),
('SET work_mem = ''1MB''; LOCK seen; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; INSERT INTO seen SELECT how()'),
('SET TRANSACTION READ ONLY; SELECT how()'),
('SET TRANSACTION DEFERRABLE; INSERT INTO seen SELECT how()'),
('SET transaction_isolation = ''serializable''; INSERT INTO seen SELECT how()'),
('SET LOCAL transaction_read_only = on; SELECT how()'),
('SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE; INSERT INTO seen SELECT how()'),
('SET default_transaction_isolation = ''serializable''; INSERT INTO seen SELECT how()'),
(E'-- migrator: no-transaction\nBEGIN; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; INSERT INTO seen SELECT how(); COMMIT; INSERT INTO seen SELECT how()'),
(E'-- migrator: no-transaction\nBEGIN; SET TRANSACTION READ ONLY; SELECT 1; COMMIT; INSERT INTO seen SELECT how()'),
(E'-- migrator: no-transaction\nSET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE; INSERT INTO seen SELECT how()'),
-- Where the server refuses it, and where it changes nothing.
('SELECT 1; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE'),
('DO ''BEGIN SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; END'''),
('SELECT 1; SET TRANSACTION ISOLATION LEVEL READ COMMITTED');
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT * FROM cases LOOP
        PERFORM migrator.load('1', 'c', one.body, module => 'case_' || one.id);
        PERFORM migrator.load('2', 'behind', 'INSERT INTO seen VALUES (''behind'')', module => 'case_' || one.id);
    END LOOP;
END $$;
SELECT c.id, r.version, r.command, r.note, r.error
FROM cases c, migrator.rehearse(module => 'case_' || c.id) WITH ORDINALITY r
WHERE r.version = '1' OR r.note IS NOT NULL OR r.error IS NOT NULL ORDER BY c.id, ordinality;
SELECT c.id, a.version, a.status, a.error FROM cases c, migrator.apply(dry_run => true, module => 'case_' || c.id) a
WHERE c.body !~ 'no-transaction' AND (version = '1' OR status = 'failed') ORDER BY c.id;
SELECT count(*) FROM seen;

-- For real.
SELECT * FROM migrator.apply(module => 'case_1');
SELECT version, status FROM migrator.apply(module => 'case_5');
SELECT format('CALL migrator.apply_each(module => %L)', 'case_' || id) FROM cases WHERE id NOT IN (3, 5, 14, 15) ORDER BY id \gexec
SELECT mode, count(*) FROM seen GROUP BY mode ORDER BY mode;
CALL migrator.apply_each(module => 'case_3');
CALL migrator.apply_each(module => 'case_14');
SELECT how(), current_setting('default_transaction_isolation');
-- What is refused names the way that works, which is case 2.
SELECT FROM migrator.load('1', 'x', 'BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1; COMMIT');
SELECT * FROM migrator.rehearse();

SET client_min_messages = error;
DROP TABLE seen, cases;
DROP FUNCTION how;
DROP EXTENSION migrator;
