// A file as it came, from a directory of the server, an archive or a client.
#pragma once

#include "core/lexed.hpp"

#include <functional>
#include <string>

namespace mig {

struct SourceFile {
    std::string path;              // below the directory that is loaded, with '/'
    std::string_view content;      // in the encoding of the database, without a byte order mark
    std::string raw_checksum = {}; // SHA-256 of the bytes as they came
};

// A file that is not loaded, and why.
struct NotTaken {
    std::string path, why;
};

// The server's scanner. What it throws on a text that it cannot read names `path`, line and column.
using Lexer = std::function<Lexed(std::string_view text, std::string const &path)>;

} // namespace mig
