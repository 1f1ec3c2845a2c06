// Rules: what the history and the list of migrations say about those that are pending.
//
// Most of them look at migrator's own tables only. changed_outside() rests on a fact of the server: each row of a
// system catalog has the ID of the transaction that wrote it, xmin, so what is newer than the last run was changed by
// others (lint/read/catalog_changes.hpp).
#include "core/text/text.hpp"
#include "lint/rules/rules.hpp"

#include "core/base/interruption.hpp"
#include "core/base/timestamp_version.hpp"
#include "lint/read/catalog_changes.hpp"
#include "lint/read/wording.hpp"
#include "lint/read/words.hpp"
#include "server/db/settings.hpp"
#include "server/prepare/requirements.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

extern "C" {
#include "utils/timestamp.h"
}

namespace mig::server::lint {

// A day is left for time zones: a version has none, and is read as UTC.
void future_version(PlanSubject const &subject, PlanReport &report) {
    constexpr std::int64_t unix_epoch = 946'684'800; // the server counts from 2000-01-01, Unix from 1970-01-01
    std::int64_t const now = pg::call<GetCurrentTimestamp>() / 1'000'000 + unix_epoch, day = 86'400;
    for (Migration const *migration : subject.plan.steps) {
        if (migration->kind() != Kind::versioned)
            continue;
        std::optional<std::int64_t> const time = time_of_version(migration->version());
        if (time && *time > now + day)
            report.add(migration->version(), Severity::warning,
                       "the version of " + label(*migration) +
                           " is in the future: any migration written before that time is out of order once this one is "
                           "applied",
                       "Give it the current time, before it is applied anywhere.");
    }
}

// Only where the numbering says so: all versions are plain numbers of at most six digits (a longer one is a date), they
// start at 0 or 1, there are four or more, and a single number is missing.
void version_gap(PlanSubject const &subject, PlanReport &report) {
    std::vector<std::pair<std::int64_t, Migration const *>> numbers;
    for (Migration const &migration : subject.catalog.migrations()) {
        check_for_interrupts();
        if (migration.kind() != Kind::versioned)
            continue;
        std::string_view const version = migration.version();
        if (version.empty() || version.size() > 6 || version.find_first_not_of("0123456789") != std::string_view::npos)
            return; // dates, times or dotted versions
        numbers.emplace_back(std::stoll(std::string(version)), &migration);
    }
    Migration const *after_gap = nullptr;
    std::int64_t missing = 0;
    std::size_t gaps = 0;
    for (std::size_t i = 1; i < numbers.size(); ++i)
        if (numbers[i].first != numbers[i - 1].first + 1) {
            ++gaps;
            missing = numbers[i - 1].first + 1;
            // The next number has to follow at once, or more than one is missing.
            after_gap = numbers[i].first == missing + 1 ? numbers[i].second : nullptr;
        }
    bool const counted_from_start = numbers.size() >= 4 && numbers.front().first <= 1;
    // Below an applied migration a gap is of no use any more: what filled it would be out of order.
    if (counted_from_start && gaps == 1 && after_gap && !after_gap->applied())
        report.add(after_gap->version(), Severity::info,
                   "there is no migration " + std::to_string(missing) + ", and all others are numbered consecutively",
                   "Check whether a file was lost, or is still on somebody's branch: it would be out of order later.");
}

// As severe as migrator.out_of_order makes it: apply() refuses, warns about or accepts such a migration by the same
// setting.
void out_of_order(PlanSubject const &subject, PlanReport &report) {
    Migration const *const newest = newest_applied(subject.catalog.migrations());
    OutOfOrder const setting = settings::out_of_order();
    for (Migration const *migration : subject.plan.steps)
        if (migration->status == Status::out_of_order)
            report.add(
                migration->version(),
                setting == OutOfOrder::error  ? Severity::error
                : setting == OutOfOrder::warn ? Severity::warning
                                              : Severity::info,
                label(*migration) + " is older than " + (newest ? label(*newest) : "the newest") +
                    ", which is applied: here they run in a different order than in a new database",
                setting == OutOfOrder::error
                    ? "Give it a newer version, or SET migrator.out_of_order = 'allow' when neither touches what "
                      "the other does."
                    : "Give it a newer version, unless neither touches what the other does.");
}

// The same list by which apply() refuses, for all migrations at once instead of the first.
void unmet_requirement(PlanSubject const &subject, PlanReport &report) {
    for (Unmet const &unmet : unmet_requirements(subject.catalog, subject.plan))
        report.add(unmet.migration->version(), Severity::error, unmet.message, unmet.hint);
}

// What was applied is kept with the history; the checksum leaves out comments and white space.
void modified_after_apply(PlanSubject const &subject, PlanReport &report) {
    for (Migration const *migration : modified_migrations(subject.catalog.migrations()))
        report.add(
            migration->version(), Severity::error,
            "migration " + label(*migration) +
                " was changed after it was applied, in more than comments and white space: apply() refuses",
            migration->changeset_was_replaced()
                ? "Load the file again: its changesets are then found by author and id."
                : "Restore the file and load it again, write the change as a new migration, or, after a review, SELECT "
                  "migrator.accept(...): apply() says what differs.");
}

namespace {

// The objects that were changed, looked up by the first word of their names: each body is read once, however many
// objects were changed.
class Changes {
  public:
    explicit Changes(std::vector<CatalogChange> changes) : changes_(std::move(changes)) {
        for (std::size_t i = 0; i < changes_.size(); ++i) {
            check_for_interrupts();
            // In lower case, as a body may write an unquoted name in any. Names that differ in case only are taken for
            // one: at worst the warning is about the wrong migration.
            std::string const name = lower_case(changes_[i].name);
            bool first = true;
            each_word(name, [&](std::size_t offset, std::size_t length) {
                if (std::exchange(first, false))
                    by_word_[name.substr(offset, length)].push_back({i, name, offset});
            });
        }
    }

