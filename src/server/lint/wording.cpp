#include "server/lint/wording.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

extern "C" {
#include "utils/builtins.h"
}

namespace mig::server::lint {

std::string quoted(std::string_view identifier) {
    std::string const copy(identifier);
    return pg::call<quote_identifier>(copy.c_str());
}

std::string sql_name(Relation const &relation) {
    return relation.schema.empty() ? quoted(relation.name) : quoted(relation.schema) + "." + quoted(relation.name);
}

std::string listed(std::vector<std::string> const &items, std::size_t most) {
    std::string text;
    std::size_t const shown = items.size() > most + 1 ? most : items.size(); // "and 1 more" is no shorter than its name
    for (std::size_t i = 0; i < shown; ++i)
        text += (i == 0 ? "" : ", ") + items[i];
    if (shown < items.size())
        text += " and " + std::to_string(items.size() - shown) + " more";
    return text;
}

std::string about(double count) {
    auto const scaled = [](double value, const char *unit) {
        char text[32];
        std::snprintf(text, sizeof text, value < 9.95 ? "%.1f" : "%.0f", value);
        std::string number = text;
        if (number.size() > 2 && number.compare(number.size() - 2, 2, ".0") == 0)
            number.resize(number.size() - 2);
        return number + unit;
    };
    if (count < 10000)
        return std::to_string(std::llround(std::max(count, 0.0)));
    if (count < 999500)
        return scaled(count / 1e3, " thousand");
    return count < 999.5e6 ? scaled(count / 1e6, " million") : scaled(count / 1e9, " billion");
}

std::string counted(double count, const char *things) {
    std::string const number = about(count);
    return number + " " + things + (number == "1" ? "" : "s");
}

} // namespace mig::server::lint
