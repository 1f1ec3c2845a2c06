// What no rollback undoes, and what a rehearsal does about it: the only list. docs/rehearse-and-lint.md describes it for users.
//
// It comes from going through the volatile functions of pg_catalog (15 to 19) and of contrib, and the utility
// statements:
// - refused, because it would last: slots, origins, other sessions, WAL, backups, configuration, files, programs,
//   statistics, other servers, what the caller's session had before;
// - executed and reported: what later statements need and what harms nobody else (LOAD, nextval(), DEALLOCATE and CLOSE
//   of something of the caller's, code in untrusted languages, programs that rows are read from);
// - left alone: what the end of the transaction undoes (NOTIFY, LISTEN, pg_notify(), large objects, exported snapshots,
//   ALTER SEQUENCE, TRUNCATE ... RESTART IDENTITY, cron.schedule(), writes through postgres_fdw), or the clean-up of
//   the run (session advisory locks, prepared statements, cursors, settings, temporary tables); what the server refuses
//   in every transaction (ALTER SYSTEM, CREATE DATABASE, VACUUM: not rehearsed) or on every server that is not a
//   standby (pg_promote(), pg_wal_replay_pause()); maintenance that changes no result (gin_clean_pending_list(),
//   brin_summarize_range(), pg_prewarm(), ANALYZE). Nothing is known about C functions of libraries that are not in the
//   list.
#pragma once

#include "bridge/postgres.hpp"

#include <optional>
#include <string>
#include <string_view>

extern "C" {
#include "nodes/nodes.h"
}

namespace mig::server::irreversible {

// The lasting effect of a C function: `drops a replication slot`; null if there is none. The symbol decides,
// whatever the name or language it is declared with; `library` is `dblink`, or empty for the server itself.
const char *effect_of(std::string_view library, std::string_view symbol) noexcept;

// The same for a utility statement: `COPY TO PROGRAM runs a program`. For guarded frames.
const char *effect_of(Node const *statement);

// What to report about a statement that is executed, or null. For guarded frames.
const char *remark_on(Node const *statement);

// Whether the function sets a sequence to a value, which lasts if the sequence existed before.
bool sets_sequence(std::string_view library, std::string_view symbol) noexcept;

// Whether writes through the foreign-data wrapper are rolled back with the transaction.
bool is_transactional_wrapper(std::string_view library) noexcept;

} // namespace mig::server::irreversible
