// What runs of a verify script. It runs after the up body, and is rolled back.
#pragma once

#include "core/migration/body.hpp"

namespace mig {

// Drops BEGIN and ROLLBACK or COMMIT around the whole script: it is rolled back in any case. Failure
// transaction_control, active_transaction or not_supported for what cannot run there, naming the statement and its
// line.
std::vector<Statement> verify_script_statements(std::vector<Statement> statements, std::string_view body,
                                                Origin const &origin);

} // namespace mig
