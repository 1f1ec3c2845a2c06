\echo Use "ALTER EXTENSION migrator UPDATE TO '1.1'" to load this file. \quit

SET LOCAL search_path = pg_catalog, pg_temp;

-- The rows of the functions become named types, with the columns of 1.0, to which this release and later ones
-- ADD ATTRIBUTE.
CREATE TYPE migrator.load_row AS (version migrator.version, name text, action text, source text, reason text);
CREATE TYPE migrator.apply_row AS (version migrator.version, name text, status text, execution_time_ms double precision,
    error text);
CREATE TYPE migrator.plan_row AS (version migrator.version, name text, statement integer, line integer, command text,
    sql text, source text, transactional boolean, verify boolean);
CREATE TYPE migrator.lint_row AS (version migrator.version, statement integer, line integer, rule text, severity text,
    message text, hint text);
CREATE TYPE migrator.rehearse_row AS (version migrator.version, statement integer, line integer, command text, sql text,
    duration_ms double precision, rows bigint, locks text[], rewrites text[], scans text[], wal_bytes bigint,
    objects text[], blocks text[], error text, sqlstate text, note text, verify boolean);
CREATE TYPE migrator.conflicts_row AS (version_a migrator.version, version_b migrator.version, object text, why text);
CREATE TYPE migrator.baseline_row AS (version migrator.version, name text, status text);
CREATE TYPE migrator.adopt_row AS (version migrator.version, name text, status text, applied_at timestamptz, note text);
CREATE TYPE migrator.status_row AS (version migrator.version, name text, status text, applied_at timestamptz,
    execution_time_ms double precision, applied_by text, reversible boolean, detail text, kind text);
CREATE TYPE migrator.summary_row AS (applied bigint, pending bigint, failed bigint, last_applied migrator.version,
    last_applied_at timestamptz, running_pid integer, running_since timestamptz, running_version migrator.version,
    running_statement integer, running_statements integer);
CREATE TYPE migrator.running_row AS (pid integer, module text, version migrator.version, direction text,
    statement integer, statements integer, sql text, username text, client text, run_since timestamptz,
    statement_since timestamptz, wait_event_type text, wait_event text, blocked_by integer[], blockers text, phase text,
    percent_done double precision);
CREATE TYPE migrator.reports_row AS (format text, content text);
-- They belong to whom the extension belongs to, who need not be the one who updates it.
DO $$
DECLARE
    row_type regtype;
BEGIN
    FOR row_type IN
        SELECT oid FROM pg_type WHERE typnamespace = 'migrator'::regnamespace AND typname ~ '_row$' AND typtype = 'c'
    LOOP
        EXECUTE format('ALTER TYPE %s OWNER TO %s', row_type,
                       (SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'migrator'));
    END LOOP;
END
$$;
REVOKE ALL ON TYPE migrator.load_row, migrator.apply_row, migrator.plan_row, migrator.lint_row,
    migrator.rehearse_row, migrator.conflicts_row, migrator.baseline_row, migrator.adopt_row, migrator.status_row,
    migrator.summary_row, migrator.running_row, migrator.reports_row FROM PUBLIC;

-- The last write to pg_proc: no command changes what a function returns. CREATE OR REPLACE refuses (42P13). DROP fails
-- where a view uses the function, and takes its GRANTs along; those of a script would count as initial privileges, which
-- pg_dump leaves out. A new function beside the old one would leave the views to the old one. So the type is written
-- here, alone; CREATE OR REPLACE finds it unchanged then, and writes the rest and what it depends on.
UPDATE pg_proc SET prorettype = row_type::regtype
FROM (VALUES
    ('migrator.load_file(text, text, text, jsonb, text)', 'migrator.load_row'),
    ('migrator.load_dir(text, text, jsonb, text)', 'migrator.load_row'),
    ('migrator.load_tar(bytea, text, jsonb, text)', 'migrator.load_row'),
    ('migrator.apply(text, boolean, text)', 'migrator.apply_row'),
    ('migrator.rollback(integer, boolean, text)', 'migrator.apply_row'),
    ('migrator.rollback_to(text, boolean, text)', 'migrator.apply_row'),
    ('migrator.plan(text, text)', 'migrator.plan_row'),
    ('migrator.lint(text, text)', 'migrator.lint_row'),
    ('migrator.rehearse(text, text)', 'migrator.rehearse_row'),
    ('migrator.conflicts(text)', 'migrator.conflicts_row'),
    ('migrator.baseline(text, text)', 'migrator.baseline_row'),
    ('migrator.adopt(text, text)', 'migrator.adopt_row'),
    ('migrator.status(text)', 'migrator.status_row'),
    ('migrator.summary(text)', 'migrator.summary_row'),
    ('migrator.run_activity()', 'migrator.running_row')
) AS of (function, row_type)
WHERE oid = function::regprocedure;

