// What a collected command did to an object, in words: ADD COLUMN total, RENAME COLUMN a TO b, OWNER TO.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "nodes/parsenodes.h"
#include "tcop/deparse_utility.h"
}

namespace mig::server {

// For guarded frames: what is below raises ERRORs as the server does.
//
// Texts are literals of ours, of the parse tree, or in CurrentMemoryContext; never null.
struct Alteration {
    const char *what = "", *part = "", *formerly = "";
};

// Of a subcommand of ALTER TABLE; `what` is empty for a step of the server's own.
Alteration alteration_of(CollectedATSubcmd const &subcommand);

// Of any other command.
Alteration alteration_of(CollectedCommand const &command);

// RENAME COLUMN and the like: what was altered is the relation.
bool renames_part(CollectedCommand const &command);

} // namespace mig::server
