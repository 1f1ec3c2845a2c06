// Notices, by the server's hooks, what a migration may leave behind in the session, at any depth (DO blocks, functions
// that it calls). Cheap flags: they say that a clean-up has to look, not what it will find.
#pragma once

#include "bridge/hooks.hpp"

namespace mig::server::session_watch {

struct Seen {
    bool prepared_statement = false; // PREPARE
    bool cursor = false;             // DECLARE, or code that may OPEN one
    bool constraint_timing = false;  // SET CONSTRAINTS, or DDL that may make a deferrable constraint
    bool advisory_lock = false;      // a session-level one
};

inline constexpr Seen everything{true, true, true, true};

extern pg::Watcher const watcher;

Seen seen() noexcept; // since the last forget()
void forget() noexcept;
void forget_constraint_timing() noexcept;
// The session ran an advisory lock function at some time: a compiled expression that is kept for the transaction
// calls it again without being noticed again.
bool advisory_lock_ever() noexcept;

} // namespace mig::server::session_watch
