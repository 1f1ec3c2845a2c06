// tern expands Go templates before it runs a file. They are not supported.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

// Null. Failure malformed_file with path and line: the text has a template.
RewrittenText refuse_templates(std::string_view text, Placeholders const &, std::string const &path);

} // namespace mig
