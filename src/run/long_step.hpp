// Whether a migration may take long.
#pragma once

#include "server/prepare/steps.hpp"

namespace mig::server {

// By the kinds of its statements and, for ALTER TABLE and CREATE INDEX, the sizes of their tables: small ones, and those
// that it creates itself, do not count. Takes no lock.
bool may_take_long(Step const &step);

} // namespace mig::server
