-- Who may do what: nothing for PUBLIC; a deploy role and a reader role with the GRANTs that docs/roles.md shows.
\set ECHO none
\set QUIET on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_tap_nobody, regress_tap_deploy, regress_tap_read, regress_tap_owner;
CREATE ROLE regress_tap_nobody;
CREATE ROLE regress_tap_deploy;
CREATE ROLE regress_tap_read;
CREATE ROLE regress_tap_owner;
GRANT ALL ON SCHEMA public TO regress_tap_deploy;
GRANT USAGE ON SCHEMA migrator TO regress_tap_deploy, regress_tap_read;
GRANT EXECUTE ON FUNCTION migrator.load, migrator.load_file, migrator.unload, migrator.plan, migrator.apply, migrator.rollback,
    migrator.rollback_to, migrator.baseline, migrator.adopt, migrator.accept, migrator.status, migrator.summary, migrator.lock_key TO regress_tap_deploy;
GRANT EXECUTE ON FUNCTION migrator.status, migrator.summary, migrator.plan, migrator.lock_key TO regress_tap_read;
GRANT SELECT ON migrator.history TO regress_tap_deploy, regress_tap_read;
DO $$
DECLARE function regprocedure;
BEGIN
    FOR function IN SELECT oid FROM pg_proc WHERE pronamespace = 'migrator'::regnamespace AND proname LIKE 'version\_%'
    LOOP EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO regress_tap_deploy, regress_tap_read', function); END LOOP;
END $$;
SELECT * FROM no_plan();

-- Nothing is granted to PUBLIC.
SELECT is_empty($$
    SELECT 'schema ' || nspname FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) a
    WHERE nspname = 'migrator' AND a.grantee = 0
    UNION ALL SELECT 'function ' || p.oid::regprocedure FROM pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) a
    WHERE pronamespace = 'migrator'::regnamespace AND a.grantee = 0
    UNION ALL SELECT 'relation ' || c.oid::regclass
    FROM pg_class c, aclexplode(coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))) a
    WHERE relnamespace = 'migrator'::regnamespace AND relkind IN ('r', 'v', 'S') AND a.grantee = 0
    UNION ALL SELECT 'type ' || t.oid::regtype FROM pg_type t LEFT JOIN pg_class c ON c.oid = typrelid,
         aclexplode(coalesce(typacl, acldefault('T', typowner))) a
    WHERE typnamespace = 'migrator'::regnamespace AND relkind IS DISTINCT FROM 'r' AND relkind IS DISTINCT FROM 'v'
        AND typelem = 0 AND a.grantee = 0
$$, 'PUBLIC has no privilege in schema migrator');
SELECT is_empty($$
    SELECT attname FROM pg_attribute WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'migrator'::regnamespace)
    AND attacl IS NOT NULL$$, 'no column has privileges of its own');
SELECT is_empty($$SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'
    AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'migrator') WHERE prosecdef$$, 'no function is SECURITY DEFINER');

-- A call of every function with arguments of its types; no NULL, which would be folded away unseen.
CREATE FUNCTION call_of(f oid) RETURNS text LANGUAGE sql AS $$
    SELECT format('%s %s(%s)', CASE p.prokind WHEN 'p' THEN 'CALL' ELSE 'SELECT' END, f::regproc, string_agg(
        CASE t WHEN 'boolean'::regtype THEN 'false' WHEN 'integer'::regtype THEN '1'
            WHEN 'text[]'::regtype THEN '''{}''' ELSE quote_literal('1') END || '::' || t::regtype, ', ' ORDER BY n))
    FROM pg_proc p LEFT JOIN LATERAL unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (t, n) ON true WHERE p.oid = f
    GROUP BY p.prokind
$$;
CREATE TABLE callable AS SELECT p.oid AS f, p.oid::regprocedure::text AS name, call_of(p.oid) AS call
FROM pg_proc p WHERE pronamespace = 'migrator'::regnamespace
    AND NOT (proargtypes::oid[] && ARRAY['internal'::regtype, 'cstring'::regtype]::oid[]) AND prorettype <> 'trigger'::regtype;
GRANT SELECT ON callable TO PUBLIC;
SELECT cmp_ok(count(*), '>=', 13::bigint, 'functions were found') FROM callable WHERE name !~ 'version_';

