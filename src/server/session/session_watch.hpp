// Notices, by the server's hooks, what a migration may leave in the session, at any depth (DO blocks, functions that it
// calls). Cheap flags: they say where the clean-up has to look, not what it will find.
#pragma once

#include "bridge/hooks.hpp"

namespace mig::server::session_watch {

struct Seen {
    bool prepared_statement = false; // PREPARE
    bool cursor = false;             // DECLARE, or code that may OPEN one
    bool constraint_timing = false;  // SET CONSTRAINTS, or DDL that may create a deferrable constraint
    bool advisory_lock = false;      // a session-level one
};

inline constexpr Seen everything{true, true, true, true};

extern pg::Watcher const watcher;

Seen seen() noexcept; // since the last forget()
void forget() noexcept;
void forget_constraint_timing() noexcept;
// Whether the session has ever called an advisory lock function: an expression that is kept for the transaction can
// call it again unnoticed. The hook is called when an expression is initialized (ExecInitFunc()), not when it is
// evaluated.
bool advisory_lock_ever() noexcept;

} // namespace mig::server::session_watch
