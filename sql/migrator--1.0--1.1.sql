\echo Use "ALTER EXTENSION migrator UPDATE TO '1.1'" to load this file. \quit

SET LOCAL search_path = pg_catalog, pg_temp;

-- status() gets the column loaded_by. CREATE OR REPLACE cannot add one. DROP would fail where a view uses the function,
-- and take its GRANTs with it; GRANTs of this script would count as initial privileges, which pg_dump leaves out. So the
-- function stays what it is, and its row in the catalog becomes the one that CREATE FUNCTION of 1.1 writes.
UPDATE pg_proc
SET proallargtypes = proallargtypes || 'text'::regtype::oid,
    proargmodes = proargmodes || 't'::"char",
    proargnames = proargnames || 'loaded_by'::text,
    prosrc = 'migrator_status_1_1'
WHERE oid = 'migrator.status(text)'::regprocedure;

-- The operators against text leave the family: amvalidate() found it incomplete, since it would have to order texts too.
ALTER OPERATOR FAMILY migrator.version_ops USING btree DROP
    OPERATOR 1 (migrator.version, text),
    OPERATOR 2 (migrator.version, text),
    OPERATOR 3 (migrator.version, text),
    OPERATOR 4 (migrator.version, text),
    OPERATOR 5 (migrator.version, text),
    FUNCTION 1 (migrator.version, text),
    OPERATOR 1 (text, migrator.version),
    OPERATOR 2 (text, migrator.version),
    OPERATOR 3 (text, migrator.version),
    OPERATOR 4 (text, migrator.version),
    OPERATOR 5 (text, migrator.version),
    FUNCTION 1 (text, migrator.version);
COMMENT ON OPERATOR FAMILY migrator.version_ops USING btree IS 'order of migrator.version';

-- What a statement has changed in its session, for a run that goes on in another one (null: of 1.0), and what a
-- CONCURRENTLY is about, for one that takes away what it left.
ALTER TABLE migrator.statement_entry ADD COLUMN session_changes text[], ADD COLUMN relation text;

-- Where a body was loaded: a role's name means nothing in another cluster. What is there was loaded here, as far as anybody
-- knows.
ALTER TABLE migrator.migration ADD COLUMN loaded_in text, ADD COLUMN loaded_as_superuser boolean;
ALTER TABLE migrator.history_entry ADD COLUMN run_as_superuser boolean;
UPDATE migrator.migration m
SET loaded_in = (SELECT system_identifier::text FROM pg_control_system()),
    loaded_as_superuser = coalesce((SELECT rolsuper FROM pg_roles WHERE rolname = m.loaded_by), false);

-- It looks up what a statement names, as the caller's search_path has it.
ALTER FUNCTION migrator.plan(text, text) RESET search_path;
