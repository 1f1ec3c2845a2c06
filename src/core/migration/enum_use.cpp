#include "core/migration/enum_use.hpp"

#include <algorithm>

namespace mig {

namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    for (char &c : result)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return result;
}

bool is_in(std::string_view command, std::initializer_list<std::string_view> all) {
    return std::find(all.begin(), all.end(), command) != all.end();
}

// Commands that may make a value out of others, by a cast from text or by enum_last(). Definitions do not.
bool computes(std::string_view command) {
    return is_in(command,
                 {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "DO", "EXECUTE", "CREATE TABLE AS", "SELECT INTO",
                  "CREATE MATERIALIZED VIEW", "REFRESH MATERIALIZED VIEW", "EXPLAIN", "ALTER TABLE", "CREATE INDEX"});
}

bool in_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           (c & 0x80) != 0;
}

std::string unquoted(std::string_view literal) {
    std::string text;
    for (std::size_t i = 0; i < literal.size(); ++i) {
        text += literal[i];
        if (literal[i] == '\'' && i + 1 < literal.size() && literal[i + 1] == '\'')
            ++i;
    }
    return text;
}

// What is between its quotes, or between the tags if it is dollar-quoted.
std::string_view inside(std::string_view literal) {
    std::size_t const begin = literal.find('\'');
    if (!literal.empty() && literal.front() == '$') {
        std::size_t const tag = literal.find('$', 1);
        return tag == literal.npos || literal.size() < 2 * (tag + 1)
                   ? literal
                   : literal.substr(tag + 1, literal.size() - 2 * (tag + 1));
    }
    if (begin == literal.npos || literal.size() < begin + 2)
        return {};
    return literal.substr(begin + 1, literal.size() - begin - 2);
}

} // namespace

void AddedValues::add(std::string_view value, std::string_view type) {
    values_.emplace(value);
    types_.insert(lower(type));
}

bool AddedValues::is_type(std::string_view name) const {
    if (name.size() > 2 && name.front() == '"')
        name = name.substr(1, name.size() - 2);
    return types_.find(lower(name)) != types_.end();
}

// As one of the parts that any of the separators divide the text into.
bool AddedValues::has_value(std::string_view text, std::string_view separators, void (*poll)()) const {
    std::size_t parts = 0;
    for (std::size_t begin = 0; begin <= text.size();) {
        if (++parts % 65536 == 0)
            poll();
        std::size_t const end = std::min(text.find_first_of(separators, begin), text.size());
        if (is_value_of(text.substr(begin, end - begin)))
            return true;
        begin = end + 1;
    }
    return false;
}

bool AddedValues::names_type(std::string_view text) const {
    for (std::size_t i = 0; i < text.size();) {
        std::size_t const begin = i;
        while (i < text.size() && in_word(text[i]))
            ++i;
        if (i > begin && is_type(text.substr(begin, i - begin)))
            return true;
        i += i == begin;
    }
    return false;
}

bool AddedValues::used_in(Lexed const &body, Statement const &statement, void (*poll)()) const {
    poll();
    bool const may_compute = computes(statement.command);
    auto token = std::lower_bound(body.tokens.begin(), body.tokens.end(), statement.begin,
                                  [](Token const &before, std::size_t at) { return before.begin < at; });
    // ALTER TABLE computes values of the type only where it changes the type of a column.
    bool type = false, changes_type = statement.command != std::string_view("ALTER TABLE");
    for (; token != body.tokens.end() && token->begin < std::max(statement.end, statement.data_end); ++token) {
        std::string_view const text = body.at(*token);
        if (token->kind == Token::Kind::copy_data) {
            if (has_value(text, "\t\r\n,;|\"'", poll))
                return true;
        } else if (token->kind == Token::Kind::word || text.front() == '"') {
            type = type || is_type(text);
            changes_type = changes_type || same_word(text, "type");
        } else if (text.find('\'') != text.npos || text.front() == '$') {
            // The literal itself, or a literal within it, as in the body of a function.
            if (is_value_of(unquoted(inside(text))) || has_value(inside(text), "'", poll))
                return true;
            type = type || (statement.command == std::string_view("DO") && names_type(text));
        }
    }
    return may_compute && type && changes_type;
}

void AddedValues::mark(Lexed const &body, std::vector<Statement> &statements, void (*poll)()) const {
    if (values_.empty())
        return;
    bool const used = std::any_of(statements.begin(), statements.end(), [&](Statement const &statement) {
        return statement.kind != Statement::Kind::add_enum_value && used_in(body, statement, poll);
    });
    for (Statement &statement : statements)
        statement.value_in_use = used && statement.kind == Statement::Kind::add_enum_value;
}

} // namespace mig
