// Which library a C function is in: that and its symbol identify it, whatever its name in SQL.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "access/htup.h"
}

namespace mig::server {

// From a row of pg_proc: `dblink` for `$libdir/dblink.so`; empty if it has none. In the current memory context. For
// guarded frames.
const char *library_of(HeapTuple function);
const char *library_of(Oid function);

} // namespace mig::server
