// Statements about the extension migrator itself. pg_dump writes them for a database that has the extension, and its
// output is a migration as it stands; but the extension is there before any migration runs, and belongs to whoever has
// installed it.
#pragma once

#include "bridge/postgres.hpp"
#include "core/migration/body.hpp"

extern "C" {
#include "nodes/nodes.h"
}

namespace mig::server {

enum class AboutExtension : unsigned char {
    nothing,
    creation, // of the extension or its schema: never executed
    comment,  // on one of them: likewise
    trait,    // owner, privileges, policies, labels: not executed in a body with a creation, which is a dump
    data,     // of its own tables and their sequence, in a form that pg_dump writes: refused
};

// From the parse tree alone. For guarded frames.
AboutExtension about_extension(Node const *statement);

// Whether something that the statement names exists in the schema of the extension without belonging to it, so that the
// statement is not about the extension after all. `sql` is a statement with a trait.
bool names_others_object(std::string const &sql);

} // namespace mig::server