CREATE OR REPLACE FUNCTION migrator.load_file(filename text, content text, convention text DEFAULT 'auto',
                                              placeholders jsonb DEFAULT NULL, module text DEFAULT 'main')
    RETURNS SETOF migrator.load_row
    AS 'MODULE_PATHNAME', 'migrator_load_file' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1
    SET search_path = pg_catalog, pg_temp;

-- The same for new arguments, without which CREATE OR REPLACE would make a second function. It writes the defaults.
UPDATE pg_proc SET pronargs = 6, pronargdefaults = 0, proargdefaults = NULL,
    proargtypes = (proargtypes::text || format(' %s %s', 'boolean'::regtype::oid, 'boolean'::regtype::oid))::oidvector
WHERE oid IN ('migrator.load_dir(text, text, jsonb, text)'::regprocedure,
              'migrator.load_tar(bytea, text, jsonb, text)'::regprocedure);

CREATE OR REPLACE FUNCTION migrator.load_dir(path text, convention text DEFAULT 'auto', placeholders jsonb DEFAULT NULL,
                                             module text DEFAULT 'main', keep_absent boolean DEFAULT false,
                                             strict boolean DEFAULT false)
    RETURNS SETOF migrator.load_row
    AS 'MODULE_PATHNAME', 'migrator_load_dir' LANGUAGE C VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp;

CREATE OR REPLACE FUNCTION migrator.load_tar(archive bytea, convention text DEFAULT 'auto',
                                             placeholders jsonb DEFAULT NULL, module text DEFAULT 'main',
                                             keep_absent boolean DEFAULT false, strict boolean DEFAULT false)
    RETURNS SETOF migrator.load_row
    AS 'MODULE_PATHNAME', 'migrator_load_tar' LANGUAGE C VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp;

CREATE FUNCTION migrator.load_dirs(paths text[], convention text DEFAULT 'auto', placeholders jsonb DEFAULT NULL,
                                   module text DEFAULT 'main', keep_absent boolean DEFAULT false,
                                   strict boolean DEFAULT false)
    RETURNS SETOF migrator.load_row
    AS 'MODULE_PATHNAME', 'migrator_load_dirs' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION migrator.load_dirs OWNER TO %s',
                   (SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'migrator'));
END
$$;
REVOKE ALL ON FUNCTION migrator.load_dirs FROM PUBLIC;

UPDATE pg_proc SET pronargs = pronargs + 1, pronargdefaults = 0, proargdefaults = NULL,
    proargtypes = (proargtypes::text || ' ' || 'text'::regtype::oid)::oidvector
WHERE oid IN ('migrator.apply(text, boolean, text)'::regprocedure, 'migrator.apply_each(text, text)'::regprocedure);

CREATE OR REPLACE FUNCTION migrator.apply(target text DEFAULT NULL, dry_run boolean DEFAULT false,
                                          module text DEFAULT 'main', expect text DEFAULT NULL)
    RETURNS SETOF migrator.apply_row
    AS 'MODULE_PATHNAME', 'migrator_apply' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE OR REPLACE PROCEDURE migrator.apply_each(target text DEFAULT NULL, module text DEFAULT 'main',
                                                expect text DEFAULT NULL)
    AS 'MODULE_PATHNAME', 'migrator_apply_each' LANGUAGE C;

