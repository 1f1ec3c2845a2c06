// Pieces that messages and hints of rules are made of.
#pragma once

#include "lint/read/subject.hpp"

namespace mig::server::lint {

// On one line, and cut when it is long.
std::string one_line(std::string_view sql);
// CREATE INDEX ... as CREATE INDEX CONCURRENTLY ...: `addition` behind the first `word`.
std::string with_behind(std::string_view sql, std::string_view word, std::string_view addition);
std::string listed(std::vector<std::string> const &items, std::size_t most = 5); // a, b, c and 4 more
std::string joined(std::vector<std::string> const &names);                       // a, "B"
// orders_total_check, as the server would call it.
std::string constraint_name(Table const &relation, std::vector<std::string> const &columns, const char *suffix);

// How a migration of its own is told from one that shares a transaction: ` in a migration of its own`, or nothing when
// the statement already stands alone.
std::string on_its_own(Subject const &subject);

} // namespace mig::server::lint
