// The encoding of files on the server's disk.
#pragma once

#include <string>

namespace mig::server {

// The text of a file in the encoding of the database. A file with a UTF-8 byte order mark is converted from UTF-8;
// without one, the bytes are assumed to be in the encoding of the database, as by pg_read_file(). Failure bad_encoding,
// naming `source`, the line and the byte; a NUL byte is refused too.
std::string to_database_encoding(std::string bytes, std::string const &source);

// The path itself if it is valid in the encoding of the database and has no control characters; otherwise with \xNN for
// those, and for all bytes that are not ASCII if it is not valid.
std::string displayable(std::string const &path);

} // namespace mig::server
