// What Liquibase does to the text of formatted SQL before it parses it.
#pragma once

#include "core/convention/placeholders.hpp"

namespace mig {

// The text with blanks in place of the lines that `--ignoreLines` excludes, and with properties replaced by their
// values (those in `given` take precedence over those of `--property`). Null if nothing changes.
// Failure malformed_file with path and line.
std::shared_ptr<std::string const> liquibase_text(std::string_view text, Placeholders const &given,
                                                  std::string const &path);

} // namespace mig
