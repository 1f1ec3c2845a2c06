// Drizzle's meta/_journal.json.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mig {

// The tags of its entries, in order: file names without .sql. Failure malformed_file with path and line: not JSON, or
// not a journal.
std::vector<std::string> parse_drizzle_journal(std::string_view text, std::string const &path);

} // namespace mig
