// What the run lock is called in pg_locks.
#pragma once

#include <cstdint>

namespace mig::server {

// The key in pg_locks of what is shown: classid is lock_class, objid the OID of schema migrator, objsubid 1; 2 while
// the holder is in a migration that runs statement by statement. Of what decides: objsubid 3 there, which an abort
// leaves to its holder, and the object itself (locktype object, classid pg_namespace, objsubid 1), which DISCARD ALL
// does.
inline constexpr std::uint32_t lock_class = 0x6D696772; // "migr"
inline constexpr std::uint16_t run_lock_part = 3;
std::int64_t lock_key();

} // namespace mig::server