-- Nobody calls nothing.
SET ROLE regress_tap_nobody;
SELECT throws_ok(call, '42501', NULL, 'nobody: ' || name) FROM callable ORDER BY name;
SELECT throws_ok(format('TABLE migrator.%I', t), '42501', NULL, 'nobody: ' || t) FROM unnest(ARRAY['migration', 'history_entry', 'history', 'statement_entry', 'statement_history', 'running']) AS t;
SELECT throws_ok('CREATE TABLE migrator.x ()', '42501', NULL, 'nobody: CREATE in the schema');
RESET ROLE;
GRANT USAGE ON SCHEMA migrator TO regress_tap_nobody;
SET ROLE regress_tap_nobody;
SELECT throws_ok(call, '42501', NULL, 'nobody, with USAGE on the schema: ' || name) FROM callable WHERE name !~ 'version_' ORDER BY name;
SELECT throws_ok('CREATE TABLE pg_temp.x (v migrator.version)', '42501', NULL, 'nobody: the type');
RESET ROLE;
SELECT is_empty($$SELECT p.oid::regprocedure FROM pg_proc p WHERE pronamespace = 'migrator'::regnamespace
    AND has_function_privilege('regress_tap_nobody', p.oid, 'EXECUTE')$$, 'nobody: those that cannot be called from SQL either');

-- A reader reads, and does no more.
SET ROLE regress_tap_read;
SELECT lives_ok(q, 'reader: ' || q) FROM unnest(ARRAY['SELECT * FROM migrator.status()', 'SELECT * FROM migrator.summary()',
    'SELECT * FROM migrator.plan()', 'SELECT migrator.lock_key()', 'TABLE migrator.history',
    -- What one does with a result that has a version in it.
    'SELECT version, status FROM migrator.status() ORDER BY version DESC',
    'SELECT version FROM migrator.status() WHERE version >= ''5'' AND version <> ''7''',
    'SELECT max(version), count(DISTINCT version) FROM migrator.history',
    'SELECT status, applied_at FROM migrator.status() JOIN migrator.history USING (version)']) AS q;
SELECT throws_ok(call, '42501', NULL, 'reader: ' || name) FROM callable
WHERE name ~ '^migrator\.(load|load_file|load_dirs?|load_tar|unload|apply|rollback|rollback_to|baseline|adopt|accept)\(' ORDER BY name;
SELECT throws_ok(q, '42501', NULL, 'reader: ' || q) FROM unnest(ARRAY['TABLE migrator.migration', 'TABLE migrator.history_entry',
    'UPDATE migrator.history SET run_by = ''x''', 'DELETE FROM migrator.history', 'SELECT nextval(''migrator.history_entry_id_seq'')']) AS q;
RESET ROLE;

-- A deployer with EXECUTE alone loads, plans, applies and rolls back; bodies run as the deployer.
SET ROLE regress_tap_deploy;
SELECT is(migrator.load('1', 'made', 'CREATE TABLE public.made AS SELECT current_user AS who, session_user AS session',
    'DROP TABLE public.made'), 'added', 'deployer: load()');
SELECT results_eq($$SELECT action FROM migrator.load_file('2_owner.sql', $f$-- UP
    CREATE TABLE public.fired (who name);
    CREATE FUNCTION public.fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.fired VALUES (current_user); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER late AFTER INSERT ON public.made DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.fire();
    INSERT INTO public.made VALUES ('x', 'y');
    -- DOWN
    DROP TABLE public.fired; DROP FUNCTION public.fire CASCADE;$f$)$$, ARRAY['added'], 'deployer: load_file()');
