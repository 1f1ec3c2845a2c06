-- Concatenated by `make` from src/sql/*.sql, in the order of their names.
\echo Use "CREATE EXTENSION migrator" to load this file. \quit

SET LOCAL search_path = pg_catalog, pg_temp;
