// Runs a step's verify script, if it has one.
#pragma once

#include "run/run_context.hpp"

namespace mig::server {

// In the transaction that is open, with the caller's settings, as a script of its own would have them. Nothing of it
// stays. What it raises fails the migration.
void verify(RunContext &context, Step const &step);

} // namespace mig::server
