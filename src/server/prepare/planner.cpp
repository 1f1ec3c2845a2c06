#include "server/prepare/planner.hpp"

namespace mig::server {

bool plans_nothing(std::string const &module, Planner const &planner) {
    Catalog const catalog(module, Access::fresh, Catalog::Detail::plan);
    return planner(catalog).steps.empty();
}

} // namespace mig::server
