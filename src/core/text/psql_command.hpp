// Psql's backslash commands, which end up in migrations by copy and paste: what to write instead.
#pragma once

#include <string>
#include <string_view>

namespace mig {

// `\i`, from the backslash at `offset` on.
std::string psql_command_at(std::string_view text, std::size_t offset);

// A HINT.
std::string instead_of_psql_command(std::string_view text, std::size_t offset);

// The line changes nothing that runs: pg_dump's `\restrict KEY`, `\set ON_ERROR_STOP on`, which is how a migration runs
// anyway, what only steers psql's output, and what it prints. Not where the line goes on with another command, or has
// psql run one of the shell.
bool steers_psql_only(std::string_view text, std::size_t offset);

} // namespace mig
