// Options in parse trees: WITH (create_slot = false), REINDEX (CONCURRENTLY off). Nothing here calls into the server.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
}

namespace mig::server {

// The last option of that name, or null.
DefElem const *option_named(List const *options, const char *name);
// Whether an option whose value is a word or a boolean is on. It is, without a value.
bool is_on(DefElem const &option);
// For VACUUM, REINDEX, ...: whether it is present, and not turned off.
bool has_option(List const *options, const char *name);
// For an option that is on by default: whether it is not turned off.
bool is_on_unless_disabled(List const *options, const char *name);

} // namespace mig::server
