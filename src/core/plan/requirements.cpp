#include "core/plan/requirements.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/text/migrator_call.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace mig {

namespace {

[[noreturn]] void refuse(std::string message, std::string const &detail, std::string hint) {
    throw Failure(sqlstate::unmet_requirement, std::move(message), detail + " Nothing was run.", std::move(hint));
}

std::string quoted(std::string const &text) { return "\"" + text + "\""; }

// Finds the migration that a directive names, among those of a module.
class Names {
  public:
    explicit Names(std::vector<Migration> const &all) {
        for (Migration const &migration : all) {
            check_for_interrupts();
            by_version_.emplace(version::canonical(migration.version()), &migration);
            if (!migration.set_aside())
                by_name_[migration.name()].push_back(&migration);
        }
        // One without a file has the name only until another takes it.
        for (Migration const &migration : all)
            if (migration.set_aside() && by_name_.count(migration.name()) == 0)
                by_name_[migration.name()].push_back(&migration);
    }

    // By version, or else by name; null: there is none. The name of the migration `by` itself does not refer to it.
    Migration const *find(std::string const &word, Migration const &by) const {
        if (auto const found = by_version_.find(version::canonical(word)); found != by_version_.end())
            return found->second;
        auto const named = by_name_.find(word);
        if (named == by_name_.end())
            return nullptr;
        Migration const *result = nullptr;
        for (Migration const *candidate : named->second) {
            if (result && candidate != &by)
                refuse("migration " + label(by) + " names " + quoted(word) + ", which is ambiguous",
                       "Both " + label(*result) + " and " + label(*candidate) + " have this name.",
                       "Use the version instead.");
            if (candidate != &by)
                result = candidate;
        }
        return result;
    }

  private:
    std::unordered_map<std::string, Migration const *> by_version_;
    std::unordered_map<std::string_view, std::vector<Migration const *>> by_name_;
};

// `module:version` or `module:name`
struct Foreign {
    std::string module, word;
};

std::optional<Foreign> foreign(std::string const &word) {
    std::size_t const colon = word.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == word.size())
        return std::nullopt;
    return Foreign{word.substr(0, colon), word.substr(colon + 1)};
}

// A snapshot that was passed over is part of what is applied.
bool is_met_by(Migration const &migration) {
    return (migration.applied() && !migration.partly_rolled_back()) || migration.passed_over;
}

class Check {
  public:
    Check(std::vector<Migration> const &all, RunPlan const &plan, OtherModule const &other)
        : names_(all), other_(other) {
        for (std::size_t i = 0; i < plan.steps.size(); ++i)
            position_.emplace(plan.steps[i], i + 1);
        for (Migration const *covered : plan.covered)
            position_.emplace(covered, 0); // with the snapshot, which is the first
    }

    // Adds steps one by one, for a plan that is given without them.
    void add(Migration const &step) { position_.emplace(&step, position_.size() + 1); }
    void remove(Migration const &step) { position_.erase(&step); }

    // Calls `visit` with each migration of this module that the migration declares a conflict with.
    template <class Visit>
    void each_conflict(Migration const &migration, Visit const &visit) const {
        for (std::string const &word : migration.loaded->conflicts) {
            check_for_interrupts();
            if (Migration const *const found = names_.find(word, migration))
                visit(*found);
        }
    }

    void requirements_of(Migration const &step) {
        for (std::string const &word : step.loaded->requirements) {
            check_for_interrupts();
            require(step, word);
        }
    }

    // Also for an applied migration, which may declare a conflict with a step.
    void conflicts_of(Migration const &migration) {
        bool const runs = position_.count(&migration) != 0;
        if (!runs && !migration.applied())
            return;
        for (std::string const &word : migration.loaded->conflicts) {
            check_for_interrupts();
            if (Migration const *const found = names_.find(word, migration)) {
                conflict_between(migration, *found);
            } else if (std::optional<Foreign> const there = runs ? foreign(word) : std::nullopt) {
                Migration const *const theirs = names_of(there->module).find(there->word, migration);
                if (theirs && theirs->applied())
                    refuse_conflict(migration, label(*theirs) + " of module " + quoted(there->module), "is applied");
            }
        }
    }

    // `migration` declares it.
    void conflict_between(Migration const &migration, Migration const &found) const {
        bool const runs = position_.count(&migration) != 0, found_runs = position_.count(&found) != 0;
        if ((found_runs && (runs || migration.applied())) || (runs && found.applied()))
            refuse_conflict(runs ? migration : found, label(runs ? found : migration),
                            runs && found_runs ? "would be applied in the same run" : "is applied");
    }

