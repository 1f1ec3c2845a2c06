// What a load says about files that it does not take.
#pragma once

#include "core/convention/convention.hpp"

#include <optional>

namespace mig {

// Those that were probably meant to be loaded: .sql files that the tool would not leave out.
std::vector<SkippedFile const *> untaken_sql(std::vector<SkippedFile> const &skipped);

// The WARNING about them; nothing if there are none.
std::optional<std::string> untaken_warning(std::vector<SkippedFile const *> const &untaken);

// Instead of the WARNING, for a caller who wants every file to be loaded.
Failure untaken_failure(std::vector<SkippedFile const *> const &untaken);

// For a set of files without any migration.
Failure nothing_taken(Convention const &convention, std::vector<SkippedFile> const &skipped);

} // namespace mig
