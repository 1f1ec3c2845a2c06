#include "call/record.hpp"

#include "call/baseline_report.hpp"
#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/plan/plan.hpp"
#include "core/text/migrator_call.hpp"
#include "server/db/preconditions.hpp"
#include "server/lock/run_lock.hpp"
#include "server/prepare/corrected_baselines.hpp"
#include "server/store/catalog.hpp"
#include "server/store/history.hpp"
#include "server/store/migration_sources.hpp"
#include "server/store/migration_store.hpp"
#include "server/store/modules.hpp"
#include "server/store/tool_history.hpp"

#include <algorithm>

extern "C" {
#include "utils/timestamp.h"
}

namespace mig::server {

namespace {

void begin(const char *function) {
    require_writable(function);
    require_current_snapshots(function);
    take_run_lock();
}

void require_reason(std::string_view reason) {
    if (reason.find_first_not_of(" \t\r\n") == std::string_view::npos)
        throw Failure(sqlstate::invalid_parameter, "a reason is needed", {}, "It is kept in the history.");
}

Entry entry_of(StoredTexts const &texts, Migration const &migration, const char *action, const char *result) {
    Entry entry = entry_of(texts.get(migration.version()));
    entry.action = action;
    entry.result = result;
    entry.version = migration.version();
    entry.name = migration.name();
    entry.started_at = entry.finished_at = GetCurrentTimestamp();
    return entry;
}

void record_marks(std::string_view module, std::vector<Adoption::Mark> const &marks, std::string const &reason) {
    if (marks.empty())
        return;
    auto const [first, last] =
        std::minmax_element(marks.begin(), marks.end(), [](Adoption::Mark const &a, Adoption::Mark const &b) {
            return version::compare(a.migration->version(), b.migration->version()) < 0;
        });
    StoredTexts const texts = StoredTexts::loaded(module, first->migration->version(), last->migration->version());
    History history(module);
    for (Adoption::Mark const &mark : marks) {
        check_for_interrupts();
        Entry entry = entry_of(texts, *mark.migration, "adopt", mark.baseline ? "baseline" : "applied");
        entry.started_at = entry.finished_at = mark.entry->applied_at.value_or(entry.finished_at);
        entry.execution_time_ms = mark.entry->execution_time_ms;
        entry.run_by = mark.entry->applied_by;
        entry.reason = reason;
        history.append(entry);
    }
    history.write();
}

} // namespace

std::vector<BaselineRow> baseline(std::string_view module, std::string_view version,
                                  std::optional<std::string> const &reason, bool compares) {
    if (reason)
        require_reason(*reason);
    RunInProgress const in_progress;
    begin("migrator.baseline()");
    Catalog const catalog(module, Access::fresh, Catalog::Detail::report);
    require_module(catalog);
    RunPlan const plan = plan_baseline(catalog.migrations(), version);
    std::optional<BaselineReport> report;
    if (compares)
        report.emplace(catalog, plan.steps);
    (void) record_corrected_baselines(catalog, reason);
    std::vector<BaselineRow> rows;
    if (plan.steps.empty()) {
        report_all_marked(catalog, version);
    } else {
        History history(module);
        StoredTexts const texts =
            StoredTexts::loaded(module, plan.steps.front()->version(), plan.steps.back()->version());
        for (Migration const *migration : plan.steps) {
            check_for_interrupts();
            Entry entry = entry_of(texts, *migration, "baseline", "baseline");
            entry.reason = reason;
            history.append(entry);
            rows.push_back({std::string(migration->version()), std::string(migration->name()),
                            report ? report->note(migration->version()) : std::string()});
        }
        history.write();
    }
    if (report)
        report->warn();
    return rows;
}

std::vector<AdoptRow> adopt(std::string_view module, std::string_view tool) {
    RunInProgress const in_progress;
    begin("migrator.adopt()");
    ToolHistory const history(tool);
    std::vector<ToolEntry> const entries = entries_of_module(history.entries(), module);
    Catalog const catalog(module, Access::fresh, Catalog::Detail::report);
    require_module(catalog);
    (void) record_corrected_baselines(catalog);
    MigrationSources const sources(module);
    Adoption const adoption = match_history(sources.candidates(catalog.migrations()), entries);
    record_marks(module, adoption.marks, adoption_reason(history.origin()));
    std::vector<AdoptRow> rows;
    rows.reserve(adoption.rows.size());
    for (AdoptionRow const &row : adoption.rows)
        rows.push_back({row.version, row.name, row.status, row.applied_at, row.note});
    return rows;
}

void accept(std::string_view module, std::string_view version, std::string_view reason) {
    require_reason(reason);
    RunInProgress const in_progress;
    begin("migrator.accept()");
    Catalog const catalog(module, Access::fresh, Catalog::Detail::report);
    require_module(catalog);
    Migration const &migration = find(catalog.migrations(), version);
    if (!migration.applied())
        throw Failure(sqlstate::wrong_state, "migration " + label(migration) + " is not applied",
                      "There is no applied body that the loaded one could replace.",
                      "Run it: SELECT * FROM " + migrator_call("apply", module) + ".");
    if (migration.changeset_was_replaced())
        throw Failure(sqlstate::wrong_state,
                      "the migration that was applied as " + std::string(migration.version()) + " is not " +
                          std::string(migration.name()),
                      "It is " + std::string(migration.record->name) + ".",
                      "Load the file again: its changesets are then found by author and id.");
    if (migration.status != Status::modified && !migration.changed() && !migration.cosmetic_change())
        throw Failure(sqlstate::wrong_state, "migration " + label(migration) + " has nothing to accept",
                      "The loaded body is the one that was applied.");
    History history(module);
    StoredTexts const texts = StoredTexts::loaded(module, migration.version(), migration.version());
    Entry entry = entry_of(texts, migration, "accept", "accepted");
    entry.reason = reason;
    history.append(entry);
    history.write();
}

void unload(std::string_view module, std::string_view version) {
    RunInProgress const in_progress;
    begin("migrator.unload()");
    Catalog const catalog(module, Access::fresh, Catalog::Detail::report);
    require_module(catalog);
    Migration const &migration = find(catalog.migrations(), version);
    if (migration.applied())
        throw Failure(sqlstate::wrong_state, "migration " + label(migration) + " is applied", {},
                      "Roll it back first: SELECT * FROM " + migrator_call("rollback", module) + ".");
    if (!migration.unfinished.empty())
        throw Failure(sqlstate::wrong_state, "migration " + label(migration) + " stopped partway",
                      "Some of its statements have run and committed.",
                      "Finish it with CALL " + migrator_call("apply_each", module) + ", or undo it with CALL " +
                          migrator_call("rollback_each", module) + ".");
    forget(module, migration.version());
}

} // namespace mig::server
