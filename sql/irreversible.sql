-- What no rollback undoes does not happen in a rehearsal, at whatever depth, and is never silent.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE EXTENSION dblink;
SET migrator.on_hazard = ignore;
CREATE SCHEMA app;
SET search_path = app, public;
CREATE TABLE t (id int PRIMARY KEY, note text);
CREATE TABLE log (what text);
CREATE SEQUENCE there;
CREATE FUNCTION slots() RETURNS bigint LANGUAGE sql AS
    $$SELECT count(*) FROM pg_replication_slots WHERE slot_name LIKE 'regress_irreversible%'$$;
SELECT FROM pg_create_physical_replication_slot('regress_irreversible_there');

COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; rm -f /tmp/regress_irreversible'; -- of a run that failed

-- A row for each kind: the statement is left out with a note, and those around it are not.
CREATE TABLE kinds (id int GENERATED ALWAYS AS IDENTITY, body text);
INSERT INTO kinds (body) VALUES
($$SELECT pg_create_physical_replication_slot('regress_irreversible_new')$$),
($$SELECT pg_copy_physical_replication_slot('regress_irreversible_there', 'regress_irreversible_new')$$),
($$SELECT pg_drop_replication_slot('regress_irreversible_there')$$),
($$SELECT pg_create_logical_replication_slot('regress_irreversible_new', 'pgoutput')$$),
($$SELECT pg_replication_slot_advance('regress_irreversible_there', '0/1')$$),
($$SELECT * FROM pg_logical_slot_get_changes('regress_irreversible_there', NULL, NULL)$$),
($$SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()$$),
($$SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()$$),
($$SELECT pg_log_backend_memory_contexts(pg_backend_pid())$$),
($$SELECT pg_switch_wal()$$),
($$SELECT pg_create_restore_point('regress')$$),
($$SELECT pg_backup_start('regress')$$),
($$SELECT * FROM pg_backup_stop()$$),
($$SELECT pg_reload_conf()$$),
($$SELECT pg_rotate_logfile()$$),
($$SELECT pg_logical_emit_message(false, 'regress', 'x')$$),
($$SELECT pg_replication_origin_advance('regress', '0/1')$$),
($$SELECT pg_stat_reset()$$),
($$SELECT pg_stat_reset_shared('bgwriter')$$),
($$SELECT lo_export(1, '/tmp/regress_irreversible')$$),
($$SELECT pg_advisory_unlock_all()$$),
($$SELECT setval('app.there', 1000)$$),
($$SELECT dblink_connect('dbname=' || current_database())$$),
($$SELECT dblink_exec('dbname=' || current_database(), 'INSERT INTO app.log VALUES (1)')$$),
($$SELECT * FROM dblink('dbname=' || current_database(), 'SELECT 1') AS r (i int)$$),
($$COPY (SELECT 1) TO PROGRAM 'cat > /tmp/regress_irreversible'$$),
($$COPY (SELECT 1) TO '/tmp/regress_irreversible'$$),
($$CHECKPOINT$$),
($$DEALLOCATE ALL$$),
($$CLOSE ALL$$),
($$DISCARD SEQUENCES$$),
-- However it is called.
($$DO 'BEGIN INSERT INTO log VALUES (1); PERFORM pg_drop_replication_slot(''regress_irreversible_there''); END'$$),
($$DO 'BEGIN EXECUTE ''COPY (SELECT 1) TO PROGRAM $x$cat > /tmp/regress_irreversible$x$''; END'$$),
($$SELECT in_plpgsql()$$),
($$SELECT in_expression()$$),
($$SELECT in_sql()$$),
($$CALL in_procedure()$$),
($$SELECT under_another_name('regress_irreversible_there')$$),
($$INSERT INTO with_trigger VALUES (1)$$),
($$INSERT INTO with_default DEFAULT VALUES$$),
($$SELECT * FROM a_view$$),
($$CREATE TABLE made AS SELECT pg_switch_wal()$$),
($$EXPLAIN ANALYZE SELECT pg_switch_wal()$$),
($$PREPARE p AS SELECT pg_switch_wal(); EXECUTE p$$),
($$WITH w AS (INSERT INTO log SELECT pg_switch_wal()::text RETURNING 1) SELECT * FROM w$$),
($$SELECT query_to_xml('SELECT pg_switch_wal()', true, true, '')$$),
($$ALTER TABLE t ADD COLUMN lsn pg_lsn DEFAULT pg_switch_wal()$$),
($$ALTER TABLE t ALTER note TYPE text USING pg_switch_wal()::text$$),
($$SELECT 1 @@@ 2$$),
($$SELECT '1'::text::made_by_cast$$),
($$BEGIN; SELECT pg_switch_wal(); COMMIT$$),
-- Whoever calls it: the server by itself, for a trigger, a type, an index, a constraint.
($$INSERT INTO with_c_trigger VALUES (1)$$),
($$INSERT INTO with_c_statement_trigger VALUES (1)$$),
($$INSERT INTO with_definer_trigger VALUES (1)$$),
($$INSERT INTO with_condition VALUES (1)$$),
($$CREATE SCHEMA fires_event_trigger$$),
($$INSERT INTO with_support VALUES (1), (2)$$),
($$CREATE INDEX ON several (i unlocking)$$),
($$CREATE INDEX ON several USING hash (i unlocking_hash)$$),
($$CREATE TABLE parts (i int) PARTITION BY HASH (i unlocking_hash); INSERT INTO parts VALUES (1)$$),
($$SELECT FROM several WHERE i @@@@ 2$$),
($$SELECT unlocks_all(i) FROM several$$),
($$SELECT unlocks_all(i) OVER () FROM several$$),
($$SELECT '1'::unlocks$$),
($$SELECT i::text::unlocks FROM several$$),
($$SELECT i::unlocks FROM several$$),
($$INSERT INTO of_type VALUES ('1')$$),
(E'COPY of_type FROM stdin;\n1\n\\.\nSELECT 1'),
($$DO 'DECLARE u app.unlocks; BEGIN u := 1::text; END'$$),
($$INSERT INTO with_index VALUES (1)$$),
($$INSERT INTO with_predicate VALUES (1)$$),
($$INSERT INTO with_check VALUES (1)$$),
(E'COPY with_check FROM stdin;\n1\n\\.\nSELECT 1'),
($$ALTER TABLE several ADD CHECK (unlocking(i))$$),
(E'COPY with_call_default (i) FROM stdin;\n1\n\\.\nSELECT 1'),
($$INSERT INTO generating VALUES (1)$$),
($$ALTER TABLE several ADD generated bool GENERATED ALWAYS AS (unlocking(i)) STORED$$),
($$SET LOCAL ROLE regress_irreversible; SELECT * FROM with_policy$$),
($$INSERT INTO with_rule VALUES (1)$$),
($$SELECT i::checked FROM several$$),
(E'COPY of_domain FROM stdin;\n1\n\\.\nSELECT 1'),
($$SELECT * FROM json_to_recordset('[{"d":1}]') AS (d checked)$$),
($$ALTER DOMAIN unchecked ADD CHECK (unlocking(VALUE))$$),
($$CREATE STATISTICS s ON unlocking(i), i FROM several; ANALYZE several$$),
($$SELECT i FROM several ORDER BY unlocking(i)$$),
($$SELECT workers_for_all(); SELECT in_worker(i) FROM several$$);
-- None of them returns anything that the server would stumble over.
CREATE FUNCTION unlocking(int) RETURNS bool IMMUTABLE LANGUAGE plpgsql AS $$BEGIN PERFORM pg_advisory_unlock_all(); RETURN true; END$$;
CREATE FUNCTION c_trigger() RETURNS trigger LANGUAGE internal AS 'pg_advisory_unlock_all';
CREATE FUNCTION definer_trigger() RETURNS trigger LANGUAGE internal SECURITY DEFINER AS 'pg_advisory_unlock_all';
CREATE FUNCTION c_event() RETURNS event_trigger LANGUAGE internal AS 'pg_advisory_unlock_all';
CREATE FUNCTION c_compare(int, int) RETURNS int IMMUTABLE STRICT LANGUAGE internal AS 'pg_advisory_unlock_all';
CREATE FUNCTION c_hash(int) RETURNS int IMMUTABLE STRICT LANGUAGE internal AS 'pg_advisory_unlock_all';
CREATE FUNCTION c_hash(int, bigint) RETURNS bigint IMMUTABLE STRICT LANGUAGE internal AS 'pg_advisory_unlock_all';
CREATE FUNCTION c_estimate(internal, oid, internal, int) RETURNS float8 STABLE STRICT LANGUAGE internal AS 'pg_advisory_unlock_all';
CREATE FUNCTION c_step(int, int) RETURNS int LANGUAGE internal AS 'pg_advisory_unlock_all';
CREATE TYPE unlocks;
CREATE FUNCTION c_in(cstring) RETURNS unlocks IMMUTABLE STRICT LANGUAGE internal AS 'pg_advisory_unlock_all';
CREATE FUNCTION c_out(unlocks) RETURNS cstring IMMUTABLE STRICT LANGUAGE internal AS 'int4out';
CREATE TYPE unlocks (INPUT = c_in, OUTPUT = c_out, LIKE = int4);
CREATE FUNCTION c_cast(int) RETURNS unlocks IMMUTABLE STRICT LANGUAGE internal AS 'pg_advisory_unlock_all';
CREATE CAST (int AS unlocks) WITH FUNCTION c_cast(int);
CREATE CAST (text AS unlocks) WITH INOUT;
CREATE OPERATOR @@@@ (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq, RESTRICT = c_estimate);
CREATE OPERATOR CLASS unlocking FOR TYPE int USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 c_compare(int, int);
CREATE OPERATOR CLASS unlocking_hash FOR TYPE int USING hash AS OPERATOR 1 =, FUNCTION 1 c_hash(int), FUNCTION 2 c_hash(int, bigint);
CREATE AGGREGATE unlocks_all(int) (SFUNC = c_step, STYPE = int, INITCOND = '0');
CREATE FUNCTION workers_for_all() RETURNS SETOF text LANGUAGE sql AS $$SELECT set_config(name, 'on', true) FROM pg_settings
    WHERE name IN ('force_parallel_mode', 'debug_parallel_query')$$; -- before 16, and since
