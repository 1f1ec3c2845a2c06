// Psql's backslash commands, which end up in migrations by copy and paste: what to write instead.
#pragma once

#include <string>
#include <string_view>

namespace mig {

// `\i`, from the backslash at `offset` on.
std::string psql_command_at(std::string_view text, std::size_t offset);

// A HINT.
std::string instead_of_psql_command(std::string_view text, std::size_t offset);

// pg_dump writes `\restrict KEY` and `\unrestrict KEY` around what it dumps, to guard psql: nothing that runs.
bool guards_psql(std::string_view text, std::size_t offset);

} // namespace mig
