// Parts of the messages and hints of rules.
#pragma once

#include "lint/read/subject.hpp"

namespace mig::server::lint {

// On one line, and truncated if it is long.
std::string one_line(std::string_view sql);
// Inserts `addition` after the first `word`: CREATE INDEX ... as CREATE INDEX CONCURRENTLY ...
std::string with_inserted(std::string_view sql, std::string_view word, std::string_view addition);
// The end of the parenthesis that begins at `at` or after it; its beginning must not be in a literal.
std::size_t end_of_parenthesis(std::string_view sql, std::size_t at);
std::string listed(std::vector<std::string> const &items, std::size_t most = 5); // a, b, c and 4 more
std::string quoted_list(std::vector<std::string> const &names);                  // a, "B"
// CHECK (total > 0), as it is written; with `...` for what cannot be found.
std::string check_text(Subject const &subject, Constraint const &check);
// orders_total_check, as the server would name it.
std::string constraint_name(Table const &relation, std::vector<std::string> const &columns, const char *suffix);

// `, in a migration of its own`, for a statement that shares its transaction with others; otherwise empty.
std::string on_its_own(Subject const &subject);

} // namespace mig::server::lint
