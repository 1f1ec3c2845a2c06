-- Every object of the extension, used by everybody: a role without rights, one that may only look into the schema, the
-- reader and the deployer with the GRANTs of docs/roles.md, the extension's owner who is no superuser any more, and a
-- superuser. What is new in the extension fails here until it has an entry.
\set ECHO none
\set QUIET on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SELECT * FROM no_plan();
CREATE ROLE regress_tap_nobody;
CREATE ROLE regress_tap_visitor;
CREATE ROLE regress_tap_read;
CREATE ROLE regress_tap_deploy;
CREATE ROLE regress_tap_owner SUPERUSER;
CREATE ROLE regress_tap_super SUPERUSER;
DROP EXTENSION migrator;
DROP SCHEMA migrator;
SET ROLE regress_tap_owner;
CREATE EXTENSION migrator;
RESET ROLE;
ALTER ROLE regress_tap_owner NOSUPERUSER;
GRANT USAGE ON SCHEMA migrator TO regress_tap_visitor;
\set grants `sed -n '/^-- deploys: loads and runs$/,/^...$/p' docs/roles.md | sed '/^...$/d; s/\bapp_owner\b/regress_tap_deploy/g; s/\breader\b/regress_tap_read/g'`
:grants
SELECT ok(has_function_privilege('regress_tap_deploy', 'migrator.apply(text, boolean, text, text)', 'EXECUTE'), 'the GRANTs of docs/roles.md were executed');

CREATE TEMP TABLE members AS
    SELECT classid, objid, i.type, i.identity
    FROM pg_depend d CROSS JOIN LATERAL pg_identify_object(classid, objid, 0) i
    -- The types that come with a table or with a type are members too from 17 on; their rights are those of it.
    LEFT JOIN pg_type t ON classid = 'pg_type'::regclass AND t.oid = objid AND (t.typcategory = 'A'
        OR t.typrelid IN (SELECT oid FROM pg_class WHERE relkind <> 'c'))
    WHERE t.oid IS NULL AND refclassid = 'pg_extension'::regclass AND deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'migrator')
    UNION ALL SELECT 'pg_namespace'::regclass, oid, 'schema', nspname FROM pg_namespace WHERE nspname = 'migrator';

-- What one does with it: a letter for each right, and a statement that needs it.
CREATE FUNCTION uses(class regclass, object oid) RETURNS TABLE (letter text, sql text) LANGUAGE plpgsql AS $$
DECLARE
    name text;
    f pg_proc;
    c pg_class;
