-- Every SQL object of the extension says what it is for: \df+, \d+ and pgAdmin show it.
\set ECHO none
\set QUIET on
\pset format unaligned
\pset tuples_only on
SELECT plan(1);
SELECT is_empty($$
    SELECT pg_describe_object(classid, objid, 0) FROM pg_depend
    WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
        AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'migrator')
        -- Not the types that come with a table or with another type.
        AND NOT (classid = 'pg_type'::regclass AND objid IN (
            SELECT t.oid FROM pg_type t LEFT JOIN pg_class c ON c.oid = typrelid WHERE relkind <> 'c' OR typelem <> 0))
        AND obj_description(objid, classid::regclass::name) IS NULL
    ORDER BY 1
$$, 'every object has a comment');
SELECT * FROM finish();
