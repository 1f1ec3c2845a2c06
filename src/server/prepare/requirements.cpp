#include "server/prepare/requirements.hpp"

#include "server/db/owner.hpp"

#include <functional>
#include <map>

namespace mig::server {

namespace {

// The modules with a migration that requires one of this module, as `module:version`.
std::vector<std::string> dependent_modules(std::string_view module, Access access) {
    AsOwner const owner;
    Rows const rows = query("SELECT DISTINCT m.module FROM migrator.migration m, unnest(m.requirements) r"
                            " WHERE m.module <> $1 AND starts_with(r, $1 || ':')",
                            {module}, access);
    std::vector<std::string> modules;
    for (std::size_t i = 0; i < rows.size(); ++i)
        modules.emplace_back(rows.text(i, Rows::only_column));
    return modules;
}

// Reads each module once.
class OtherModules {
  public:
    explicit OtherModules(Access access) : access_(access) {}
    std::vector<Migration> const &operator()(std::string_view module) {
        return catalogs_.try_emplace(std::string(module), module, access_, Catalog::Detail::plan)
            .first->second.migrations();
    }

  private:
    Access const access_;
    std::map<std::string, Catalog> catalogs_;
};

} // namespace

void check_requirements(Catalog const &catalog, RunPlan const &plan, Direction direction) {
    std::vector<Migration> const &all = catalog.migrations();
    if (direction == Direction::up) {
        OtherModules others(catalog.access());
        mig::check_requirements(all, plan, std::ref(others));
        return;
    }
    check_rollback(all, plan);
    std::optional<Catalog> other; // holds one module at a time
    mig::check_rollback(catalog.module(), all, plan, dependent_modules(catalog.module(), catalog.access()),
                        [&](std::string_view module) -> std::vector<Migration> const & {
                            return other.emplace(module, catalog.access(), Catalog::Detail::plan).migrations();
                        });
}

std::vector<Unmet> unmet_requirements(Catalog const &catalog, RunPlan const &plan) {
    OtherModules others(catalog.access());
    return mig::unmet_requirements(catalog.migrations(), plan, std::ref(others));
}

} // namespace mig::server
