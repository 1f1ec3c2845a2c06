#include "server/prepare/nothing_pending.hpp"

#include "bridge/report.hpp"

#include <algorithm>

namespace mig::server {

namespace {

std::string in_module(std::string_view module) { return module == "main" ? "" : " in module " + std::string(module); }

std::string count_applied(std::size_t count) {
    return count == 0   ? "no migration is applied"
           : count == 1 ? "1 migration is applied"
                        : std::to_string(count) + " migrations are applied";
}

} // namespace

void report_nothing_pending(Catalog const &catalog, std::optional<std::string_view> target) {
    std::vector<Migration> const &all = catalog.migrations();
    auto const loaded = std::count_if(all.begin(), all.end(), [](Migration const &m) { return m.loaded != nullptr; });
    auto const applied = std::count_if(all.begin(), all.end(), [](Migration const &m) { return m.applied(); });
    std::string text = loaded == 0 ? "nothing is loaded" : "nothing is pending";
    if (loaded != 0 && target)
        text.append(" up to ").append(*target);
    text += in_module(catalog.module());
    if (loaded != 0 || applied != 0)
        text += ": " + count_applied(static_cast<std::size_t>(applied));
    pg::notice(text);
}

void report_nothing_pending(std::string_view module, std::size_t applied) {
    pg::notice("nothing is pending" + in_module(module) + ": " + count_applied(applied));
}

void report_nothing_to_roll_back(Catalog const &catalog, std::optional<std::string_view> target) {
    pg::notice("there is nothing to roll back" + in_module(catalog.module()) +
               (target ? ": nothing ran after " + std::string(*target) : ""));
}

} // namespace mig::server
