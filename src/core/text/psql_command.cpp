#include "core/text/psql_command.hpp"

#include "core/text/text.hpp"

#include <algorithm>

namespace mig {

namespace {

struct Advice {
    std::string_view commands; // each between blanks
    const char *hint;
};

constexpr Advice advice[] = {
    {" i include ir include_relative ",
     "Load both files: the included one as a migration of its own, whose version determines when it runs."},
    {" c connect ",
     "A migration cannot connect elsewhere: it runs in the database that it is loaded in. Remove the line."},
    {" copy ", "Write COPY ... FROM stdin; followed by the lines of data and \\. at their end."},
    {" . ", "It ends the data of COPY ... FROM stdin; and there is no such statement before it."},
    {" set unset ", "Write the value itself; SET of a custom setting and current_setting() can carry one."},
    {" gexec ", "Write a DO block that EXECUTEs the statements."},
    {" g gx gset gdesc ", "End the statement with a semicolon."},
    {" if elif else endif ", "Write the condition in a DO block."},
    {" echo warn qecho ", "Write RAISE NOTICE in a DO block."},
    {" restrict unrestrict ", "Between two statements, on a line of its own as pg_dump writes it, it is ignored."},
    {" ; : ", "Write the character without the backslash."},
    {" timing pset x t a o q quit ", "It only steers psql: remove the line."},
    {" encoding ", "Files are read in the encoding of the database; UTF-8 with a byte order mark is converted."},
};

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.'; }

std::string_view word_at(std::string_view text, std::size_t offset) {
    std::size_t end = offset + 1;
    if (end < text.size() && (text[end] == ';' || text[end] == ':'))
        return text.substr(end, 1);
    while (end < text.size() && is_word(text[end]))
        ++end;
    return text.substr(offset + 1, end - offset - 1);
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// Part of the key of pg_dump's \restrict.
bool is_key(char c) { return (c >= '0' && c <= '9') || (c != '_' && c != '.' && is_word(c)); }

bool is_in(std::string_view words, std::string_view word) {
    return words.find(" " + std::string(word) + " ") != std::string_view::npos;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    return text;
}

std::string_view rest_of_line(std::string_view text, std::size_t begin) {
    return text.substr(begin, text.find('\n', begin) - begin);
}

bool has_whole_quotes(std::string_view text) {
    return std::count(text.begin(), text.end(), '\'') % 2 == 0 && std::count(text.begin(), text.end(), '"') % 2 == 0;
}

// The name of the variable, and what it is set to, without quotes.
struct Setting {
    std::string name, value;

    explicit Setting(std::string_view arguments) {
        std::size_t const end = std::min(arguments.find_first_of(" \t"), arguments.size());
        name = arguments.substr(0, end);
        value = lower_case(trim(arguments.substr(end)));
        if (value.size() > 1 && value.front() == value.back() && (value.front() == '\'' || value.front() == '"'))
            value = value.substr(1, value.size() - 2);
    }
};

// As psql's ParseVariableBool() has it: any prefix of these words, but "on" in full. Set to nothing, a switch is on.
bool is_on(std::string_view value) {
    auto const begins = [&](std::string_view word) { return value == word.substr(0, value.size()); };
    return value.empty() || value == "on" || value == "1" || begins("true") || begins("yes");
}

// Null: a variable of the user's own.
const char *instead_of_setting(std::string_view name) {
    if (name == "ON_ERROR_STOP")
        return "An error always ends a migration: remove the line, and put what may fail into a DO block that catches "
               "the error (EXCEPTION WHEN ...).";
    if (name == "ON_ERROR_ROLLBACK")
        return "An error always ends a migration, and no statement is undone by itself: remove the line, and put what "
               "may fail into a DO block that catches the error (EXCEPTION WHEN ...).";
    if (name == "AUTOCOMMIT")
        return "A migration runs in one transaction, or each statement in its own with \"-- migrator: no-transaction\" "
               "at the top of the file: remove the line.";
    return nullptr;
}

// The variables in this list change only what psql prints and how it behaves at a terminal. ON_ERROR_STOP may be
// switched on or unset, but not off: whoever does that relies on continuing after an error.
bool sets_nothing_that_runs(std::string_view command, std::string_view arguments) {
    Setting const setting(arguments);
    if (setting.name == "ON_ERROR_STOP")
        return command == "unset" || is_on(setting.value);
    return is_in(" QUIET VERBOSITY SHOW_CONTEXT ECHO ECHO_HIDDEN FETCH_COUNT SHOW_ALL_RESULTS HISTCONTROL HISTFILE "
                 "HISTSIZE COMP_KEYWORD_CASE PROMPT1 PROMPT2 PROMPT3 ",
                 setting.name);
}

} // namespace

std::string psql_command_at(std::string_view text, std::size_t offset) {
    return "\\" + std::string(word_at(text, offset));
}

std::string psql_command_hint(std::string_view text, std::size_t offset) {
    std::string_view const word = word_at(text, offset);
    if (word == "set" || word == "unset")
        if (const char *const hint =
                instead_of_setting(Setting(trim(rest_of_line(text, offset + 1 + word.size()))).name))
            return hint;
    std::string const key = " " + std::string(word) + " ";
    for (Advice const &entry : advice)
        if (entry.commands.find(key) != std::string_view::npos)
            return entry.hint;
    return "Write it in SQL, or remove it: a migration is run by the server, not by psql.";
}

bool only_affects_psql(std::string_view text, std::size_t offset) {
    std::string_view const word = word_at(text, offset), rest = rest_of_line(text, offset + 1 + word.size());
    if (!rest.empty() && !is_blank(rest.front()))
        return false;
    std::string_view const arguments = trim(rest);
    if (word == "restrict" || word == "unrestrict")
        return !arguments.empty() && std::all_of(arguments.begin(), arguments.end(), is_key);
    if (arguments.find_first_of("\\`") != std::string_view::npos || !has_whole_quotes(arguments))
        return false;
    if (word == "set" || word == "unset")
        return sets_nothing_that_runs(word, arguments);
    return is_in(" echo warn qecho timing pset x t a ", word);
}

} // namespace mig
