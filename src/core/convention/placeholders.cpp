#include "core/convention/placeholders.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/text/comments.hpp"
#include "core/text/lexed.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <vector>

namespace mig {

namespace {

constexpr std::string_view opening = "${";
constexpr std::size_t longest = 0x3fffffff; // bytes of a text in the server: MaxAllocSize

struct Replacement {
    std::size_t begin, end; // bytes of the text that the value replaces
    std::string const *value;
};

std::shared_ptr<std::string const> replace_all(std::string_view text, std::vector<Replacement> const &replacements) {
    if (replacements.empty())
        return nullptr;
    std::size_t size = text.size();
    for (Replacement const &replacement : replacements)
        size += replacement.value->size() - (replacement.end - replacement.begin);
    if (size > longest)
        throw Failure(sqlstate::program_limit, "a text with its placeholders replaced is larger than 1 GB", {},
                      "Give shorter values.");
    std::string result;
    result.reserve(size);
    std::size_t copied = 0;
    for (Replacement const &replacement : replacements) {
        check_for_interrupts();
        result.append(text, copied, replacement.begin - copied).append(*replacement.value);
        copied = replacement.end;
    }
    return std::make_shared<std::string const>(std::move(result.append(text, copied)));
}

std::string names_of(Placeholders const &given) {
    std::string names;
    for (auto const &[name, value] : given)
        append_item(names, name);
    return names;
}

[[noreturn]] void refuse(std::string_view text, std::size_t begin, std::string const &path, std::string const &what,
                         Placeholders const &given, std::string hint) {
    throw Failure(sqlstate::malformed_file, path + ", line " + std::to_string(line_at(text, begin)) + ": " + what,
                  given.empty() ? "No placeholders are given." : "The placeholders given are " + names_of(given) + ".",
                  std::move(hint));
}

} // namespace

Placeholders with_lower_case_names(Placeholders const &given) {
    Placeholders lower;
    for (auto const &[name, value] : given)
        lower.emplace(lower_case(name), value);
    return lower;
}

std::shared_ptr<std::string const> replace_placeholders(std::string_view text, Placeholders const &given,
                                                        std::string const &path) {
    std::size_t begin = text.find(opening);
    if (begin == std::string_view::npos)
        return nullptr;
    Placeholders const values = with_lower_case_names(given);
    std::vector<Replacement> replacements;
    for (std::size_t end = 0; begin != std::string_view::npos; begin = text.find(opening, end)) {
        check_for_interrupts();
        std::size_t const name = begin + opening.size();
        end = text.find('}', name);
        if (end == std::string_view::npos)
            refuse(text, begin, path, "unterminated placeholder", given, "Close it: ${name}.");
        std::string const as_written(text.substr(name, end - name));
        auto const value = values.find(lower_case(as_written));
        if (value == values.end())
            refuse(text, begin, path, "no value for placeholder " + quoted_excerpt("${" + as_written + "}"), given,
                   "Pass it: load_dir(path, placeholders => '{" + quoted_excerpt(as_written) + ": \"value\"}').");
        replacements.push_back({begin, ++end, &value->second});
    }
    return replace_all(text, replacements);
}

std::shared_ptr<std::string const> replace_evolution_variables(std::string_view text, Placeholders const &given,
                                                               std::string const &path) {
    constexpr std::string_view prefix = "$evolutions{{{", suffix = "}}}";
    std::string const empty, lower = lower_case(text);
    Placeholders const values = with_lower_case_names(given);
    std::vector<Replacement> replacements;
    for (std::size_t begin = lower.find(prefix), end = 0; begin != std::string::npos; begin = lower.find(prefix, end)) {
        check_for_interrupts();
        std::size_t const name = begin + prefix.size();
        end = lower.find(suffix, name);
        if (end == std::string::npos)
            refuse(text, begin, path, "unterminated variable", given, "Close it: $evolutions{{{name}}}.");
        auto const value = values.find(lower.substr(name, end - name));
        std::string const as_written(text.substr(name, end - name));
        end += suffix.size();
        if (begin > 0 && lower[begin - 1] == '!')
            replacements.push_back({begin - 1, begin, &empty});
        else if (value == values.end())
            refuse(text, begin, path, "no value for variable " + quoted_excerpt(as_written), given,
                   "Pass it: load_dir(path, placeholders => '{" + quoted_excerpt(as_written) + ": \"value\"}').");
        else
            replacements.push_back({begin, end, &value->second});
    }
    return replace_all(text, replacements);
}

std::shared_ptr<std::string const> replace_colon_names(std::string_view text, Placeholders const &given,
                                                       std::string const &path) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    std::vector<Replacement> replacements;
    for (std::size_t begin = text.find(':'), end = 0; begin != std::string_view::npos; begin = text.find(':', end)) {
        check_for_interrupts();
        end = std::min(text.find_first_not_of(letters, begin + 1), text.size());
        std::string const name(text.substr(begin + 1, end - begin - 1));
        auto value = given.find(name);
        if (value == given.end())
            value = given.find(":" + name);
        if (value != given.end() && !name.empty())
            replacements.push_back({begin, end, &value->second});
        else if (name == "DATABASE_NAME" || name == "DATABASE_OWNER")
            refuse(text, begin, path, "no value for placeholder \":" + name + "\"", given,
                   "Pass it: load_dir(path, placeholders => '{\"" + name + "\": \"value\"}').");
    }
    return replace_all(text, replacements);
}

std::shared_ptr<std::string const> replace_properties(std::string_view text, Placeholders const &given_in_lower_case) {
    std::vector<Replacement> replacements;
    constexpr std::size_t none = std::string_view::npos;
    std::size_t open = none; // where the placeholder begins
    for (std::size_t at = text.find(opening); at != none; at = text.find_first_of("$}", at + 1)) {
        check_for_interrupts();
        if (text.substr(at, opening.size()) == opening)
            open = at; // of nested placeholders, the innermost counts
        if (text[at] != '}' || open == none)
            continue;
        std::size_t const name = open + opening.size();
        auto const value = given_in_lower_case.find(lower_case(trim_blanks(text.substr(name, at - name))));
        if (value != given_in_lower_case.end())
            replacements.push_back({open, at + 1, &value->second});
        open = none;
    }
    return replace_all(text, replacements);
}

} // namespace mig
