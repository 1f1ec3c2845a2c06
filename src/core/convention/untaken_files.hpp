// Why files are not taken, and what a load says about them.
#pragma once

#include "core/convention/convention.hpp"
#include "core/convention/convention_table.hpp"

#include <optional>

namespace mig {

// Says what is wrong with a name that looks nearly right, or that does not belong to the convention. Never empty.
std::string why_no_match(Convention const &convention, std::string_view path);

// Those that were probably meant to be loaded: .sql files that the tool would not leave out.
std::vector<SkippedFile const *> untaken_sql(std::vector<SkippedFile> const &skipped);

// The WARNING about them; nothing if there are none.
std::optional<std::string> untaken_warning(std::vector<SkippedFile const *> const &untaken);

// Instead of the WARNING, for a caller who wants every file to be loaded.
Failure untaken_failure(std::vector<SkippedFile const *> const &untaken);

// For a set of files without any migration.
Failure nothing_taken(Convention const &convention, std::vector<SkippedFile> const &skipped);

} // namespace mig
