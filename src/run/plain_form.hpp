// CONCURRENTLY commits in the middle, which a rehearsal cannot do. Without that word the server does the same work
// under a stronger lock.
#pragma once

#include "core/migration/body.hpp"

#include <optional>
#include <string>

struct RawStmt;

namespace mig::server {

bool has_plain_form(Statement const &statement);

// For the user: how such a statement was rehearsed, and which lock it really takes.
std::string plain_form_note(Statement const &statement);

// Removes CONCURRENTLY from the parse tree, if it is there. For a guarded frame. If the server would refuse the
// concurrent form but not the plain one, returns that refusal: a static text and its SQLSTATE.
struct Refusal {
    const char *message;
    const char *sqlstate;
};
Refusal to_plain_form(RawStmt *statement);

} // namespace mig::server
