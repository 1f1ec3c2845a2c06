#include "server/lint/history.hpp"

#include "core/failure.hpp"
#include "core/timestamp_version.hpp"
#include "server/lint/catalog_changes.hpp"
#include "server/lint/wording.hpp"
#include "server/requirements.hpp"
#include "server/settings.hpp"

#include <algorithm>

extern "C" {
#include "utils/timestamp.h"
}

namespace mig::server::lint {

void future_version(History const &history, HistoryReport &report) {
    constexpr std::int64_t unix_epoch = 946'684'800; // of the server's clock, in seconds
    std::int64_t const now = pg::call<GetCurrentTimestamp>() / 1'000'000 + unix_epoch, day = 86'400;
    for (Migration const *migration : history.plan.steps) {
        if (migration->kind() != Kind::versioned)
            continue;
        std::optional<std::int64_t> const time = time_of_version(migration->version());
        if (time && *time > now + day)
            report.add(migration->version(), Severity::warning,
                       "the version of " + label(*migration) +
                           " is a time to come: whatever is written until then is out of order once it is applied",
                       "Give it the time of now, before it is applied anywhere.");
    }
}

void version_gap(History const &history, HistoryReport &report) {
    std::vector<std::pair<std::int64_t, Migration const *>> numbers;
    for (Migration const &migration : history.catalog.migrations()) {
        if (migration.kind() != Kind::versioned)
            continue;
        std::string_view const version = migration.version();
        if (version.empty() || version.size() > 6 || version.find_first_not_of("0123456789") != std::string_view::npos)
            return; // not numbered one by one
        numbers.emplace_back(std::stoll(std::string(version)), &migration);
    }
    Migration const *behind = nullptr;
    std::int64_t missing = 0;
    std::size_t gaps = 0;
    for (std::size_t i = 1; i < numbers.size(); ++i)
        if (numbers[i].first != numbers[i - 1].first + 1) {
            ++gaps;
            missing = numbers[i - 1].first + 1;
            behind = numbers[i].first == missing + 1 ? numbers[i].second : nullptr;
        }
    bool const counted_from_start = numbers.size() >= 4 && numbers.front().first <= 1;
    if (counted_from_start && gaps == 1 && behind && !behind->applied())
        report.add(behind->version(), Severity::info,
                   "there is no migration " + std::to_string(missing) + ", and all others are numbered one by one",
                   "See whether a file was lost, or is still on somebody's branch: it would be out of order later.");
}

void out_of_order(History const &history, HistoryReport &report) {
    Migration const *const newest = newest_applied(history.catalog.migrations());
    OutOfOrder const setting = settings::out_of_order();
    for (Migration const *migration : history.plan.steps)
        if (migration->status == Status::out_of_order)
            report.add(
                migration->version(),
                setting == OutOfOrder::error  ? Severity::error
                : setting == OutOfOrder::warn ? Severity::warning
                                              : Severity::info,
                label(*migration) + " is older than " + (newest ? label(*newest) : "the newest") +
                    ", which is applied: here they run in another order than in a new database",
                setting == OutOfOrder::error
                    ? "Give it a newer version, or SET migrator.out_of_order = 'allow' when neither touches what "
                      "the other does."
                    : "Give it a newer version, unless neither touches what the other does.");
}

void unmet_requirement(History const &history, HistoryReport &report) {
    try {
        check_requirements(history.catalog, history.plan, Direction::up);
        return;
    } catch (Failure const &failure) {
        if (failure.state != std::string_view(sqlstate::unmet_requirement))
            throw;
    }
    RunPlan met; // one by one, to know which: what requires one that cannot run cannot either
    for (Migration const *migration : history.plan.steps) {
        met.steps.push_back(migration);
        try {
            check_requirements(history.catalog, met, Direction::up);
        } catch (Failure const &failure) {
            if (failure.state != std::string_view(sqlstate::unmet_requirement))
                throw;
            met.steps.pop_back();
            report.add(migration->version(), Severity::error, failure.message, failure.hint);
        }
    }
}

void modified_after_apply(History const &history, HistoryReport &report) {
    for (Migration const *migration : modified_of(history.catalog.migrations()))
        report.add(
            migration->version(), Severity::error,
            "migration " + label(*migration) +
                " was changed after it was applied, in more than comments and white space: apply() refuses",
            "Restore the file and load it again, write the change as a new migration, or, after a review, SELECT "
            "migrator.accept(...): apply() says what differs.");
}

namespace {

bool names(std::string_view body, std::string_view word) {
    auto const in_name = [](char c) { return pg_ascii_tolower(static_cast<unsigned char>(c)); };
    auto const letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
    };
    for (std::size_t i = 0; i + word.size() <= body.size(); ++i)
        if (std::equal(word.begin(), word.end(), body.begin() + static_cast<std::ptrdiff_t>(i),
                       [&](char a, char b) { return in_name(a) == in_name(b); }) &&
            (i == 0 || !letter(body[i - 1])) && (i + word.size() == body.size() || !letter(body[i + word.size()])))
            return true;
    return false;
}

void report_changes(HistoryReport &report, std::string_view version, Severity severity,
                    std::vector<std::string> const &objects) {
    if (!objects.empty())
        report.add(
            version, severity,
            "changed since the last run, and not by a migration: " + listed(objects, 10) +
                (severity == Severity::warning ? "; this migration names " : "") +
                (severity == Severity::warning ? (objects.size() == 1 ? "it" : "them") : ""),
            severity == Severity::warning
                ? "See whether the migration still fits what is there, and write what was done by hand as one too."
                : "Write what was done by hand as a migration, so that other databases get it.");
}

} // namespace

