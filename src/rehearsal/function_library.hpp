// Which library a C function is in: by that, what it does is known whatever its name is.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "access/htup.h"
}

namespace mig::server {

// Of a row of pg_proc: `dblink` of `$libdir/dblink.so`; empty where it has none. In the current memory context, for a
// guarded frame.
const char *library_of(HeapTuple function);
const char *library_of(Oid function);

} // namespace mig::server
