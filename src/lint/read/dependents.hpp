// What else a change of an object affects: the objects that depend on it according to the catalog, and the routines
// that mention it in a body, of which the catalog records no dependencies.
#pragma once

#include "lint/read/subject.hpp"

namespace mig::server::lint {

struct Object {
    std::uint32_t catalog = 0, oid = 0; // as pg_depend.refclassid and refobjid
    std::int32_t part = 0;              // refobjsubid: the number of a column
};
Object table_object(Table const &relation);
Object column_object(Table const &relation, std::string_view column); // oid 0: no such column
Object constraint_object(Table const &relation, std::string_view constraint);

// Tables with a foreign key to this one, directly or by way of others; each once.
std::vector<Table const *> referencing_tables(World &world, Table const &relation);

struct Dependent {
    std::string name;           // view public.totals
    bool cascade = false;       // dropped by CASCADE only; without that the DROP is refused
    double rows = 0;            // of a table
    std::uint32_t relation = 0; // itself, or the table that it is a part of
};
// What is dropped with an object, without its own parts and what an earlier pending statement drops.
std::vector<Dependent> dependents(World &world, Object const &object);
// The names of those that are dropped by CASCADE only, or of the others.
std::vector<std::string> dependent_names(std::vector<Dependent> const &dependents, bool cascade);

// The objects that make ALTER COLUMN ... TYPE fail: views, policies and generated columns that use the column.
std::vector<std::string> blockers_of_type_change(World &world, Object const &column);

// Functions and procedures whose body mentions the table, and the column if given, and that no statement of this
// migration creates or drops.
std::vector<std::string> routines_mentioning(Subject const &subject, Table const &relation,
                                             std::string_view column = {});
// The same for the name of a function, a type or a value.
std::vector<std::string> routines_mentioning(Subject const &subject, std::string_view name);

struct Usage {
    std::int64_t reads = 0, writes = 0; // scans, and rows written, since the statistics were reset
    bool any() const { return reads > 0 || writes > 0; }
};
Usage usage(Table const &relation);
// `, with 5 scans and 3 rows written since the statistics were reset`, or empty
std::string usage_text(Usage const &usage);

} // namespace mig::server::lint
