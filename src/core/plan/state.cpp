#include "core/plan/state.hpp"

#include "core/base/interruption.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

namespace mig {

namespace {

bool newer(Event const *candidate, Event const *than) { return !than || candidate->id > than->id; }

void add_event(Migration &migration, Event const &event) {
    if (event.result == Event::Result::failed) {
        if (!event.of_rollback && newer(&event, migration.failure))
            migration.failure = &event;
        return;
    }
    if (newer(&event, migration.record))
        migration.record = &event;
    // An accept changes which body is on record, not when and by whom the migration was applied.
    if (event.result != Event::Result::accepted && newer(&event, migration.run))
        migration.run = &event;
}

// Removes each statement that a gate refused, together with its start: it had no effect. Events are in order.
void drop_refused(std::vector<StatementEvent const *> &events) {
    std::vector<StatementEvent const *> kept;
    for (StatementEvent const *event : events) {
        check_for_interrupts();
        bool const refused = event->result == StatementEvent::Result::refused;
        if (refused && !kept.empty() && kept.back()->result == StatementEvent::Result::started &&
            kept.back()->of_rollback == event->of_rollback)
            kept.pop_back(); // its own, or that of its block
        else if (!refused)
            kept.push_back(event);
    }
    events = std::move(kept);
}

// The last start of each statement that did not finish. Events are in order. Statements are told apart by their
// checksums, because a number may belong to another statement after the file was edited.
std::vector<StatementEvent const *> never_ended(std::vector<StatementEvent const *> const &events) {
    std::unordered_map<std::string_view, StatementEvent const *> open[2]; // of apply, of rollback
    for (StatementEvent const *event : events) {
        auto &starts = open[event->of_rollback];
        if (event->result == StatementEvent::Result::started)
            starts[event->checksum] = event;
        else if (event->result == StatementEvent::Result::finished)
            starts.erase(event->checksum);
    }
    std::vector<StatementEvent const *> result;
    for (auto const &starts : open)
        for (auto const &[checksum, event] : starts)
            result.push_back(event);
    std::sort(result.begin(), result.end(),
              [](StatementEvent const *a, StatementEvent const *b) { return a->id < b->id; });
    return result;
}

// Of `unfinished`, which holds all statements that ever ran, keeps those since the last run that was completed.
void keep_unfinished(Migration &migration) {
    auto &events = migration.unfinished;
    if (events.empty())
        return;
    std::int64_t const settled = migration.run ? migration.run->id : 0;
    std::sort(events.begin(), events.end(),
              [](StatementEvent const *a, StatementEvent const *b) { return a->id < b->id; });
    drop_refused(events);
    migration.never_finished = never_ended(events);
    events.erase(
        std::remove_if(events.begin(), events.end(), [&](StatementEvent const *event) { return event->id < settled; }),
        events.end());
}

// `last_applied`: the ID of the last event of the module that applied something, rolled back since or not.
void settle(Migration &migration, std::int64_t last_applied) {
    keep_unfinished(migration);
    // A later success settles a failure, and a rollback leaves nothing of the run that it undid.
    if (migration.record && migration.failure && migration.record->id > migration.failure->id)
        migration.failure = nullptr;
    migration.undone = migration.record && migration.record->result == Event::Result::rolled_back;
    if (migration.undone)
        migration.record = migration.run = nullptr;
    migration.bottom =
        migration.run && migration.run->result == Event::Result::baseline && migration.run->id > last_applied;

    if (!migration.unfinished.empty())
        migration.status = Status::partial;
    else if (migration.set_aside())
        migration.status = Status::absent;
    else if (!migration.run || migration.changed())
        migration.status = migration.failure ? Status::failed : Status::pending;
    else if (!migration.loaded)
        migration.status = Status::missing;
    else if (migration.differs() && !migration.corrected())
        migration.status = Status::modified;
    else
        migration.status = migration.run->result == Event::Result::baseline ? Status::baseline : Status::applied;
}

// The entry of a version, which is created if there is none. Both tables are mostly in the same order, so the entry
// after the last one is tried before the hash table is built.
class Finder {
  public:
    explicit Finder(std::vector<Migration> &all) : all_(all) {}

    Migration &entry(std::string_view version) {
        if (position_.empty() && next_ < all_.size() && all_[next_].loaded->version == version)
            return all_[next_++];
        if (position_.empty())
            for (std::size_t i = 0; i < all_.size(); ++i) {
                check_for_interrupts();
                position_.emplace(version::canonical(all_[i].loaded->version), i);
            }
        auto const [found, added] = position_.try_emplace(version::canonical(version), all_.size());
        if (added)
            all_.emplace_back();
        return all_[found->second];
    }

