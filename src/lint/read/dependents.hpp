// What else a change of an object reaches: what hangs on it in the catalog, and which routines name it in a body that
// the catalog knows nothing of.
#pragma once

#include "lint/read/subject.hpp"

namespace mig::server::lint {

struct Object {
    std::uint32_t catalog = 0, oid = 0; // pg_class, the table
    std::int32_t part = 0;              // the column's number
};
Object table_object(Table const &relation);
Object column_object(Table const &relation, std::string_view column); // oid 0: no such column
Object constraint_object(Table const &relation, std::string_view constraint);

// Tables with a foreign key to this one, or to one of those, each once.
std::vector<Table const *> referencing(World &world, Table const &relation);

struct Dependent {
    std::string name;           // view public.totals
    bool cascade = false;       // goes by CASCADE only; without it the DROP is refused
    double rows = 0;            // of a table that goes
    std::uint32_t relation = 0; // it, or the one that it is a part of
};
// What goes with an object, without what is a part of it. What an earlier pending statement has dropped is left out.
std::vector<Dependent> dependents(World &world, Object const &object);
// Names of those that go without a CASCADE, or only with one.
std::vector<std::string> names(std::vector<Dependent> const &dependents, bool cascade);

// A change of a column's type is refused while these are there: views, policies, generated columns.
std::vector<std::string> users_of_type(World &world, Object const &column);

// Functions and procedures whose body has the name of the table, and of the column when one is given, and that no
// statement of this migration creates or drops.
std::vector<std::string> routines_naming(Subject const &subject, Table const &relation, std::string_view column = {});
// The same for the name of a function, a type or a value.
std::vector<std::string> routines_naming(Subject const &subject, std::string_view name);

struct Usage {
    std::int64_t reads = 0, writes = 0; // scans; rows written; since the statistics were reset
    bool any() const { return reads > 0 || writes > 0; }
};
Usage usage(Table const &relation);
// `, read 5 times and written 3 times since the statistics were reset`, or nothing
std::string told(Usage const &usage);

} // namespace mig::server::lint