  private:
    // Each module is read once, whatever names it.
    Names const &names_of(std::string const &module) {
        auto const known = others_.find(module);
        return known == others_.end() ? others_.try_emplace(module, other_(module)).first->second : known->second;
    }

    void require(Migration const &step, std::string const &word) {
        Migration const *const found = names_.find(word, step);
        std::optional<Foreign> const there = found ? std::nullopt : foreign(word);
        if (there)
            return require_foreign(step, word, *there);
        if (!found)
            refuse("migration " + label(step) + " requires " + quoted(word) + ", which is not loaded",
                   "No migration of this module has the version or name " + quoted(word) + ".",
                   "Load it, or correct the directive. To require a migration of another module, write "
                   "\"module:version\".");
        auto const planned = position_.find(found);
        if (planned == position_.end()) {
            if (found->set_aside())
                refuse("migration " + label(step) + " requires " + label(*found) + ", which has no file any more",
                       "It is not run until its file is back.",
                       "Load it with its file, or correct the directive and load it again.");
            if (!is_met_by(*found))
                refuse("migration " + label(step) + " requires " + label(*found) + ", which is not applied",
                       "It is not part of this run either.",
                       "Apply it first, or choose a target that includes it. SELECT * FROM migrator.status() shows its "
                       "status.");
            return;
        }
        if (planned->second >= position_.at(&step) && !(is_met_by(*found) && found != &step))
            refuse_order(step, *found);
    }

    void require_foreign(Migration const &step, std::string const &word, Foreign const &there) {
        Migration const *const found = names_of(there.module).find(there.word, step);
        if (found && is_met_by(*found))
            return;
        refuse("migration " + label(step) + " requires " + quoted(word) + ", which is not applied",
               "Module " + quoted(there.module) + (found ? " has it, but not applied." : " has none of this name."),
               "Apply it first: SELECT * FROM " + migrator_call("apply", there.module) + ".");
    }

    [[noreturn]] void refuse_order(Migration const &step, Migration const &found) const {
        if (std::vector<Migration const *> const path = path_between(found, step); !path.empty())
            refuse("the requirements of migration " + label(step) + " form a cycle",
                   label(step) + " requires " + chain(path) + label(step) + ".", "Remove one of the requirements.");
        refuse("migration " + label(step) + " requires " + label(found) + ", which comes after it",
               "Versioned migrations run in the order of their versions, repeatable ones after them.",
               "Give one of the two another version, or remove the requirement.");
    }

    static std::string chain(std::vector<Migration const *> const &path) {
        constexpr std::size_t most = 20;
        std::string text;
        for (std::size_t i = 0; i < std::min(path.size(), most); ++i)
            text += label(*path[i]) + " requires ";
        return path.size() > most ? text + "(and so on, " + std::to_string(path.size() - most) + " more) " : text;
    }

    // The chain of requirements from `from` to `to`, which is not part of it; empty: there is none. Not recursive,
    // because a chain may be as long as the list of migrations.
    std::vector<Migration const *> path_between(Migration const &from, Migration const &to) const {
        struct Place {
            Migration const *migration;
            std::size_t next; // of its requirements
        };
        std::vector<Place> path{{&from, 0}};
        std::unordered_set<Migration const *> seen{&from};
        while (!path.empty() && path.back().migration != &to) {
            check_for_interrupts();
            auto &[migration, next] = path.back();
            if (!migration->loaded || next == migration->loaded->requirements.size()) {
                path.pop_back();
                continue;
            }
            Migration const *const found = names_.find(migration->loaded->requirements[next++], *migration);
            if (found && seen.insert(found).second)
                path.push_back({found, 0});
        }
        std::vector<Migration const *> result;
        for (std::size_t i = 0; i + 1 < path.size(); ++i)
            result.push_back(path[i].migration);
        return result;
    }

    [[noreturn]] static void refuse_conflict(Migration const &step, std::string const &with, std::string const &state) {
        refuse("migration " + label(step) + " conflicts with " + with + ", which " + state,
               "Only one of the two can be applied.",
               "Roll the other back or unload it, or remove the conflicts directive.");
    }

    Names const names_;
    OtherModule const &other_;
    std::map<std::string, Names> others_;                         // by module
    std::unordered_map<Migration const *, std::size_t> position_; // in the plan, from 1; 0: comes with the snapshot
};