CREATE FUNCTION in_worker(int) RETURNS int PARALLEL SAFE LANGUAGE plpgsql AS $$BEGIN PERFORM pg_create_restore_point('regress'); RETURN $1; END$$;
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
CREATE TABLE with_c_trigger (i int);
CREATE TRIGGER t AFTER INSERT ON with_c_trigger FOR EACH ROW EXECUTE FUNCTION c_trigger();
CREATE TABLE with_c_statement_trigger (i int);
CREATE TRIGGER t AFTER INSERT ON with_c_statement_trigger EXECUTE FUNCTION c_trigger();
CREATE TABLE with_definer_trigger (i int);
CREATE TRIGGER t AFTER INSERT ON with_definer_trigger FOR EACH ROW EXECUTE FUNCTION definer_trigger();
CREATE TABLE with_condition (i int);
CREATE TRIGGER t BEFORE INSERT ON with_condition FOR EACH ROW WHEN (unlocking(NEW.i)) EXECUTE FUNCTION nothing();
CREATE EVENT TRIGGER regress_irreversible ON ddl_command_end WHEN TAG IN ('CREATE SCHEMA') EXECUTE FUNCTION c_event();
CREATE TABLE several (i int);
INSERT INTO several VALUES (1), (2), (3);
CREATE TABLE with_support (i int);
CREATE INDEX ON with_support (i unlocking);
CREATE TABLE of_type (u unlocks);
CREATE TABLE with_index (i int);
CREATE INDEX ON with_index (unlocking(i));
CREATE TABLE with_predicate (i int);
CREATE INDEX ON with_predicate (i) WHERE unlocking(i);
CREATE TABLE with_check (i int CHECK (unlocking(i)));
CREATE TABLE with_call_default (i int, b bool DEFAULT unlocking(1));
CREATE TABLE generating (i int, b bool GENERATED ALWAYS AS (unlocking(i)) STORED);
CREATE ROLE regress_irreversible;
CREATE TABLE with_policy (i int);
CREATE POLICY p ON with_policy USING (unlocking(i));
ALTER TABLE with_policy ENABLE ROW LEVEL SECURITY;
INSERT INTO with_policy VALUES (1);
GRANT USAGE ON SCHEMA app TO regress_irreversible;
GRANT SELECT ON with_policy TO regress_irreversible;
GRANT INSERT ON log TO regress_irreversible;
CREATE TABLE with_rule (i int);
CREATE RULE r AS ON INSERT TO with_rule DO ALSO SELECT unlocking(1);
CREATE DOMAIN checked AS int CHECK (unlocking(VALUE));
CREATE TABLE of_domain (d checked);
CREATE DOMAIN unchecked AS int;
CREATE TABLE of_unchecked (d unchecked);
INSERT INTO of_unchecked VALUES (1);
INSERT INTO t VALUES (1, 'x');
CREATE FUNCTION in_plpgsql() RETURNS void LANGUAGE plpgsql AS
    $$BEGIN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid(); END$$;
