// Why migrations fail in a rehearsal: whether they would without those before them, and which of these is the cause.
#pragma once

#include "call/touch_log.hpp"

namespace mig::server {

// For each step that failed in the rehearsal that `touches` has seen, and whose work is undone. Executes the steps
// again, as often as that takes (src/core/conflict/cause_search.hpp), and undoes them.
std::vector<FailureCause> find_failure_causes(std::string_view module, std::vector<Step> const &steps,
                                              TouchLog const &touches);

} // namespace mig::server
