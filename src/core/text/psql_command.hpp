// Psql's backslash commands, which end up in migrations by copy and paste: what to write instead.
#pragma once

#include <string>
#include <string_view>

namespace mig {

// The command whose backslash is at `offset`, such as `\i`.
std::string psql_command_at(std::string_view text, std::size_t offset);

// A HINT for it.
std::string psql_command_hint(std::string_view text, std::size_t offset);

// Whether the line has no effect on what runs: pg_dump's `\restrict KEY`, `\set ON_ERROR_STOP on`, which is how a
// migration runs anyway, and commands that only change psql's output or print something. Not when the line continues
// with another command or runs one of the shell.
bool only_affects_psql(std::string_view text, std::size_t offset);

} // namespace mig
