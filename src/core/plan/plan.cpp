#include "core/plan/plan.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/text/migrator_call.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <limits>

namespace mig {

namespace {

bool before_or_at(std::string_view place, std::string_view target) { return version::compare(place, target) <= 0; }

// Everything up to and including a target, or everything if there is none.
class Range {
  public:
    explicit Range(Migration const *target) : target_(target) {}

    bool holds(Migration const &migration) const {
        if (!target_)
            return true;
        bool const repeatable = migration.kind() == Kind::repeatable;
        if (target_->kind() == Kind::repeatable)
            return !repeatable || before_or_at(migration.version(), target_->version());
        return repeatable ? !leaves_some_pending_ : before_or_at(migration.place(), target_->place());
    }

    // To be called before holds() is asked about repeatable migrations.
    void look_past_target(std::vector<Migration> const &all) {
        leaves_some_pending_ = std::any_of(all.begin(), all.end(), [&](Migration const &migration) {
            return migration.kind() != Kind::repeatable && migration.runnable() && !holds(migration);
        });
    }

  private:
    Migration const *target_;
    bool leaves_some_pending_ = false;
};

// The snapshot that runs instead of what it covers, or null. One that is partly applied has to be finished; otherwise
// it runs only where nothing else has.
Migration const *snapshot_to_run(std::vector<Migration> const &all, Range const &range) {
    Migration const *newest = nullptr;
    for (Migration const &migration : all) {
        check_for_interrupts();
        bool const snapshot = migration.kind() == Kind::snapshot;
        if (snapshot && migration.partly_applied())
            return &migration;
        if (migration.applied() || !migration.unfinished.empty())
            return nullptr;
        if (snapshot && !migration.set_aside() && range.holds(migration) &&
            (!newest || version::compare(newest->place(), migration.place()) < 0))
            newest = &migration;
    }
    return newest;
}

void refuse_out_of_order(std::vector<Migration const *> const &late, Migration const &newest) {
    std::string list;
    for (Migration const *migration : late) {
        check_for_interrupts();
        append_item(list, label(*migration));
    }
    throw Failure(sqlstate::out_of_order, "migration " + label(*late.front()) + " is out of order",
                  "Pending: " + list + "; already applied: " + label(newest) + ". Nothing was run.",
                  "Give its file a version above " + std::string(newest.place()) +
                      " and load the directory again (if it was loaded without one, unload() it first), or SET "
                      "migrator.out_of_order = 'warn' or 'allow' once you know that it does not depend on the order.");
}

[[noreturn]] void refuse_partly_rolled_back(Migration const &migration) {
    throw Failure(sqlstate::wrong_state, "migration " + label(migration) + " is partly rolled back",
                  "Its rollback stopped between two statements. Nothing was run.",
                  "CALL migrator.rollback_each() resumes where it stopped; name the module, unless it is main.");
}

// Its place in the history, whose ids rise with time. A migration that stopped partway can be undone too.
std::int64_t ran_at(Migration const &migration) {
    return migration.unfinished.empty() ? migration.run->id : migration.unfinished.back()->id;
}

bool undoable(Migration const &migration) {
    return (migration.run && migration.run->result == Event::Result::applied) ||
           (migration.loaded && !migration.unfinished.empty());
}

// Newest run first.
std::vector<Migration const *> undoable(std::vector<Migration> const &all) {
    std::vector<Migration const *> ran;
    for (Migration const &migration : all) {
        check_for_interrupts();
        if (undoable(migration))
            ran.push_back(&migration);
    }
    std::sort(ran.begin(), ran.end(), [](Migration const *a, Migration const *b) { return ran_at(*a) > ran_at(*b); });
    return ran;
}

// A snapshot ran where nothing was applied, so every baseline up to its version came with it or is part of it.
RunPlan with_covered(std::vector<Migration> const &all, std::vector<Migration const *> steps) {
    RunPlan plan{std::move(steps), {}};
    std::optional<std::string_view> newest;
    for (Migration const *step : plan.steps)
        if (step->kind() == Kind::snapshot && (!newest || before_or_at(*newest, step->place())))
            newest = step->place();
    if (!newest)
        return plan;
    for (Migration const &migration : all) {
        check_for_interrupts();
        if (migration.kind() == Kind::versioned && migration.run && migration.run->result == Event::Result::baseline &&
            before_or_at(migration.version(), *newest))
            plan.covered.push_back(&migration);
    }
    return plan;
}

void refuse_irreversible(std::vector<Migration const *> const &steps) {
    for (Migration const *step : steps) {
        if (step->reversible())
            continue;
        bool const repeatable = step->kind() == Kind::repeatable;
        throw Failure(sqlstate::irreversible, "migration " + label(*step) + " has no down body",
                      "It cannot be rolled back. Nothing was run.",
                      repeatable ? "It is repeatable: change it back, and apply() runs it again. "
                                   "migrator.rollback_to(target) leaves it as it is and rolls the others back."
                                 : "Add a \"-- DOWN\" section with a statement, SELECT 1 where there is nothing to "
                                   "undo, and load it again, or write a new migration that undoes it.");
    }
}

Migration const &find_present(std::vector<Migration> const &all, std::string_view version) {
    Migration const &found = find(all, version);
    if (found.set_aside())
        throw Failure(sqlstate::wrong_state, "the file of migration " + label(found) + " is gone",
                      "It was not in the directory or archive that was loaded last, so the migration is not run.",
                      "Load it with its file, or name another version.");
    return found;
}

} // namespace

RunPlan plan_apply(std::vector<Migration> const &all, std::optional<std::string_view> target, OutOfOrder out_of_order) {
    Range range(target ? &find_present(all, *target) : nullptr);
    range.look_past_target(all);
    RunPlan plan;
    std::vector<Migration const *> late, repeatable;
    Migration const *const snapshot = snapshot_to_run(all, range), *const newest = newest_applied(all);
    if (snapshot)
        plan.steps.push_back(snapshot);
    for (Migration const &migration : all) {
        check_for_interrupts();
        if (!range.holds(migration) || &migration == snapshot)
            continue;
        if (migration.partly_rolled_back())
            refuse_partly_rolled_back(migration);
        if (!migration.runnable() || migration.kind() == Kind::snapshot)
            continue;
        if (migration.kind() == Kind::repeatable) {
            repeatable.push_back(&migration);
            continue;
        }
        // What the snapshot contains is recorded with it, and not run.
        if (snapshot && before_or_at(migration.version(), snapshot->place())) {
            plan.covered.push_back(&migration);
            continue;
        }
        // A migration that is partly applied was in order when it began, or was allowed to run out of order.
        if (newest && migration.keeps_order() && !migration.partly_applied() &&
            version::compare(migration.version(), newest->place()) < 0)
            late.push_back(&migration);
        plan.steps.push_back(&migration);
    }
    plan.steps.insert(plan.steps.end(), repeatable.begin(), repeatable.end());
    if (late.empty() || out_of_order == OutOfOrder::allow)
        return plan;
    if (out_of_order == OutOfOrder::error)
        refuse_out_of_order(late, *newest);
    for (Migration const *migration : late) {
        check_for_interrupts();
        plan.warnings.push_back("migration " + label(*migration) + " is out of order: " + label(*newest) +
                                " is already applied");
    }
    return plan;
}

RunPlan plan_rollback(std::vector<Migration> const &all, std::int64_t n) {
    if (n < 1)
        throw Failure(sqlstate::invalid_parameter, "n must be at least 1", {},
                      "It is the number of migrations to roll back, the newest first.");
    std::vector<Migration const *> steps = undoable(all);
    if (static_cast<std::uint64_t>(n) < steps.size())
        steps.resize(static_cast<std::size_t>(n));
    refuse_irreversible(steps);
    return with_covered(all, std::move(steps));
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
    std::vector<std::string> warnings;
    auto const stays_as_it_is = [&](Migration const *step) {
        bool const stays_here = step->kind() == Kind::repeatable && !step->reversible();
        if (stays_here)
            warnings.push_back("migration " + label(*step) + " is repeatable and has no down body: it stays as it is");
        return stays_here;
    };
    steps.erase(std::remove_if(steps.begin(), steps.end(), stays_as_it_is), steps.end());
    refuse_irreversible(steps);
    RunPlan plan = with_covered(all, std::move(steps));
    plan.warnings = std::move(warnings);
    return plan;
}

RunPlan plan_baseline(std::vector<Migration> const &all, std::string_view version) {
    Migration const &target = find_present(all, version);
    bool const repeatable = target.kind() == Kind::repeatable;
    RunPlan plan;
    for (Migration const &migration : all) {
        check_for_interrupts();
        bool const counts = migration.kind() == Kind::versioned && migration.runnable() && !repeatable &&
                            before_or_at(migration.version(), target.place());
        bool const named = &migration == &target && migration.loaded && (!migration.run || migration.changed());
        if (counts || named)
            plan.steps.push_back(&migration);
    }
    return plan;
}

std::vector<Migration const *> modified_migrations(std::vector<Migration> const &all) {
    std::vector<Migration const *> modified;
    for (Migration const &migration : all)
        if (migration.status == Status::modified)
            modified.push_back(&migration);
    return modified;
}

std::string call_to_undo(std::vector<Migration> const &all, std::vector<Migration const *> const &modified,
                         std::string_view module) {
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    for (Migration const *migration : modified) {
        if (migration->run->result != Event::Result::applied)
            return {};
        first = std::min(first, ran_at(*migration));
    }
    Migration const *before = nullptr;
    std::int64_t count = 0;
    for (Migration const &migration : all) {
        check_for_interrupts();
        count += undoable(migration) && ran_at(migration) >= first;
        if (migration.run && migration.run->id < first && (!before || migration.run->id > before->run->id))
            before = &migration;
    }
    try {
        if (before) {
            (void) plan_rollback_to(all, before->version());
            return migrator_call("rollback_to", sql_literal(before->version()), module);
        }
        (void) plan_rollback(all, count);
        return migrator_call("rollback", std::to_string(count), module);
    } catch (Failure const &) {
        return {};
    }
}

Migration const &find(std::vector<Migration> const &all, std::string_view version) {
    for (Migration const &migration : all) {
        check_for_interrupts();
        if (version::compare(migration.version(), version) == 0)
            return migration;
    }
    throw Failure(sqlstate::unknown_version, "there is no migration \"" + std::string(version) + "\"",
                  all.empty() ? "No migration is loaded."
                              : "Loaded migrations: " + std::to_string(all.size()) + ", from " + label(all.front()) +
                                    " to " + label(all.back()) + ".",
                  "SELECT * FROM migrator.status() lists them; load_dir(), load_file() or load() loads new ones.");
}

std::string label(Migration const &migration) {
    std::string text(migration.version());
    if (!migration.name().empty())
        text += " (" + std::string(migration.name()) + ")";
    return text;
}

} // namespace mig
