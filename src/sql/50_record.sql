CREATE TYPE migrator.baseline_row AS (version migrator.version, name text, status text, note text);
CREATE TYPE migrator.adopt_row AS (version migrator.version, name text, status text, applied_at timestamptz, note text);

-- With the caller's search_path, as apply(): the bodies are compared with the database by what it would create.
CREATE FUNCTION migrator.baseline(version text, module text DEFAULT 'main', reason text DEFAULT NULL)
    RETURNS SETOF migrator.baseline_row
    AS 'MODULE_PATHNAME', 'migrator_baseline' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE FUNCTION migrator.accept(version text, reason text, module text DEFAULT 'main') RETURNS void
    AS 'MODULE_PATHNAME', 'migrator_accept' LANGUAGE C VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp;

-- With row security on, entries that a policy hides would look as if they had never run.
CREATE FUNCTION migrator.adopt(tool text DEFAULT 'auto', module text DEFAULT 'main')
    RETURNS SETOF migrator.adopt_row
    AS 'MODULE_PATHNAME', 'migrator_adopt' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp SET row_security = off;
