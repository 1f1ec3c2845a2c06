#include "lint/read/wording.hpp"

#include "core/base/interruption.hpp"
#include "core/text/text.hpp"

#include <algorithm>
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

bool word_at(std::string_view sql, std::size_t i, std::string_view word) {
    return i + word.size() <= sql.size() && same_word(sql.substr(i), word) && (i == 0 || !word_byte(sql[i - 1])) &&
           (i + word.size() == sql.size() || !word_byte(sql[i + word.size()]));
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
    for (std::size_t i = 0; i < sql.size(); ++i)
        if (word_at(sql, i, word)) {
            std::size_t const end = i + word.size();
            return one_line(std::string(sql.substr(0, end)) + " " + std::string(addition) +
                            std::string(sql.substr(end)));
        }
    return one_line(sql);
}

std::size_t end_of_parenthesis(std::string_view sql, std::size_t at) {
    int depth = 0;
    char quote = 0;
    for (; at < sql.size(); ++at) {
        char const byte = sql[at];
        if (quote)
            quote = byte == quote ? '\0' : quote;
        else if (byte == '\'' || byte == '"')
            quote = byte;
        else if (byte == '(')
            ++depth;
        else if (byte == ')' && --depth == 0)
            return at + 1;
    }
    return sql.size();
}

namespace {

// Where a constraint begins in the text of its statement. The tree may be that of the whole body, or of the statement.
std::size_t place_of(Subject const &subject, Constraint const &constraint) {
    std::string_view const sql = subject.sql;
    std::size_t const location = static_cast<std::size_t>(std::max(constraint.location, 0)),
                      before = static_cast<std::size_t>(sql.data() - subject.step.body.data());
    for (std::size_t const at : {location - before, location})
        if (at < sql.size() && (word_at(sql, at, "CHECK") || word_at(sql, at, "CONSTRAINT")))
            return at;
    return sql.size();
}

} // namespace

std::string check_text(Subject const &subject, Constraint const &check) {
    std::string_view const sql = subject.sql;
    for (std::size_t at = place_of(subject, check); at < sql.size(); ++at)
        if (word_at(sql, at, "CHECK")) {
            std::size_t const begin = sql.find('(', at);
            if (begin != std::string_view::npos)
                return "CHECK " + one_line(sql.substr(begin, end_of_parenthesis(sql, begin) - begin));
        }
    return "CHECK (...)";
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
    name += suffix;
    // As ChooseConstraintName() and ChooseIndexName() go on.
    auto const taken = [&](std::string const &wanted) {
        auto const same = [&](auto const &part) { return part.name == wanted; };
        return std::any_of(relation.constraints.begin(), relation.constraints.end(), same) ||
               std::any_of(relation.indexes.begin(), relation.indexes.end(), same);
    };
    std::string free = name;
    for (int i = 1; taken(free); ++i)
        free = name + std::to_string(i);
    return quoted(free);
}

std::string on_its_own(Subject const &subject) { return subject.in_transaction ? ", in a migration of its own" : ""; }

} // namespace mig::server::lint
