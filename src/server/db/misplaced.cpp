#include "server/db/misplaced.hpp"

#include "core/base/failure.hpp"
#include "server/db/query.hpp"

namespace mig::server {

namespace {

// The extension's schema, whether some other schema is now called migrator, and the schema of the table, which is found
// as a member of the extension (pg_depend, deptype e). The caller's search_path is in force, so every name and operator
// is qualified.
constexpr const char *place_sql =
    "SELECT pg_catalog.quote_ident(n.nspname), n.nspname OPERATOR(pg_catalog.=) 'migrator',"
    " EXISTS (SELECT FROM pg_catalog.pg_namespace o WHERE o.nspname OPERATOR(pg_catalog.=) 'migrator'),"
    " (SELECT pg_catalog.quote_ident(t.nspname) FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c"
    "  ON d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass"
    "  AND d.objid OPERATOR(pg_catalog.=) c.oid JOIN pg_catalog.pg_namespace t"
    "  ON t.oid OPERATOR(pg_catalog.=) c.relnamespace"
    "  WHERE d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass"
    "  AND d.refobjid OPERATOR(pg_catalog.=) e.oid AND d.deptype OPERATOR(pg_catalog.=) 'e'"
    "  AND c.relname OPERATOR(pg_catalog.=) $1 LIMIT 1)"
    " FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace"
    " WHERE e.extname OPERATOR(pg_catalog.=) 'migrator'";
struct PlaceColumn {
    enum : int { extension_schema, is_ours, name_is_taken, table_schema };
};

constexpr const char *detail =
    "The functions of the extension look for its tables in schema migrator. Nothing was run.";

} // namespace

void refuse_misplaced(const char *table) {
    Rows const rows = query(place_sql, {table}, Access::fresh);
    if (rows.size() == 0 || (rows.boolean(0, PlaceColumn::is_ours) && rows.is_null(0, PlaceColumn::table_schema)))
        throw Failure(sqlstate::undefined_table, "the tables of the extension migrator do not exist", {},
                      rows.size() == 0 ? "CREATE EXTENSION migrator."
                                       : "DROP EXTENSION migrator and CREATE EXTENSION migrator, or restore a dump.");
    std::string const extension(rows.text(0, PlaceColumn::extension_schema)),
        place(rows.text(0, PlaceColumn::table_schema));
    if (rows.boolean(0, PlaceColumn::is_ours))
        throw Failure(sqlstate::undefined_table,
                      "table " + std::string(table) + " of the extension migrator is in schema " + place, detail,
                      "ALTER TABLE " + place + "." + table + " SET SCHEMA migrator;");
    throw Failure(sqlstate::undefined_schema, "the schema of the extension migrator is called " + extension, detail,
                  (rows.boolean(0, PlaceColumn::name_is_taken) ? "ALTER SCHEMA migrator RENAME TO migrator_of_others; "
                                                               : std::string()) +
                      "ALTER SCHEMA " + extension + " RENAME TO migrator;");
}

} // namespace mig::server
