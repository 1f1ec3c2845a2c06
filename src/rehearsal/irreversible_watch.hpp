// Refuses what a rehearsal must not do (see irreversible.hpp) before it happens, at any depth: in DO blocks, functions,
// triggers, defaults, views, the functions that implement types and operator classes, and in parallel workers. Off
// except between start() and stop().
//
// A function is refused when its caller is set up, whether or not it would then be called. Not seen: support functions
// of types, and of operator classes of indexes, that the session has set up before and keeps; and of these only those
// in C or in an untrusted language, since calls by all others are set up each time.
#pragma once

#include "bridge/guard.hpp"
#include "bridge/hooks.hpp"

#include <string>
#include <vector>

namespace mig::server::irreversible_watch {

extern pg::Watcher const watcher;

// Whether SET TRANSACTION and the like are refused too.
enum class Modes : unsigned char { refused, left_to_server };
void start(Modes modes);
void stop() noexcept;

// Since start() or the last call, each only once.
struct Findings {
    std::vector<std::string> refused; // `pg_switch_wal() begins a new WAL file, which no rollback undoes`
    std::vector<std::string> remarks; // on what was executed
};
[[nodiscard]] Findings take_findings();

// Whether the next statement can be the first of its transaction in a real run: SET TRANSACTION works there, but the
// transaction of a rehearsal has already begun.
void expect_first_of_transaction(bool possible) noexcept;

// Whether the error is such a refusal. Its message is also in `refused`.
bool is_refusal(pg::Error const &error) noexcept;

} // namespace mig::server::irreversible_watch
