// Settings of ours that the server has ignored. Before the library is loaded, the server accepts any name that begins
// with `migrator.` and any value as a placeholder, in SET, in connection options, in ALTER DATABASE and ALTER ROLE.
// When the library defines its settings, the server drops an invalid one with a WARNING, and the default applies. A
// mistyped gate would be open.
#pragma once

#include "bridge/guard.hpp"

namespace mig::server::untaken_settings {

// Call it in a guarded frame before the settings are defined.
void remember_placeholders_pg();

// Throws the server's own error for the first setting that is still ignored: 22023 for an invalid value, 42602 for an
// unknown name. The HINT says where to correct it. SET counts as a correction. RESET does not: it sets the default,
// which the server has fallen back to already.
void refuse();

} // namespace mig::server::untaken_settings
