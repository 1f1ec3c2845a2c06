-- STABLE, yet PARALLEL UNSAFE like everything here: one call serves a whole statement, so a worker would save nothing,
-- and the library has been tested in the leader only.
CREATE TYPE migrator.status_row AS (version migrator.version, name text, status text, applied_at timestamptz,
    execution_time_ms double precision, applied_by text, reversible boolean, detail text, kind text, loaded_by text);
CREATE TYPE migrator.summary_row AS (applied bigint, pending bigint, failed bigint, last_applied migrator.version,
    last_applied_at timestamptz, running_pid integer, running_since timestamptz, running_version migrator.version,
    running_statement integer, running_statements integer);

CREATE FUNCTION migrator.status(module text DEFAULT 'main')
    RETURNS SETOF migrator.status_row
    AS 'MODULE_PATHNAME', 'migrator_status' LANGUAGE C STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp;

CREATE FUNCTION migrator.summary(module text DEFAULT 'main')
    RETURNS SETOF migrator.summary_row
    AS 'MODULE_PATHNAME', 'migrator_summary' LANGUAGE C STABLE PARALLEL UNSAFE ROWS 1
    SET search_path = pg_catalog, pg_temp;

CREATE TYPE migrator.running_row AS (pid integer, module text, version migrator.version, direction text,
    statement integer, statements integer, sql text, username text, client text, run_since timestamptz,
    statement_since timestamptz, wait_event_type text, wait_event text, blocked_by integer[], blockers text, phase text,
    percent_done double precision, session_role text, migration integer, migrations integer);

-- A function, because pg_stat_activity shows queries only to their own role: this one reads it as the extension's
-- owner. VOLATILE although it only reads: what other sessions do changes while the calling statement runs.
CREATE FUNCTION migrator.run_activity()
    RETURNS SETOF migrator.running_row
    AS 'MODULE_PATHNAME', 'migrator_run_activity' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1
    SET search_path = pg_catalog, pg_temp;

-- In FROM, the function would have all its columns in one long line of what \d+ shows.
CREATE VIEW migrator.running AS
    SELECT (a.run).pid, (a.run).module, (a.run).version, (a.run).direction, (a.run).statement, (a.run).statements,
           (a.run).sql, (a.run).username, (a.run).client, (a.run).run_since, (a.run).statement_since,
           (a.run).wait_event_type, (a.run).wait_event, (a.run).blocked_by, (a.run).blockers, (a.run).phase,
           (a.run).percent_done, (a.run).session_role, (a.run).migration, (a.run).migrations
    FROM (SELECT migrator.run_activity() AS run) a;
