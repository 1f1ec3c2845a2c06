// CONCURRENTLY needs transactions of its own; a rehearsal has one. Without that word the server does the same work,
// under a stronger lock.
#pragma once

#include "core/migration/body.hpp"

#include <optional>
#include <string>

struct RawStmt;

namespace mig::server {

bool has_plain_form(Statement const &statement);

// Of such a statement: how it was rehearsed, and which lock it really takes.
std::string plain_form_note(Statement const &statement);

// Takes the word out of the parse tree; a tree without it stays as it is. For a guarded frame. What the server refuses
// only of the concurrent form is given back instead: a static text, and its SQLSTATE.
struct Refusal {
    const char *message;
    const char *sqlstate;
};
Refusal to_plain_form(RawStmt *statement);

} // namespace mig::server
