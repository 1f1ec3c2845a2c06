// How the run lock appears in pg_locks.
#pragma once

#include <cstdint>

namespace mig::server {

// The part that is only informational has classid lock_class, objid the OID of schema migrator, and objsubid 1; also 2
// while the holder is in a migration that runs statement by statement. Two parts decide: objsubid 3 of the same key,
// which an abort does not release, and the schema itself (locktype object, classid pg_namespace, objsubid 1), which
// DISCARD ALL does not release.
inline constexpr std::uint32_t lock_class = 0x6D696772; // "migr"
inline constexpr std::uint16_t run_lock_part = 3;
std::int64_t lock_key();

} // namespace mig::server