BEGIN
    CASE class
    WHEN 'pg_namespace'::regclass THEN
        RETURN QUERY VALUES ('U', 'SELECT migrator.x()'), ('C', 'CREATE TABLE migrator.x ()');
    WHEN 'pg_proc'::regclass THEN
        SELECT * INTO f FROM pg_proc WHERE oid = object;
        name := object::regproc;
        RETURN QUERY SELECT 'X', CASE
            WHEN 'internal'::regtype = ANY (f.proargtypes) THEN NULL -- only the server calls it
            WHEN f.prokind = 'a' THEN format('SELECT %s(v::migrator.version) FROM unnest(ARRAY[''1'', ''2'']) v', name)
            WHEN f.prorettype = 'trigger'::regtype THEN format('CREATE TRIGGER x AFTER INSERT ON pg_temp.own EXECUTE FUNCTION %s()', name)
            WHEN f.prorettype = 'event_trigger'::regtype THEN format('CREATE EVENT TRIGGER x ON %s EXECUTE FUNCTION %s()',
                CASE f.proname WHEN 'see_drops' THEN 'sql_drop' WHEN 'check_rewrite' THEN 'table_rewrite' ELSE 'ddl_command_end' END, name)
            ELSE format('%s %s(%s)', CASE f.prokind WHEN 'p' THEN 'CALL' ELSE 'SELECT' END, name, (
                SELECT string_agg(CASE t WHEN 'boolean'::regtype THEN 'true' WHEN 'integer'::regtype THEN '1'
                    WHEN 'jsonb'::regtype THEN '''{}''' WHEN 'text[]'::regtype THEN '''{}''' ELSE '''1''' END || '::' || t::regtype, ', ' ORDER BY n)
                FROM unnest(f.proargtypes::oid[]) WITH ORDINALITY AS a (t, n)))
            END;
    WHEN 'pg_class'::regclass THEN
        SELECT * INTO c FROM pg_class WHERE oid = object;
        name := object::regclass;
        IF c.relkind = 'S' THEN
            RETURN QUERY SELECT v.* FROM (VALUES ('S', format('TABLE %s', name)), ('N', format('SELECT nextval(%L)', name)), ('V', format('SELECT setval(%L, 1)', name)),
                ('O', format('ALTER SEQUENCE %s INCREMENT 2', name))) v;
        ELSE
            RETURN QUERY SELECT v.* FROM (VALUES ('S', format('TABLE %s', name)), ('I', format('INSERT INTO %s (module) VALUES (''x'')', name)),
                ('U', format('UPDATE %s SET module = ''x''', name)), ('D', format('DELETE FROM %s', name)),
                ('T', format('TRUNCATE %s', name)), ('L', format('LOCK TABLE %s', name)),
                ('O', format('COMMENT ON %s %s IS NULL', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, name))) v (l, s) WHERE c.relkind = 'r' OR l <> 'T';
        END IF;
    WHEN 'pg_type'::regclass THEN
        RETURN QUERY SELECT 'U', format('CREATE TABLE pg_temp.x (v %s)', object::regtype);
    WHEN 'pg_operator'::regclass THEN
        RETURN QUERY SELECT 'X', format('SELECT (%s) FROM unnest(ARRAY[''1'']) v, unnest(ARRAY[''1'']) w', format('v::%s OPERATOR(pg_catalog.%s) w::%s', oprleft::regtype, oprname, oprright::regtype))
            FROM pg_operator WHERE oid = object;
    WHEN 'pg_cast'::regclass THEN
        RETURN QUERY SELECT 'X', format('SELECT v::%s::%s FROM unnest(ARRAY[''1'']) v', castsource::regtype, casttarget::regtype) FROM pg_cast WHERE oid = object;
    WHEN 'pg_opclass'::regclass THEN
        RETURN QUERY SELECT 'X', format('CREATE INDEX ON pg_temp.own USING %s (v migrator.%I)', amname, opcname) FROM pg_opclass JOIN pg_am a ON a.oid = opcmethod WHERE pg_opclass.oid = object;
    WHEN 'pg_opfamily'::regclass THEN
        RETURN QUERY SELECT 'O', format('ALTER OPERATOR FAMILY migrator.%I USING %s RENAME TO x', opfname, amname) FROM pg_opfamily JOIN pg_am a ON a.oid = opfmethod WHERE pg_opfamily.oid = object;
    WHEN 'pg_event_trigger'::regclass THEN
        RETURN QUERY SELECT 'O', format('ALTER EVENT TRIGGER %I ENABLE ALWAYS', evtname) FROM pg_event_trigger WHERE oid = object;
    END CASE;
END $$;
CREATE TABLE attempts AS SELECT type, identity, letter, sql FROM members, LATERAL uses(classid::regclass, objid);
SELECT is_empty($$SELECT type, identity FROM members EXCEPT SELECT type, identity FROM attempts$$, 'each object is used');
GRANT SELECT ON attempts TO PUBLIC;
GRANT TEMPORARY ON DATABASE :"DBNAME" TO PUBLIC;

