// The small files with which tools say how one migration is to run.
#pragma once

#include <string>
#include <string_view>

namespace mig {

struct ToolSettings {
    bool in_transaction = true;
    bool placeholders = true; // `${name}` is replaced
};

// V1__name.sql.conf beside V1__name.sql: `executeInTransaction=false`.
// Failure malformed_file with path and line: what is no setting, or one that cannot be honoured.
ToolSettings flyway_script_settings(std::string_view text, std::string const &path);

// metadata.toml beside up.sql: `run_in_transaction = false`. Failures as above.
ToolSettings diesel_settings(std::string_view text, std::string const &path);

} // namespace mig
