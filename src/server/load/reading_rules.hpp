// What decides, beside a file and the arguments of the call, what is read from it.
#pragma once

#include <string>

namespace mig::server {

// Another for another source of this library, another release of the server, another encoding of the database, and a
// setting of the session that the scanner goes by. Of 16 characters without `/`.
std::string reading_rules();

} // namespace mig::server
