// What Liquibase does to the lines of formatted SQL before it makes anything of them.
#pragma once

#include "core/convention/placeholders.hpp"

namespace mig {

// The text with blanks in place of what `--ignoreLines` leaves out, and with the values of its properties (those of
// `--property`, and `given`, which go first); null when it is as it stands in the file.
// Failure malformed_file with path and line.
std::shared_ptr<std::string const> liquibase_text(std::string_view text, Placeholders const &given,
                                                  std::string const &path);

} // namespace mig
