#include "server/record.hpp"

#include "core/failure.hpp"
#include "core/plan.hpp"
#include "server/catalog.hpp"
#include "server/history.hpp"
#include "server/preconditions.hpp"
#include "server/run_lock.hpp"

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

void append(History &history, StoredTexts const &texts, Migration const &migration, const char *action,
            const char *result, std::optional<std::string_view> reason) {
    Entry entry = entry_of(texts.of(migration.version()));
    entry.action = action;
    entry.result = result;
    entry.version = migration.version();
    entry.name = migration.name();
    entry.started_at = entry.finished_at = GetCurrentTimestamp();
    entry.reason = reason;
    history.append(entry);
}

} // namespace

std::vector<Marked> baseline(std::string_view module, std::string_view version) {
    InFlight const in_flight;
    begin("migrator.baseline()");
    Catalog const catalog(module, Access::fresh, Catalog::Detail::report);
    RunPlan const plan = plan_baseline(catalog.migrations(), version);
    std::vector<Marked> marked;
    if (plan.steps.empty())
        return marked;
    History history(module);
    StoredTexts const texts = StoredTexts::loaded(module, plan.steps.front()->version(), plan.steps.back()->version());
    for (Migration const *migration : plan.steps) {
        append(history, texts, *migration, "baseline", "baseline", std::nullopt);
        marked.push_back({std::string(migration->version()), std::string(migration->name())});
    }
    history.write();
    return marked;
}

void accept(std::string_view module, std::string_view version, std::string_view reason) {
    if (reason.find_first_not_of(" \t\r\n") == std::string_view::npos)
        throw Failure(sqlstate::invalid_parameter, "a reason is needed", {}, "It is kept in the history.");
    InFlight const in_flight;
    begin("migrator.accept()");
    Catalog const catalog(module, Access::fresh, Catalog::Detail::report);
    Migration const &migration = find(catalog.migrations(), version);
    if (!migration.applied())
        throw Failure(sqlstate::wrong_state, "migration " + label(migration) + " is not applied",
                      "There is no applied body that the loaded one could replace.", "Run migrator.apply().");
    if (migration.status != Status::modified && !migration.changed() && !migration.cosmetic_change())
        throw Failure(sqlstate::wrong_state, "migration " + label(migration) + " has nothing to accept",
                      "What is loaded is what was applied.");
    History history(module);
    StoredTexts const texts = StoredTexts::loaded(module, migration.version(), migration.version());
    append(history, texts, migration, "accept", "accepted", reason);
    history.write();
}

void unload(std::string_view module, std::string_view version) {
    InFlight const in_flight;
    begin("migrator.unload()");
    Catalog const catalog(module, Access::fresh, Catalog::Detail::report);
    Migration const &migration = find(catalog.migrations(), version);
    if (migration.applied())
        throw Failure(sqlstate::wrong_state, "migration " + label(migration) + " is applied", {},
                      "Roll it back first: SELECT * FROM migrator.rollback().");
    if (!migration.unfinished.empty())
        throw Failure(sqlstate::wrong_state, "migration " + label(migration) + " stopped half-way",
                      "Some of its statements have run and committed.",
                      "Finish it by CALL migrator.apply_each(), or undo it by CALL migrator.rollback_each().");
    forget(module, migration.version());
}

} // namespace mig::server