SELECT is(count(*), 5::bigint, 'deployer: plan()') FROM migrator.plan();
SELECT results_eq($$SELECT status FROM migrator.apply(dry_run => true)$$, ARRAY['skipped', 'skipped'], 'deployer: a dry run');
SELECT results_eq($$SELECT status FROM migrator.apply()$$, ARRAY['applied', 'applied'], 'deployer: apply()');
SELECT table_owner_is('public', 'made', 'regress_tap_deploy', 'what a body makes is the deployer''s');
SELECT results_eq('SELECT who FROM public.made WHERE who <> ''x''', ARRAY['regress_tap_deploy'::name], 'current_user in a body is the deployer');
SELECT results_eq('SELECT who FROM public.fired', ARRAY['regress_tap_deploy'::name], 'deferred triggers fire as the deployer');
SELECT results_eq('SELECT applied_by FROM migrator.status()', ARRAY['regress_tap_deploy', 'regress_tap_deploy'], 'status() names the deployer');
SELECT is(current_user::text, 'regress_tap_deploy', 'the role is that of before');
SELECT results_eq($$SELECT status FROM migrator.rollback()$$, ARRAY['rolled_back'], 'deployer: rollback()');
SELECT results_eq($$SELECT status FROM migrator.rollback_to('1')$$, ARRAY[]::text[], 'deployer: rollback_to()');
SELECT lives_ok($$SELECT migrator.unload('2')$$, 'deployer: unload()');
SELECT lives_ok($$SELECT migrator.load('1', 'made', 'SELECT 1', 'DROP TABLE public.made')$$, 'deployer: an edit');
SELECT lives_ok($$SELECT migrator.accept('1', 'reviewed')$$, 'deployer: accept()');
SELECT lives_ok($$SELECT * FROM migrator.baseline('1', module => 'other')$$, 'deployer: baseline()')
FROM (SELECT migrator.load('1', 'x', 'SELECT 1', module => 'other')) AS loaded;
SELECT throws_ok($$SELECT * FROM migrator.load_dir('/')$$, '42501', NULL, 'deployer: load_dir() was not granted');

-- adopt() reads the tool's table as the deployer, who may lay traps of his own there, and writes the record as the owner.
RESET ROLE;
CREATE SCHEMA tool;
CREATE TABLE tool.schema_migrations (version text);
INSERT INTO tool.schema_migrations VALUES ('1');
GRANT USAGE ON SCHEMA tool TO regress_tap_deploy;
SET ROLE regress_tap_deploy;
SELECT lives_ok($$SELECT migrator.load('1', 'x', 'SELECT 1', module => 'adopted')$$, 'deployer: load()');
SELECT throws_ok($$SELECT * FROM migrator.adopt(module => 'adopted')$$, '42501', 'permission denied for table tool.schema_migrations',
    'deployer: adopt() of a table that it may not read');
RESET ROLE;
GRANT SELECT ON tool.schema_migrations TO regress_tap_deploy;
SET ROLE regress_tap_deploy;
SELECT lives_ok($$
    CREATE TEMP TABLE schema_migrations AS SELECT '2'::text AS version; CREATE TEMP TABLE pg_class (relname name);
    CREATE FUNCTION pg_temp.text(text) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''as %'', current_user; END';
    SET search_path = pg_temp, pg_catalog, public$$, 'deployer: a trap for adopt()');
SELECT public.results_eq($$SELECT status FROM migrator.adopt(module => 'adopted')$$, ARRAY['applied'], 'deployer: adopt() does not fall into it');
DROP TABLE schema_migrations, pg_temp.pg_class;
RESET search_path;
RESET ROLE;
CREATE VIEW adopted_by AS SELECT action, run_by FROM migrator.history WHERE module = 'adopted';
SELECT results_eq('SELECT run_by FROM adopted_by', ARRAY['regress_tap_deploy'], 'a tool that keeps no names: the deployer adopted it');
SET ROLE regress_tap_deploy;

