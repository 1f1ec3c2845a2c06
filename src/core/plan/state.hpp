// What is loaded, what happened, and the status of each migration, which follows from both. Statuses are derived here
// and nowhere else; nothing stores them.
#pragma once

#include "core/base/kind.hpp"
#include "core/base/version.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mig {

// Views point into rows that the caller keeps.
struct Loaded {
    std::string_view version, name, checksum, raw_checksum;
    bool reversible = false;
    Kind kind = Kind::versioned;
    std::vector<std::string> requirements = {}, conflicts = {}; // versions or names; `module:version`
    std::string_view loaded_by = {};                            // role
    bool absent = false; // it was loaded from a file that was not in the last load of all files
};

struct Event {
    enum class Result : unsigned char { applied, rolled_back, baseline, accepted, failed };
    std::int64_t id = 0; // rises with time
    Result result = Result::applied;
    bool of_rollback = false; // tells a failed rollback from a failed apply
    std::string_view version, name, checksum, raw_checksum;
    bool reversible = false;
    std::int64_t finished_at = 0; // the server's timestamp
    double execution_time_ms = 0;
    std::string_view run_by;
    std::string_view sqlstate = {}, error = {}; // of a failure
    std::int32_t statement = 0, line = 0;
    Kind kind = Kind::versioned;
};

// One statement of a migration that runs statement by statement, each in a transaction of its own.
struct StatementEvent {
    // refused: by a gate, before it did anything
    enum class Result : unsigned char { started, finished, failed, refused };
    std::int64_t id = 0; // in one order with those of events
    Result result = Result::started;
    bool of_rollback = false;
    std::string_view version, checksum;
    std::int32_t number = 0, total = 0, line = 0; // number counts from 1
    std::string_view error = {};
};

std::optional<Event::Result> result_named(std::string_view word);

std::optional<StatementEvent::Result> statement_result_named(std::string_view word);

enum class Status : unsigned char {
    pending,
    applied,
    modified,
    failed,
    partial,
    out_of_order,
    missing,
    baseline,
    absent
};
const char *to_text(Status status) noexcept;

struct Migration {
    Loaded const *loaded = nullptr; // null: missing
    Event const *record = nullptr;  // the event with the body that counts as applied (an accept replaces it)
    Event const *run = nullptr;     // the event that applied it or made it a baseline
    Event const *failure = nullptr; // an apply that failed after that
    Status status = Status::pending;
    bool undone = false; // it ran once and was rolled back
    bool bottom = false; // a baseline, and nothing of the module has been applied since
    // A snapshot that will not run, because something ran already, or because a newer one runs. Its status is baseline.
    bool passed_over = false;
    // What ran of an apply or a rollback that stopped partway, oldest first. Empty: nothing is unfinished.
    std::vector<StatementEvent const *> unfinished = {};
    // The last start of each statement that never finished, in the unfinished attempt or in one that was rolled back
    // since: what it left may still be there.
    std::vector<StatementEvent const *> never_finished = {};

    std::string_view version() const { return loaded ? loaded->version : record->version; }
    std::string_view name() const { return loaded ? loaded->name : record->name; }
    // What is loaded decides, because it is what would run.
    Kind kind() const { return loaded ? loaded->kind : record->kind; }
    // Its place in the order of versions: the snapshot B5 is the sum of 1 to 5, so its place is 5.
    std::string_view place() const;
    bool applied() const { return run != nullptr; }
    // It has to run before whatever comes after it. A changeset may run at any time, as with its tool.
    bool keeps_order() const { return kind() == Kind::versioned && !version::is_changeset(version()); }
    // The changeset that is loaded is not the one that was applied as this version. Release 1.0 confused the two.
    bool changeset_was_replaced() const;
    // The loaded body is not the one that counts as applied.
    bool differs() const { return record && loaded && record->checksum != loaded->checksum; }
    // A repeatable migration whose loaded body is not the one that ran. Its status is never modified: it runs again.
    bool changed() const { return run && differs() && loaded->kind == Kind::repeatable; }
    // A baseline whose body was corrected before anything ran on top of it. That body never ran here either, so its
    // status is still baseline; the next run records it.
    bool corrected() const {
        return bottom && differs() && loaded->kind != Kind::repeatable && !changeset_was_replaced();
    }
    bool file_is_gone() const { return loaded && loaded->absent; }
    // It would run, but its file is gone. What stopped partway has to be finished or undone all the same.
    bool set_aside() const { return file_is_gone() && unfinished.empty() && (!run || changed()); }
    bool runnable() const { return loaded && !passed_over && !set_aside() && (!run || changed() || partly_applied()); }
    bool partly_rolled_back() const { return !unfinished.empty() && unfinished.back()->of_rollback; }
    bool partly_applied() const { return !unfinished.empty() && !partly_rolled_back(); }
    // Only comments, white space or the down body differ from what was applied.
    bool cosmetic_change() const {
        return run && loaded && status != Status::modified && !changed() &&
               record->raw_checksum != loaded->raw_checksum;
    }
    // A modified, changed or missing migration is rolled back by the down body that came with what ran.
    bool down_on_record() const { return status == Status::modified || status == Status::missing || changed(); }
    bool reversible() const { return down_on_record() ? record->reversible : loaded && loaded->reversible; }
};

// One per version, in version order. The events of both kinds may come in any order.
std::vector<Migration> derive_migrations(std::vector<Loaded> const &loaded, std::vector<Event> const &events,
                                         std::vector<StatementEvent> const &statements = {});

// The newest version that is applied, or null. A repeatable one has no place in the order.
Migration const *newest_applied(std::vector<Migration> const &all);

} // namespace mig
