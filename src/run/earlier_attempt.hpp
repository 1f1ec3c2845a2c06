// A statement whose start is on record but not its end: an earlier attempt at it may have had effects that no rollback
// undoes.
#pragma once

#include "bridge/guard.hpp"
#include "run/interrupted_ddl.hpp"
#include "server/prepare/steps.hpp"

namespace mig::server {

// What is known about an earlier attempt at the statement or, without one, what the database has before the first: see
// objects_of(). In a transaction that the caller ends before the statement runs.
Attempt attempt_of(Step const &step, std::size_t index);

// Adds a HINT to an error of the statement's next attempt, if it may have run into something that the earlier one left
// and whose origin no catalog tells: the directory of a tablespace, a replication slot, the effects of a function.
// `down`: the HINT names rollback_each(), not apply_each().
void explain_earlier_attempt(pg::Error &error, Statement const &statement, bool down);

// Explains an error that came after the statement had run, so that only its end could not be recorded. `committed`:
// whether its effects are.
void explain_missing_end(pg::Error &error, bool committed, bool down);

} // namespace mig::server