-- It cannot touch the record: not from outside, and not from within a body.
CREATE TEMP TABLE attempts (sql text);
SET migrator.on_hazard = 'ignore';
INSERT INTO attempts VALUES ('TABLE migrator.migration'), ('TABLE migrator.history_entry'),
    ('INSERT INTO migrator.migration (module) VALUES (''x'')'), ('UPDATE migrator.migration SET up = ''x'''),
    ('DELETE FROM migrator.migration'), ('TRUNCATE migrator.migration'), ('DELETE FROM migrator.history_entry'),
    ('INSERT INTO migrator.history_entry (module) VALUES (''x'')'), ('UPDATE migrator.history_entry SET run_by = ''x'''),
    ('TRUNCATE migrator.history_entry'), ('DELETE FROM migrator.history'), ('UPDATE migrator.history SET name = ''x'''),
    ('INSERT INTO migrator.history (module) VALUES (''x'')'), ('LOCK TABLE migrator.history_entry'),
    ('ALTER TABLE migrator.history_entry DISABLE TRIGGER append_only'), ('DROP TRIGGER append_only ON migrator.history_entry'),
    ('DROP TABLE migrator.history_entry'), ('CREATE TABLE migrator.x ()'), ('CREATE INDEX ON migrator.migration (name)'),
    ('CREATE TRIGGER t BEFORE INSERT ON migrator.history_entry EXECUTE FUNCTION suppress_redundant_updates_trigger()'),
    ('CREATE OR REPLACE FUNCTION migrator.lock_key() RETURNS bigint LANGUAGE sql AS ''SELECT 1'''),
    ('ALTER FUNCTION migrator.apply RENAME TO x'), ('DROP EXTENSION migrator'), ('ALTER EXTENSION migrator DROP TABLE migrator.migration'),
    ('SELECT setval(''migrator.history_entry_id_seq'', 1)'), ('SELECT pg_read_file(''/etc/passwd'')'),
    ('ALTER EXTENSION migrator UPDATE'), ('ALTER EXTENSION migrator SET SCHEMA public'), ('ALTER SCHEMA migrator RENAME TO x'), ('DROP SCHEMA migrator CASCADE'),
    ('ALTER EVENT TRIGGER migrator_see_drops DISABLE'), ('DROP EVENT TRIGGER migrator_check_rewrite'),
    ('CREATE EVENT TRIGGER x ON ddl_command_end EXECUTE FUNCTION migrator.see_commands()'), ('ALTER FUNCTION migrator.load SECURITY DEFINER'),
    ('ALTER FUNCTION migrator.apply SET search_path = public'), ('ALTER FUNCTION migrator.status OWNER TO regress_tap_deploy'), ('DROP FUNCTION migrator.refuse_change CASCADE'),
    ('ALTER TABLE migrator.migration OWNER TO regress_tap_deploy'), ('ALTER TABLE migrator.migration ENABLE ROW LEVEL SECURITY'),
    ('CREATE POLICY p ON migrator.history_entry USING (false)'), ('CREATE RULE r AS ON INSERT TO migrator.history_entry DO INSTEAD NOTHING'),
    ('CREATE TABLE public.heir () INHERITS (migrator.migration)'), ('CREATE TABLE public.referring (id bigint REFERENCES migrator.history_entry)'),
    ('CREATE STATISTICS public.s ON module, version FROM migrator.migration'), ('CREATE TABLE public.copy AS TABLE migrator.migration'),
    ('COMMENT ON TABLE migrator.migration IS ''x'''), ('GRANT SELECT ON migrator.migration TO regress_tap_nobody'), ('GRANT regress_tap_owner TO regress_tap_deploy'),
    ('ALTER TYPE migrator.version RENAME TO x'), ('DROP OPERATOR pg_catalog.< (migrator.version, migrator.version)'), ('ALTER AGGREGATE pg_catalog.max(migrator.version) RENAME TO x'),
    ('CREATE CAST (migrator.version AS integer) WITH INOUT'), ('COPY public.made FROM PROGRAM ''true'''),
    ('SET session_replication_role = replica'), ('SET migrator.trusted_loaders = ''*'''), ('SELECT set_config(''migrator.trusted_loaders'', ''*'', false)'),
    ('ALTER ROLE ALL SET migrator.trusted_loaders = ''*'''), ('ALTER ROLE regress_tap_deploy SET migrator.trusted_loaders = ''*'''),
    ('ALTER DATABASE ' || current_database() || ' SET migrator.lock_wait = 0'), ('REASSIGN OWNED BY regress_tap_owner TO regress_tap_deploy'),
    ('DO $d$ BEGIN UPDATE migrator.migration SET up = ''x''; END $d$'), ('DO $d$ BEGIN CREATE FUNCTION pg_temp.f() RETURNS void LANGUAGE sql AS ''DELETE FROM migrator.migration''; PERFORM pg_temp.f(); END $d$'),
    ('SELECT * FROM migrator.load_dir(''/'')'), ('SET ROLE regress_tap_owner'), ('SET SESSION AUTHORIZATION regress_tap_owner');
