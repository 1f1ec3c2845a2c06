#include "core/convention/near_miss.hpp"

#include "core/base/digits.hpp"
#include "core/text/text.hpp"

#include <algorithm>

namespace mig {

namespace {

bool begins_with_digit(std::string_view text) { return !text.empty() && is_digit(text.front()); }

// V1_x, v1__x, r__x: the usual mistakes in names for Flyway, of whichever convention the files are.
std::string why_not_flyway(std::string_view stem) {
    if (stem.size() < 2)
        return {};
    char const prefix = stem.front(), capital = static_cast<char>(prefix & ~0x20);
    bool const repeatable = capital == 'R' && stem.substr(1, 2) == "__";
    if (!repeatable && !((capital == 'V' || capital == 'U' || capital == 'B') && is_digit(stem[1])))
        return {};
    std::string const right(1, capital);
    if (prefix != capital)
        return "Flyway's prefix is a capital " + right + ": " + right + std::string(stem.substr(1)) + ".sql";
    std::size_t const end = std::min(stem.find_first_not_of("0123456789._", 1), stem.size());
    std::string_view const version = stem.substr(1, end - 1);
    if (!repeatable && version.find("__") == std::string_view::npos)
        return "two underscores stand between version and name: " + right + "1__name.sql";
    return {};
}

std::string names_of(std::vector<Convention const *> const &conventions) {
    std::string names;
    for (Convention const *convention : conventions)
        append_item(names, convention->name);
    return names;
}

// For a convention whose files are named VERSION_name.sql.
std::string why_not_numbered(std::string_view stem, std::string const &shape) {
    if (!begins_with_digit(stem))
        return "the name does not begin with a version: " + shape + ", the version in digits";
    if (leading_groups(stem) == stem.size())
        return "a version without a name: " + shape;
    if (stem.substr(leading_groups(stem), 2) == "__")
        return "two underscores follow a version only in Flyway's names, V1__name.sql; here it is " + shape;
    if (!match_name("{groups}_{name}", stem))
        return "the version must be followed by an underscore and a name: " + shape;
    return {};
}

} // namespace

std::string why_no_match(Convention const &convention, std::string_view path) {
    std::string_view const name = base_name(path);
    if (!ends_with(name, ".sql")) {
        if (ends_with(lower_case(name), ".sql"))
            return "the suffix must be .sql in lower case";
        bool const numbered = name.find('_') < name.find('.') && leading_groups(name) > 0;
        return numbered ? "named like a migration, but not a .sql file" : "not a .sql file";
    }
    std::string_view const stem = name.substr(0, name.size() - 4);
    if (std::string why = why_not_flyway(stem); !why.empty())
        return why;
    if (std::vector<Convention const *> const others = conventions_matching(path, &convention); !others.empty())
        return "not named as " + std::string(convention.shape) + ", but in the style of " + names_of(others);
    if (ends_with(convention.shape, "N_name.sql") || ends_with(convention.shape, "0_name.sql"))
        if (std::string why = why_not_numbered(stem, convention.shape); !why.empty())
            return why;
    return "not named in the style of " + std::string(convention.name) + ": " + convention.shape;
}

} // namespace mig
