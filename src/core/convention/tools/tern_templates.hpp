// tern fills templates in before it runs a file.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

// Failure malformed_file naming the line of the first; else null.
Prepared refuse_templates(std::string_view text, Placeholders const &, std::string const &path);

} // namespace mig
