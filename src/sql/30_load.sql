-- Each function returns rows of a named type, so that a later release can ALTER TYPE ... ADD ATTRIBUTE. The library
-- fills the attributes by name (src/api/result_set.hpp), whether it is older or newer than the type.
CREATE TYPE migrator.load_row AS (version migrator.version, name text, action text, source text, reason text);

CREATE FUNCTION migrator.load(version text, name text, up text, down text DEFAULT NULL, verify text DEFAULT NULL,
                              module text DEFAULT 'main')
    RETURNS text
    AS 'MODULE_PATHNAME', 'migrator_load' LANGUAGE C VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp;

CREATE FUNCTION migrator.load_file(filename text, content text, convention text DEFAULT 'auto',
                                   placeholders jsonb DEFAULT NULL, module text DEFAULT 'main')
    RETURNS SETOF migrator.load_row
    AS 'MODULE_PATHNAME', 'migrator_load_file' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1
    SET search_path = pg_catalog, pg_temp;

CREATE FUNCTION migrator.load_dir(path text, convention text DEFAULT 'auto', placeholders jsonb DEFAULT NULL,
                                  module text DEFAULT 'main', keep_absent boolean DEFAULT false,
                                  strict boolean DEFAULT false)
    RETURNS SETOF migrator.load_row
    AS 'MODULE_PATHNAME', 'migrator_load_dir' LANGUAGE C VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp;

-- A name of its own: GRANT ... ON FUNCTION migrator.load_dir without arguments would be ambiguous.
CREATE FUNCTION migrator.load_dirs(paths text[], convention text DEFAULT 'auto', placeholders jsonb DEFAULT NULL,
                                   module text DEFAULT 'main', keep_absent boolean DEFAULT false,
                                   strict boolean DEFAULT false)
    RETURNS SETOF migrator.load_row
    AS 'MODULE_PATHNAME', 'migrator_load_dirs' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;

CREATE FUNCTION migrator.load_tar(archive bytea, convention text DEFAULT 'auto', placeholders jsonb DEFAULT NULL,
                                  module text DEFAULT 'main', keep_absent boolean DEFAULT false,
                                  strict boolean DEFAULT false)
    RETURNS SETOF migrator.load_row
    AS 'MODULE_PATHNAME', 'migrator_load_tar' LANGUAGE C VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp;

CREATE FUNCTION migrator.unload(version text, module text DEFAULT 'main') RETURNS void
    AS 'MODULE_PATHNAME', 'migrator_unload' LANGUAGE C VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp;
