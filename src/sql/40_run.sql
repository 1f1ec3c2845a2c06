-- No SET search_path on these: the bodies run with the caller's, as in psql. What they do for themselves they do
-- with a path of their own (src/server/db/owner.hpp).
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
