// Settings of ours that the server has not taken. Before the library is loaded it takes any name and any text for one,
// in SET, in the options of a connection, in ALTER DATABASE and ALTER ROLE; later it passes over what is none with a
// WARNING, and the default holds. A gate that is mistyped would be open.
#pragma once

#include "bridge/guard.hpp"

namespace mig::server::untaken_settings {

// Before the settings are defined; for guarded frames.
void remember_placeholders_pg();

// The server's own error for the first that still is not taken: 22023 for its value, 42602 for its name; the HINT says
// where to correct it. SET counts as a correction, RESET does not: it is what the server has fallen back to.
void refuse();

} // namespace mig::server::untaken_settings
