// What the pending migrations add up to: the headline of a report.
#pragma once

#include "core/report/report.hpp"

namespace mig::report {

// Who has to wait while a lock is held.
enum class Waiting : unsigned char { nobody, writes, reads_and_writes };
Waiting waiting_for(std::string_view lock_mode) noexcept;

// One relation under one lock, for as long as the longest of the migrations that take it.
struct Wait {
    std::string relation;
    Waiting who;
    const char *mode;
    std::optional<double> held_ms; // until the end of the migration; nothing: it was not measured
    Migration const *migration;
    Statement const *statement;
};

// What is there before and not afterwards.
struct Loss {
    std::string what, name;    // `table column` `public.orders.total`; `all rows of` `public.orders`
    bool by_statement = false; // `name` is the statement, for rows that it deletes or overwrites
    Migration const *migration;
    Statement const *statement;
};

struct Totals {
    std::size_t pending = 0, statements = 0, rehearsed = 0, errors = 0, warnings = 0, infos = 0;
    double execution_time_ms = 0;
    std::int64_t wal_bytes = 0;
    // Relations that were there before, each once, in the order in which they occur.
    std::vector<Wait> waits; // of a table whose reads wait, only that
    std::vector<std::string> rewritten, scanned;
    std::vector<Loss> losses;
    std::vector<std::string> irreversible; // versions
    // The statement that failed.
    Migration const *failed_migration = nullptr;
    Statement const *failed = nullptr;

    std::vector<std::string> waiting(Waiting who) const; // names of relations
};
Totals totals(Report const &report);

// For each statement, how long a lock that it takes is held: until its migration commits, or, of one that runs
// statement by statement, until it ends. As apply_each() would; nothing if it was not measured.
std::vector<std::optional<double>> held_times(Migration const &migration);

// The relation whose users wait: of an index that nobody may read, its table.
std::string const &waited_for(TakenLock const &lock);

} // namespace mig::report
