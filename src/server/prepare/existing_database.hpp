// Before a run: was this database made by something else? Then what is pending may be there already.
#pragma once

#include "server/prepare/prepare.hpp"

namespace mig::server {

// A WARNING if another tool's history says that some of what is pending has run (server/store/unadopted_history.hpp).
// True if there was one.
bool warn_of_other_history(PreparedRun const &run);

// The same, or else a WARNING if nothing has ever run here, in no module, while there are tables.
void warn_of_existing_database(PreparedRun const &run);

} // namespace mig::server
