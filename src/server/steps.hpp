// From a plan to what will be executed: each migration with its text, its statements and where they came from.
#pragma once

#include "core/body.hpp"
#include "core/plan.hpp"
#include "server/catalog.hpp"

namespace mig::server {

struct Step {
    Migration const *migration;
    Origin origin;
    StoredText text;
    std::string_view body;
    std::vector<Statement> statements; // that run: see core/body.hpp
};

enum class Direction : unsigned char { up, down };

// Owns the texts that its steps view.
struct Steps {
    std::vector<StoredTexts> texts;
    std::vector<Step> list;
};

// Reads and parses every body, executes nothing. Whatever is refused is refused here.
Steps steps(Catalog const &catalog, RunPlan const &plan, Direction direction);

// Failure modified, naming each edited migration and what differs.
void refuse_modified(Catalog const &catalog);

} // namespace mig::server
