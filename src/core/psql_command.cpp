#include "core/psql_command.hpp"

namespace mig {

namespace {

struct Advice {
    std::string_view commands; // each between blanks
    const char *hint;
};

constexpr Advice advice[] = {
    {" i include ir include_relative ", "Load the other file as a migration of its own; versions give the order."},
    {" c connect ", "A migration runs in the database that it is loaded in: remove the line."},
    {" copy ", "Write INSERT ... VALUES, or COPY from a file of the server."},
    {" . ", instead_of_copy_data},
    {" set unset ", "Write the value itself; SET of a custom setting and current_setting() can carry one."},
    {" gexec ", "Write a DO block that EXECUTEs the statements."},
    {" g gx gset gdesc ", "End the statement with a semicolon."},
    {" if elif else endif ", "Write the condition in a DO block."},
    {" echo warn qecho ", "Write RAISE NOTICE in a DO block."},
    {" restrict unrestrict ", "Remove the line that pg_dump wrote: it only guards psql."},
    {" timing pset x t a o q quit ", "It only steers psql: remove the line."},
    {" encoding ", "Files are read in the encoding of the database; UTF-8 with a byte order mark is converted."},
};

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.'; }

std::string_view word_at(std::string_view text, std::size_t offset) {
    std::size_t end = offset + 1;
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

} // namespace mig