-- Whether the right is there. Any other error than 42501 comes from within, and nothing of it stays.
CREATE FUNCTION may(sql text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF sql ~ 'pg_temp.own' THEN CREATE TEMP TABLE own (v text); END IF;
    EXECUTE sql;
    RAISE 'done' USING ERRCODE = 'ZZ000';
EXCEPTION WHEN insufficient_privilege THEN RETURN SQLERRM ~ 'pg_read_server_files|files of the server';
    WHEN object_not_in_prerequisite_state THEN RETURN false; -- a view that nobody can write to
    WHEN OTHERS THEN RETURN true;
END $$;
CREATE TABLE seen (role text, type text, identity text, letter text);
GRANT INSERT ON seen TO PUBLIC;
\set note 'INSERT INTO seen SELECT current_user, type, identity, letter FROM attempts WHERE may(sql);'
SELECT is(string_agg(identity, ' '), 'migrator.version_recv(pg_catalog.internal)', 'only the server calls') FROM attempts WHERE sql IS NULL;
SELECT is(string_agg(r, ' '), 'regress_tap_owner regress_tap_super', 'and of these roles only') FROM unnest(ARRAY['nobody', 'visitor', 'owner', 'super']) n, LATERAL (SELECT 'regress_tap_' || n) AS x (r)
    WHERE has_function_privilege(r, 'migrator.version_recv(internal)', 'EXECUTE');
DELETE FROM attempts WHERE sql IS NULL;
SET ROLE regress_tap_nobody;
:note
SET ROLE regress_tap_visitor;
:note
SET ROLE regress_tap_read;
:note
SET ROLE regress_tap_deploy;
:note
SET ROLE regress_tap_owner;
:note
SET ROLE regress_tap_super;
:note
RESET ROLE;
-- Functions and operators of one name are one line, with their number.
CREATE FUNCTION letters(letters text[]) RETURNS text IMMUTABLE LANGUAGE sql AS
    $$SELECT coalesce(string_agg(l, '' ORDER BY l), '-') FROM (SELECT DISTINCT unnest(letters) l) x$$;
CREATE VIEW matrix AS
    WITH each AS (
        SELECT a.type, a.identity, regexp_replace(a.identity, '^([^(]+)\(.*', '\1') AS name,
            letters(array_agg(s.letter) FILTER (WHERE s.role = 'regress_tap_nobody')) AS nobody,
            letters(array_agg(s.letter) FILTER (WHERE s.role = 'regress_tap_visitor')) AS visitor,
            letters(array_agg(s.letter) FILTER (WHERE s.role = 'regress_tap_read')) AS reader,
            letters(array_agg(s.letter) FILTER (WHERE s.role = 'regress_tap_deploy')) AS deployer,
            letters(array_agg(s.letter) FILTER (WHERE s.role = 'regress_tap_owner')) AS owner,
            letters(array_agg(s.letter) FILTER (WHERE s.role = 'regress_tap_super')) AS superuser
        FROM attempts a LEFT JOIN seen s ON s.type = a.type AND s.identity = a.identity GROUP BY 1, 2)
    SELECT replace(type, ' ', '_') AS type, replace(name, ' ', '_') AS name, count(*)::integer AS count, nobody, visitor, reader, deployer, owner, superuser FROM each GROUP BY 1, 2, 4, 5, 6, 7, 8, 9;

-- Letters: Use, Create; X execute; Select, Insert, Update, Delete, Truncate, Lock; Next value, set Value; O as owner only.
-- The aggregates are in pg_catalog, where PUBLIC may call them: they need a version, which is not PUBLIC's to have.
CREATE TABLE expected (type text, name text, count integer, nobody text, visitor text, reader text, deployer text, owner text, superuser text);
COPY expected FROM STDIN WITH (DELIMITER ' ');
aggregate pg_catalog.max 1 - X X X X X
aggregate pg_catalog.min 1 - X X X X X
cast (migrator.version_AS_pg_catalog.text) 1 - X X X X X
cast (pg_catalog.text_AS_migrator.version) 1 - X X X X X
event_trigger migrator_check_rewrite 1 - - - - O O
event_trigger migrator_see_commands 1 - - - - O O
event_trigger migrator_see_drops 1 - - - - O O
function migrator.accept 1 - - - - X X
function migrator.adopt 1 - - - - X X
function migrator.apply 1 - - - X X X
function migrator.baseline 1 - - - - X X
function migrator.check_rewrite 1 - - - - - X
function migrator.conflicts 1 - - - X X X
function migrator.lint 1 - - X X X X
function migrator.load 1 - - - X X X
function migrator.load_dir 1 - - - - X X
function migrator.load_dirs 1 - - - - X X
function migrator.load_file 1 - - - X X X
function migrator.load_tar 1 - - - X X X
function migrator.lock_key 1 - - - - X X
function migrator.plan 1 - - X X X X
function migrator.plan_token 1 - - - X X X
function migrator.refuse_change 1 - - - - X X
function migrator.rehearse 1 - - - X X X
function migrator.report 1 - - - X X X
function migrator.reports 1 - - - X X X
function migrator.rollback 1 - - - X X X
function migrator.rollback_to 1 - - - X X X
function migrator.run_activity 1 - - X X X X
function migrator.see_commands 1 - - - - - X
function migrator.see_drops 1 - - - - - X
function migrator.status 1 - - X X X X
function migrator.summary 1 - - X X X X
function migrator.unload 1 - - - X X X
function migrator.version_cmp 3 - - X X X X
function migrator.version_eq 3 - - X X X X
function migrator.version_ge 3 - - X X X X
function migrator.version_gt 3 - - X X X X
function migrator.version_hash 1 - - X X X X
function migrator.version_in 1 - - X X X X
function migrator.version_larger 1 - - X X X X
function migrator.version_le 3 - - X X X X
function migrator.version_lt 3 - - X X X X
function migrator.version_ne 3 - - X X X X
function migrator.version_out 1 - - X X X X
function migrator.version_send 1 - - X X X X
function migrator.version_smaller 1 - - X X X X
operator pg_catalog.< 3 - - X X X X
operator pg_catalog.<= 3 - - X X X X
operator pg_catalog.<> 3 - - X X X X
operator pg_catalog.= 3 - - X X X X
operator pg_catalog.> 3 - - X X X X
operator pg_catalog.>= 3 - - X X X X
operator_class migrator.version_hash_ops_USING_hash 1 - X X X X X
operator_class migrator.version_ops_USING_btree 1 - X X X X X
operator_family migrator.version_hash_ops_USING_hash 1 - - - - O O
operator_family migrator.version_ops_USING_btree 1 - - - - O O
procedure migrator.apply_each 1 - - - X X X
procedure migrator.rollback_each 1 - - - X X X
schema migrator 1 - U U U CU CU
sequence migrator.history_entry_id_seq 1 - - - - NOSV NOSV
table migrator.history_entry 1 - - - - DILOSTU DILOSTU
table migrator.migration 1 - - - - DILOSTU DILOSTU
table migrator.statement_entry 1 - - - - DILOSTU DILOSTU
type migrator.adopt_row 1 - - - - U U
type migrator.apply_row 1 - - - - U U
type migrator.baseline_row 1 - - - - U U
type migrator.conflicts_row 1 - - - - U U
type migrator.lint_row 1 - - - - U U
type migrator.load_row 1 - - - - U U
type migrator.plan_row 1 - - - - U U
type migrator.rehearse_row 1 - - - - U U
type migrator.reports_row 1 - - - - U U
type migrator.running_row 1 - - - - U U
type migrator.status_row 1 - - - - U U
type migrator.summary_row 1 - - - - U U
type migrator.version 1 - - - - U U
view migrator.history 1 - - S S DILOSU DILOSU
view migrator.running 1 - - S S LOS LOS
view migrator.statement_history 1 - - S S DILOSU DILOSU
\.
SELECT is_empty('TABLE matrix EXCEPT TABLE expected', 'nobody may do more, or less, than is written down');
SELECT is_empty('TABLE expected EXCEPT TABLE matrix', 'and what is written down is there');
SELECT cmp_ok(count(*), '>', 60::bigint, 'it was looked at') FROM matrix;

-- What the extension does as its owner works for one who is no superuser.
GRANT CREATE ON SCHEMA public TO regress_tap_deploy;
SET ROLE regress_tap_deploy;
SET client_min_messages = error;
SELECT is(migrator.load('1', 'x', 'CREATE TABLE public.x (a integer); CREATE TABLE public.y (a integer UNIQUE DEFERRABLE)', 'DROP TABLE public.x, public.y'), 'added', 'deployer: load()');
SELECT is(count(*), 0::bigint, 'deployer: conflicts()') FROM migrator.conflicts();
SELECT is(string_agg(coalesce(error, 'ok'), ' '), 'ok ok', 'deployer: rehearse()') FROM migrator.rehearse();
SELECT ok(migrator.report() ~ 'public.x', 'deployer: report()');
SELECT is(string_agg(status, ' '), 'applied', 'deployer: apply()') FROM migrator.apply();
SELECT is(string_agg(status, ' '), 'rolled_back', 'deployer: rollback()') FROM migrator.rollback();
SELECT is(count(*), 0::bigint, 'deployer: running') FROM migrator.running;
RESET ROLE;
SELECT is(string_agg(run_by, ' '), 'regress_tap_deploy regress_tap_deploy', 'it is on record') FROM migrator.history;
SELECT * FROM finish();
DROP OWNED BY regress_tap_nobody, regress_tap_visitor, regress_tap_read, regress_tap_deploy, regress_tap_owner, regress_tap_super CASCADE;
DROP ROLE regress_tap_nobody, regress_tap_visitor, regress_tap_read, regress_tap_deploy, regress_tap_owner, regress_tap_super;
