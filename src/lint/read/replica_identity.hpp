// By what subscribers know a row.
#pragma once

#include "lint/world/table.hpp"

namespace mig::server::lint {

// Names of the publications that the table is in, or a partition of it.
enum class Publishes : unsigned char { anything, changes }; // UPDATE or DELETE
std::vector<std::string> publications(Table const &relation, Publishes what);

// The table is in a publication of its UPDATEs or DELETEs, and subscribers know its rows by this.
bool identifies_published_rows(Table const &relation, TableConstraint const &constraint);
bool identifies_published_rows(Table const &relation, TableIndex const &index);

} // namespace mig::server::lint
