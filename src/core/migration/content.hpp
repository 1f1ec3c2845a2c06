// The content of a migration, in the form that both tables store: that of the loaded migrations and the history.
#pragma once

#include "core/base/kind.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace mig {

// The views, here and below, point into what the caller keeps alive.
struct StoredBody {
    std::string_view sql;
    std::uint32_t line = 1;                                // of its file, where it begins
    std::optional<std::string_view> source = std::nullopt; // its file; null: see MigrationContent
};

// A member that is added here needs a column in both tables (src/sql/20_tables.sql) and a line in
// server/store/content_columns.hpp.
struct MigrationContent {
    StoredBody up;                                                  // without a source: loaded as text
    std::optional<StoredBody> down, verify;                         // without a source: in the file of up
    std::optional<std::string_view> up_directives, down_directives; // canonical
    Kind kind = Kind::versioned;
    bool reversible = false;
    std::string_view checksum, raw_checksum, algorithm;
};

} // namespace mig