void changed_outside(History const &history, HistoryReport &report) {
    for (Migration const &migration : history.catalog.migrations())
        if (!migration.unfinished.empty())
            return; // what it has done so far is in no entry yet
    if (history.steps.list.empty())
        return;
    std::vector<CatalogChange> changes = changes_since_last_run();
    for (Step const &step : history.steps.list) {
        std::vector<std::string> touched;
        for (CatalogChange &change : changes)
            if (!change.object.empty() && names(step.body, change.name)) {
                touched.push_back(std::move(change.object));
                change.object.clear();
            }
        report_changes(report, step.origin.version, Severity::warning, touched);
    }
    std::vector<std::string> rest;
    for (CatalogChange &change : changes)
        if (!change.object.empty())
            rest.push_back(std::move(change.object));
    report_changes(report, history.steps.list.front().origin.version, Severity::info, rest);
}

void irreversible(History const &history, HistoryReport &report) {
    bool used = false; // this project writes down bodies
    for (Migration const &migration : history.catalog.migrations())
        used = used || (migration.kind() == Kind::versioned && migration.reversible());
    for (Migration const *migration : history.plan.steps)
        if (used && migration->kind() == Kind::versioned && !migration->reversible())
            report.add(migration->version(), Severity::info,
                       label(*migration) + " has no down body, and others have: rollback() stops before it",
                       "Write one; or, where nothing can be undone, say so: -- migrator: allow=irreversible reason.");
}

namespace {

// A typing error would silence nothing, and nobody would know.
void unknown_allowance(History const &history, HistoryReport &report) {
    std::vector<Rules> const groups = rules();
    auto const known = [&](std::string const &name) {
        return std::any_of(groups.begin(), groups.end(), [&](Rules const &group) {
            return std::any_of(group.begin(), group.end(), [&](Rule const &one) { return one.name == name; });
        });
    };
    for (Step const &step : history.steps.list)
        for (Allowance const &allowance : step.directives.allowances)
            if (!known(allowance.rule))
                report.add(step.origin.version, Severity::warning,
                           "-- migrator: allow=" + allowance.rule + " names no rule, and silences nothing",
                           "Rules are named as lint() shows them in its column rule.");
}

constexpr Rule rule(const char *name, const char *hazard, void (*check)(History const &, HistoryReport &)) {
    return {name, hazard, nullptr, Rule::Of::migration, check};
}

constexpr Rule all[] = {
    rule("future-version", "what comes next is out of order", future_version),
    rule("version-gap", "a file was lost, or comes late", version_gap),
    rule("out-of-order", "another order than in a new database", out_of_order),
    rule("unmet-requirement", "what it needs is not applied", unmet_requirement),
    rule("modified-after-apply", "what runs elsewhere is not what ran here", modified_after_apply),
    rule("changed-outside", "the database is not what the migrations made", changed_outside),
    rule("irreversible", "no way back", irreversible),
    rule("unknown-allowance", "a hazard that was to be silenced is not", unknown_allowance),
};

} // namespace

Rules history_rules() noexcept { return {std::begin(all), std::end(all)}; }

} // namespace mig::server::lint