RESET ROLE;
SET SESSION AUTHORIZATION regress_tap_deploy;
SELECT throws_ok(sql, '42501', NULL, 'deployer: ' || sql) FROM attempts WHERE sql !~ '^SET SESSION'; -- this session may
-- Rows of migrator's own are refused to everybody, as what a dump of other data would bring.
SELECT throws_ok(format('SELECT migrator.load(''9'', ''x'', %L), (SELECT count(*) FROM migrator.apply())', sql),
    CASE WHEN sql ~ '^(INSERT INTO migrator[.](migration|history_entry) |SELECT setval)' THEN '0A000' ELSE '42501' END, NULL,
    'deployer, in a body: ' || sql) FROM attempts WHERE sql !~ '^DROP EXT';
-- A body calls nothing that changes bodies or history, at whatever depth.
SELECT throws_ok(format('SELECT migrator.load(''9'', ''x'', %L), (SELECT count(*) FROM migrator.apply())', 'DO $d$ BEGIN ' || sql || '; END $d$'), 'MG008', NULL,
    'deployer, in a body: ' || sql) FROM unnest(ARRAY['PERFORM migrator.load(''8'', ''x'', ''SELECT 8'')', 'PERFORM migrator.load_file(''8_x.sql'', ''SELECT 8'')',
    'PERFORM migrator.unload(''9'')', 'PERFORM migrator.apply()', 'PERFORM migrator.apply(dry_run => true)', 'PERFORM migrator.rollback()',
    'PERFORM migrator.rollback_to(''1'')', 'PERFORM migrator.baseline(''9'')', 'PERFORM migrator.adopt()', 'PERFORM migrator.accept(''1'', ''x'')']) AS sql;
-- What a body sets of the extension's is set no more behind it.
SELECT lives_ok($$SELECT migrator.load('9', 'x', 'SET migrator.out_of_order = allow; SET migrator.on_hazard = error; SELECT set_config(''migrator.max_rewrite_size'', ''1'', false)')$$, 'deployer: settings');
SELECT results_eq('SELECT status FROM migrator.apply(dry_run => true)', ARRAY['skipped'], 'deployer: a body that sets them');
SELECT is(current_setting('migrator.out_of_order') || current_setting('migrator.on_hazard') || current_setting('migrator.max_rewrite_size'), 'errorignore-1', 'they are as they were');
RESET SESSION AUTHORIZATION;
SET ROLE regress_tap_deploy;
SELECT lives_ok($$SELECT migrator.load('9', 'x', 'SELECT 1')$$, 'deployer: put right');
-- Nor lay a trap for what is done as the owner: a search_path, temporary tables and functions of its own.
SELECT lives_ok($$
    CREATE TEMP TABLE migration (module text); CREATE TEMP TABLE history_entry (module text);
    CREATE FUNCTION pg_temp.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''as %'', current_user; END';
    SET search_path = pg_temp, pg_catalog, public$$, 'deployer: a trap');
SELECT public.results_eq($$SELECT status FROM migrator.apply()$$, ARRAY['applied'], 'deployer: nothing falls into it');
RESET search_path;
SELECT is(count(*), 0::bigint, 'the record did not go astray') FROM pg_temp.history_entry;
RESET ROLE;
SELECT is(count(*), 1::bigint, 'it is where it belongs') FROM migrator.history WHERE version = '9' AND run_by = 'regress_tap_deploy';

-- In a SECURITY DEFINER function the role of the function is the one that runs.
CREATE FUNCTION deploy() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS
    'SELECT status FROM migrator.apply()';
ALTER FUNCTION deploy() OWNER TO regress_tap_deploy;
GRANT EXECUTE ON FUNCTION deploy() TO regress_tap_nobody;
SELECT is(migrator.load('10', 'definer', 'CREATE TABLE public.defined ()'), 'added', 'one more');
SET ROLE regress_tap_nobody;
SELECT results_eq('SELECT deploy()', ARRAY['applied'], 'through a SECURITY DEFINER function');
RESET ROLE;
SELECT table_owner_is('public', 'defined', 'regress_tap_deploy', 'its owner ran it');

SELECT * FROM finish();
DROP OWNED BY regress_tap_nobody, regress_tap_deploy, regress_tap_read CASCADE;
DROP ROLE regress_tap_nobody, regress_tap_deploy, regress_tap_read, regress_tap_owner;
