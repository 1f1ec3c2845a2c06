// Checksums (promise 4 of the design): one that only a change of meaning alters, one of the bytes as they came.
#pragma once

#include "core/migration/body.hpp"
#include "core/text/lexed.hpp"

#include <string>
#include <string_view>

namespace mig::checksum {

// Stored with each checksum, so that a later algorithm can tell its checksums from these.
inline constexpr const char *algorithm = "sha256/tokens-1";

// SHA-256, hex, over the token stream: for each token its kind, its length and its text as core/text/token_text.hpp has
// it. White space and comments do not count. Keyword codes are left out because they differ between server versions.
std::string of_tokens(Lexed const &lexed);

// The same for one statement, with its COPY data.
std::string of_statement(Lexed const &body, Statement const &statement);

// SHA-256, hex, of the bytes; what sha256sum(1) prints.
std::string of_bytes(std::string_view bytes);
std::string of_bytes(std::string_view first, std::string_view second);

} // namespace mig::checksum
