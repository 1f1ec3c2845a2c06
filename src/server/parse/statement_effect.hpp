// What a statement does to settings and other state of the session, read from its parse tree.
#pragma once

#include "bridge/guard.hpp"

namespace mig::server {

struct StatementEffect {
    enum class Kind : unsigned char {
        none,
        sets,            // SET or RESET of `setting`, for the session
        resets_all,      // RESET ALL
        discards_all,    // DISCARD ALL
        alters_defaults, // ALTER ROLE, DATABASE or SYSTEM: `setting`, or all; this session keeps its own
        listens,
        unlistens,
        loads, // LOAD
    };
    Kind kind = Kind::none;
    std::string setting = {};
};

// Parses the statement only if its command (as the server names it) can be one of these. SET LOCAL, SET TRANSACTION and
// SET CONSTRAINTS end with their transaction: none. A text that the grammar does not accept raises 42601.
StatementEffect effect_of(std::string_view command, std::string const &sql);

} // namespace mig::server
