// What lint() reports about one statement, or about a migration as a whole.
#pragma once

#include <cstdint>
#include <string>

namespace mig {

enum class Severity : unsigned char { info, warning, error };
const char *to_text(Severity severity) noexcept;

struct Finding {
    std::string version;
    std::int32_t statement = 0; // from 1; 0: the migration as a whole
    std::int32_t line = 0;      // of the file, 1-based
    const char *rule = nullptr; // static storage
    Severity severity = Severity::info;
    std::string message, hint;
};

// A finding that `-- migrator: allow=RULE reason` keeps from being one.
struct Silenced {
    Finding finding;
    std::string reason;
};

} // namespace mig
