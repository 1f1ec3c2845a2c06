// apply_each() and rollback_each(): each migration in a transaction of its own.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "fmgr.h"
}

namespace mig::server {

// The first failure is recorded and thrown; earlier migrations stay committed. A migration that cannot run in a
// transaction runs statement by statement, and resumes where an earlier run of it stopped. Failure active_transaction
// unless the procedure was called at top level.
void apply_each(FunctionCallInfo call, std::string const &module, std::optional<std::string> const &target,
                std::optional<std::string> const &expected);
void rollback_each(FunctionCallInfo call, std::string const &module, std::int64_t n);

} // namespace mig::server
