// What a statement that sets something sets, read from its parse tree.
#pragma once

#include "bridge/guard.hpp"

namespace mig::server {

struct StatementEffect {
    enum class Kind : unsigned char {
        none,
        sets,            // SET or RESET of `setting`, for the session
        resets_all,      // RESET ALL
        discards_all,    // DISCARD ALL
        alters_defaults, // ALTER ROLE, DATABASE or SYSTEM: of `setting`, or of all, which this session does not notice
        listens,
        unlistens,
        loads, // LOAD
    };
    Kind kind = Kind::none;
    std::string setting = {};
};

// Only a statement whose command (as the server names it) can be one of those is parsed. SET LOCAL, SET TRANSACTION and
// SET CONSTRAINTS are gone with their transaction: none.
StatementEffect effect_of(std::string_view command, std::string const &sql);

} // namespace mig::server
