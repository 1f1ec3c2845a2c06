// What is loaded, what happened, and the status of each migration that follows from both. Statuses are derived
// here and nowhere else; nothing stores them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace mig {

// Views point into rows that the caller keeps.
struct Loaded {
    std::string_view version, name, checksum, raw_checksum;
    bool reversible = false;
};

struct Event {
    enum class Result : unsigned char { applied, rolled_back, baseline, accepted, failed };
    std::int64_t id = 0; // rises with time
    Result result = Result::applied;
    bool of_rollback = false; // what was attempted; tells a failed rollback from a failed apply
    std::string_view version, name, checksum, raw_checksum;
    bool reversible = false;
    std::int64_t finished_at = 0; // the server's timestamp
    double execution_time_ms = 0;
    std::string_view run_by;
    std::string_view sqlstate = {}, error = {}; // of a failure
    std::int32_t statement = 0, line = 0;
};

// One statement of a migration that runs statement by statement, each in a transaction of its own.
struct StatementEvent {
    enum class Result : unsigned char { started, finished, failed };
    std::int64_t id = 0; // in one order with those of events
    Result result = Result::started;
    bool of_rollback = false;
    std::string_view version, checksum;
    std::int32_t number = 0, total = 0, line = 0; // number counts from 1
    std::string_view error = {};
};

std::optional<Event::Result> result_named(std::string_view word);

std::optional<StatementEvent::Result> statement_result_named(std::string_view word);

enum class Status : unsigned char { pending, applied, modified, failed, partial, out_of_order, missing, baseline };
const char *word(Status status) noexcept;

struct Migration {
    Loaded const *loaded = nullptr; // null: missing
    Event const *record = nullptr;  // the event whose body stands in the database (an accept replaces it)
    Event const *run = nullptr;     // when it was applied or taken as baseline, and by whom
    Event const *failure = nullptr; // an apply that failed after that
    Status status = Status::pending;
    bool undone = false; // it ran once and was rolled back
    // What ran of an apply or a rollback that stopped half-way, oldest first. Empty: nothing is unfinished.
    std::vector<StatementEvent const *> unfinished = {};

    std::string_view version() const { return loaded ? loaded->version : record->version; }
    std::string_view name() const { return loaded ? loaded->name : record->name; }
    bool applied() const { return run != nullptr; }
    bool runnable() const { return loaded && !run; }
    bool half_rolled_back() const { return !unfinished.empty() && unfinished.back()->of_rollback; }
    bool half_applied() const { return !unfinished.empty() && !half_rolled_back(); }
    // Only comments, white space or the down body differ from what was applied.
    bool cosmetic_change() const {
        return run && loaded && status != Status::modified && record->raw_checksum != loaded->raw_checksum;
    }
    // A modified or missing migration is rolled back by the down body that came with what ran.
    bool down_on_record() const { return status == Status::modified || status == Status::missing; }
    bool reversible() const { return down_on_record() ? record->reversible : loaded && loaded->reversible; }
};

// One per version, in version order. Both kinds of events in any order.
std::vector<Migration> migrations(std::vector<Loaded> const &loaded, std::vector<Event> const &events,
                                  std::vector<StatementEvent> const &statements = {});

// The newest version that is applied, or null.
Migration const *newest_applied(std::vector<Migration> const &all);

} // namespace mig