CREATE FUNCTION in_expression() RETURNS void LANGUAGE plpgsql AS $$DECLARE l pg_lsn; BEGIN l := pg_switch_wal(); END$$;
CREATE FUNCTION in_sql() RETURNS void LANGUAGE sql AS $$SELECT pg_drop_replication_slot('regress_irreversible_there')$$;
CREATE PROCEDURE in_procedure() LANGUAGE plpgsql AS $$BEGIN PERFORM in_sql(); END$$;
CREATE FUNCTION under_another_name(name) RETURNS void LANGUAGE internal AS 'pg_drop_replication_slot';
CREATE FUNCTION in_trigger() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM in_sql(); RETURN NEW; END$$;
CREATE TABLE with_trigger (id int);
CREATE TRIGGER t BEFORE INSERT ON with_trigger FOR EACH ROW EXECUTE FUNCTION in_trigger();
CREATE TABLE with_default (lsn pg_lsn DEFAULT pg_switch_wal());
CREATE VIEW a_view AS SELECT pg_switch_wal() FROM t;
CREATE FUNCTION in_operator(int, int) RETURNS bool LANGUAGE plpgsql AS $$BEGIN PERFORM pg_switch_wal(); RETURN true; END$$;
CREATE OPERATOR @@@ (LEFTARG = int, RIGHTARG = int, FUNCTION = in_operator);
CREATE TYPE made_by_cast AS (v text);
CREATE FUNCTION in_cast(text) RETURNS made_by_cast LANGUAGE plpgsql AS
    $$BEGIN PERFORM pg_switch_wal(); RETURN ROW($1); END$$;
