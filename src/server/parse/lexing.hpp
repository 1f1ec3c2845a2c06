// The tokens of a text, by the server's own scanner. Where statements, COPY data and backslash commands end, it reads
// the text as psql does.
#pragma once

#include "bridge/guard.hpp"
#include "core/text/lexed.hpp"

#include <optional>

namespace mig::server {

// `text` must stay alive. The result does not depend on the session's settings: literals are read as with
// standard_conforming_strings on. Lines that COPY ... FROM stdin reads are one token; `\restrict` and `\unrestrict`
// between statements are none. Any other psql command raises 42601 with a hint on what to write instead, and so does an
// error of the scanner (an unterminated string); both with the line and column in the message, counted from
// `first_line`, and with `source` if it is not empty.
Lexed lex(std::string_view text, std::string_view source = {}, std::uint32_t first_line = 1);

// The same for the code of a function or a DO block in SQL or PL/pgSQL, which the server reads with the same scanner:
// without commands of psql and COPY data. Nothing if the scanner raises an error, since the server will do so too.
std::optional<Lexed> lex_code(std::string_view code);

// `7_init.sql, line 3, column 5` or `line 3, column 5`; columns are characters, from 1.
std::string position_text(std::string_view text, std::size_t offset, std::string_view source, std::uint32_t first_line);

// Literals in a migration have no backslash escapes. If those of this session have, or those after a SET in the text:
// says so in the hint of an error that such a literal may have caused.
void explain_escapes(pg::Error &error, std::string_view text);

// Puts the position of an error that was raised while reading `text` from `begin` on, as such a place, in front of its
// message.
void locate(pg::Error &error, std::string_view text, std::size_t begin, std::string_view source,
            std::uint32_t first_line);

} // namespace mig::server
