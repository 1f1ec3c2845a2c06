// What a collected command did to an object, in words: ADD COLUMN total, RENAME COLUMN a TO b, OWNER TO.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "nodes/parsenodes.h"
#include "tcop/deparse_utility.h"
}

namespace mig::server {

// The functions below are for guarded frames: they raise ERRORs as the server does.
//
// Texts are literals, belong to the parse tree, or are in CurrentMemoryContext; never null.
struct Alteration {
    const char *what = "", *part = "", *old_name = "";
};

// For a subcommand of ALTER TABLE; `what` is empty for an internal step of the server.
Alteration alteration_of(CollectedATSubcmd const &subcommand);

// The storage parameters that a subcommand sets or resets, a C string each; NIL if it does not.
List *options_of(CollectedATSubcmd const &subcommand);

// For any other command.
Alteration alteration_of(CollectedCommand const &command);

// Whether it is RENAME COLUMN or the like: the altered object is the relation.
bool renames_part(CollectedCommand const &command);

} // namespace mig::server
