-- Unqualified names in bodies are resolved by the caller's search_path, hence no SET here nor on lint() and report();
-- what they read themselves is qualified, and read as the extension's owner with a safe path.
CREATE FUNCTION migrator.plan(target text DEFAULT NULL, module text DEFAULT 'main')
    RETURNS TABLE (version migrator.version, name text, statement integer, line integer, command text, sql text,
                   source text, transactional boolean, verify boolean)
    AS 'MODULE_PATHNAME', 'migrator_plan' LANGUAGE C STABLE;

CREATE FUNCTION migrator.lint(target text DEFAULT NULL, module text DEFAULT 'main')
    RETURNS TABLE (version migrator.version, statement integer, line integer, rule text, severity text, message text,
                   hint text)
    AS 'MODULE_PATHNAME', 'migrator_lint' LANGUAGE C VOLATILE;

CREATE FUNCTION migrator.report(format text DEFAULT 'markdown', target text DEFAULT NULL, source_root text DEFAULT NULL,
                                module text DEFAULT 'main')
    RETURNS text
    AS 'MODULE_PATHNAME', 'migrator_report' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE FUNCTION migrator.status(module text DEFAULT 'main')
    RETURNS TABLE (version migrator.version, name text, status text, applied_at timestamptz,
                   execution_time_ms double precision, applied_by text, reversible boolean, detail text,
                   kind text, loaded_by text)
    AS 'MODULE_PATHNAME', 'migrator_status_1_1' LANGUAGE C STABLE SET search_path = pg_catalog, pg_temp;

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
