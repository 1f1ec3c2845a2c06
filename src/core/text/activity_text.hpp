// What pg_stat_activity shows of a run, written and parsed:
// `/* migrator 20260315_002 statement 3 of 7 */ /* migration 2 of 10 */ ALTER ...`. The second comment came with 1.1: a
// session that has the library of 1.0 takes it for a part of the statement.
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
    std::uint32_t migration = 0, migrations = 0; // its place in the run; 0: not known
};

// ` of MODULE` follows the version unless the module is main; ` down` marks a rollback.
std::string to_text(ActivityText const &activity);

// Nothing for a text that is not a run's. The result has views into it.
std::optional<ActivityText> parse_activity(std::string_view text);

} // namespace mig