CREATE OR REPLACE FUNCTION migrator.rollback(n integer DEFAULT 1, dry_run boolean DEFAULT false,
                                             module text DEFAULT 'main')
    RETURNS SETOF migrator.apply_row
    AS 'MODULE_PATHNAME', 'migrator_rollback' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE OR REPLACE FUNCTION migrator.rollback_to(target text, dry_run boolean DEFAULT false, module text DEFAULT 'main')
    RETURNS SETOF migrator.apply_row
    AS 'MODULE_PATHNAME', 'migrator_rollback_to' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE OR REPLACE FUNCTION migrator.plan(target text DEFAULT NULL, module text DEFAULT 'main')
    RETURNS SETOF migrator.plan_row
    AS 'MODULE_PATHNAME', 'migrator_plan' LANGUAGE C STABLE PARALLEL UNSAFE;

CREATE OR REPLACE FUNCTION migrator.lint(target text DEFAULT NULL, module text DEFAULT 'main')
    RETURNS SETOF migrator.lint_row
    AS 'MODULE_PATHNAME', 'migrator_lint' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE OR REPLACE FUNCTION migrator.rehearse(target text DEFAULT NULL, module text DEFAULT 'main')
    RETURNS SETOF migrator.rehearse_row
    AS 'MODULE_PATHNAME', 'migrator_rehearse' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE OR REPLACE FUNCTION migrator.conflicts(module text DEFAULT 'main')
    RETURNS SETOF migrator.conflicts_row
    AS 'MODULE_PATHNAME', 'migrator_conflicts' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE FUNCTION migrator.reports(formats text[], target text DEFAULT NULL, source_root text DEFAULT NULL,
                                 module text DEFAULT 'main')
    RETURNS SETOF migrator.reports_row
    AS 'MODULE_PATHNAME', 'migrator_reports' LANGUAGE C VOLATILE PARALLEL UNSAFE;
CREATE FUNCTION migrator.plan_token(target text DEFAULT NULL, module text DEFAULT 'main')
    RETURNS text
    AS 'MODULE_PATHNAME', 'migrator_plan_token' LANGUAGE C VOLATILE PARALLEL UNSAFE;
DO $$
DECLARE
    extension_owner regrole := (SELECT nspowner FROM pg_namespace WHERE nspname = 'migrator');
BEGIN
    EXECUTE format('ALTER FUNCTION migrator.reports OWNER TO %s', extension_owner);
    EXECUTE format('ALTER FUNCTION migrator.plan_token OWNER TO %s', extension_owner);
END
$$;
REVOKE ALL ON FUNCTION migrator.reports, migrator.plan_token FROM PUBLIC;

UPDATE pg_proc SET pronargs = 3, pronargdefaults = 0, proargdefaults = NULL,
    proargtypes = (proargtypes::text || ' ' || 'text'::regtype::oid)::oidvector
WHERE oid = 'migrator.baseline(text, text)'::regprocedure;

CREATE OR REPLACE FUNCTION migrator.baseline(version text, module text DEFAULT 'main', reason text DEFAULT NULL)
    RETURNS SETOF migrator.baseline_row
    AS 'MODULE_PATHNAME', 'migrator_baseline' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE OR REPLACE FUNCTION migrator.adopt(tool text DEFAULT 'auto', module text DEFAULT 'main')
    RETURNS SETOF migrator.adopt_row
    AS 'MODULE_PATHNAME', 'migrator_adopt' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp SET row_security = off;

CREATE OR REPLACE FUNCTION migrator.status(module text DEFAULT 'main')
    RETURNS SETOF migrator.status_row
    AS 'MODULE_PATHNAME', 'migrator_status' LANGUAGE C STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp;

CREATE OR REPLACE FUNCTION migrator.summary(module text DEFAULT 'main')
    RETURNS SETOF migrator.summary_row
    AS 'MODULE_PATHNAME', 'migrator_summary' LANGUAGE C STABLE PARALLEL UNSAFE ROWS 1
    SET search_path = pg_catalog, pg_temp;

