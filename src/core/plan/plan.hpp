// Which migrations a call runs, in which order, or why it runs none (promises 1, 4 and 8 of the design).
#pragma once

#include "core/plan/state.hpp"

#include <string>
#include <vector>

namespace mig {

enum class Direction : unsigned char { up, down };
enum class OutOfOrder : unsigned char { error, warn, allow };

struct RunPlan {
    std::vector<Migration const *> steps;
    std::vector<std::string> warnings;
    // What the snapshot among the steps replaces, in version order: it becomes a baseline when the snapshot is applied,
    // and stops being one when that is rolled back.
    std::vector<Migration const *> covered = {};
};

// Everything pending up to and including `target`: the versioned migrations in version order, then the repeatable ones
// in theirs. With a target, repeatable ones run only if no versioned one is left after it, because they are written for
// the newest schema; a repeatable target runs with all that come before it. Where nothing has run yet, the newest
// snapshot up to the target runs instead of the versions up to its own. An edited migration is the caller's to refuse:
// see modified_migrations(). Failure unknown_version, out_of_order, wrong_state (a migration is partly rolled back, or
// the file of the target is gone).
RunPlan plan_apply(std::vector<Migration> const &all, std::optional<std::string_view> target, OutOfOrder out_of_order);

// The last n migrations that ran, the latest first; of a repeatable one its last run counts. A baseline never ran, so
// it is never undone.
// Failure invalid_parameter (n < 1), irreversible.
RunPlan plan_rollback(std::vector<Migration> const &all, std::int64_t n);

// What ran after `target`, likewise. A repeatable migration without a down body stays, with a warning: it runs again
// when it is changed, and would otherwise prevent every rollback. Failure unknown_version, wrong_state (target is not
// applied), irreversible.
RunPlan plan_rollback_to(std::vector<Migration> const &all, std::string_view target);

// The versioned migrations that are loaded and not applied, up to and including `version`; a repeatable one or a
// snapshot only if `version` names it. Otherwise a repeatable one runs at the next apply, as it may at any time.
// Failure unknown_version, wrong_state (its file is gone).
RunPlan plan_baseline(std::vector<Migration> const &all, std::string_view version);

std::vector<Migration const *> modified_migrations(std::vector<Migration> const &all);

// The call that rolls these back, and what ran after the first of them, so that their loaded bodies are pending; empty
// if there is none: one of them is a baseline, or something has no down body.
std::string call_to_undo(std::vector<Migration> const &all, std::vector<Migration const *> const &modified,
                         std::string_view module);

// Failure unknown_version.
Migration const &find(std::vector<Migration> const &all, std::string_view version);

// `20260315_001 (add_users)`
std::string label(Migration const &migration);

} // namespace mig
