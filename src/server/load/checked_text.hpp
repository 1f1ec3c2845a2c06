// Checks the bodies of a migration before they are stored.
#pragma once

#include "core/convention/convention.hpp"
#include "server/store/migration_store.hpp"

namespace mig::server {

// Parses a body, so that a syntax error is reported by the load and not in production. True if it has a statement.
bool check_syntax(TextPart const &part);

struct DownBody {
    bool reversible = false;
    std::string why_unreadable = {}; // an error message; empty: it can be parsed, or there is none
    bool statementless = false;      // it has no statement, and the convention's tool would not run it either
};

// Old projects have down bodies that have never run and do not parse. Such a body makes a migration irreversible, but
// does not keep it from being loaded.
DownBody check_down(Convention const &convention, MigrationText const &text);

// The columns of a migration that are computed from its text.
struct Computed {
    Computed(MigrationText const &migration, std::string raw);

    std::string const checksum, raw_checksum;
    std::optional<std::string> const up_directives, down_directives;
};

// The row to store, for a text whose up and down bodies are checked already; checks the verify script. Views both.
NewMigration new_migration(MigrationText const &text, bool reversible, Computed const &computed);

} // namespace mig::server
