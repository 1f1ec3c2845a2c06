// What no rollback takes back, and what a rehearsal does about it: the one list. README tells users.
//
// Decided by going through the volatile functions of pg_catalog (15 to 19) and of contrib, and the utility statements:
// - refused, because it would last: slots, origins, other sessions, WAL, backups, configuration, files, programs,
//   statistics, other servers, what the caller's session had before;
// - done and told: what later statements need and what harms nobody else (LOAD, nextval(), DEALLOCATE and CLOSE of what
//   was the caller's, code in untrusted languages, programs that rows are read from);
// - nothing to do: what the end of the transaction takes back (NOTIFY, LISTEN, pg_notify(), large objects, exported
//   snapshots, ALTER SEQUENCE, TRUNCATE ... RESTART IDENTITY, cron.schedule(), writes through postgres_fdw), or the
//   clean-up of the run (session advisory locks, prepared statements, cursors, settings, temporary tables); what the
//   server refuses in every transaction (ALTER SYSTEM, CREATE DATABASE, VACUUM: not rehearsed) or on every server that
//   is no standby (pg_promote(), pg_wal_replay_pause()); maintenance that changes no result (gin_clean_pending_list(),
//   brin_summarize_range(), pg_prewarm(), ANALYZE).
// Of C functions of libraries that are not in the list nothing is known.
#pragma once

#include "bridge/postgres.hpp"

#include <optional>
#include <string>
#include <string_view>

extern "C" {
#include "nodes/nodes.h"
}

namespace mig::server::irreversible {

// What a C function does that lasts: `drops a replication slot`; null: nothing. Known by its symbol, whatever name
// or language declares it: library is `dblink`, or empty for the server itself.
const char *deed_of(std::string_view library, std::string_view symbol) noexcept;

// The same of a utility statement: `COPY TO PROGRAM runs a program`. For a guarded frame.
const char *deed_of(Node const *statement);

// What is executed, and told. For a guarded frame.
const char *remark_on(Node const *statement);

// The function sets a sequence to a value. That of one that was there before lasts.
bool sets_sequence(std::string_view library, std::string_view symbol) noexcept;

// A foreign-data wrapper whose writes are rolled back with the transaction.
bool is_transactional_wrapper(std::string_view library) noexcept;

} // namespace mig::server::irreversible
