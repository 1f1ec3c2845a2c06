#include "core/plan.hpp"

#include "core/failure.hpp"
#include "core/version.hpp"

#include <algorithm>

namespace mig {

namespace {

bool up_to(Migration const &migration, std::optional<std::string_view> target) {
    return !target || version::compare(migration.version(), *target) <= 0;
}

void refuse_out_of_order(std::vector<Migration const *> const &late, Migration const &newest) {
    std::string list;
    for (Migration const *migration : late)
        list += (list.empty() ? "" : ", ") + label(*migration);
    throw Failure(sqlstate::out_of_order, "migration " + label(*late.front()) + " is out of order",
                  "Pending: " + list + "; applied already: " + label(newest) + ". Nothing was run.",
                  "Give it a version above " + std::string(newest.version()) +
                      ", or SET migrator.out_of_order = 'warn' or 'allow' once you know that it does not depend on "
                      "the order.");
}

[[noreturn]] void refuse_half_rolled_back(Migration const &migration) {
    throw Failure(sqlstate::wrong_state, "migration " + label(migration) + " is half rolled back",
                  "Its rollback stopped between two statements. Nothing was run.",
                  "CALL migrator.rollback_each() goes on where it stopped.");
}

// When it ran, as the order of the history. One that stopped half-way can be undone too.
std::int64_t ran_at(Migration const &migration) {
    return migration.run ? migration.run->id : migration.unfinished.back()->id;
}

bool undoable(Migration const &migration) {
    return migration.run ? migration.run->result == Event::Result::applied
                         : migration.loaded && !migration.unfinished.empty();
}

// Newest run first.
std::vector<Migration const *> undoable(std::vector<Migration> const &all) {
    std::vector<Migration const *> ran;
    for (Migration const &migration : all)
        if (undoable(migration))
            ran.push_back(&migration);
    std::sort(ran.begin(), ran.end(), [](Migration const *a, Migration const *b) { return ran_at(*a) > ran_at(*b); });
    return ran;
}

RunPlan reversible(std::vector<Migration const *> steps) {
    for (Migration const *step : steps)
        if (!step->reversible())
            throw Failure(sqlstate::irreversible, "migration " + label(*step) + " has no down body",
                          "It cannot be rolled back. Nothing was run.",
                          "Add a \"-- DOWN\" section and load it again, or write a new migration that undoes it.");
    return {std::move(steps), {}};
}

} // namespace

RunPlan plan_apply(std::vector<Migration> const &all, std::optional<std::string_view> target, OutOfOrder out_of_order) {
    if (target)
        find(all, *target);
    RunPlan plan;
    std::vector<Migration const *> late;
    Migration const *const newest = newest_applied(all);
    for (Migration const &migration : all) {
        if (!up_to(migration, target))
            continue;
        if (migration.half_rolled_back())
            refuse_half_rolled_back(migration);
        if (!migration.runnable())
            continue;
        if (newest && !migration.half_applied() && version::compare(migration.version(), newest->version()) < 0)
            late.push_back(&migration);
        plan.steps.push_back(&migration);
    }
    if (late.empty() || out_of_order == OutOfOrder::allow)
        return plan;
    if (out_of_order == OutOfOrder::error)
        refuse_out_of_order(late, *newest);
    for (Migration const *migration : late)
        plan.warnings.push_back("migration " + label(*migration) + " is out of order: " + label(*newest) +
                                " is applied already");
    return plan;
}

RunPlan plan_rollback(std::vector<Migration> const &all, std::int64_t n) {
    if (n < 1)
        throw Failure(sqlstate::invalid_parameter, "n must be at least 1", {},
                      "It is the number of migrations to roll back, the newest first.");
    std::vector<Migration const *> steps = undoable(all);
    if (static_cast<std::uint64_t>(n) < steps.size())
        steps.resize(static_cast<std::size_t>(n));
    return reversible(std::move(steps));
}

RunPlan plan_rollback_to(std::vector<Migration> const &all, std::string_view target) {
    Migration const &stays = find(all, target);
    if (!stays.applied())
        throw Failure(sqlstate::wrong_state, "migration " + label(stays) + " is not applied",
                      "rollback_to() undoes what was applied after its target.",
                      "SELECT * FROM migrator.status() shows what is applied.");
    std::vector<Migration const *> steps = undoable(all);
    steps.erase(std::remove_if(steps.begin(), steps.end(),
                               [&](Migration const *step) { return ran_at(*step) <= stays.run->id; }),
                steps.end());
    return reversible(std::move(steps));
}

RunPlan plan_baseline(std::vector<Migration> const &all, std::string_view version) {
    find(all, version);
    RunPlan plan;
    for (Migration const &migration : all)
        if (migration.runnable() && up_to(migration, version))
            plan.steps.push_back(&migration);
    return plan;
}

std::vector<Migration const *> modified_of(std::vector<Migration> const &all) {
    std::vector<Migration const *> modified;
    for (Migration const &migration : all)
        if (migration.status == Status::modified)
            modified.push_back(&migration);
    return modified;
}

Migration const &find(std::vector<Migration> const &all, std::string_view version) {
    for (Migration const &migration : all)
        if (version::compare(migration.version(), version) == 0)
            return migration;
    throw Failure(sqlstate::unknown_version, "there is no migration \"" + std::string(version) + "\"",
                  all.empty() ? "No migration is loaded."
                              : "Loaded are " + std::to_string(all.size()) + ", from " + label(all.front()) + " to " +
                                    label(all.back()) + ".",
                  "SELECT * FROM migrator.status() lists them; load_dir(), load_file() or load() brings new ones.");
}

std::string label(Migration const &migration) {
    std::string text(migration.version());
    if (!migration.name().empty())
        text += " (" + std::string(migration.name()) + ")";
    return text;
}

} // namespace mig
