#include "core/convention/tools/yoyo_depends.hpp"

#include "core/base/interruption.hpp"
#include "core/text/comments.hpp"
#include "core/text/lines.hpp"

#include <algorithm>

namespace mig {

namespace {

// What follows `depends:` in a comment; nothing in another comment.
std::optional<std::string_view> names_in(std::string_view comment) {
    constexpr std::string_view word = "depends";
    std::string_view words = trim_blanks(comment.substr(2));
    if (words.substr(0, word.size()) != word)
        return std::nullopt;
    words = trim_blanks(words.substr(word.size()));
    if (words.empty() || words.front() != ':')
        return std::nullopt;
    return trim_blanks(words.substr(1));
}

} // namespace

std::vector<std::string> yoyo_dependencies(std::string_view text) {
    std::vector<std::string> depends;
    for (Lines lines(text); lines.next();) {
        check_for_interrupts();
        std::string_view const line = trim_blanks(lines.line());
        if (line.empty())
            continue;
        if (line.substr(0, 2) != "--")
            break;
        for (std::string_view names = names_in(line).value_or(""); !names.empty();) {
            check_for_interrupts();
            std::size_t const end = std::min(names.find_first_of(" \t"), names.size());
            depends.emplace_back(names.substr(0, end));
            names = trim_blanks(names.substr(end));
        }
    }
    return depends;
}

} // namespace mig