    // The objects that this body names and no earlier one did: each is reported once.
    std::vector<std::string> extract_named_in(std::string_view body) {
        std::string const lower = lower_case(body);
        std::vector<std::size_t> found;
        each_word(lower, [&](std::size_t offset, std::size_t length) {
            check_for_interrupts();
            auto const known = by_word_.find(lower.substr(offset, length));
            if (known == by_word_.end())
                return;
            auto &all = known->second;
            auto const named = std::partition(all.begin(), all.end(),
                                              [&](Named const &object) { return !is_at(object, lower, offset); });
            for (auto object = named; object != all.end(); ++object)
                found.push_back(object->change);
            all.erase(named, all.end());
        });
        std::sort(found.begin(), found.end());
        std::vector<std::string> objects;
        for (std::size_t const i : found)
            objects.push_back(std::exchange(changes_[i].object, {}));
        return objects;
    }

    std::vector<std::string> extract_rest() {
        std::vector<std::string> objects;
        for (CatalogChange &change : changes_)
            if (!change.object.empty())
                objects.push_back(std::move(change.object));
        return objects;
    }

  private:
    struct Named {
        std::size_t change; // in changes_
        std::string name;
        std::size_t offset; // of the name's first word, in the name
    };

    // The name is in the text as whole words, its first word at `offset`.
    static bool is_at(Named const &object, std::string const &text, std::size_t offset) {
        if (offset < object.offset || text.compare(offset - object.offset, object.name.size(), object.name) != 0)
            return false;
        std::size_t const begin = offset - object.offset, end = begin + object.name.size();
        return (begin == 0 || !in_word(text[begin - 1])) && (end == text.size() || !in_word(text[end]));
    }

    std::vector<CatalogChange> changes_;
    std::unordered_map<std::string, std::vector<Named>> by_word_; // the first word of the name
};

// A warning names a migration that is concerned, an info only reports the change.
void report_changes(PlanReport &report, std::string_view version, Severity severity,
                    std::vector<std::string> const &objects) {
    if (!objects.empty())
        report.add(
            version, severity,
            "changed since the last run, and not by a migration: " + listed(objects, 10) +
                (severity == Severity::warning ? "; this migration names " : "") +
                (severity == Severity::warning ? (objects.size() == 1 ? "it" : "them") : ""),
            severity == Severity::warning
                ? "Check whether the migration still fits what is there, and write what was done by hand as one too."
                : "Write what was done by hand as a migration, so that other databases get it.");
}

} // namespace

// A warning for the first pending migration that names the object, since it may rest on what was there before; what no
// migration names is one info. After a migration that stopped partly applied nothing can be said: its own changes are
// newer than the last entry of the history.
void changed_outside(PlanSubject const &subject, PlanReport &report) {
    for (Migration const &migration : subject.catalog.migrations())
        if (!migration.unfinished.empty())
            return;
    if (subject.steps.list.empty())
        return;
    // In the order in which they will run, so that the first to name an object gets it.
    Changes changes(changes_since_last_run());
    for (Step const &step : subject.steps.list)
        report_changes(report, step.origin.version, Severity::warning, changes.extract_named_in(step.body));
    report_changes(report, subject.steps.list.front().origin.version, Severity::info, changes.extract_rest());
}

// Only in a project that writes down bodies at all.
void irreversible(PlanSubject const &subject, PlanReport &report) {
    bool writes_down_bodies = false;
    for (Migration const &migration : subject.catalog.migrations())
        writes_down_bodies = writes_down_bodies || (migration.kind() == Kind::versioned && migration.reversible());
    for (Migration const *migration : subject.plan.steps)
        if (writes_down_bodies && migration->kind() == Kind::versioned && !migration->reversible())
            report.add(migration->version(), Severity::info,
                       label(*migration) + " has no down body, and others have: rollback() stops before it",
                       "Write one; or, where nothing can be undone, say so: -- migrator: allow=irreversible reason.");
}

namespace {

// A misspelled name silences nothing, and nobody would notice.
void unknown_allowance(PlanSubject const &subject, PlanReport &report) {
    std::unordered_set<std::string_view> known{conflict_rule};
    for (Rules const &group : rules())
        for (Rule const &known_rule : group)
            known.insert(known_rule.name);
    for (Step const &step : subject.steps.list)
        for (Allowance const &allowance : step.directives.allowances)
            if (known.count(allowance.rule) == 0)
                report.add(step.origin.version, Severity::warning,
                           "-- migrator: allow=" + allowance.rule + " names no rule, and silences nothing",
                           "Rules are named as lint() shows them in its column rule.");
}

constexpr Rule rule(const char *name, const char *hazard, void (*check)(PlanSubject const &, PlanReport &)) {
    return {name, hazard, nullptr, Rule::Scope::migration, check};
}

constexpr Rule entries[] = {
    rule("future-version", "what comes next is out of order", future_version),
    rule("version-gap", "a file was lost, or comes late", version_gap),
    rule("out-of-order", "a different order than in a new database", out_of_order),
    rule("unmet-requirement", "what it needs is not applied", unmet_requirement),
    rule("modified-after-apply", "what runs elsewhere is not what ran here", modified_after_apply),
    rule("changed-outside", "the database is not what the migrations made", changed_outside),
    rule("irreversible", "no down migration", irreversible),
    rule("unknown-allowance", "a hazard that was to be silenced is not", unknown_allowance),
};

} // namespace

Rules history_rules() noexcept { return {std::begin(entries), std::end(entries)}; }

} // namespace mig::server::lint
