// By what subscribers know a row.
#pragma once

#include "lint/world/relation.hpp"

namespace mig::server::lint {

// Names of the publications that the table is in, or a partition of it.
enum class Publishes : unsigned char { anything, changes }; // UPDATE or DELETE
std::vector<std::string> publications(Relation const &relation, Publishes what);

// The table is in a publication of its UPDATEs or DELETEs, and subscribers know its rows by this.
bool identifies_published_rows(Relation const &relation, Constraint const &constraint);
bool identifies_published_rows(Relation const &relation, Index const &index);

} // namespace mig::server::lint
