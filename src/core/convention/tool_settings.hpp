// The small files that tell some tools how to run a single migration.
#pragma once

#include <string>
#include <string_view>

namespace mig {

struct ToolSettings {
    bool in_transaction = true;
    bool placeholders = true; // `${name}` is replaced
};

// V1__name.sql.conf beside V1__name.sql: `executeInTransaction=false`.
// Failure malformed_file with path and line: not a setting, or one that cannot be honored.
ToolSettings flyway_script_settings(std::string_view text, std::string const &path);

// metadata.toml beside up.sql: `run_in_transaction = false`. Failures as above.
ToolSettings diesel_settings(std::string_view text, std::string const &path);

} // namespace mig
