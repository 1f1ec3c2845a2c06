#include "core/psql_command.hpp"

#include <algorithm>

namespace mig {

namespace {

struct Advice {
    std::string_view commands; // each between blanks
    const char *hint;
};

constexpr Advice advice[] = {
    {" i include ir include_relative ",
     "Load both files: the other one as a migration of its own, whose version says when it runs."},
    {" c connect ",
     "There is no such thing in a migration: it runs in the database that it is loaded in. Remove the line."},
    {" copy ", "Write COPY ... FROM stdin; with the lines of data behind it and \\. at their end."},
    {" . ", "It ends the data of COPY ... FROM stdin; and no such statement is before it."},
    {" set unset ", "Write the value itself; SET of a custom setting and current_setting() can carry one."},
    {" gexec ", "Write a DO block that EXECUTEs the statements."},
    {" g gx gset gdesc ", "End the statement with a semicolon."},
    {" if elif else endif ", "Write the condition in a DO block."},
    {" echo warn qecho ", "Write RAISE NOTICE in a DO block."},
    {" restrict unrestrict ", "Between two statements, on a line of its own as pg_dump writes it, it is read over."},
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

} // namespace

std::string psql_command_at(std::string_view text, std::size_t offset) {
    return "\\" + std::string(word_at(text, offset));
}

std::string instead_of_psql_command(std::string_view text, std::size_t offset) {
    std::string const key = " " + std::string(word_at(text, offset)) + " ";
    for (Advice const &entry : advice)
        if (entry.commands.find(key) != std::string_view::npos)
            return entry.hint;
    return "Write it in SQL, or remove it: a migration is run by the server, not by psql.";
}

bool guards_psql(std::string_view text, std::size_t offset) {
    std::string_view const word = word_at(text, offset);
    if (word != "restrict" && word != "unrestrict")
        return false;
    std::size_t const begin = offset + 1 + word.size();
    std::string_view key = text.substr(begin, text.find('\n', begin) - begin);
    auto const is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!key.empty() && is_blank(key.back()))
        key.remove_suffix(1);
    if (key.empty() || !is_blank(key.front()))
        return false;
    while (!key.empty() && is_blank(key.front()))
        key.remove_prefix(1);
    return std::all_of(key.begin(), key.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c != '_' && c != '.' && is_word(c)); });
}

} // namespace mig
