// Runs a step's verify script, if it has one.
#pragma once

#include "run/run_context.hpp"

namespace mig::server {

// In the open transaction, with the caller's settings, as a separate script would have them. Everything that it does is
// rolled back; an error in it fails the migration.
void verify(RunContext &context, Step const &step);

} // namespace mig::server
