-- No SET search_path on these: the bodies run with the caller's, as in psql. The bookkeeping uses a path of its own
-- (src/server/db/owner.hpp).
CREATE TYPE migrator.apply_row AS (version migrator.version, name text, status text, execution_time_ms double precision,
    error text);

CREATE FUNCTION migrator.apply(target text DEFAULT NULL, dry_run boolean DEFAULT false, module text DEFAULT 'main',
                               expect text DEFAULT NULL)
    RETURNS SETOF migrator.apply_row
    AS 'MODULE_PATHNAME', 'migrator_apply' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE FUNCTION migrator.rollback(n integer DEFAULT 1, dry_run boolean DEFAULT false, module text DEFAULT 'main')
    RETURNS SETOF migrator.apply_row
    AS 'MODULE_PATHNAME', 'migrator_rollback' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE FUNCTION migrator.rollback_to(target text, dry_run boolean DEFAULT false, module text DEFAULT 'main')
    RETURNS SETOF migrator.apply_row
    AS 'MODULE_PATHNAME', 'migrator_rollback_to' LANGUAGE C VOLATILE PARALLEL UNSAFE;

-- No SET and no SECURITY DEFINER: the server would not let them commit. A procedure has no volatility and is never
-- parallel.
CREATE PROCEDURE migrator.apply_each(target text DEFAULT NULL, module text DEFAULT 'main', expect text DEFAULT NULL)
    AS 'MODULE_PATHNAME', 'migrator_apply_each' LANGUAGE C;

CREATE PROCEDURE migrator.rollback_each(n integer DEFAULT 1, module text DEFAULT 'main')
    AS 'MODULE_PATHNAME', 'migrator_rollback_each' LANGUAGE C;

-- Not IMMUTABLE: the key contains the OID of the schema, which is another one in a restored database.
CREATE FUNCTION migrator.lock_key() RETURNS bigint
    AS 'MODULE_PATHNAME', 'migrator_lock_key' LANGUAGE C STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp;
