#include "server/store/modules.hpp"

#include "core/base/failure.hpp"
#include "core/text/migrator_call.hpp"
#include "core/text/text.hpp"
#include "server/db/owner.hpp"

namespace mig::server {

namespace {

// A recursive query steps through the index of (module, version) from one module to the next. The history has no such
// index, and is read as a whole.
constexpr const char *modules_sql = "WITH RECURSIVE loaded(module) AS ("
                                    "SELECT min(module) FROM migrator.migration"
                                    " UNION ALL SELECT (SELECT min(m.module) FROM migrator.migration m"
                                    " WHERE m.module > loaded.module) FROM loaded WHERE loaded.module IS NOT NULL)"
                                    " SELECT module FROM loaded WHERE module IS NOT NULL"
                                    " UNION SELECT module FROM migrator.history_entry"
                                    " UNION SELECT 'main' ORDER BY 1";

std::string list_modules(Access access) {
    std::string list;
    for (std::string const &module : all_modules(access))
        append_item(list, module);
    return list;
}

} // namespace

std::vector<std::string> all_modules(Access access) {
    AsOwner const owner;
    Rows const rows = query(modules_sql, {}, access);
    std::vector<std::string> modules;
    for (std::size_t i = 0; i < rows.size(); ++i)
        modules.emplace_back(rows.text(i, Rows::only_column));
    return modules;
}

void require_module(Catalog const &catalog) {
    if (!catalog.empty() || catalog.module() == "main")
        return;
    std::string const module(catalog.module());
    throw Failure(sqlstate::undefined_object, "module " + module + " does not exist",
                  "Modules are: " + list_modules(catalog.access()) + ".",
                  "Name one of these, or load the first migration of the new one: SELECT * FROM migrator.load_dir('DIR', "
                  "module => " + sql_literal(module) + ").");
}

} // namespace mig::server
