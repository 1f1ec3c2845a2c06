-- Concatenated by `make` from src/sql/*.sql, in the order of their names.
\echo Use "CREATE EXTENSION migrator" to load this file. \quit

SET LOCAL search_path = pg_catalog, pg_temp;

-- CREATE EXTENSION uses a schema that already exists: its owner could add functions of his own to it.
DO $$
BEGIN
    IF (SELECT nspowner FROM pg_namespace WHERE nspname = 'migrator') <> current_user::regrole THEN
        RAISE EXCEPTION 'schema "migrator" exists already and belongs to another role'
            USING ERRCODE = 'insufficient_privilege', HINT = 'Drop or rename it first.';
    END IF;
END
$$;
