-- Concatenated by `make` from src/sql/*.sql, in the order of their names.
\echo Use "CREATE EXTENSION migrator" to load this file. \quit

SET LOCAL search_path = pg_catalog, pg_temp;

-- CREATE EXTENSION takes a schema that is there already: its owner could put functions of his own beside ours.
DO $$
BEGIN
    IF (SELECT nspowner FROM pg_namespace WHERE nspname = 'migrator') <> current_user::regrole THEN
        RAISE EXCEPTION 'schema "migrator" exists already and belongs to another role'
            USING ERRCODE = 'insufficient_privilege', HINT = 'Drop or rename it first.';
    END IF;
END
$$;
-- migrator.version: a version in the spelling that it came in, ordered as src/core/version.hpp says.
CREATE TYPE migrator.version;

CREATE FUNCTION migrator.version_in(cstring) RETURNS migrator.version
    AS 'MODULE_PATHNAME', 'migrator_version_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION migrator.version_out(migrator.version) RETURNS cstring
    AS 'MODULE_PATHNAME', 'migrator_version_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION migrator.version_recv(internal) RETURNS migrator.version
    AS 'MODULE_PATHNAME', 'migrator_version_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION migrator.version_send(migrator.version) RETURNS bytea
    AS 'MODULE_PATHNAME', 'migrator_version_send' LANGUAGE C STABLE STRICT PARALLEL SAFE;

CREATE TYPE migrator.version (
    INPUT = migrator.version_in,
    OUTPUT = migrator.version_out,
    RECEIVE = migrator.version_recv,
    SEND = migrator.version_send,
    LIKE = text,
    CATEGORY = 'S'
);

-- To text it is the same bytes. From text it is checked.
CREATE CAST (migrator.version AS text) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (text AS migrator.version) WITH INOUT AS ASSIGNMENT;

-- Every operator also takes text on one side: else `version < some_text` would silently compare as text, by the
-- implicit cast. The C functions serve all three, because the representations are one.
CREATE FUNCTION migrator.version_lt(migrator.version, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_le(migrator.version, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_eq(migrator.version, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_ne(migrator.version, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_ge(migrator.version, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_gt(migrator.version, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_cmp(migrator.version, migrator.version) RETURNS integer
    AS 'MODULE_PATHNAME', 'migrator_version_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_hash(migrator.version) RETURNS integer
    AS 'MODULE_PATHNAME', 'migrator_version_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

CREATE FUNCTION migrator.version_lt(migrator.version, text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_le(migrator.version, text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_eq(migrator.version, text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_ne(migrator.version, text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_ge(migrator.version, text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_gt(migrator.version, text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_cmp(migrator.version, text) RETURNS integer
    AS 'MODULE_PATHNAME', 'migrator_version_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_lt(text, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_le(text, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_eq(text, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_ne(text, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_ge(text, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_gt(text, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_cmp(text, migrator.version) RETURNS integer
    AS 'MODULE_PATHNAME', 'migrator_version_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

-- In pg_catalog, so that `version < '10'` and max(version) are right under any search_path; operators and aggregates
-- of a type of our own can shadow nothing there.
CREATE OPERATOR pg_catalog.< (
    FUNCTION = migrator.version_lt, LEFTARG = migrator.version, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR pg_catalog.<= (
    FUNCTION = migrator.version_le, LEFTARG = migrator.version, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR pg_catalog.= (
    FUNCTION = migrator.version_eq, LEFTARG = migrator.version, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel, MERGES, HASHES
);
CREATE OPERATOR pg_catalog.<> (
    FUNCTION = migrator.version_ne, LEFTARG = migrator.version, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=),
    RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR pg_catalog.>= (
    FUNCTION = migrator.version_ge, LEFTARG = migrator.version, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);
CREATE OPERATOR pg_catalog.> (
    FUNCTION = migrator.version_gt, LEFTARG = migrator.version, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
CREATE OPERATOR pg_catalog.< (
    FUNCTION = migrator.version_lt, LEFTARG = migrator.version, RIGHTARG = text,
    COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR pg_catalog.<= (
    FUNCTION = migrator.version_le, LEFTARG = migrator.version, RIGHTARG = text,
    COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR pg_catalog.= (
    FUNCTION = migrator.version_eq, LEFTARG = migrator.version, RIGHTARG = text,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel
);
CREATE OPERATOR pg_catalog.<> (
    FUNCTION = migrator.version_ne, LEFTARG = migrator.version, RIGHTARG = text,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=),
    RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR pg_catalog.>= (
    FUNCTION = migrator.version_ge, LEFTARG = migrator.version, RIGHTARG = text,
    COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);
CREATE OPERATOR pg_catalog.> (
    FUNCTION = migrator.version_gt, LEFTARG = migrator.version, RIGHTARG = text,
    COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
CREATE OPERATOR pg_catalog.< (
    FUNCTION = migrator.version_lt, LEFTARG = text, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR pg_catalog.<= (
    FUNCTION = migrator.version_le, LEFTARG = text, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR pg_catalog.= (
    FUNCTION = migrator.version_eq, LEFTARG = text, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel
);
CREATE OPERATOR pg_catalog.<> (
    FUNCTION = migrator.version_ne, LEFTARG = text, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=),
    RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR pg_catalog.>= (
    FUNCTION = migrator.version_ge, LEFTARG = text, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);
CREATE OPERATOR pg_catalog.> (
    FUNCTION = migrator.version_gt, LEFTARG = text, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

CREATE OPERATOR FAMILY migrator.version_ops USING btree;
CREATE OPERATOR CLASS migrator.version_ops DEFAULT FOR TYPE migrator.version USING btree FAMILY migrator.version_ops AS
    OPERATOR 1 pg_catalog.<,
    OPERATOR 2 pg_catalog.<=,
    OPERATOR 3 pg_catalog.=,
    OPERATOR 4 pg_catalog.>=,
    OPERATOR 5 pg_catalog.>,
    FUNCTION 1 migrator.version_cmp(migrator.version, migrator.version);
ALTER OPERATOR FAMILY migrator.version_ops USING btree ADD
    OPERATOR 1 pg_catalog.< (migrator.version, text),
    OPERATOR 2 pg_catalog.<= (migrator.version, text),
    OPERATOR 3 pg_catalog.= (migrator.version, text),
    OPERATOR 4 pg_catalog.>= (migrator.version, text),
    OPERATOR 5 pg_catalog.> (migrator.version, text),
    FUNCTION 1 (migrator.version, text) migrator.version_cmp(migrator.version, text),
    OPERATOR 1 pg_catalog.< (text, migrator.version),
    OPERATOR 2 pg_catalog.<= (text, migrator.version),
    OPERATOR 3 pg_catalog.= (text, migrator.version),
    OPERATOR 4 pg_catalog.>= (text, migrator.version),
    OPERATOR 5 pg_catalog.> (text, migrator.version),
    FUNCTION 1 (text, migrator.version) migrator.version_cmp(text, migrator.version);
CREATE OPERATOR CLASS migrator.version_hash_ops DEFAULT FOR TYPE migrator.version USING hash AS
    OPERATOR 1 pg_catalog.=,
    FUNCTION 1 migrator.version_hash(migrator.version);

CREATE FUNCTION migrator.version_smaller(migrator.version, migrator.version) RETURNS migrator.version
    AS 'MODULE_PATHNAME', 'migrator_version_smaller' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION migrator.version_larger(migrator.version, migrator.version) RETURNS migrator.version
    AS 'MODULE_PATHNAME', 'migrator_version_larger' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE pg_catalog.min(migrator.version) (
    SFUNC = migrator.version_smaller, STYPE = migrator.version, SORTOP = OPERATOR(pg_catalog.<),
    COMBINEFUNC = migrator.version_smaller, PARALLEL = SAFE
);
CREATE AGGREGATE pg_catalog.max(migrator.version) (
    SFUNC = migrator.version_larger, STYPE = migrator.version, SORTOP = OPERATOR(pg_catalog.>),
    COMBINEFUNC = migrator.version_larger, PARALLEL = SAFE
);
-- What each run reads of all rows comes first in both tables (src/server/table_scan.hpp).

-- What is loaded. The newest text that came for a version; what ran is in the history.
CREATE TABLE migrator.migration (
    module             text NOT NULL,
    version            migrator.version NOT NULL,
    checksum           text NOT NULL,
    kind               text NOT NULL DEFAULT 'versioned', -- versioned, repeatable, snapshot
    name               text NOT NULL,
    reversible         boolean NOT NULL,
    requirements       text[],
    conflicts          text[],
    raw_checksum       text NOT NULL,
    checksum_algorithm text NOT NULL,
    loaded_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    loaded_by          text NOT NULL,
    up_line            integer NOT NULL DEFAULT 1,
    down_line          integer NOT NULL DEFAULT 1,
    verify_line        integer,
    source             text,
    down_source        text, -- null: the same file
    verify_source      text, -- null: the same file
    up                 text NOT NULL,
    down               text,
    verify             text,
    up_directives      text,
    down_directives    text,
    PRIMARY KEY (module, version)
);

-- What happened. Statuses are derived from it (src/core/state.cpp); nothing stores them. Only src/server/history.cpp
-- writes it, a row per migration: a CHECK or another index would cost each run more than it protects.
CREATE TABLE migrator.history_entry (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    module             text NOT NULL,
    version            migrator.version NOT NULL,
    checksum           text NOT NULL,
    result             text NOT NULL, -- applied, rolled_back, baseline, accepted, failed
    kind               text NOT NULL DEFAULT 'versioned', -- versioned, repeatable, snapshot
    action             text NOT NULL, -- apply, rollback, baseline, accept, adopt
    reversible         boolean NOT NULL,
    name               text NOT NULL,
    raw_checksum       text NOT NULL,
    finished_at        timestamptz NOT NULL,
    execution_time_ms  double precision NOT NULL,
    run_by             text NOT NULL,
    started_at         timestamptz NOT NULL,
    session_role       text NOT NULL DEFAULT session_user,
    client_address     inet DEFAULT inet_client_addr(),
    application_name   text DEFAULT current_setting('application_name'),
    backend_pid        integer NOT NULL DEFAULT pg_backend_pid(),
    transaction_id     xid8 NOT NULL DEFAULT pg_current_xact_id(),
    reason             text,
    sqlstate           text,
    error              text,
    statement          integer,
    line               integer,
    checksum_algorithm text NOT NULL,
    up_line            integer NOT NULL,
    down_line          integer NOT NULL,
    verify_line        integer,
    source             text,
    down_source        text, -- null: the same file
    verify_source      text, -- null: the same file
    up                 text,
    down               text,
    verify             text,
    up_directives      text,
    down_directives    text,
    catalog_fence      bigint, -- the next transaction id when it was written
    catalog_identity   text    -- of the catalog that this id is of: the cluster's identifier and this table's OID
);

-- What ran of migrations that run statement by statement, each in a transaction of its own. Only
-- src/server/statement_log.cpp writes it. Its ids are in one order with those of the history.
CREATE TABLE migrator.statement_entry (
    id             bigint PRIMARY KEY DEFAULT nextval('migrator.history_entry_id_seq'),
    module         text NOT NULL,
    version        migrator.version NOT NULL,
    action         text NOT NULL, -- apply, rollback
    result         text NOT NULL, -- started, finished, failed
    statement      integer NOT NULL,
    statements     integer NOT NULL,
    line           integer NOT NULL,
    checksum       text NOT NULL,
    error          text,
    sqlstate       text,
    command        text NOT NULL,
    at             timestamptz NOT NULL DEFAULT clock_timestamp(),
    run_by         text NOT NULL,
    backend_pid    integer NOT NULL DEFAULT pg_backend_pid(),
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    objects_before text[],
    sql            text
);

CREATE FUNCTION migrator.refuse_change() RETURNS trigger
    AS 'MODULE_PATHNAME', 'migrator_refuse_change' LANGUAGE C SET search_path = pg_catalog, pg_temp;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON migrator.history_entry
    FOR EACH STATEMENT EXECUTE FUNCTION migrator.refuse_change();
ALTER TABLE migrator.history_entry ENABLE ALWAYS TRIGGER append_only; -- under session_replication_role = replica too

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON migrator.statement_entry
    FOR EACH STATEMENT EXECUTE FUNCTION migrator.refuse_change();
ALTER TABLE migrator.statement_entry ENABLE ALWAYS TRIGGER append_only;

CREATE VIEW migrator.statement_history AS
    SELECT id, module, version, action, statement, statements, result, at, line, command, sql, sqlstate, error, run_by,
           backend_pid, transaction_id, checksum
    FROM migrator.statement_entry;

CREATE VIEW migrator.history AS
    SELECT id, module, version, name, kind, action, result, started_at, finished_at, execution_time_ms, run_by, session_role,
           client_address, application_name, backend_pid, transaction_id, source, checksum, raw_checksum,
           checksum_algorithm, up, down, verify, reason, sqlstate, error, statement, line,
           CASE WHEN up_directives LIKE '%allow=%' THEN
               ARRAY(SELECT substr(directive, 7) FROM string_to_table(up_directives, E'\n') directive
                     WHERE directive LIKE 'allow=%')
           END AS allowed
    FROM migrator.history_entry;
CREATE FUNCTION migrator.load(version text, name text, up text, down text DEFAULT NULL, verify text DEFAULT NULL,
                              module text DEFAULT 'main')
    RETURNS text
    AS 'MODULE_PATHNAME', 'migrator_load' LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;

CREATE FUNCTION migrator.load_file(filename text, content text, convention text DEFAULT 'auto',
                                   placeholders jsonb DEFAULT NULL, module text DEFAULT 'main')
    RETURNS TABLE (version migrator.version, name text, action text, source text, reason text)
    AS 'MODULE_PATHNAME', 'migrator_load_file' LANGUAGE C VOLATILE ROWS 1 SET search_path = pg_catalog, pg_temp;

CREATE FUNCTION migrator.load_dir(path text, convention text DEFAULT 'auto', placeholders jsonb DEFAULT NULL,
                                  module text DEFAULT 'main')
    RETURNS TABLE (version migrator.version, name text, action text, source text, reason text)
    AS 'MODULE_PATHNAME', 'migrator_load_dir' LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;

CREATE FUNCTION migrator.load_tar(archive bytea, convention text DEFAULT 'auto', placeholders jsonb DEFAULT NULL,
                                  module text DEFAULT 'main')
    RETURNS TABLE (version migrator.version, name text, action text, source text, reason text)
    AS 'MODULE_PATHNAME', 'migrator_load_tar' LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;

CREATE FUNCTION migrator.unload(version text, module text DEFAULT 'main') RETURNS void
    AS 'MODULE_PATHNAME', 'migrator_unload' LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
-- No SET search_path on these: the bodies run with the caller's, as in psql. What they do for themselves they do
-- with a path of their own (src/server/owner.hpp).
CREATE FUNCTION migrator.apply(target text DEFAULT NULL, dry_run boolean DEFAULT false, module text DEFAULT 'main')
    RETURNS TABLE (version migrator.version, name text, status text, execution_time_ms double precision, error text)
    AS 'MODULE_PATHNAME', 'migrator_apply' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE FUNCTION migrator.rehearse(target text DEFAULT NULL, module text DEFAULT 'main')
    RETURNS TABLE (version migrator.version, statement integer, line integer, command text, sql text,
        duration_ms double precision, rows bigint, locks text[], rewrites text[], scans text[], wal_bytes bigint,
        objects text[], blocks text[], error text, sqlstate text, note text, verify boolean)
    AS 'MODULE_PATHNAME', 'migrator_rehearse' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE FUNCTION migrator.rollback(n integer DEFAULT 1, dry_run boolean DEFAULT false, module text DEFAULT 'main')
    RETURNS TABLE (version migrator.version, name text, status text, execution_time_ms double precision, error text)
    AS 'MODULE_PATHNAME', 'migrator_rollback' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE FUNCTION migrator.rollback_to(target text, dry_run boolean DEFAULT false, module text DEFAULT 'main')
    RETURNS TABLE (version migrator.version, name text, status text, execution_time_ms double precision, error text)
    AS 'MODULE_PATHNAME', 'migrator_rollback_to' LANGUAGE C VOLATILE PARALLEL UNSAFE;

-- No SET and no SECURITY DEFINER: the server would not let them commit.
CREATE PROCEDURE migrator.apply_each(target text DEFAULT NULL, module text DEFAULT 'main')
    AS 'MODULE_PATHNAME', 'migrator_apply_each' LANGUAGE C;

CREATE PROCEDURE migrator.rollback_each(n integer DEFAULT 1, module text DEFAULT 'main')
    AS 'MODULE_PATHNAME', 'migrator_rollback_each' LANGUAGE C;

CREATE FUNCTION migrator.conflicts(module text DEFAULT 'main')
    RETURNS TABLE (version_a migrator.version, version_b migrator.version, object text, why text)
    AS 'MODULE_PATHNAME', 'migrator_conflicts' LANGUAGE C VOLATILE PARALLEL UNSAFE;
CREATE FUNCTION migrator.baseline(version text, module text DEFAULT 'main')
    RETURNS TABLE (version migrator.version, name text, status text)
    AS 'MODULE_PATHNAME', 'migrator_baseline' LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;

CREATE FUNCTION migrator.accept(version text, reason text, module text DEFAULT 'main') RETURNS void
    AS 'MODULE_PATHNAME', 'migrator_accept' LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;

-- With row security on, what a policy hides would look as if it had never run.
CREATE FUNCTION migrator.adopt(tool text DEFAULT 'auto', module text DEFAULT 'main')
    RETURNS TABLE (version migrator.version, name text, status text, applied_at timestamptz, note text)
    AS 'MODULE_PATHNAME', 'migrator_adopt' LANGUAGE C VOLATILE
    SET search_path = pg_catalog, pg_temp SET row_security = off;
CREATE FUNCTION migrator.plan(target text DEFAULT NULL, module text DEFAULT 'main')
    RETURNS TABLE (version migrator.version, name text, statement integer, line integer, command text, sql text,
                   source text, transactional boolean, verify boolean)
    AS 'MODULE_PATHNAME', 'migrator_plan' LANGUAGE C STABLE SET search_path = pg_catalog, pg_temp;

-- Unqualified names in bodies are resolved by the caller's search_path, hence no SET here; what it reads itself is
-- qualified, and read as the extension's owner with a safe path.
CREATE FUNCTION migrator.lint(target text DEFAULT NULL, module text DEFAULT 'main')
    RETURNS TABLE (version migrator.version, statement integer, line integer, rule text, severity text, message text,
                   hint text)
    AS 'MODULE_PATHNAME', 'migrator_lint' LANGUAGE C VOLATILE;

-- It rehearses, with the caller's search_path.
CREATE FUNCTION migrator.report(format text DEFAULT 'markdown', target text DEFAULT NULL, source_root text DEFAULT NULL,
                                module text DEFAULT 'main')
    RETURNS text
    AS 'MODULE_PATHNAME', 'migrator_report' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE FUNCTION migrator.status(module text DEFAULT 'main')
    RETURNS TABLE (version migrator.version, name text, status text, applied_at timestamptz,
                   execution_time_ms double precision, applied_by text, reversible boolean, detail text,
                   kind text)
    AS 'MODULE_PATHNAME', 'migrator_status' LANGUAGE C STABLE SET search_path = pg_catalog, pg_temp;

CREATE FUNCTION migrator.summary(module text DEFAULT 'main')
    RETURNS TABLE (applied bigint, pending bigint, failed bigint, last_applied migrator.version,
                   last_applied_at timestamptz, running_pid integer, running_since timestamptz,
                   running_version migrator.version, running_statement integer, running_statements integer)
    AS 'MODULE_PATHNAME', 'migrator_summary' LANGUAGE C STABLE ROWS 1 SET search_path = pg_catalog, pg_temp;

CREATE FUNCTION migrator.lock_key() RETURNS bigint
    AS 'MODULE_PATHNAME', 'migrator_lock_key' LANGUAGE C STABLE SET search_path = pg_catalog, pg_temp;

-- A function, because pg_stat_activity shows a query to its own role only: this one asks as the extension's owner.
CREATE FUNCTION migrator.run_activity()
    RETURNS TABLE (pid integer, module text, version migrator.version, direction text, statement integer,
                   statements integer, sql text, username text, client text, run_since timestamptz,
                   statement_since timestamptz, wait_event_type text, wait_event text, blocked_by integer[],
                   blockers text, phase text, percent_done double precision)
    AS 'MODULE_PATHNAME', 'migrator_run_activity' LANGUAGE C VOLATILE ROWS 1 SET search_path = pg_catalog, pg_temp;

CREATE VIEW migrator.running AS
    SELECT pid, module, version, direction, statement, statements, sql, username, client, run_since, statement_since,
           wait_event_type, wait_event, blocked_by, blockers, phase, percent_done
    FROM migrator.run_activity();
-- They tell a run what its statements do, and return at once to everybody else. No SET search_path: it would cost the
-- DDL of everybody more than all the rest of them, and they look up no name.
CREATE FUNCTION migrator.see_commands() RETURNS event_trigger
    AS 'MODULE_PATHNAME', 'migrator_see_commands' LANGUAGE C;
CREATE FUNCTION migrator.see_drops() RETURNS event_trigger
    AS 'MODULE_PATHNAME', 'migrator_see_drops' LANGUAGE C;
CREATE FUNCTION migrator.check_rewrite() RETURNS event_trigger
    AS 'MODULE_PATHNAME', 'migrator_check_rewrite' LANGUAGE C;

CREATE EVENT TRIGGER migrator_see_commands ON ddl_command_end EXECUTE FUNCTION migrator.see_commands();
CREATE EVENT TRIGGER migrator_see_drops ON sql_drop EXECUTE FUNCTION migrator.see_drops();
CREATE EVENT TRIGGER migrator_check_rewrite ON table_rewrite EXECUTE FUNCTION migrator.check_rewrite();
-- Under session_replication_role = replica too.
ALTER EVENT TRIGGER migrator_see_commands ENABLE ALWAYS;
ALTER EVENT TRIGGER migrator_see_drops ENABLE ALWAYS;
ALTER EVENT TRIGGER migrator_check_rewrite ENABLE ALWAYS;
-- What \d+, \df+ and pgAdmin show. A test refuses an object without one.
COMMENT ON SCHEMA migrator IS 'schema migrations run from inside the server';

COMMENT ON TYPE migrator.version IS
    'version of a migration; digit runs compare as numbers of any length (2 < 10, 1.9 < 1.10), timestamps digit by digit';
COMMENT ON CAST (migrator.version AS text) IS 'the spelling that it was loaded with';
COMMENT ON CAST (text AS migrator.version) IS 'refuses an empty text, blanks and control characters (22P02)';
COMMENT ON OPERATOR FAMILY migrator.version_ops USING btree IS 'order of migrator.version, also against text';
COMMENT ON OPERATOR CLASS migrator.version_ops USING btree IS 'order of migrator.version';
COMMENT ON OPERATOR FAMILY migrator.version_hash_ops USING hash IS 'equality of migrator.version';
COMMENT ON OPERATOR CLASS migrator.version_hash_ops USING hash IS 'equality of migrator.version';
COMMENT ON AGGREGATE pg_catalog.min(migrator.version) IS 'the oldest version';
COMMENT ON AGGREGATE pg_catalog.max(migrator.version) IS 'the newest version';

DO $$
DECLARE
    member record;
BEGIN
    FOR member IN
        SELECT o.oprleft::regtype, o.oprright::regtype, o.oprcode::oid::regprocedure AS function, o.oprname AS symbol
        FROM pg_operator o WHERE o.oprcode::oid IN (SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'migrator'::regnamespace)
    LOOP
        EXECUTE format('COMMENT ON OPERATOR pg_catalog.%s (%s, %s) IS %L', member.symbol, member.oprleft, member.oprright, 'compares versions of migrations');
        EXECUTE format('COMMENT ON FUNCTION %s IS %L', member.function,
                       'implementation of the operator ' || member.symbol);
    END LOOP;
    FOR member IN
        SELECT p.oid::regprocedure AS function FROM pg_proc p
        WHERE p.pronamespace = 'migrator'::regnamespace AND p.proname ~ '^version_(cmp|hash|in|out|recv|send|smaller|larger)$'
    LOOP
        EXECUTE format('COMMENT ON FUNCTION %s IS %L', member.function, 'support of the type migrator.version');
    END LOOP;
END
$$;

COMMENT ON FUNCTION migrator.load(text, text, text, text, text, text) IS
    'stores one migration from texts; returns added, changed or unchanged. A syntax error is refused (42601)';
COMMENT ON FUNCTION migrator.load_file(text, text, text, jsonb, text) IS
    'stores what a file holds, given by its name and its text, in the convention of any known tool';
COMMENT ON FUNCTION migrator.load_dir(text, text, jsonb, text) IS
    'stores every migration file below a directory of the server, all or nothing; a file that is not taken is a row with the reason. Needs pg_read_server_files';
COMMENT ON FUNCTION migrator.load_tar(bytea, text, jsonb, text) IS
    'as load_dir(), for a tar archive of the directory (plain or gzip) that the client sends';
COMMENT ON FUNCTION migrator.unload(text, text) IS
    'forgets a migration that is not applied (unknown: MG002, applied: MG007); its history stays';
COMMENT ON FUNCTION migrator.plan(text, text) IS
    'one row per statement that apply(target) would run, those of verify scripts last; reads and parses, executes nothing';
COMMENT ON FUNCTION migrator.report(text, text, text, text) IS
    'what is pending up to target (default: all), what rehearse() sees of it and lint() says of it, as a text in a format: markdown (for a pull request), json, sarif (2.1.0, for code scanning); source_root is the directory of the migrations in their repository. Rehearses, hence takes real locks';
COMMENT ON FUNCTION migrator.lint(text, text) IS
    'what the pending migrations up to target (default: all) will do to this database that somebody should know before, from their parse trees and the live catalog; severity is error, warning or info; reads, executes nothing';
COMMENT ON FUNCTION migrator.apply(text, boolean, text) IS
    'runs all pending migrations up to target (default: all), then what is repeatable and has changed, in this transaction, all or nothing; dry_run executes and rolls back';
COMMENT ON FUNCTION migrator.rehearse(text, text) IS
    'runs all pending migrations up to target (default: all), later ones on top of earlier ones, and rolls back: one row per statement with the locks that it takes, the tables that it rewrites or reads in full, its WAL, its objects, who waits for it. Takes real locks, within migrator.rehearse_lock_timeout and migrator.rehearse_timeout; a rollback does not take back what sequences gave out';
COMMENT ON PROCEDURE migrator.apply_each(text, text) IS
    'runs all pending migrations up to target (default: all), each in a transaction of its own; statements that cannot run in a transaction work; a failure is recorded and raised, what came before it stays. Not in a transaction block (25001)';
COMMENT ON PROCEDURE migrator.rollback_each(integer, text) IS
    'rolls back the last n applied migrations, newest first, each in a transaction of its own. Not in a transaction block (25001)';
COMMENT ON FUNCTION migrator.rollback(integer, boolean, text) IS
    'runs the down bodies of the last n applied migrations, newest first, all or nothing (no down body: MG004)';
COMMENT ON FUNCTION migrator.rollback_to(text, boolean, text) IS
    'rolls back everything that was applied after target, newest first, all or nothing';
COMMENT ON FUNCTION migrator.baseline(text, text) IS
    'existing database: everything loaded up to version counts as applied, nothing runs';
COMMENT ON FUNCTION migrator.adopt(text, text) IS
    'reads the history of another tool in this database (auto, flyway, schema.table, tool:schema.table) and marks what that has applied; shows what fits no loaded migration, failed or stopped half-way';
COMMENT ON FUNCTION migrator.accept(text, text, text) IS
    'the reviewed way out of MG001: the loaded body becomes the applied one; the reason goes to the history';
COMMENT ON FUNCTION migrator.status(text) IS 'a row per migration in version order, with its status; works on a standby';
COMMENT ON FUNCTION migrator.summary(text) IS 'how many migrations are applied, pending, failed, and who is running one now';
COMMENT ON FUNCTION migrator.run_activity() IS 'what the view running shows';
COMMENT ON FUNCTION migrator.lock_key() IS
    'key of the advisory lock that a run holds: "migr" in the high half, the OID of schema migrator in the low half';
COMMENT ON FUNCTION migrator.refuse_change() IS 'keeps the history append-only (0A000)';

COMMENT ON TABLE migrator.migration IS 'what is loaded: the newest text of each version';
COMMENT ON COLUMN migrator.migration.module IS 'independent set of migrations that shares this database with others';
COMMENT ON COLUMN migrator.migration.kind IS 'versioned: runs once; repeatable: again whenever it has changed; snapshot: in an empty database, in the place of all up to its version';
COMMENT ON COLUMN migrator.migration.requirements IS 'what must be applied before it: versions or names, module:version of another module';
COMMENT ON COLUMN migrator.migration.conflicts IS 'what must not be applied beside it, likewise';
COMMENT ON COLUMN migrator.migration.verify IS 'runs after the up body and is rolled back; its error fails the migration';
COMMENT ON COLUMN migrator.migration.verify_line IS 'line of the file on which the verify script begins';
COMMENT ON COLUMN migrator.migration.up_line IS 'line of the file on which the up body begins';
COMMENT ON COLUMN migrator.migration.down_line IS 'line of the file on which the down body begins';
COMMENT ON COLUMN migrator.migration.reversible IS 'the down body has a statement';
COMMENT ON COLUMN migrator.migration.down_source IS 'file of the down body, where it has one of its own';
COMMENT ON COLUMN migrator.migration.verify_source IS 'file of the verify script, where it has one of its own';
COMMENT ON COLUMN migrator.migration.source IS 'file that it came from; null when it was loaded as text';
COMMENT ON COLUMN migrator.migration.checksum IS 'of the tokens of the up body: comments and white space do not count';
COMMENT ON COLUMN migrator.migration.raw_checksum IS 'SHA-256 of the bytes of the file (or of up and down)';
COMMENT ON INDEX migrator.migration_pkey IS 'one body per version in a module';

COMMENT ON TABLE migrator.history_entry IS 'what happened, append-only; read it through the view history';
COMMENT ON SEQUENCE migrator.history_entry_id_seq IS 'order of the history';
COMMENT ON INDEX migrator.history_entry_pkey IS 'order of the history';
COMMENT ON TRIGGER append_only ON migrator.history_entry IS 'refuses UPDATE, DELETE and TRUNCATE';

COMMENT ON VIEW migrator.history IS 'append-only: what ran, when, by whom, from where, how long, with what result';
COMMENT ON COLUMN migrator.history.kind IS 'versioned, repeatable or snapshot';
COMMENT ON COLUMN migrator.history.action IS 'apply, rollback, baseline, accept or adopt';
COMMENT ON COLUMN migrator.history.result IS 'applied, rolled_back, baseline, accepted or failed';
COMMENT ON COLUMN migrator.history.started_at IS 'by the clock, not by the transaction';
COMMENT ON COLUMN migrator.history.run_by IS 'current user of the call; of what was adopted, whom the other tool names';
COMMENT ON COLUMN migrator.history.session_role IS 'session user of the call';
COMMENT ON COLUMN migrator.history.client_address IS 'null: a unix socket';
COMMENT ON COLUMN migrator.history.up IS 'the up body exactly as it ran (of a rollback: that it undid)';
COMMENT ON COLUMN migrator.history.down IS 'the down body that belongs to it';
COMMENT ON COLUMN migrator.history.verify IS 'the verify script that ran after up';
COMMENT ON COLUMN migrator.history.reason IS 'why an edited body was accepted, or where it was adopted from';
COMMENT ON COLUMN migrator.history.statement IS 'number of the statement that failed';

COMMENT ON TABLE migrator.statement_entry IS
    'what ran of migrations that run statement by statement, append-only; read it through the view statement_history';
COMMENT ON INDEX migrator.statement_entry_pkey IS 'order of the statements, and of the history';
COMMENT ON TRIGGER append_only ON migrator.statement_entry IS 'refuses UPDATE, DELETE and TRUNCATE';
COMMENT ON VIEW migrator.statement_history IS
    'append-only: start and end of each statement of a migration that runs without a transaction';
COMMENT ON COLUMN migrator.statement_history.statement IS 'number of the statement in its body, from 1';
COMMENT ON COLUMN migrator.statement_history.statements IS 'how many statements the body had';
COMMENT ON COLUMN migrator.statement_history.line IS 'line of the file';
COMMENT ON COLUMN migrator.statement_history.result IS 'started, finished or failed';
COMMENT ON VIEW migrator.running IS 'the migration run that is under way in this database, from any session; empty when there is none';
COMMENT ON COLUMN migrator.running.direction IS 'up or down';
COMMENT ON COLUMN migrator.running.run_since IS 'when the call began';
COMMENT ON COLUMN migrator.running.statement_since IS 'when the statement began';
COMMENT ON COLUMN migrator.running.blocked_by IS 'process IDs that it waits for';
COMMENT ON COLUMN migrator.running.blockers IS 'who they are, how long their transactions are open, and their queries';
COMMENT ON COLUMN migrator.running.phase IS 'of pg_stat_progress_create_index, _vacuum, _cluster, _analyze or _copy';
COMMENT ON COLUMN migrator.running.percent_done IS 'of the phase, where the server knows it';

COMMENT ON FUNCTION migrator.see_commands() IS 'event trigger: tells a run which objects its statements create and alter';
COMMENT ON FUNCTION migrator.see_drops() IS 'event trigger: tells a run which objects its statements drop';
COMMENT ON EVENT TRIGGER migrator_see_commands IS
    'tells a migration run which objects its statements create and alter; does nothing for anybody else';
COMMENT ON EVENT TRIGGER migrator_see_drops IS
    'tells a migration run which objects its statements drop; does nothing for anybody else';
COMMENT ON FUNCTION migrator.check_rewrite() IS 'event trigger: migrator.max_rewrite_size';
COMMENT ON EVENT TRIGGER migrator_check_rewrite IS
    'refuses a migration that rewrites a table above migrator.max_rewrite_size; does nothing for anybody else';

COMMENT ON FUNCTION migrator.conflicts(text) IS
    'pairs of migrations that touch the same object in ways that depend on their order; rehearses what is pending and rolls it back';
-- A NOLOGIN role would be cluster-wide, so the extension makes none: README shows the GRANTs.
REVOKE ALL ON SCHEMA migrator FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA migrator FROM PUBLIC;
REVOKE ALL ON ALL ROUTINES IN SCHEMA migrator FROM PUBLIC;
REVOKE ALL ON TYPE migrator.version FROM PUBLIC;
-- Bodies and history are the user's data: pg_dump takes them along.
SELECT pg_catalog.pg_extension_config_dump('migrator.migration', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.history_entry', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.history_entry_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.statement_entry', '');
