// Psql's backslash commands, which end up in migrations by copy and paste: what to write instead.
#pragma once

#include <string>
#include <string_view>

namespace mig {

inline constexpr const char *instead_of_copy_data =
    "COPY ... FROM stdin with inline data cannot be loaded: dump with pg_dump --inserts, or write INSERT.";

// `\i`, from the backslash at `offset` on.
std::string psql_command_at(std::string_view text, std::size_t offset);

// A HINT.
std::string instead_of_psql_command(std::string_view text, std::size_t offset);

} // namespace mig
