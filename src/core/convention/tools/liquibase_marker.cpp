#include "core/convention/tools/liquibase_marker.hpp"

#include "core/base/interruption.hpp"
#include "core/text/comments.hpp"
#include "core/text/lexed.hpp"
#include "core/text/text.hpp"

#include <algorithm>

namespace mig {

namespace {

using Words = std::string_view;

constexpr Words blanks = " \t\f\v";

// Removes and returns what precedes the first of the characters `ends` in `rest`.
Words take_until(Words &rest, Words ends) {
    std::size_t const end = std::min(rest.find_first_of(ends), rest.size());
    Words const value = rest.substr(0, end);
    rest.remove_prefix(end);
    return value;
}

bool begins_with(Words text, char c) { return !text.empty() && text.front() == c; }

// The same, but `"a b"` is one value, returned without its quotes. A quote that is not closed is part of the value.
Words take_quoted(Words &rest, Words ends) {
    std::size_t const closing = begins_with(rest, '"') ? rest.find('"', 1) : Words::npos;
    if (closing == Words::npos)
        return take_until(rest, ends);
    Words const value = rest.substr(1, closing - 1);
    rest.remove_prefix(closing + 1);
    return value;
}

template <class TakeValue>
LiquibaseAttributes read_attributes(Words rest, TakeValue take_value) {
    LiquibaseAttributes attributes;
    while (!(rest = trim_blanks(rest)).empty()) {
        check_for_interrupts();
        std::string const name = lower_case(take_until(rest, " \t\f\v:"));
        if (!begins_with(rest, ':'))
            continue;
        rest.remove_prefix(1);
        attributes[name] = take_value(rest);
    }
    return attributes;
}

} // namespace

std::optional<std::string_view> after_word(std::string_view words, std::string_view lower) {
    if (!same_word(words.substr(0, lower.size()), lower))
        return std::nullopt;
    Words const rest = words.substr(lower.size());
    if (!rest.empty() && blanks.find(rest.front()) == Words::npos)
        return std::nullopt;
    return trim_blanks(rest);
}

LiquibaseAttributes attributes_of(std::string_view words) {
    return read_attributes(words, [](Words &rest) { return take_quoted(rest, blanks); });
}

LiquibaseAttributes property_attributes_of(std::string_view words) {
    return read_attributes(words, [](Words &rest) {
        rest = trim_blanks(rest);
        return take_until(rest, blanks);
    });
}

std::string ChangesetLine::value(const char *lower_name) const {
    auto const found = attributes.find(lower_name);
    return found == attributes.end() ? std::string() : found->second;
}

bool ChangesetLine::has(const char *lower_name, std::string_view wanted) const {
    return same_word(value(lower_name), wanted);
}

std::optional<ChangesetLine> changeset_line(std::string_view words) {
    Words const author = trim_blanks(take_quoted(words, ":"));
    if (author.empty() || !begins_with(words, ':'))
        return std::nullopt;
    words.remove_prefix(1);
    Words const id = take_quoted(words, blanks);
    if (id.find_first_not_of(": ") == Words::npos)
        return std::nullopt;
    return ChangesetLine{std::string(author), std::string(id), attributes_of(words)};
}

bool includes_postgresql(std::string_view dbms) {
    bool others = false;
    for (Words rest = dbms; !rest.empty(); rest.remove_prefix(rest.empty() ? 0 : 1)) {
        check_for_interrupts();
        Words const database = trim_blanks(take_until(rest, ","));
        if (same_word(database, "postgresql") || same_word(database, "all"))
            return true;
        if (same_word(database, "!postgresql") || same_word(database, "none"))
            return false;
        others = others || (!database.empty() && database.front() != '!');
    }
    return !others;
}

} // namespace mig