CREATE CAST (text AS made_by_cast) WITH FUNCTION in_cast(text);

PREPARE mine AS SELECT 'still there';
BEGIN;
DECLARE mine CURSOR FOR SELECT 'still open';
SELECT pg_advisory_lock(4711);
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT * FROM kinds LOOP
        PERFORM migrator.load('1', 'k', 'INSERT INTO log VALUES (''before''); ' || one.body || ';
            INSERT INTO log VALUES (''behind'')', module => 'kind_' || one.id);
    END LOOP;
END $$;
SELECT k.body, r.command, r.rows, r.note, r.error
FROM kinds k, migrator.rehearse(module => 'kind_' || k.id) WITH ORDINALITY r
WHERE note IS NOT NULL OR error IS NOT NULL ORDER BY k.id, ordinality;
-- The others ran.
SELECT DISTINCT count(*) FILTER (WHERE r.rows = 1 AND r.command = 'INSERT') >= 2 AS around, count(r.duration_ms) < count(*) AS one_not
FROM kinds k, migrator.rehearse(module => 'kind_' || k.id) r GROUP BY k.id;
FETCH mine;
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
SELECT pg_advisory_unlock_all();
COMMIT;
EXECUTE mine;
DEALLOCATE mine;
SELECT slots(), (SELECT count(*) FROM log) AS log, last_value, is_called FROM there;
SELECT pg_stat_file('/tmp/regress_irreversible', true);
SELECT dblink_get_connections();

-- A dry run and conflicts() have no place for notes: a WARNING.
SELECT FROM migrator.load('1', 'a', $$INSERT INTO log VALUES ('before');
SELECT pg_drop_replication_slot('regress_irreversible_there');
DO 'BEGIN PERFORM in_sql(); EXCEPTION WHEN OTHERS THEN INSERT INTO log VALUES (''caught''); END';
SELECT nextval('there')$$, 'SELECT pg_drop_replication_slot(''regress_irreversible_there'')');
SELECT version, status, error FROM migrator.apply(dry_run => true);
SELECT * FROM migrator.conflicts();
SELECT statement, command, rows, note, error FROM migrator.rehearse();
SELECT regexp_replace(line, '<?[0-9]+ ms', 'some ms') FROM regexp_split_to_table(migrator.report(), '\n') AS line WHERE line ~ 'replication slot';
SELECT slots(), (SELECT count(*) FROM log) AS log;
-- apply() does it, and its rollback is rehearsed like it.
SELECT version, status FROM migrator.apply();
SELECT slots(), (SELECT array_agg(what) FROM log) AS log;
SELECT FROM pg_create_physical_replication_slot('regress_irreversible_there');
SELECT version, status, error FROM migrator.rollback(1, dry_run => true);
SELECT slots();
SELECT version, status FROM migrator.rollback(1);
SELECT slots();
SELECT FROM migrator.unload('1');

-- What needs a result that was left out fails, and says why it may.
SELECT FROM migrator.load('1', 'a', $$DO 'BEGIN CREATE TABLE made (); PERFORM pg_switch_wal(); END';
DROP TABLE made$$);
SELECT statement, note, error FROM migrator.rehearse();
-- What cannot be left out fails itself: a deferred trigger.
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION in_trigger();
SELECT FROM migrator.load('1', 'a', 'INSERT INTO t VALUES (2)');
SELECT statement, command, error, sqlstate FROM migrator.rehearse();
DROP TRIGGER late ON t;
-- A verify script.
SELECT FROM migrator.load_file('1_a.sql', E'-- UP\nCREATE TABLE made ();\n-- VERIFY\nSELECT pg_switch_wal();\nTABLE made;\n');
SELECT statement, command, verify, note, error FROM migrator.rehearse();
-- An expression that the caller's transaction has set up already.
SELECT FROM migrator.load('1', 'a', 'SELECT in_expression()');
BEGIN;
SELECT in_expression() IS NULL AS called;
SELECT note FROM migrator.rehearse();
COMMIT;

-- What is done, and told.
DROP EVENT TRIGGER regress_irreversible;
CREATE LANGUAGE plpgsql_untrusted HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler;
CREATE FUNCTION outside_trigger() RETURNS trigger LANGUAGE plpgsql_untrusted AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION outside_set() RETURNS trigger LANGUAGE plpgsql_untrusted SET work_mem = '1MB' AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION outside_event() RETURNS event_trigger LANGUAGE plpgsql_untrusted AS 'BEGIN END';
CREATE FUNCTION outside_compare(int, int) RETURNS int IMMUTABLE LANGUAGE plpgsql_untrusted AS 'BEGIN RETURN btint4cmp($1, $2); END';
CREATE OPERATOR CLASS outside FOR TYPE int USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 outside_compare(int, int);
CREATE TABLE with_outside_trigger (i int);
CREATE TRIGGER t BEFORE INSERT ON with_outside_trigger FOR EACH ROW EXECUTE FUNCTION outside_trigger();
CREATE TABLE with_outside_set (i int);
CREATE TRIGGER t BEFORE INSERT ON with_outside_set FOR EACH ROW EXECUTE FUNCTION outside_set();
CREATE EVENT TRIGGER regress_irreversible ON ddl_command_end WHEN TAG IN ('CREATE DOMAIN') EXECUTE FUNCTION outside_event();
CREATE FUNCTION outside() RETURNS int LANGUAGE plpgsql_untrusted AS 'BEGIN RETURN 1; END';
SELECT FROM migrator.load('1', 'a', $$SELECT outside();
DO LANGUAGE plpgsql_untrusted 'BEGIN PERFORM 1; END';
LOAD 'dblink';
SELECT nextval('there');
CREATE SEQUENCE fresh;
SELECT setval('fresh', 10);
INSERT INTO t VALUES (nextval('fresh'));
SELECT currval('fresh') / (currval('fresh') = 11)::int;
DEALLOCATE mine; PREPARE mine AS SELECT 2;
COPY log FROM PROGRAM 'echo done';
INSERT INTO with_outside_trigger VALUES (1);
INSERT INTO with_outside_set VALUES (1);
CREATE DOMAIN fires AS int;
CREATE INDEX ON several (i outside)$$);
PREPARE mine AS SELECT 1;
SELECT statement, command, rows, note, error FROM migrator.rehearse();
-- What is taken back needs no word.
CREATE TABLE numbered (id int GENERATED ALWAYS AS IDENTITY);
SELECT FROM migrator.load('1', 'a', $$NOTIFY regress; SELECT pg_notify('regress', 'x'); LISTEN regress;
SELECT pg_advisory_lock(1); SELECT lo_create(4711); ALTER SEQUENCE there RESTART 50; TRUNCATE numbered RESTART IDENTITY;
PREPARE p AS SELECT 1; DEALLOCATE p; SELECT set_config('work_mem', '1MB', false); SELECT pg_stat_clear_snapshot();
SELECT FROM dblink_get_connections(); CREATE TABLE frozen (i int)$$);
SELECT DISTINCT note, error FROM migrator.rehearse();
SELECT last_value FROM there;
-- COPY ... FREEZE wants what made its table in the same subtransaction.
SELECT FROM migrator.load('1', 'a', E'CREATE TABLE frozen (i int);\nCOPY frozen FROM stdin WITH (FREEZE);\n1\n\\.\n');
SELECT statement, command, rows, note, error FROM migrator.rehearse();
SELECT version, status, error FROM migrator.apply(dry_run => true);

-- setval() is taken back where the rehearsal has made the sequence; which it is the query must tell.
CREATE TABLE old (id serial);
CREATE TABLE names (name regclass);
CREATE FUNCTION sets(regclass) RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN setval($1, 77); END';
CREATE FUNCTION sets_old() RETURNS bigint LANGUAGE sql AS $$SELECT setval('app.old_id_seq', 78)$$;
CREATE FUNCTION returns_old() RETURNS bigint LANGUAGE sql RETURN setval('app.old_id_seq', 79);
CREATE FUNCTION c_setval(regclass, bigint) RETURNS bigint STRICT LANGUAGE internal AS 'setval_oid';
SELECT FROM migrator.load('1', 'a', $$CREATE TABLE new (id serial, n int GENERATED ALWAYS AS IDENTITY);
SELECT setval('new_id_seq', 10);
SELECT setval('old_id_seq', 10);
SELECT setval(pg_get_serial_sequence('new', 'id'), max(id)) FROM new;
SELECT setval(pg_get_serial_sequence('old', 'id'), max(id)) FROM old;
SELECT setval('none'::text::regclass, 1) WHERE false;
SELECT setval(NULL, 1);
WITH w AS (SELECT setval('old_id_seq', 10)) SELECT (SELECT setval('new_id_seq', 10)) FROM w;
SELECT setval(name, 1) FROM names;
SELECT sets('old_id_seq');
SELECT sets_old();
SELECT returns_old();
SELECT c_setval('old_id_seq', 1);
DO 'BEGIN EXECUTE ''SELECT setval($x$app.new_n_seq$x$, 5)''; END';
DO 'BEGIN EXECUTE ''SELECT setval($x$app.old_id_seq$x$, 5)''; EXCEPTION WHEN OTHERS THEN NULL; END';
INSERT INTO new DEFAULT VALUES RETURNING n / (n = 6)::int;
ALTER SEQUENCE old_id_seq RESTART;
SELECT setval('old_id_seq', 40)$$);
SELECT statement, command, note, error FROM migrator.rehearse();
SELECT last_value, is_called FROM old_id_seq;
-- One of the session.
CREATE TEMP SEQUENCE passing;
SELECT FROM migrator.load('1', 'a', $$SELECT nextval('passing')$$);
SELECT note, error FROM migrator.rehearse();

-- Of the first 1,000 that create something, and of 1,000 others, any could have been left out; after them one fails.
SELECT FROM migrator.load('1', 'a', repeat('COMMENT ON TABLE log IS NULL;', 1001) || 'SELECT pg_switch_wal()');
SELECT statement, note, error, sqlstate FROM migrator.rehearse() WHERE statement > 1001;
SELECT FROM migrator.load('1', 'a', repeat('SELECT pg_switch_wal();', 2) || repeat('SELECT 1;', 999) ||
    'SELECT pg_switch_wal(); SELECT 1; SELECT pg_switch_wal(); SELECT 1');
SELECT statement, note, error, sqlstate FROM migrator.rehearse() WHERE statement > 1001 OR statement < 4;

SET client_min_messages = error;
SELECT count(pg_drop_replication_slot(slot_name)) FROM pg_replication_slots WHERE slot_name LIKE 'regress_irreversible%';
DROP EVENT TRIGGER regress_irreversible;
DROP SCHEMA app CASCADE;
DROP ROLE regress_irreversible;
DROP LANGUAGE plpgsql_untrusted CASCADE;
DROP EXTENSION dblink;
DROP EXTENSION migrator;
