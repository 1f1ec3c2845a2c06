#include "inventory/database_objects.hpp"

#include "core/base/interruption.hpp"
#include "server/db/owner.hpp"
#include "server/db/query.hpp"

namespace mig::server {

namespace {

// For each kind: kind, schema, table, name, arguments, shown, type, reported. What belongs to an extension, or comes
// with another object (the index of a constraint, the sequence of an identity column, what is inherited), is there, but
// nobody has to have created it. OIDs below 16384 are those of initdb.
//
// `member`: it belongs to an extension; a table's parts belong to what the table belongs to.
#define MIG_MEMBER(catalog, oid)                                                                                       \
    "EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = '" catalog                                           \
    "'::pg_catalog.regclass AND d.objid = " oid " AND d.deptype = 'e')"
#define MIG_OURS "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migrator')"
#define MIG_SCHEMA(column) " JOIN pg_catalog.pg_namespace n ON n.oid = " column " AND " MIG_OURS
// Objects of a kind that has a name and no schema.
#define MIG_GLOBAL(kind, catalog, name)                                                                                \
    "SELECT '" kind "', '', '', " name                                                                                 \
    "::text, '', '', ' ', o.oid >= 16384 AND NOT " MIG_MEMBER(catalog, "o.oid") " FROM " catalog " o ORDER BY 4"
// Those with a schema as well.
#define MIG_IN_SCHEMA(kind, catalog, name, schema)                                                                     \
    "SELECT '" kind "', n.nspname::text, '', o." name                                                                  \
    "::text, '', '', ' ', NOT " MIG_MEMBER(catalog, "o.oid") " FROM " catalog                                          \
                                                             " o" MIG_SCHEMA("o." schema) " ORDER BY 2, 4"

constexpr const char *queries[] = {
    "SELECT 'schema', '', '', n.nspname::text, '', '', ' ', n.nspname NOT IN ('public', 'migrator') AND "
    "NOT " MIG_MEMBER("pg_catalog.pg_namespace", "n.oid") " FROM pg_catalog.pg_namespace n WHERE n.nspname !~ '^pg_'"
                                                          " AND n.nspname <> 'information_schema' ORDER BY 4",

    "SELECT 'extension', '', '', e.extname::text, '', '', ' ', e.oid >= 16384 AND e.extname <> 'migrator'"
    " FROM pg_catalog.pg_extension e ORDER BY 4",

    "SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'"
    " WHEN 'f' THEN 'foreign table' ELSE 'table' END, n.nspname::text, '', c.relname::text, '', '', ' ', "
    "NOT " MIG_MEMBER(
        "pg_catalog.pg_class",
        "c.oid") " AND NOT (c.relkind = 'S' AND EXISTS (SELECT FROM pg_catalog.pg_depend d"
                 " WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype IN "
                 "('a', 'i')))"
                 " FROM pg_catalog.pg_class c" MIG_SCHEMA(
                     "c.relnamespace") " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') ORDER BY 1, 2, 4",

    "SELECT 'index', n.nspname::text, t.relname::text, c.relname::text, '', '', 'i', NOT c.relispartition AND "
    "NOT " MIG_MEMBER("pg_catalog.pg_class",
                      "t.oid") " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid ="
                               " 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'i'"
                               " AND d.refclassid = 'pg_catalog.pg_constraint'::pg_catalog.regclass)"
                               " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid"
                               " JOIN pg_catalog.pg_class t ON t.oid = i.indrelid" MIG_SCHEMA(
                                   "c.relnamespace") " ORDER BY 2, 3, 4",

    "SELECT 'column', n.nspname::text, c.relname::text, a.attname::text, '', '', CASE c.relkind WHEN 'c' THEN 't'"
    " ELSE ' ' END, a.attinhcount = 0 AND NOT CASE c.relkind WHEN 'c' THEN " MIG_MEMBER(
        "pg_catalog.pg_type",
        "c.reltype") " ELSE " MIG_MEMBER("pg_catalog.pg_class",
                                         "c.oid") " END"
                                                  " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid "
                                                  "= a.attrelid" MIG_SCHEMA(
                                                      "c.relnamespace") " WHERE c.relkind IN ('r', 'p', 'f', 'c') AND "
                                                                        "a.attnum > 0 AND NOT a.attisdropped ORDER BY "
                                                                        "2, 3, a.attnum",

    "SELECT 'constraint', n.nspname::text, c.relname::text, k.conname::text, '', '', k.contype::text, k.coninhcount = 0"
    " AND k.conparentid = 0 AND NOT " MIG_MEMBER(
        "pg_catalog.pg_class", "c.oid") " FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = "
                                        "k.conrelid" MIG_SCHEMA("c.relnamespace") " WHERE k.contype IN ('c', 'f', 'p', "
                                                                                  "'u', 'x') ORDER BY 2, 3, 4",

    "SELECT 'constraint', n.nspname::text, t.typname::text, k.conname::text, '', '', 't', NOT " MIG_MEMBER(
        "pg_catalog.pg_type",
        "t.oid") " FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_type t"
                 " ON t.oid = k.contypid" MIG_SCHEMA("t.typnamespace") " WHERE k.contype = 'c' ORDER BY 2, 3, 4",

    "SELECT 'trigger', n.nspname::text, c.relname::text, g.tgname::text, '', '', ' ', g.tgparentid = 0 AND "
    "NOT " MIG_MEMBER("pg_catalog.pg_class", "c.oid") " AND NOT " MIG_MEMBER(
        "pg_catalog.pg_trigger", "g.oid") " FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = "
                                          "g.tgrelid" MIG_SCHEMA("c.relnamespace") " WHERE NOT g.tgisinternal ORDER BY "
                                                                                   "2, 3, 4",

    "SELECT 'policy', n.nspname::text, c.relname::text, p.polname::text, '', '', ' ', NOT " MIG_MEMBER(
        "pg_catalog.pg_class", "c.oid") " FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c"
                                        " ON c.oid = p.polrelid" MIG_SCHEMA("c.relnamespace") " ORDER BY 2, 3, 4",

    "SELECT 'rule', n.nspname::text, c.relname::text, r.rulename::text, '', '', ' ', NOT " MIG_MEMBER(
        "pg_catalog.pg_class", "c.oid") " FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c"
                                        " ON c.oid = r.ev_class" MIG_SCHEMA(
                                            "c.relnamespace") " WHERE r.rulename <> '_RETURN' ORDER BY 2, 3, 4",

    "SELECT 'statistics', n.nspname::text, c.relname::text, o.stxname::text, '', '', 's', NOT " MIG_MEMBER(
        "pg_catalog.pg_class",
        "c.oid") " FROM pg_catalog.pg_statistic_ext o"
                 " JOIN pg_catalog.pg_class c ON c.oid = o.stxrelid" MIG_SCHEMA("o.stxnamespace") " ORDER BY 2, 4",

    // The constructors of a range type depend on it internally.
    "SELECT CASE o.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, n.nspname::text, "
    "'',"
    " o.proname::text, o.proargtypes::text, pg_catalog.oidvectortypes(o.proargtypes), ' ', NOT EXISTS"
    " (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass"
    " AND d.objid = o.oid AND d.deptype IN ('e', 'i'))"
    " FROM pg_catalog.pg_proc o" MIG_SCHEMA("o.pronamespace") " ORDER BY 1 DESC, 2, 4, 6",

    // Not the row types of tables, nor arrays and multiranges, which come with another type.
    "SELECT CASE o.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, n.nspname::text, '', o.typname::text, '', '', ' ', "
    "NOT " MIG_MEMBER("pg_catalog.pg_type", "o.oid") " FROM pg_catalog.pg_type o" MIG_SCHEMA(
        "o.typnamespace") " LEFT JOIN pg_catalog.pg_class c ON c.oid = o.typrelid WHERE o.typtype <> 'm' AND "
                          "coalesce(c.relkind, 'c') = 'c'"
                          " AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.oid = o.typelem AND e.typarray = "
                          "o.oid)"
                          " ORDER BY 1, 2, 4",

    "SELECT 'enum value', n.nspname::text, t.typname::text, e.enumlabel::text, '', '', 't', NOT " MIG_MEMBER(
        "pg_catalog.pg_type",
        "t.oid") " FROM pg_catalog.pg_enum e JOIN pg_catalog.pg_type t"
                 " ON t.oid = e.enumtypid" MIG_SCHEMA("t.typnamespace") " ORDER BY 2, 3, e.enumsortorder",

    "SELECT 'operator', n.nspname::text, '', o.oprname::text, o.oprleft || ' ' || o.oprright, CASE WHEN o.oprleft = 0"
    " THEN 'NONE' ELSE pg_catalog.format_type(o.oprleft, NULL) END || ', ' || pg_catalog.format_type(o.oprright, NULL),"
    " ' ', o.oprcode <> 0 AND NOT " MIG_MEMBER(
        "pg_catalog.pg_operator",
        "o.oid") " FROM pg_catalog.pg_operator o" MIG_SCHEMA("o.oprnamespace") " ORDER BY 2, 4, 6",

    "SELECT 'operator class', n.nspname::text, '', o.opcname::text, a.amname::text, a.amname::text, ' ', "
    "NOT " MIG_MEMBER("pg_catalog.pg_opclass",
                      "o.oid") " FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_am a"
                               " ON a.oid = o.opcmethod" MIG_SCHEMA("o.opcnamespace") " ORDER BY 2, 4, 6",

    "SELECT 'operator family', n.nspname::text, '', o.opfname::text, a.amname::text, a.amname::text, ' ', "
    "NOT " MIG_MEMBER("pg_catalog.pg_opfamily",
                      "o.oid") " FROM pg_catalog.pg_opfamily o JOIN pg_catalog.pg_am a"
                               " ON a.oid = o.opfmethod" MIG_SCHEMA("o.opfnamespace") " ORDER BY 2, 4, 6",

    "SELECT 'cast', '', '', '', o.castsource || ' ' || o.casttarget, '(' || pg_catalog.format_type(o.castsource, NULL)"
    " || ' AS ' || pg_catalog.format_type(o.casttarget, NULL) || ')', ' ', NOT EXISTS (SELECT FROM "
    "pg_catalog.pg_depend d"
    " WHERE d.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND d.objid = o.oid AND d.deptype IN ('e', 'i'))"
    " FROM pg_catalog.pg_cast o WHERE o.oid >= 16384 ORDER BY 6",

    MIG_IN_SCHEMA("collation", "pg_catalog.pg_collation", "collname", "collnamespace"),
    MIG_IN_SCHEMA("conversion", "pg_catalog.pg_conversion", "conname", "connamespace"),
    MIG_IN_SCHEMA("text search configuration", "pg_catalog.pg_ts_config", "cfgname", "cfgnamespace"),
    MIG_IN_SCHEMA("text search dictionary", "pg_catalog.pg_ts_dict", "dictname", "dictnamespace"),
    MIG_IN_SCHEMA("text search parser", "pg_catalog.pg_ts_parser", "prsname", "prsnamespace"),
    MIG_IN_SCHEMA("text search template", "pg_catalog.pg_ts_template", "tmplname", "tmplnamespace"),
    MIG_GLOBAL("language", "pg_catalog.pg_language", "o.lanname"),
    MIG_GLOBAL("access method", "pg_catalog.pg_am", "o.amname"),
    MIG_GLOBAL("event trigger", "pg_catalog.pg_event_trigger", "o.evtname"),
    MIG_GLOBAL("publication", "pg_catalog.pg_publication", "o.pubname"),
    MIG_GLOBAL("foreign-data wrapper", "pg_catalog.pg_foreign_data_wrapper", "o.fdwname"),
    MIG_GLOBAL("server", "pg_catalog.pg_foreign_server", "o.srvname"),
};
struct Column {
    enum : int { kind, schema, table, name, arguments, shown, type, reported };
};

} // namespace

std::vector<DatabaseObject> database_objects() {
    std::vector<DatabaseObject> all;
    AsOwner const owner;
    for (const char *const sql : queries) {
        Rows const rows = query(sql, {}, Access::fresh);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            check_for_interrupts();
            std::optional<ObjectKind> const kind = object_kind_named(rows.text(i, Column::kind));
            if (!kind)
                continue;
            DatabaseObject &object = all.emplace_back();
            object.kind = *kind;
            object.schema = rows.text(i, Column::schema);
            object.table = rows.text(i, Column::table);
            object.name = rows.text(i, Column::name);
            object.arguments = rows.text(i, Column::arguments);
            object.shown = rows.text(i, Column::shown);
            object.type = rows.text(i, Column::type).front();
            object.reported = rows.boolean(i, Column::reported);
        }
    }
    return all;
}

} // namespace mig::server
