// The server's own scanner, with psql's eyes: where a text's tokens are.
#pragma once

#include "bridge/guard.hpp"
#include "core/text/lexed.hpp"

#include <optional>

namespace mig::server {

// `text` must stay alive. The result does not depend on the session's settings: literals are read as with
// standard_conforming_strings on. Lines that COPY ... FROM stdin reads are one token; `\restrict` and `\unrestrict`
// between statements are none. Any other psql command comes as 42601 with what to write instead, and so does an error
// of the scanner (an unterminated string), with the line and column in its message, counted from `first_line`, and
// `source` named when it is not empty.
Lexed lex(std::string_view text, std::string_view source = {}, std::uint32_t first_line = 1);

// The same of the code of a function or a DO block in SQL or PL/pgSQL, which the server reads with that scanner too:
// neither psql nor COPY has a say in it. Nothing when it does not end well, which the server refuses.
std::optional<Lexed> lex_code(std::string_view code);

// `7_init.sql, line 3, column 5` or `line 3, column 5`; columns are characters, from 1.
std::string place(std::string_view text, std::size_t offset, std::string_view source, std::uint32_t first_line);

// Where literals of this session, or as the text says, have backslash escapes, which migrations have not: says so in the
// hint of an error that such a literal may be the reason of.
void explain_escapes(pg::Error &error, std::string_view text);

// Turns the position of an error raised while reading `text` from `begin` on into such a place, at the head of its
// message.
void locate(pg::Error &error, std::string_view text, std::size_t begin, std::string_view source,
            std::uint32_t first_line);

} // namespace mig::server
