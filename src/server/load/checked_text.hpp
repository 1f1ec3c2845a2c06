// The bodies of a migration, checked on their way into the table.
#pragma once

#include "core/convention/convention.hpp"
#include "server/store/migration_store.hpp"

namespace mig::server {

// Parses a body, so that a syntax error is refused now and not in production. True when it has a statement.
bool check(TextPart const &part);

struct DownBody {
    bool reversible = false;
    std::string why_not = {};   // it cannot be read
    bool statementless = false; // and that is none here
};

// Old projects have downs that never ran, nor could. They must not keep the rest from being loaded.
DownBody check_down(Convention const &convention, MigrationText const &text);

// What is computed of a text on its way into the table.
struct Computed {
    Computed(MigrationText const &migration, std::string raw);

    std::string const checksum, raw_checksum;
    std::optional<std::string> const up_directives, down_directives;
};

// Of a text whose up and down bodies are checked already. Views both.
NewMigration checked(MigrationText const &text, bool reversible, Computed const &computed);

} // namespace mig::server
