// The encoding of files on the server's disk.
#pragma once

#include <string>

namespace mig::server {

// The text of a file in the encoding of the database. A UTF-8 byte order mark says UTF-8, which is converted; without
// one the bytes are taken to be in the encoding of the database, as pg_read_file() takes them. Failure bad_encoding
// naming `source`, line and the bytes; a NUL is refused too.
std::string to_database_encoding(std::string bytes, std::string const &source);

// The path itself when it is valid in the encoding of the database and has no control characters, else with \xNN for
// those and for what is not ASCII.
std::string displayable(std::string const &path);

} // namespace mig::server
