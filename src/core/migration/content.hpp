// What a migration holds, in the form that both tables keep: that of what is loaded and that of the history.
#pragma once

#include "core/base/kind.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace mig {

// Views, here and below: what they point into must stay alive.
struct StoredBody {
    std::string_view sql;
    std::uint32_t line = 1;                                // of its file, on which it begins
    std::optional<std::string_view> source = std::nullopt; // its file; null: see MigrationContent
};

// A fact that is added here gets a column in both tables (src/sql/20_tables.sql) and a line in
// server/store/content_columns.hpp.
struct MigrationContent {
    StoredBody up;                                                  // without a source: it was loaded as text
    std::optional<StoredBody> down, verify;                         // without a source: it is in the file of up
    std::optional<std::string_view> up_directives, down_directives; // canonical
    Kind kind = Kind::versioned;
    bool reversible = false;
    std::string_view checksum, raw_checksum, algorithm;
};

} // namespace mig