CREATE OR REPLACE FUNCTION migrator.run_activity()
    RETURNS SETOF migrator.running_row
    AS 'MODULE_PATHNAME', 'migrator_run_activity' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1
    SET search_path = pg_catalog, pg_temp;

-- The planner refuses a stored call that leaves arguments to their defaults ("function's resolved result type changed
-- during planning") until it is stored anew. While the rows still have the columns of 1.0, since the text of a view WITH
-- ORDINALITY means another column after. What belongs to others is made a member of the extension for that moment: a
-- script replaces nothing else. It keeps its owner, GRANTs and dependents. No command replaces a materialized view, a rule
-- or a policy; temporary views of other sessions are left to these.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT DISTINCT o.type, o.identity, coalesce(r.ev_class, d.objid) AS object,
            coalesce(' WITH (' || array_to_string(c.reloptions, ', ') || ')', '') AS options,
            d.classid = 'pg_proc'::regclass AS is_function,
            coalesce(c.relkind = 'v' AND r.rulename = '_RETURN', false) AS is_view
        FROM pg_depend d
        JOIN pg_proc f ON d.refclassid = 'pg_proc'::regclass AND d.refobjid = f.oid
        JOIN pg_type t ON t.oid = f.prorettype AND t.typtype = 'c'
        LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
        LEFT JOIN pg_class c ON c.oid = r.ev_class
        CROSS JOIN LATERAL pg_identify_object(coalesce(c.tableoid, d.classid), coalesce(c.oid, d.objid), 0) o
        WHERE f.pronamespace = 'migrator'::regnamespace AND d.deptype = 'n'
            AND c.oid IS DISTINCT FROM 'migrator.running'::regclass
            AND NOT coalesce(pg_is_other_temp_schema(c.relnamespace), false)
        ORDER BY object
    LOOP
        IF NOT one.is_function AND NOT one.is_view THEN
            RAISE EXCEPTION 'cannot update migrator: % % uses a function of it, and cannot be replaced',
                one.type, one.identity
                USING ERRCODE = 'dependent_objects_still_exist', HINT = 'Drop it, update, and create it again.';
        END IF;
        EXECUTE format('ALTER EXTENSION migrator ADD %s %s', one.type, one.identity);
        IF one.is_view THEN
            EXECUTE format('CREATE OR REPLACE VIEW %s%s AS %s', one.identity, one.options, pg_get_viewdef(one.object));
        ELSE
            EXECUTE pg_get_functiondef(one.object);
        END IF;
        EXECUTE format('ALTER EXTENSION migrator DROP %s %s', one.type, one.identity);
    END LOOP;
END
$$;

-- New columns. rehearse() and running get the names that status() and the history have for the same.
ALTER TYPE migrator.status_row ADD ATTRIBUTE loaded_by text;
ALTER TYPE migrator.baseline_row ADD ATTRIBUTE note text;
ALTER TYPE migrator.rehearse_row ADD ATTRIBUTE execution_time_ms double precision, ADD ATTRIBUTE held_ms double precision,
    ADD ATTRIBUTE plan_token text;
ALTER TYPE migrator.running_row ADD ATTRIBUTE session_role text, ADD ATTRIBUTE migration integer,
    ADD ATTRIBUTE migrations integer;

CREATE OR REPLACE VIEW migrator.running AS
    SELECT (a.run).pid, (a.run).module, (a.run).version, (a.run).direction, (a.run).statement, (a.run).statements,
           (a.run).sql, (a.run).username, (a.run).client, (a.run).run_since, (a.run).statement_since,
           (a.run).wait_event_type, (a.run).wait_event, (a.run).blocked_by, (a.run).blockers, (a.run).phase,
           (a.run).percent_done, (a.run).session_role, (a.run).migration, (a.run).migrations
    FROM (SELECT migrator.run_activity() AS run) a;

CREATE OR REPLACE VIEW migrator.history AS
    SELECT id, module, version, name, kind, action, result, started_at, finished_at, execution_time_ms, run_by, session_role,
           client_address, application_name, backend_pid, transaction_id, source, checksum, raw_checksum,
           checksum_algorithm, up, down, verify, reason, sqlstate, error, statement, line,
           CASE WHEN up_directives LIKE '%allow=%' THEN
               ARRAY(SELECT substr(d, 7) FROM string_to_table(up_directives, E'\n') d WHERE d LIKE 'allow=%')
           END AS allowed
    FROM migrator.history_entry;

COMMENT ON SEQUENCE migrator.history_entry_id_seq IS
    'order of all that happened: history and statement_history draw their ids from it. Dumps set it by this name';
COMMENT ON COLUMN migrator.running.session_role IS 'session user of the run';
COMMENT ON COLUMN migrator.running.username IS 'deprecated: session_role';
COMMENT ON COLUMN migrator.running.client IS 'address, local for a unix socket, and application';
COMMENT ON FUNCTION migrator.report(text, text, text, text) IS
    'what is pending up to target (default: all), what rehearse() sees of it and lint() says of it, as a text in a format: markdown (for a pull request), text, html (one file for a browser), json (docs/report.schema.json), sarif (2.1.0, for code scanning); source_root is the directory of the migrations in their repository. Rehearses, hence takes real locks';
COMMENT ON FUNCTION migrator.reports(text[], text, text, text) IS
    'as report(), a row for each of the formats, all from one rehearsal';
COMMENT ON FUNCTION migrator.plan_token(text, text) IS
    'names what apply(target) would run now: the bodies, the settings that change what they mean, the objects that they name. apply() and apply_each() refuse another plan than they are told to expect (MG014). Reads, executes nothing';
COMMENT ON FUNCTION migrator.apply(text, boolean, text, text) IS
    'runs all pending migrations up to target (default: all), then what is repeatable and has changed, in this transaction, all or nothing; dry_run executes and rolls back; expect is the plan token of what was reviewed, other than which nothing runs (MG014)';
COMMENT ON PROCEDURE migrator.apply_each(text, text, text) IS
    'runs all pending migrations up to target (default: all), each in a transaction of its own; statements that cannot run in a transaction work; a failure is recorded and raised, what came before it stays; expect is the plan token of what was reviewed, other than which nothing runs (MG014). Not in a transaction block (25001)';
COMMENT ON FUNCTION migrator.load_dir(text, text, jsonb, text, boolean, boolean) IS
    'stores every migration file below a directory of the server, all or nothing; a file that is not taken is a row with the reason (strict: a .sql file is an error). They are all that the module has: what has no file any more is a row, and does not run (keep_absent: it does; strict: an error if it has run). Needs pg_read_server_files';
COMMENT ON FUNCTION migrator.load_dirs(text[], text, jsonb, text, boolean, boolean) IS
    'as load_dir(), for a module that lives in several directories';
COMMENT ON FUNCTION migrator.baseline(text, text, text) IS
    'existing database: everything loaded up to version counts as applied, nothing runs; says what it would have created and is not there, and what is there besides. The reason goes to the history. A baselined body may be corrected until something has run on top of it';
COMMENT ON FUNCTION migrator.load_tar(bytea, text, jsonb, text, boolean, boolean) IS
    'as load_dir(), for a tar archive of the directory (plain or gzip) that the client sends';
COMMENT ON FUNCTION migrator.plan(text, text) IS
    'one row per statement that apply(target) would run, those of verify scripts last; reads and parses, executes nothing. For a terminal: version, statement, line, command, left(sql, 50) AS sql';
COMMENT ON FUNCTION migrator.lint(text, text) IS
    'what the pending migrations up to target (default: all) will do to this database that somebody should know before, from their parse trees and the live catalog; severity is error, warning or info; reads, executes nothing. For a terminal: version, severity, rule, left(message, 50) AS message';
COMMENT ON FUNCTION migrator.rehearse(text, text) IS
    'runs all pending migrations up to target (default: all), later ones on top of earlier ones, and rolls back: one row per statement with the locks that it takes, the tables that it rewrites or reads in full, its WAL, its objects, who waits for it. Takes real locks, within migrator.rehearse_lock_timeout and migrator.rehearse_timeout; a rollback does not take back what sequences gave out. For a terminal: version, command, array_to_string(locks, chr(10)) AS locks, rewrites';
COMMENT ON FUNCTION migrator.status(text) IS 'a row per migration in version order, with its status; works on a standby. For a terminal: version, name, status, applied_at::timestamptz(0), detail';
COMMENT ON FUNCTION migrator.summary(text) IS 'how many migrations are applied, pending, failed, and who is running one now. For a terminal: applied, pending, failed, last_applied, running_version, running_pid';
COMMENT ON VIEW migrator.history IS 'append-only: what ran, when, by whom, from where, how long, with what result. For a terminal: version, name, action, result, finished_at::timestamptz(0), run_by';
COMMENT ON VIEW migrator.statement_history IS
    'append-only: start and end of each statement of a migration that runs without a transaction. For a terminal: version, action, statement, result, at::timestamptz(0), command';
COMMENT ON VIEW migrator.running IS 'the migration run that is under way in this database, from any session; empty when there is none. For a terminal: pid, version, statement, statements, run_since::timestamptz(0), percent_done, blocked_by';
COMMENT ON COLUMN migrator.running.migration IS 'its place among the migrations of the run';
COMMENT ON COLUMN migrator.running.migrations IS 'how many these are';
COMMENT ON TYPE migrator.load_row IS 'row of load_file(), load_dir() and load_tar()';
COMMENT ON COLUMN migrator.statement_history.result IS 'started, finished, failed or refused';
COMMENT ON COLUMN migrator.load_row.action IS 'what was done with it: added, changed, unchanged, renamed, absent or ignored';
COMMENT ON COLUMN migrator.load_row.source IS 'file that it came from';
COMMENT ON COLUMN migrator.load_row.reason IS 'why a file was ignored, or a migration is absent';
COMMENT ON TYPE migrator.apply_row IS 'row of apply(), rollback() and rollback_to(): a migration';
COMMENT ON COLUMN migrator.apply_row.status IS 'applied, rolled_back, skipped (a dry run) or failed';
COMMENT ON COLUMN migrator.apply_row.error IS 'why a dry run failed';
COMMENT ON TYPE migrator.plan_row IS 'row of plan(): a statement';
COMMENT ON COLUMN migrator.plan_row.statement IS 'number of the statement in its body, from 1';
COMMENT ON COLUMN migrator.plan_row.line IS 'line of the file';
COMMENT ON COLUMN migrator.plan_row.command IS 'command tag';
COMMENT ON COLUMN migrator.plan_row.source IS 'file that it came from; null when it was loaded as text';
COMMENT ON COLUMN migrator.plan_row.transactional IS 'false: each statement commits by itself';
COMMENT ON COLUMN migrator.plan_row.verify IS 'of the verify script';
COMMENT ON TYPE migrator.lint_row IS 'row of lint(): a finding';
COMMENT ON COLUMN migrator.lint_row.statement IS 'number of the statement in its body; null: the whole migration';
COMMENT ON COLUMN migrator.lint_row.line IS 'line of the file';
COMMENT ON COLUMN migrator.lint_row.severity IS 'error, warning or info';
COMMENT ON TYPE migrator.rehearse_row IS 'row of rehearse(): a statement';
COMMENT ON COLUMN migrator.rehearse_row.statement IS 'number of the statement in its body; null: the whole migration';
COMMENT ON COLUMN migrator.rehearse_row.line IS 'line of the file';
COMMENT ON COLUMN migrator.rehearse_row.command IS 'command tag';
COMMENT ON COLUMN migrator.rehearse_row.execution_time_ms IS 'how long it ran';
COMMENT ON COLUMN migrator.rehearse_row.held_ms IS 'how long the first of these locks is held, until the migration ends';
COMMENT ON COLUMN migrator.rehearse_row.duration_ms IS 'deprecated: execution_time_ms';
COMMENT ON COLUMN migrator.rehearse_row.rows IS 'how many it returned or changed';
COMMENT ON COLUMN migrator.rehearse_row.locks IS 'relation: mode, of locks that affect others';
COMMENT ON COLUMN migrator.rehearse_row.rewrites IS 'relations that it rewrites';
COMMENT ON COLUMN migrator.rehearse_row.scans IS 'relations that it reads in full';
COMMENT ON COLUMN migrator.rehearse_row.objects IS 'what it creates, alters and drops';
COMMENT ON COLUMN migrator.rehearse_row.blocks IS 'sessions that wait for it';
COMMENT ON COLUMN migrator.rehearse_row.note IS 'what the rehearsal did differently from a run, or could not see';
COMMENT ON COLUMN migrator.rehearse_row.verify IS 'of the verify script';
COMMENT ON COLUMN migrator.rehearse_row.plan_token IS 'of what was rehearsed, the same in each row: see plan_token()';
COMMENT ON TYPE migrator.reports_row IS 'row of reports(): a format';
COMMENT ON TYPE migrator.conflicts_row IS 'row of conflicts(): two migrations and an object';
COMMENT ON TYPE migrator.baseline_row IS 'row of baseline(): a migration that counts as applied';
COMMENT ON COLUMN migrator.baseline_row.note IS 'what it creates and the database does not have';
COMMENT ON TYPE migrator.adopt_row IS 'row of adopt(): an entry of the other tool''s history';
COMMENT ON TYPE migrator.status_row IS 'row of status(): a migration';
COMMENT ON COLUMN migrator.status_row.status IS
    'pending, applied, modified, failed, partial, out_of_order, missing, baseline or absent';
COMMENT ON COLUMN migrator.status_row.applied_by IS 'role that ran it last: run_by of the history';
COMMENT ON COLUMN migrator.status_row.reversible IS 'the down body has a statement';
COMMENT ON COLUMN migrator.status_row.detail IS 'why the status is what it is';
COMMENT ON COLUMN migrator.status_row.kind IS 'versioned, repeatable or snapshot';
COMMENT ON COLUMN migrator.status_row.loaded_by IS 'role that loaded the body; null: none is loaded';
COMMENT ON TYPE migrator.summary_row IS 'row of summary()';
COMMENT ON COLUMN migrator.summary_row.last_applied IS 'version that was applied last';
COMMENT ON COLUMN migrator.summary_row.running_pid IS 'process that runs migrations now; null: none does';
COMMENT ON TYPE migrator.running_row IS 'row of the view running';

-- The operators against text leave the family: amvalidate() found it incomplete, since it would have to order texts too.
ALTER OPERATOR FAMILY migrator.version_ops USING btree DROP
    OPERATOR 1 (migrator.version, text),
    OPERATOR 2 (migrator.version, text),
    OPERATOR 3 (migrator.version, text),
    OPERATOR 4 (migrator.version, text),
    OPERATOR 5 (migrator.version, text),
    FUNCTION 1 (migrator.version, text),
    OPERATOR 1 (text, migrator.version),
    OPERATOR 2 (text, migrator.version),
    OPERATOR 3 (text, migrator.version),
    OPERATOR 4 (text, migrator.version),
    OPERATOR 5 (text, migrator.version),
    FUNCTION 1 (text, migrator.version);
COMMENT ON OPERATOR FAMILY migrator.version_ops USING btree IS 'order of migrator.version';

-- What a statement has changed in its session, for a run that goes on in another one (null: of 1.0), and what a
-- CONCURRENTLY is about, for one that takes away what it left.
ALTER TABLE migrator.statement_entry ADD COLUMN session_changes text[], ADD COLUMN relation text;

-- Where a body was loaded: a role's name means nothing in another cluster. What is there was loaded here, as far as anybody
-- knows.
ALTER TABLE migrator.migration ADD COLUMN loaded_in text, ADD COLUMN loaded_as_superuser boolean,
    ADD COLUMN load_key text, ADD COLUMN absent_since timestamptz;
ALTER TABLE migrator.history_entry ADD COLUMN run_as_superuser boolean;
COMMENT ON COLUMN migrator.migration.absent_since IS 'since when its file is gone; null: it is there';
UPDATE migrator.migration m
SET loaded_in = (SELECT system_identifier::text FROM pg_control_system()),
    loaded_as_superuser = coalesce((SELECT rolsuper FROM pg_roles WHERE rolname = m.loaded_by), false);
