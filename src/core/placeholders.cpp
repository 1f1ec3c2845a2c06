#include "core/placeholders.hpp"

#include "core/comments.hpp"
#include "core/failure.hpp"
#include "core/lexed.hpp"
#include "core/text.hpp"

namespace mig {

namespace {

constexpr std::string_view opening = "${";

Placeholders in_lower_case(Placeholders const &given) {
    Placeholders lower;
    for (auto const &[name, value] : given)
        lower.emplace(lower_case(name), value);
    return lower;
}

std::string names_of(Placeholders const &given) {
    std::string names;
    for (auto const &[name, value] : given)
        names += (names.empty() ? "" : ", ") + name;
    return names;
}

[[noreturn]] void refuse(std::string_view text, std::size_t begin, std::string const &path, std::string const &what,
                         Placeholders const &given, std::string hint) {
    throw Failure(sqlstate::malformed_file, path + ", line " + std::to_string(line_at(text, begin)) + ": " + what,
                  given.empty() ? "No placeholders are given." : "Given are " + names_of(given) + ".", std::move(hint));
}

} // namespace

std::shared_ptr<std::string const> with_placeholders(std::string_view text, Placeholders const &given,
                                                     std::string const &path) {
    std::size_t begin = text.find(opening);
    if (begin == std::string_view::npos)
        return nullptr;
    Placeholders const values = in_lower_case(given);
    std::string result;
    std::size_t copied = 0;
    for (; begin != std::string_view::npos; begin = text.find(opening, copied)) {
        std::size_t const name = begin + opening.size(), end = text.find('}', name);
        if (end == std::string_view::npos)
            refuse(text, begin, path, "a placeholder that does not end", given, "Close it: ${name}.");
        auto const value = values.find(lower_case(text.substr(name, end - name)));
        if (value == values.end()) {
            std::string const written(text.substr(name, end - name));
            refuse(text, begin, path, "no value for placeholder " + quoted_excerpt("${" + written + "}"), given,
                   "Give it: load_dir(path, placeholders => '{" + quoted_excerpt(written) + ": \"value\"}').");
        }
        result.append(text, copied, begin - copied).append(value->second);
        copied = end + 1;
    }
    return std::make_shared<std::string const>(result.append(text, copied));
}

std::shared_ptr<std::string const> with_properties(std::string_view text, Placeholders const &given) {
    if (text.find(opening) == std::string_view::npos)
        return nullptr;
    Placeholders const values = in_lower_case(given);
    std::string result;
    std::size_t copied = 0, begin = std::string_view::npos; // of the placeholder that is open
    for (std::size_t at = text.find_first_of("$}"); at != std::string_view::npos;
         at = text.find_first_of("$}", at + 1)) {
        if (text.substr(at, opening.size()) == opening)
            begin = at;
        if (text[at] != '}' || begin == std::string_view::npos)
            continue;
        std::size_t const name = begin + opening.size();
        auto const value = values.find(lower_case(trim_blanks(text.substr(name, at - name))));
        if (value != values.end()) {
            result.append(text, copied, begin - copied).append(value->second);
            copied = at + 1;
        }
        begin = std::string_view::npos;
    }
    return copied == 0 ? nullptr : std::make_shared<std::string const>(result.append(text, copied));
}

} // namespace mig
