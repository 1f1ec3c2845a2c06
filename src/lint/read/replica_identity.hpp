// How subscribers of logical replication identify a row.
#pragma once

#include "lint/world/table.hpp"

namespace mig::server::lint {

// The publications of the table or one of its partitions, as quoted names.
enum class Publishes : unsigned char { anything, changes }; // changes: UPDATE or DELETE
std::vector<std::string> publications(Table const &relation, Publishes what);

// Whether the table is in a publication of its UPDATEs or DELETEs and this is its replica identity.
bool identifies_published_rows(Table const &relation, TableConstraint const &constraint);
bool identifies_published_rows(Table const &relation, TableIndex const &index);

} // namespace mig::server::lint
