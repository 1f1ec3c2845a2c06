CREATE FUNCTION migrator.plan(target text DEFAULT NULL, module text DEFAULT 'main')
    RETURNS TABLE (version migrator.version, name text, statement integer, line integer, command text, sql text,
                   source text)
    AS 'MODULE_PATHNAME', 'migrator_plan' LANGUAGE C STABLE SET search_path = pg_catalog, pg_temp;

CREATE FUNCTION migrator.status(module text DEFAULT 'main')
    RETURNS TABLE (version migrator.version, name text, status text, applied_at timestamptz,
                   execution_time_ms double precision, applied_by text, reversible boolean, detail text)
    AS 'MODULE_PATHNAME', 'migrator_status' LANGUAGE C STABLE SET search_path = pg_catalog, pg_temp;

CREATE FUNCTION migrator.summary(module text DEFAULT 'main')
    RETURNS TABLE (applied bigint, pending bigint, failed bigint, last_applied migrator.version,
                   last_applied_at timestamptz, running_pid integer, running_since timestamptz)
    AS 'MODULE_PATHNAME', 'migrator_summary' LANGUAGE C STABLE ROWS 1 SET search_path = pg_catalog, pg_temp;

CREATE FUNCTION migrator.lock_key() RETURNS bigint
    AS 'MODULE_PATHNAME', 'migrator_lock_key' LANGUAGE C STABLE SET search_path = pg_catalog, pg_temp;
