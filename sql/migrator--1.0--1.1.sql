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
