// What the pending migrations add up to: the headline of a report.
#pragma once

#include "core/report/report.hpp"

namespace mig::report {

// Who has to wait while a lock is held.
enum class Waiting : unsigned char { nobody, writes, reads_and_writes };
Waiting waiting_for(std::string_view lock_mode) noexcept;

struct Totals {
    std::size_t pending = 0, statements = 0, rehearsed = 0, errors = 0, warnings = 0, infos = 0;
    double execution_time_ms = 0;
    std::int64_t wal_bytes = 0;
    // Tables that were there before, each once, in the order in which they occur.
    std::vector<std::string> reads_wait, writes_wait, rewritten, scanned;
    std::vector<std::string> irreversible; // versions
    // The statement that failed.
    Migration const *failed_migration = nullptr;
    Statement const *failed = nullptr;
};
Totals totals(Report const &report);

} // namespace mig::report
