-- What pending migrations would do. No SET search_path on these: unqualified names in the bodies are resolved by the
-- caller's. Their own queries qualify every name, and run as the extension's owner with a safe path.
CREATE TYPE migrator.plan_row AS (version migrator.version, name text, statement integer, line integer, command text,
    sql text, source text, transactional boolean, verify boolean);
CREATE TYPE migrator.lint_row AS (version migrator.version, statement integer, line integer, rule text, severity text,
    message text, hint text);
CREATE TYPE migrator.rehearse_row AS (version migrator.version, statement integer, line integer, command text, sql text,
    duration_ms double precision, rows bigint, locks text[], rewrites text[], scans text[], wal_bytes bigint,
    objects text[], blocks text[], error text, sqlstate text, note text, verify boolean,
    execution_time_ms double precision, held_ms double precision, plan_token text);
CREATE TYPE migrator.conflicts_row AS (version_a migrator.version, version_b migrator.version, object text, why text);

CREATE TYPE migrator.reports_row AS (format text, content text);

CREATE FUNCTION migrator.plan(target text DEFAULT NULL, module text DEFAULT 'main')
    RETURNS SETOF migrator.plan_row
    AS 'MODULE_PATHNAME', 'migrator_plan' LANGUAGE C STABLE PARALLEL UNSAFE;

-- VOLATILE although it only reads: it looks up relations, statistics and locks as they are at the moment, not by the
-- snapshot of the calling statement, so two calls in one statement may differ.
CREATE FUNCTION migrator.lint(target text DEFAULT NULL, module text DEFAULT 'main')
    RETURNS SETOF migrator.lint_row
    AS 'MODULE_PATHNAME', 'migrator_lint' LANGUAGE C VOLATILE PARALLEL UNSAFE;

-- These execute what is pending and roll it back.
CREATE FUNCTION migrator.rehearse(target text DEFAULT NULL, module text DEFAULT 'main')
    RETURNS SETOF migrator.rehearse_row
    AS 'MODULE_PATHNAME', 'migrator_rehearse' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE FUNCTION migrator.conflicts(module text DEFAULT 'main')
    RETURNS SETOF migrator.conflicts_row
    AS 'MODULE_PATHNAME', 'migrator_conflicts' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE FUNCTION migrator.report(format text DEFAULT 'markdown', target text DEFAULT NULL, source_root text DEFAULT NULL,
                                module text DEFAULT 'main')
    RETURNS text
    AS 'MODULE_PATHNAME', 'migrator_report' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE FUNCTION migrator.reports(formats text[], target text DEFAULT NULL, source_root text DEFAULT NULL,
                                 module text DEFAULT 'main')
    RETURNS SETOF migrator.reports_row
    AS 'MODULE_PATHNAME', 'migrator_reports' LANGUAGE C VOLATILE PARALLEL UNSAFE;

-- Executes nothing.
CREATE FUNCTION migrator.plan_token(target text DEFAULT NULL, module text DEFAULT 'main')
    RETURNS text
    AS 'MODULE_PATHNAME', 'migrator_plan_token' LANGUAGE C VOLATILE PARALLEL UNSAFE;
