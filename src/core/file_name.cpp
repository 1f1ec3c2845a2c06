#include "core/file_name.hpp"

#include "core/text.hpp"
#include "core/version.hpp"

namespace mig {

namespace {

constexpr std::string_view suffix = ".sql";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool joins(char c) { return c == '_' || c == '.'; }

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

std::size_t digits_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end]))
        ++end;
    return end - at;
}

// Length of the leading digit groups; a group counts when what follows it joins it to the rest.
std::size_t version_length(std::string_view stem) {
    std::size_t length = 0;
    for (std::size_t at = 0;;) {
        std::size_t const digits = digits_at(stem, at);
        std::size_t const end = at + digits;
        if (digits == 0 || (end < stem.size() && !joins(stem[end])))
            return length;
        length = end;
        if (end == stem.size())
            return length;
        at = end + 1;
    }
}

FileName refused(std::string why) { return {{}, {}, std::move(why)}; }

} // namespace

FileName parse_file_name(std::string_view file_name) {
    if (!ends_with(file_name, suffix)) {
        if (ends_with(lower_case(file_name), suffix))
            return refused("the suffix must be .sql in lower case");
        return refused("not a .sql file");
    }
    std::string_view const stem = file_name.substr(0, file_name.size() - suffix.size());
    if (stem.empty() || !is_digit(stem.front()))
        return refused("the name does not begin with a version: VERSION_name.sql, the version in digits");
    std::size_t const length = version_length(stem);
    if (length == 0)
        return refused("the version must be followed by an underscore and a name: VERSION_name.sql");
    if (length == stem.size())
        return refused("a version without a name: VERSION_name.sql");
    if (stem[length] != '_' || length + 1 == stem.size())
        return refused("the version must be followed by an underscore and a name: VERSION_name.sql");
    if (std::string why = version::why_invalid(stem.substr(0, length)); !why.empty())
        return refused(std::move(why));
    if (std::string why = version::why_invalid_name(stem.substr(length + 1)); !why.empty())
        return refused(std::move(why));
    return {std::string(stem.substr(0, length)), std::string(stem.substr(length + 1)), {}};
}

} // namespace mig