bool has_requirements(Migration const &m) { return m.loaded && !m.loaded->requirements.empty(); }
bool has_conflicts(Migration const &m) { return m.loaded && !m.loaded->conflicts.empty(); }

[[noreturn]] void refuse_needed(Migration const &step, std::string const &needed_by, std::string hint) {
    refuse("migration " + label(step) + " cannot be rolled back: " + needed_by + " requires it",
           needed_by + " is applied and would stay.", std::move(hint));
}

} // namespace

void check_requirements(std::vector<Migration> const &all, RunPlan const &plan, OtherModule const &other) {
    bool const some = std::any_of(plan.steps.begin(), plan.steps.end(),
                                  [](Migration const *step) { return has_requirements(*step); }) ||
                      (!plan.steps.empty() && std::any_of(all.begin(), all.end(), has_conflicts));
    if (!some)
        return;
    Check check(all, plan, other);
    for (Migration const *step : plan.steps)
        check.requirements_of(*step);
    // Not only the steps: an applied migration may declare a conflict with one.
    for (Migration const &migration : all) {
        check_for_interrupts();
        if (has_conflicts(migration))
            check.conflicts_of(migration);
    }
}

std::vector<Unmet> unmet_requirements(std::vector<Migration> const &all, RunPlan const &plan,
                                      OtherModule const &other) {
    std::vector<Unmet> unmet;
    auto const is_met = [&](Migration const &migration, auto const &check_it) {
        try {
            check_it();
            return true;
        } catch (Failure const &failure) {
            if (failure.state != std::string_view(sqlstate::unmet_requirement))
                throw;
            unmet.push_back({&migration, failure.message, failure.hint});
            return false;
        }
    };
    // The steps are added one by one, and one that cannot run is removed again, so that those that require it are found
    // too. A conflict counts whichever side declares it: `named_by` has the declarations of the other side.
    Check check(all, {{}, {}, plan.covered}, other);
    std::unordered_map<Migration const *, std::vector<Migration const *>> named_by; // in a conflict
    for (Migration const &migration : all)
        if (has_conflicts(migration) && migration.applied())
            (void) is_met(migration, [&] {
                check.each_conflict(migration, [&](Migration const &found) { named_by[&found].push_back(&migration); });
            });
    for (Migration const *step : plan.steps) {
        check_for_interrupts();
        check.add(*step);
        bool const met = is_met(*step, [&] {
            check.requirements_of(*step);
            check.conflicts_of(*step);
            for (Migration const *other_migration : named_by[step])
                check.conflict_between(*other_migration, *step);
        });
        if (!met)
            check.remove(*step);
        else
            check.each_conflict(*step, [&](Migration const &found) { named_by[&found].push_back(step); });
    }
    return unmet;
}

void check_rollback(std::vector<Migration> const &all, RunPlan const &plan) {
    if (plan.steps.empty() || std::none_of(all.begin(), all.end(), has_requirements))
        return;
    std::unordered_set<Migration const *> undone(plan.steps.begin(), plan.steps.end());
    undone.insert(plan.covered.begin(), plan.covered.end());
    Names const names(all);
    for (Migration const &migration : all) {
        check_for_interrupts();
        if (!has_requirements(migration) || !migration.applied() || undone.count(&migration))
            continue;
        for (std::string const &word : migration.loaded->requirements)
            if (Migration const *const found = names.find(word, migration); found && undone.count(found))
                refuse_needed(*found, "migration " + label(migration), "Roll that one back too, or first.");
    }
}

void check_rollback(std::string_view module, std::vector<Migration> const &all, RunPlan const &plan,
                    std::vector<std::string> const &dependent_modules, OtherModule const &other) {
    std::unordered_set<Migration const *> undone(plan.steps.begin(), plan.steps.end());
    undone.insert(plan.covered.begin(), plan.covered.end());
    Names const names(all);
    for (std::string const &dependent : dependent_modules) {
        std::vector<Migration> const &theirs = other(dependent);
        Names const others(theirs);
        for (Migration const &migration : theirs) {
            check_for_interrupts();
            if (!has_requirements(migration) || !migration.applied())
                continue;
            for (std::string const &word : migration.loaded->requirements) {
                check_for_interrupts();
                std::optional<Foreign> const there = foreign(word);
                if (!there || there->module != module || others.find(word, migration))
                    continue;
                if (Migration const *const found = names.find(there->word, migration); found && undone.count(found))
                    refuse_needed(*found, "migration " + label(migration) + " of module \"" + dependent + "\"",
                                  "Roll that one back first.");
            }
        }
    }
}

} // namespace mig
