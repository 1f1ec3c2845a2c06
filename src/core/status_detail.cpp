#include "core/status_detail.hpp"

#include "core/plan.hpp"

namespace mig {

std::optional<std::string> detail_of(Migration const &migration, Migration const *newest) {
    switch (migration.status) {
    case Status::modified:
        return "the loaded body differs from the applied one: apply() refuses";
    case Status::out_of_order:
        return "older than " + label(*newest) + ", which is applied";
    case Status::missing:
        return "applied, and no body is loaded";
    default:
        break;
    }
    if (migration.cosmetic_change())
        return "comments, white space or the down body changed since it was applied";
    return std::nullopt;
}

} // namespace mig
