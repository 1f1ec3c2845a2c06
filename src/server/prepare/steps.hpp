// From a plan to what will be executed: each migration with its text, its statements and where they came from.
#pragma once

#include "core/migration/body.hpp"
#include "core/migration/directives.hpp"
#include "core/plan/plan.hpp"
#include "core/plan/resume.hpp"
#include "server/store/catalog.hpp"
#include "server/store/stored_texts.hpp"

namespace mig::server {

// The verify script of an up body: what of it runs.
struct Verification {
    Origin origin;
    std::string_view body;
    std::vector<Statement> statements;
};

// A migration that a snapshot stands for.
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
    std::vector<Statement> statements; // that run: see core/migration/body.hpp
    bool transactional;                // in one transaction
    bool begins = false;               // the body says BEGIN
    // The role cannot be left: neither SET ROLE nor RESET ROLE nor SET SESSION AUTHORIZATION works, as in a SECURITY
    // DEFINER function.
    bool fenced = false;
    // Of one that is not: the checksum of each statement, and what has run already.
    std::vector<std::string> checksums;
    Resume resume;
    Verification verification;
    std::vector<Covered> covered; // of a snapshot: what its outcome is recorded for too, in version order
};

// Owns the texts that its steps view.
struct Steps {
    std::vector<StoredTexts> texts;
    std::vector<Step> list;
};

// What the call can run: everything, or only what can share the transaction of its caller.
enum class Scope : unsigned char { everything, one_transaction };

// Reads and parses every body, executes nothing. Whatever is refused is refused here.
Steps steps(Catalog const &catalog, RunPlan const &plan, Direction direction, Scope scope);
// The same, but for what migrations require of each other: for a plan that is only looked at.
Steps steps_without_requirements(Catalog const &catalog, RunPlan const &plan, Direction direction, Scope scope);

// Failure modified, naming each edited migration and what differs.
void refuse_modified(Catalog const &catalog);

} // namespace mig::server
