-- The extension as the system catalogs have it, a text per row of each, without what differs from database to database
-- (OIDs become names). Two databases have the same extension when these texts are the same.
CREATE FUNCTION pg_temp.named(catalog oid, object oid) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN object = 0 THEN '-' ELSE coalesce((pg_identify_object(catalog, object, 0)).identity, object::text) END
$$;

CREATE FUNCTION pg_temp.readable(catalog regclass, entry jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    reference record;
BEGIN
    FOR reference IN
        SELECT fkcols[1] AS name, pktable::oid AS target, is_array FROM pg_get_catalog_foreign_keys()
        WHERE fktable = catalog AND cardinality(fkcols) = 1
    LOOP
        CONTINUE WHEN jsonb_typeof(entry -> reference.name) IS NOT DISTINCT FROM 'null';
        IF reference.is_array THEN
            entry := entry || jsonb_build_object(reference.name,
                (SELECT jsonb_agg(pg_temp.named(reference.target, one::oid) ORDER BY place)
                 FROM unnest(string_to_array(translate(entry ->> reference.name, '[]{}," ', '     '), ' '))
                      WITH ORDINALITY u (one, place) WHERE one <> ''));
        ELSIF entry ->> reference.name ~ '^[0-9]+$' THEN -- else it is a regproc, which has its name already
            entry := entry || jsonb_build_object(reference.name,
                pg_temp.named(reference.target, (entry ->> reference.name)::oid));
        END IF;
    END LOOP;
    -- Node trees have OIDs in them; what they say is shown beside. The others are the storage's.
    entry := entry - '{oid,proargdefaults,prosqlbody,adbin,ev_action,ev_qual,conbin,indexprs,indpred,tgqual,tgconstraint,
        tgconstrindid,relfilenode,relpages,reltuples,relallvisible,relallfrozen,relfrozenxid,relminmxid,reltoastrelid}'::text[];
    -- Some servers keep a version of their own there.
    IF entry ->> 'attoptions' LIKE '["pg_attver=%"]' THEN entry := entry || '{"attoptions": null}'; END IF;
    RETURN catalog || ' ' || entry;
END
$$;

CREATE FUNCTION pg_temp.extension_catalog() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    catalog regclass;
BEGIN
    CREATE TEMP TABLE member AS
        WITH RECURSIVE found AS (
            SELECT 'pg_extension'::regclass::oid AS classid, oid AS objid FROM pg_extension WHERE extname = 'migrator'
            UNION
            SELECT d.classid, d.objid FROM pg_depend d JOIN found f ON d.refclassid = f.classid AND d.refobjid = f.objid
            WHERE d.deptype IN ('e', 'i', 'a', 'P', 'S')
        )
        SELECT DISTINCT * FROM found WHERE pg_describe_object(classid, objid, 0) !~ 'toast'; -- named by OIDs
    ANALYZE member;
    FOR catalog IN SELECT DISTINCT classid::regclass FROM member LOOP
        RETURN QUERY EXECUTE format(
            'SELECT pg_temp.readable(%1$s, to_jsonb(c)) FROM %2$s c JOIN member ON classid = %1$s AND objid = c.oid',
            catalog::oid, catalog);
    END LOOP;
    RETURN QUERY SELECT 'member ' || pg_describe_object(classid, objid, 0) FROM member;
    RETURN QUERY SELECT pg_temp.readable('pg_attribute', to_jsonb(c)) FROM pg_attribute c
        JOIN member ON classid = 'pg_class'::regclass AND objid = attrelid;
    RETURN QUERY SELECT pg_temp.readable('pg_index', to_jsonb(c)) FROM pg_index c
        JOIN member ON classid = 'pg_class'::regclass AND objid = indexrelid;
    RETURN QUERY SELECT pg_temp.readable('pg_sequence', to_jsonb(c)) FROM pg_sequence c
        JOIN member ON classid = 'pg_class'::regclass AND objid = seqrelid;
    RETURN QUERY SELECT pg_temp.readable('pg_aggregate', to_jsonb(c)) FROM pg_aggregate c
        JOIN member ON classid = 'pg_proc'::regclass AND objid = aggfnoid;
    RETURN QUERY SELECT pg_temp.readable('pg_range', to_jsonb(c)) FROM pg_range c
        JOIN member ON classid = 'pg_type'::regclass AND objid = rngtypid;

    RETURN QUERY SELECT format('default of %s.%s %s', adrelid::regclass, adnum, pg_get_expr(adbin, adrelid))
        FROM pg_attrdef JOIN member ON classid = 'pg_attrdef'::regclass AND objid = oid;
    RETURN QUERY SELECT format('function %s %s', objid::regprocedure, pg_get_function_arguments(objid)) FROM member
        WHERE classid = 'pg_proc'::regclass;
    RETURN QUERY SELECT format('view %s %s', objid::regclass, pg_get_viewdef(objid)) FROM member
        JOIN pg_class ON classid = 'pg_class'::regclass AND objid = oid WHERE relkind IN ('v', 'm');
    RETURN QUERY SELECT format('constraint %s', pg_get_constraintdef(objid)) FROM member
        WHERE classid = 'pg_constraint'::regclass;
    RETURN QUERY SELECT format('trigger %s', pg_get_triggerdef(objid)) FROM member
        WHERE classid = 'pg_trigger'::regclass;
    RETURN QUERY SELECT format('index %s', pg_get_indexdef(objid)) FROM member
        JOIN pg_class ON classid = 'pg_class'::regclass AND objid = oid WHERE relkind = 'i';

    RETURN QUERY SELECT format('depends %s on %s: %s', pg_describe_object(d.classid, d.objid, d.objsubid),
                               pg_describe_object(refclassid, refobjid, refobjsubid), deptype)
        FROM pg_depend d JOIN member USING (classid, objid);
    RETURN QUERY SELECT format('role %s of %s: %s', refobjid::regrole,
                               pg_describe_object(s.classid, s.objid, objsubid), deptype)
        FROM pg_shdepend s JOIN member USING (classid, objid)
        WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND refclassid = 'pg_authid'::regclass;
    RETURN QUERY SELECT format('comment %s: %s', pg_describe_object(classoid, objoid, objsubid), description)
        FROM pg_description JOIN member ON classoid = classid AND objoid = objid;
    RETURN QUERY SELECT format('initially %s: %s %s', pg_describe_object(classoid, objoid, objsubid), privtype,
                               initprivs)
        FROM pg_init_privs JOIN member ON classoid = classid AND objoid = objid;
    RETURN QUERY SELECT format('configuration table %s: %s', pg_temp.named('pg_class'::regclass, one), condition)
        FROM pg_extension, unnest(extconfig, extcondition) u (one, condition) WHERE extname = 'migrator';
    DROP TABLE member;
END
$$;
