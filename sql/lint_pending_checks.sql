-- pending-trigger-events says `error` only where the statement fails, `warning` where that depends on the rows, and
-- nothing where it works: compared with what really happens.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
-- Something counts as applied, so that no call warns that no migration has made the tables.
DO $$ BEGIN
    PERFORM migrator.load('1', 'start', 'SELECT 1', module => 'start');
    PERFORM migrator.baseline('1', module => 'start');
END $$;
SET migrator.on_hazard = ignore;
CREATE SCHEMA app;
SET search_path = app;
CREATE TABLE parent (id int PRIMARY KEY, n int);
CREATE TABLE child (id int PRIMARY KEY, parent_id int CONSTRAINT to_parent REFERENCES parent DEFERRABLE INITIALLY DEFERRED, n int);
CREATE TABLE lazy (id int PRIMARY KEY, parent_id int CONSTRAINT lazy_to_parent REFERENCES parent DEFERRABLE);
CREATE TABLE strict (id int PRIMARY KEY, parent_id int REFERENCES parent);
CREATE TABLE other (id int PRIMARY KEY, child_id int CONSTRAINT to_child REFERENCES child DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE numbered (id int CONSTRAINT one_number UNIQUE DEFERRABLE INITIALLY DEFERRED, n int);
CREATE TABLE watched (id int, n int);
CREATE TABLE at_times (id int);
CREATE TABLE kept_away (id int, parent_id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE ruled (id int, parent_id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE parted (id int, parent_id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED) PARTITION BY LIST (id);
CREATE TABLE part_1 PARTITION OF parted FOR VALUES IN (1);
CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION keep_away() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE CONSTRAINT TRIGGER look AFTER INSERT OR UPDATE OF n ON watched DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION pass();
CREATE CONSTRAINT TRIGGER look_at_some AFTER INSERT ON at_times DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.id > 10) EXECUTE FUNCTION pass();
CREATE TRIGGER away BEFORE INSERT ON kept_away FOR EACH ROW EXECUTE FUNCTION keep_away();
CREATE RULE away AS ON INSERT TO ruled DO INSTEAD NOTHING;
INSERT INTO parent VALUES (1, 1), (2, 2);
INSERT INTO child VALUES (1, 1, 1);
INSERT INTO lazy VALUES (1, 1);
INSERT INTO numbered VALUES (1, 1), (2, 2);
INSERT INTO watched VALUES (1, 1);

CREATE TABLE cases (id int GENERATED ALWAYS AS IDENTITY, body text);
INSERT INTO cases (body) VALUES
-- Both sides, each event.
('INSERT INTO child VALUES (2, 1); ALTER TABLE child ADD z int'),
('INSERT INTO child VALUES (2, NULL); ALTER TABLE child ADD z int'),
('INSERT INTO child VALUES (2, 1); ALTER TABLE parent ADD z int'),
('INSERT INTO child (id) SELECT 2; ALTER TABLE child ADD z int'),
('INSERT INTO child SELECT 2, 1 WHERE false; ALTER TABLE child ADD z int'),
('INSERT INTO child VALUES (1, 1) ON CONFLICT DO NOTHING; ALTER TABLE child ADD z int'),
('INSERT INTO child VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET parent_id = 2; ALTER TABLE child ADD z int'),
(E'COPY child FROM stdin;\n2\t1\t1\n\\.\nALTER TABLE child ADD z int'),
(E'COPY child FROM stdin;\n\\.\nALTER TABLE child ADD z int'),
(E'COPY child FROM stdin WITH (FORMAT csv, HEADER);\nid,parent_id,n\n\\.\nALTER TABLE child ADD z int'),
('UPDATE child SET parent_id = 2; ALTER TABLE child ADD z int'),
('UPDATE child SET parent_id = NULL WHERE false; ALTER TABLE child ADD z int'),
('UPDATE child SET n = 2; ALTER TABLE child ADD z int'),
('UPDATE child SET (n, parent_id) = (2, 2); ALTER TABLE child ADD z int'),
('DELETE FROM child; ALTER TABLE child ADD z int'),
('INSERT INTO parent VALUES (3, 3); ALTER TABLE parent ADD z int'),
('DELETE FROM parent WHERE id = 2; ALTER TABLE parent ADD z int'),
('DELETE FROM parent WHERE id = 7; ALTER TABLE parent ADD z int'),
('UPDATE parent SET id = 9 WHERE id = 2; ALTER TABLE parent ADD z int'),
('UPDATE parent SET n = 9; ALTER TABLE parent ADD z int'),
('MERGE INTO child USING parent ON child.id = parent.id WHEN NOT MATCHED THEN INSERT VALUES (parent.id, 1); ALTER TABLE child ADD z int'),
('MERGE INTO child USING parent ON child.id = parent.id WHEN MATCHED THEN UPDATE SET n = 5; ALTER TABLE child ADD z int'),
('MERGE INTO child USING parent ON child.id = parent.id WHEN MATCHED THEN DO NOTHING; ALTER TABLE child ADD z int'),
('WITH w AS (INSERT INTO child VALUES (2, 1) RETURNING id) SELECT * FROM w; ALTER TABLE child ADD z int'),
('WITH w AS (DELETE FROM parent WHERE id = 2 RETURNING id) UPDATE lazy SET id = 3; ALTER TABLE parent ADD z int'),
('TRUNCATE child, other; ALTER TABLE child ADD z int'),
-- What asks whether something waits.
('INSERT INTO child VALUES (2, 1); CREATE INDEX ON child (n)'),
('INSERT INTO child VALUES (2, 1); TRUNCATE child, other'),
('INSERT INTO child VALUES (2, 1); DROP TABLE child CASCADE'),
('INSERT INTO child VALUES (2, 1); CLUSTER child USING child_pkey'),
('INSERT INTO child VALUES (2, 1); REINDEX TABLE child'),
('INSERT INTO child VALUES (2, 1); ALTER TABLE child RENAME n TO m'),
('INSERT INTO child VALUES (2, 1); CREATE TRIGGER t AFTER INSERT ON child FOR EACH ROW EXECUTE FUNCTION pass()'),
-- SET CONSTRAINTS.
('INSERT INTO child VALUES (2, 1); SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE child ADD z int'),
('INSERT INTO child VALUES (2, 1); SET CONSTRAINTS to_parent IMMEDIATE; ALTER TABLE child ADD z int'),
('INSERT INTO child VALUES (2, 1); SET CONSTRAINTS app.to_parent IMMEDIATE; ALTER TABLE child ADD z int'),
('INSERT INTO child VALUES (2, 1); SET CONSTRAINTS to_child IMMEDIATE; ALTER TABLE child ADD z int'),
('INSERT INTO child VALUES (2, 1); SET CONSTRAINTS to_child, to_parent IMMEDIATE; ALTER TABLE child ADD z int'),
('INSERT INTO child VALUES (2, 1); SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; ALTER TABLE child ADD z int'),
('INSERT INTO child VALUES (2, 1); SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; INSERT INTO child VALUES (3, 1); ALTER TABLE child ADD z int'),
('SET CONSTRAINTS ALL IMMEDIATE; INSERT INTO child VALUES (2, 1); ALTER TABLE child ADD z int'),
('SET CONSTRAINTS to_parent IMMEDIATE; INSERT INTO child VALUES (2, 1); ALTER TABLE child ADD z int'),
('SET CONSTRAINTS to_child IMMEDIATE; INSERT INTO child VALUES (2, 1); ALTER TABLE child ADD z int'),
('SET CONSTRAINTS to_parent IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; INSERT INTO child VALUES (2, 1); ALTER TABLE child ADD z int'),
('SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS to_parent DEFERRED; INSERT INTO child VALUES (2, 1); ALTER TABLE child ADD z int'),
('INSERT INTO lazy VALUES (2, 1); ALTER TABLE lazy ADD z int'),
('SET CONSTRAINTS ALL DEFERRED; INSERT INTO lazy VALUES (2, 1); ALTER TABLE lazy ADD z int'),
('SET CONSTRAINTS lazy_to_parent DEFERRED; INSERT INTO lazy VALUES (2, 1); ALTER TABLE lazy ADD z int'),
('SET CONSTRAINTS ALL DEFERRED; DELETE FROM parent WHERE id = 2; SET CONSTRAINTS to_parent IMMEDIATE; ALTER TABLE parent ADD z int'),
('SET CONSTRAINTS ALL DEFERRED; INSERT INTO strict VALUES (2, 1); ALTER TABLE strict ADD z int'),
-- Unique keys, constraint triggers, rows that are kept away.
('INSERT INTO numbered VALUES (3, 3); ALTER TABLE numbered ADD z int'),
('UPDATE numbered SET id = id + 1; ALTER TABLE numbered ADD z int'),
('UPDATE numbered SET n = n + 1; ALTER TABLE numbered ADD z int'),
('INSERT INTO watched VALUES (2, 2); ALTER TABLE watched ADD z int'),
('UPDATE watched SET n = 2; ALTER TABLE watched ADD z int'),
('UPDATE watched SET id = 2; ALTER TABLE watched ADD z int'),
('DELETE FROM watched; ALTER TABLE watched ADD z int'),
('INSERT INTO watched VALUES (2, 2); SET CONSTRAINTS look IMMEDIATE; ALTER TABLE watched ADD z int'),
('INSERT INTO at_times VALUES (1); ALTER TABLE at_times ADD z int'),
('INSERT INTO at_times VALUES (11); ALTER TABLE at_times ADD z int'),
('INSERT INTO kept_away VALUES (1, 1); ALTER TABLE kept_away ADD z int'),
('INSERT INTO ruled VALUES (1, 1); ALTER TABLE ruled ADD z int'),
('INSERT INTO parted VALUES (1, 1); ALTER TABLE parted ADD z int'),
('ALTER TABLE watched DISABLE TRIGGER ALL; INSERT INTO watched VALUES (2, 2); ALTER TABLE watched ENABLE TRIGGER ALL'),
-- What the migration itself makes and drops.
('ALTER TABLE child DROP CONSTRAINT to_parent; INSERT INTO child VALUES (2, 7); ALTER TABLE child ADD z int'),
('ALTER TABLE child DROP CONSTRAINT to_parent; ALTER TABLE kept_away DROP COLUMN parent_id; DROP TABLE ruled, parted;
  DELETE FROM parent WHERE id = 2; ALTER TABLE parent ADD z int'),
('DROP TABLE child CASCADE; DROP TABLE kept_away, ruled, parted; DELETE FROM parent WHERE id = 2; ALTER TABLE parent ADD z int'),
('ALTER TABLE strict ADD FOREIGN KEY (id) REFERENCES parent DEFERRABLE INITIALLY DEFERRED; INSERT INTO strict VALUES (2, 1); ALTER TABLE strict ADD z int'),
('CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int REFERENCES p INITIALLY DEFERRED); INSERT INTO p VALUES (1);
  INSERT INTO c VALUES (1); CREATE INDEX ON p (id); CREATE INDEX ON c (id)'),
('CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int REFERENCES p INITIALLY DEFERRED); INSERT INTO p VALUES (1);
  DELETE FROM p; ALTER TABLE p ADD z int'),
('CREATE TABLE c (id int PRIMARY KEY, up int REFERENCES c DEFERRABLE INITIALLY DEFERRED); INSERT INTO c VALUES (1, 1); ALTER TABLE c ADD z int'),
('ALTER TABLE child ALTER CONSTRAINT to_parent NOT DEFERRABLE; INSERT INTO child VALUES (2, 1); ALTER TABLE child ADD z int'),
('ALTER TABLE strict ALTER CONSTRAINT strict_parent_id_fkey DEFERRABLE INITIALLY DEFERRED; INSERT INTO strict VALUES (2, 1); ALTER TABLE strict ADD z int'),
('CREATE CONSTRAINT TRIGGER t AFTER INSERT ON strict INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pass(); INSERT INTO strict VALUES (2, 1); ALTER TABLE strict ADD z int'),
('CREATE TRIGGER t BEFORE INSERT ON child FOR EACH ROW EXECUTE FUNCTION keep_away(); INSERT INTO child VALUES (2, 1); ALTER TABLE child ADD z int');

DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT * FROM cases LOOP
        PERFORM migrator.load('1', 'c', one.body, module => 'case_' || one.id);
    END LOOP;
END $$;
-- 55006 is the server's SQLSTATE; any other failure would be one of the case itself.
CREATE TABLE outcomes AS SELECT c.id, c.body,
    (SELECT max(severity) FROM migrator.lint(module => 'case_' || c.id) WHERE rule = 'pending-trigger-events') AS said,
    (SELECT substring(error FROM 'SQLSTATE (\w+)') FROM migrator.apply(dry_run => true, module => 'case_' || c.id)
     WHERE status = 'failed') AS failed
FROM cases c;
SELECT coalesce(said, '') AS said, coalesce(failed, '') AS failed, body FROM outcomes ORDER BY id;
SELECT * FROM outcomes WHERE (said = 'error' AND failed IS DISTINCT FROM '55006') OR (said IS NULL AND failed = '55006');
-- The messages, and what the hint says.
SELECT DISTINCT regexp_replace(message, ' \([^)]*\)', '') AS message, hint FROM outcomes o, migrator.lint(module => 'case_' || o.id)
WHERE rule = 'pending-trigger-events' AND o.id IN (1, 11, 51) ORDER BY 1;

SET client_min_messages = error;
DROP SCHEMA app CASCADE;
DROP EXTENSION migrator;
