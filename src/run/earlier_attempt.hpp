// A statement that an earlier attempt began and whose end is not on record may have done what no rollback takes back.
#pragma once

#include "bridge/guard.hpp"
#include "run/interrupted_ddl.hpp"
#include "server/prepare/steps.hpp"

namespace mig::server {

// What is known of an earlier attempt at the statement, or, when there was none, what the database has before the first
// one: see objects_of(). In a transaction that the caller ends before the statement runs.
Attempt attempt_of(Step const &step, std::size_t index);

// Adds a HINT to what such a statement raises when it runs again and finds what the earlier attempt may have left where
// no catalog tells whose it is: the directory of a tablespace, a slot, what a function did. `down`: whether
// rollback_each() goes on.
void explain_earlier_attempt(pg::Error &error, Statement const &statement, bool down);

// Of an error that came when the statement had run: only the record of its end is missing. `stands`: what it did is
// committed.
void explain_missing_end(pg::Error &error, bool stands, bool down);

} // namespace mig::server