  private:
    std::vector<Migration> &all_;
    std::size_t next_ = 0;
    std::unordered_map<std::string, std::size_t> position_;
};

// Where nothing has run, only the newest snapshot will; elsewhere none.
void pass_over_snapshots(std::vector<Migration> &all) {
    bool const nothing_ran =
        std::none_of(all.begin(), all.end(), [](Migration const &m) { return m.applied() || !m.unfinished.empty(); });
    Migration *newest = nullptr;
    for (Migration &migration : all) {
        check_for_interrupts();
        if (migration.kind() != Kind::snapshot || migration.applied() || !migration.unfinished.empty() ||
            migration.set_aside())
            continue;
        Migration *older = &migration;
        if (nothing_ran && (!newest || version::compare(newest->place(), migration.place()) < 0))
            std::swap(newest, older);
        if (older) {
            older->passed_over = true;
            older->status = Status::baseline;
        }
    }
}

bool in_order(Migration const &a, Migration const &b) {
    check_for_interrupts();
    return version::compare(a.version(), b.version()) < 0;
}

} // namespace

std::optional<Event::Result> result_named(std::string_view text) {
    if (text == "applied")
        return Event::Result::applied;
    if (text == "rolled_back")
        return Event::Result::rolled_back;
    if (text == "baseline")
        return Event::Result::baseline;
    if (text == "accepted")
        return Event::Result::accepted;
    if (text == "failed")
        return Event::Result::failed;
    return std::nullopt;
}

std::optional<StatementEvent::Result> statement_result_named(std::string_view text) {
    if (text == "started")
        return StatementEvent::Result::started;
    if (text == "finished")
        return StatementEvent::Result::finished;
    if (text == "failed")
        return StatementEvent::Result::failed;
    if (text == "refused")
        return StatementEvent::Result::refused;
    return std::nullopt;
}

const char *to_text(Status status) noexcept {
    switch (status) {
    case Status::pending:
        return "pending";
    case Status::applied:
        return "applied";
    case Status::modified:
        return "modified";
    case Status::failed:
        return "failed";
    case Status::partial:
        return "partial";
    case Status::out_of_order:
        return "out_of_order";
    case Status::missing:
        return "missing";
    case Status::baseline:
        return "baseline";
    case Status::absent:
        return "absent";
    }
    return "";
}

std::string_view Migration::place() const {
    std::string_view const own = version();
    bool const prefixed = kind() == Kind::snapshot && own.size() > 1 && (own[0] == 'B' || own[0] == 'b') &&
                          own[1] >= '0' && own[1] <= '9';
    return prefixed ? own.substr(1) : own;
}

bool Migration::changeset_was_replaced() const {
    return run && loaded && version::is_changeset(version()) && lower_case(loaded->name) != lower_case(record->name);
}

std::vector<Migration> derive_migrations(std::vector<Loaded> const &loaded, std::vector<Event> const &events,
                                         std::vector<StatementEvent> const &statements) {
    std::vector<Migration> all;
    all.reserve(loaded.size());
    for (Loaded const &migration : loaded)
        all.emplace_back().loaded = &migration;
    Finder finder(all);
    std::int64_t last_applied = 0;
    for (Event const &event : events) {
        check_for_interrupts();
        add_event(finder.entry(event.version), event);
        if (event.result == Event::Result::applied)
            last_applied = std::max(last_applied, event.id);
    }
    for (StatementEvent const &event : statements) {
        check_for_interrupts();
        finder.entry(event.version).unfinished.push_back(&event);
    }

    for (Migration &migration : all) {
        check_for_interrupts();
        settle(migration, last_applied);
    }
    // Unloaded after a rollback: only its history is left. unload() refuses a migration that is partly applied.
    all.erase(std::remove_if(all.begin(), all.end(), [](Migration const &m) { return !m.loaded && !m.run; }),
              all.end());
    if (!std::is_sorted(all.begin(), all.end(), in_order)) // it mostly is: load_dir() stores in version order
        std::sort(all.begin(), all.end(), in_order);

    pass_over_snapshots(all);
    if (Migration const *const newest = newest_applied(all))
        for (Migration &migration : all)
            if (migration.status == Status::pending && migration.keeps_order() &&
                version::compare(migration.version(), newest->place()) < 0)
                migration.status = Status::out_of_order;
    return all;
}

Migration const *newest_applied(std::vector<Migration> const &all) {
    Migration const *newest = nullptr;
    for (auto migration = all.rbegin(); migration != all.rend(); ++migration) {
        if (!migration->applied() || migration->kind() == Kind::repeatable)
            continue;
        if (!newest || version::compare(migration->place(), newest->place()) >= 0)
            newest = &*migration;
        if (migration->kind() == Kind::versioned) // the rest is older: a snapshot's place is never after its version
            break;
    }
    return newest;
}

} // namespace mig
