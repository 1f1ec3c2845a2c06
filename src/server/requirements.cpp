#include "server/requirements.hpp"

#include "core/requirements.hpp"
#include "server/owner.hpp"

#include <map>

namespace mig::server {

namespace {

// The modules of which something requires a migration of this one.
Rows dependent_modules(std::string_view module, Access access) {
    AsOwner const owner;
    return query("SELECT DISTINCT m.module FROM migrator.migration m, unnest(m.requirements) r"
                 " WHERE m.module <> $1 AND starts_with(r, $1 || ':')",
                 {module}, access);
}

} // namespace

void check_requirements(Catalog const &catalog, RunPlan const &plan, Direction direction) {
    std::vector<Migration> const &all = catalog.migrations();
    if (direction == Direction::up) {
        std::map<std::string, Catalog, std::less<>> others;
        mig::check_requirements(all, plan, [&](std::string_view module) -> std::vector<Migration> const & {
            return others.try_emplace(std::string(module), module, catalog.access(), Catalog::Detail::plan)
                .first->second.migrations();
        });
        return;
    }
    check_rollback(all, plan);
    Rows const modules = dependent_modules(catalog.module(), catalog.access());
    for (std::size_t i = 0; i < modules.size(); ++i) {
        std::string_view const module = modules.text(i, 0);
        Catalog const other(module, catalog.access(), Catalog::Detail::plan);
        check_rollback(catalog.module(), all, plan, module, other.migrations());
    }
}

} // namespace mig::server
