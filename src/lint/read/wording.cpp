#include "lint/read/wording.hpp"

#include "core/base/interruption.hpp"
#include "core/text/text.hpp"

#include <cctype>

namespace mig::server::lint {

namespace {

bool word_byte(char byte) { return std::isalnum(static_cast<unsigned char>(byte)) || byte == '_' || byte == '"'; }

// Compares without regard to case; `b` is in upper case.
bool same_word(std::string_view a, std::string_view b) {
    for (std::size_t i = 0; i < b.size(); ++i)
        if (std::toupper(static_cast<unsigned char>(a[i])) != b[i])
            return false;
    return true;
}

} // namespace

// All runs of blanks become one, those in literals too: the result is for reading.
std::string one_line(std::string_view sql) {
    constexpr std::size_t longest = 160;
    std::string line;
    for (char const byte : sql) {
        bool const space = byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r' || byte == '\f';
        if (!space)
            line += byte;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    std::string_view const part = shortened(line, longest);
    return std::string(part) + (part.size() < line.size() ? "..." : "");
}

std::string with_inserted(std::string_view sql, std::string_view word, std::string_view addition) {
    for (std::size_t i = 0; i + word.size() <= sql.size(); ++i)
        if (same_word(sql.substr(i), word) && (i == 0 || !word_byte(sql[i - 1])) &&
            (i + word.size() == sql.size() || !word_byte(sql[i + word.size()]))) {
            std::size_t const end = i + word.size();
            return one_line(std::string(sql.substr(0, end)) + " " + std::string(addition) +
                            std::string(sql.substr(end)));
        }
    return one_line(sql);
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

std::string quoted_list(std::vector<std::string> const &names) {
    std::string list;
    for (std::string const &name : names)
        list += (list.empty() ? "" : ", ") + quoted(name);
    return list;
}

std::string constraint_name(Table const &relation, std::vector<std::string> const &columns, const char *suffix) {
    std::string name = relation.name;
    for (std::string const &column : columns)
        name += "_" + column;
    return quoted(name + suffix);
}

std::string on_its_own(Subject const &subject) { return subject.in_transaction ? ", in a migration of its own" : ""; }

} // namespace mig::server::lint
