-- A trigger that audits by current_query() keeps the statement of the migration, not the call that ran it.
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only on
CREATE EXTENSION migrator;
CREATE TABLE stock (n int);
CREATE TABLE audit (id int GENERATED ALWAYS AS IDENTITY, query text);
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO audit (query) VALUES (current_query()); RETURN NEW; END';
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON stock FOR EACH STATEMENT EXECUTE FUNCTION audit();

SELECT migrator.load('1', 'one', E'INSERT INTO stock VALUES (1);\nUPDATE stock SET n = 2', 'DELETE FROM stock'),
    migrator.load('2', 'two', E'-- migrator: no-transaction\nINSERT INTO stock VALUES (2); DO ''BEGIN DELETE FROM stock WHERE n = 2; COMMIT; END''',
        E'-- migrator: no-transaction\nUPDATE stock SET n = 3; UPDATE stock SET n = 4');
SELECT version, status FROM migrator.apply('1');
CALL migrator.apply_each();
CALL migrator.rollback_each(1);
SELECT version, status FROM migrator.rollback(1);
SELECT query FROM audit ORDER BY id;

-- Afterwards it is the client's statement again, also after one that failed.
SELECT current_query() FROM migrator.apply('1', dry_run => true);
SELECT migrator.unload('2'), migrator.load('3', 'fails', 'SELECT 1 / 0');
DO $$ BEGIN PERFORM migrator.apply('3'); EXCEPTION WHEN division_by_zero THEN RAISE WARNING '%', current_query(); END $$;
CALL migrator.apply_each('3');
SELECT current_query();
DROP TABLE stock, audit;
DROP FUNCTION audit;
DROP EXTENSION migrator;
