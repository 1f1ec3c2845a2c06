// From a plan to the steps that will be executed: each migration with its text, its statements and where they are from.
#pragma once

#include "core/migration/body.hpp"
#include "core/migration/directives.hpp"
#include "core/plan/plan.hpp"
#include "core/plan/resume.hpp"
#include "server/parse/parsing.hpp"
#include "server/store/catalog.hpp"
#include "server/store/stored_texts.hpp"

#include <memory>

namespace mig::server {

// The verify script of an up body, with the statements that run.
struct Verification {
    Origin origin;
    std::string_view body;
    std::vector<Statement> statements;
};

// A migration that a snapshot replaces.
struct Covered {
    Migration const *migration;
    StoredText text;
};

struct Step {
    Migration const *migration;
    Origin origin;
    StoredText text;
    std::string_view body;
    Directives directives;
    std::vector<Statement> statements; // those that run: see core/migration/body.hpp
    bool transactional;                // all of them in one transaction
    bool has_begin = false;            // the body has a BEGIN
    // Runs in a RoleFence: SET ROLE, RESET ROLE and SET SESSION AUTHORIZATION do not work, as in a SECURITY DEFINER
    // function.
    bool fenced = false;
    // If it is not transactional: the checksum of each statement, and what has run already.
    std::vector<std::string> checksums;
    Resume resume;
    std::unique_ptr<Verification const> verification; // null: it has none
    std::vector<Covered> covered; // by a snapshot: its outcome is recorded for these too; in version order
};

// Owns the texts that its steps view and the trees of their statements, which they must not outlive.
struct Steps {
    std::vector<StoredTexts> texts;
    std::unique_ptr<ParseTrees> trees; // null: none is kept
    std::vector<Step> list;
};

// What the call can run: everything, or only what can run in the transaction of its caller.
enum class Scope : unsigned char { everything, one_transaction };

// Reads and parses every body, and executes nothing. Throws all that a plan's migrations can be refused for.
Steps prepare_steps(Catalog const &catalog, RunPlan const &plan, Direction direction, Scope scope);
// Adds the steps of an up plan that is only examined, without checking the requirements of its migrations.
void add_steps_to_examine(Steps &steps, Catalog const &catalog, RunPlan const &plan);

// Failure modified if migrations were edited after they were applied, naming each and what differs.
void refuse_modified(Catalog const &catalog);

} // namespace mig::server
