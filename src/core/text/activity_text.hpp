// What pg_stat_activity shows of a run, written and parsed: `/* migrator 20260315_002 statement 3 of 7 */ ALTER ...`
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mig {

struct ActivityText {
    std::string_view version, module;
    bool down = false;
    std::uint32_t number = 0, total = 0; // of the statement; 0: between statements
    std::string_view sql;
};

// ` of MODULE` follows the version unless the module is main; ` down` marks a rollback.
std::string to_text(ActivityText const &activity);

// Nothing for a text that is not a run's. The result has views into it.
std::optional<ActivityText> parse_activity(std::string_view text);

} // namespace mig
