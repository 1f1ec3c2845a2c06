// Stops what a rehearsal must not do (see irreversible.hpp) before it happens, at any depth: in DO blocks, functions,
// triggers, defaults, views, in the functions that types and operator classes are made of, in parallel workers. Off but
// between start() and stop().
//
// A function is stopped when what calls it is set up, whether it is then called or not. Not seen: what the session had
// set up already and keeps, the support functions of types, and of the operator classes of indexes, that it has used;
// of them what is in C or in an untrusted language, since what others call is set up anew.
#pragma once

#include "bridge/guard.hpp"
#include "bridge/hooks.hpp"

#include <string>
#include <vector>

namespace mig::server::irreversible_watch {

extern pg::Watcher const watcher;

// Whether SET TRANSACTION and its like are stopped too.
enum class Modes : unsigned char { stopped, left_to_server };
void start(Modes modes);
void stop() noexcept;

// Since start() or the last call, each once.
struct Seen {
    std::vector<std::string> refused;  // `pg_switch_wal() begins a new WAL file, which no rollback takes back`
    std::vector<std::string> remarked; // done
};
[[nodiscard]] Seen take();

// The next statement can be the first of its transaction, where SET TRANSACTION works and a rehearsal has begun its own
// already.
void expect_first_of_transaction(bool may_come) noexcept;

// The error is such a stop. Its message is that of `refused`.
bool is_refusal(pg::Error const &error) noexcept;

} // namespace mig::server::irreversible_watch
