// Options in parse trees: WITH (create_slot = false), REINDEX (CONCURRENTLY off). Nothing here calls into the server.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
}

namespace mig::server {

// The last option of a name, or null.
DefElem const *option(List const *options, const char *name);
// Of an option that is a word or a boolean; what is said by its mere presence is true.
bool is_on(DefElem const &option);
// Of VACUUM, REINDEX, ...: named, and not turned off.
bool has_option(List const *options, const char *name);
// Not turned off: of an option that holds where nothing is said.
bool is_on_unless_said(List const *options, const char *name);

} // namespace mig::server
