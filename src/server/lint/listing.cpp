#include "server/lint/listing.hpp"

#include "bridge/guard.hpp"

#include <cmath>

extern "C" {
#include "utils/builtins.h"
}

namespace mig::server::lint {

std::string listed(std::vector<std::string> const &items, std::size_t most) {
    std::string text;
    std::size_t const shown = items.size() > most + 1 ? most : items.size(); // "and 1 more" is no shorter than its name
    for (std::size_t i = 0; i < shown; ++i)
        text += (i == 0 ? "" : ", ") + items[i];
    if (shown < items.size())
        text += " and " + std::to_string(items.size() - shown) + " more";
    return text;
}

std::string counted(double count, const char *thing) {
    char number[48];
    if (count >= 999'500'000)
        snprintf(number, sizeof number, "%.1f billion", count / 1e9);
    else if (count >= 999'500)
        snprintf(number, sizeof number, "%.1f million", count / 1e6);
    else if (count >= 1000)
        snprintf(number, sizeof number, "%.0f,000", std::round(count / 1000));
    else
        snprintf(number, sizeof number, "%.0f", std::round(count));
    std::string const text = number;
    return text + " " + thing + (text == "1" ? "" : "s");
}

std::string type_name(Type const &type) {
    Oid const oid = type.oid;
    std::int32_t const typmod = type.typmod;
    return oid == 0 ? "?" : pg::guarded([=]() -> const char * { return format_type_with_typemod(oid, typmod); });
}

} // namespace mig::server::lint
