// By what subscribers know a row.
#pragma once

#include "server/lint/relation.hpp"

namespace mig::server::lint {

// The table is in a publication of its UPDATEs or DELETEs, and subscribers know its rows by this.
bool identifies_published_rows(Relation const &relation, Constraint const &constraint);
bool identifies_published_rows(Relation const &relation, Index const &index);

} // namespace mig::server::lint
