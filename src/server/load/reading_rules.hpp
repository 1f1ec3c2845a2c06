// Identifies everything that decides how a file is read, other than the file itself and the arguments of the call.
#pragma once

#include <string>

namespace mig::server {

// A digest of 16 characters, without `/`. It changes with the sources of this library, the release of the server, the
// encoding of the database, and the setting of the session that the scanner depends on.
std::string reading_rules();

} // namespace mig::server
