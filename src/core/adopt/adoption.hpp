// Which loaded migrations another tool has applied, according to its history.
#pragma once

#include "core/adopt/tool_entry.hpp"

#include <string>

namespace mig {

struct AdoptionRow {
    Migration const *migration = nullptr; // null: none matches
    ToolEntry const *entry = nullptr;     // null: not in the tool's history
    std::string version, name;            // empty: none
    std::string status, note;
    std::optional<std::int64_t> applied_at = std::nullopt; // by the tool
};

struct Adoption {
    // A migration to be marked as applied.
    struct Mark {
        Migration const *migration;
        ToolEntry const *entry;
        bool baseline;
    };
    std::vector<Mark> marks;       // in the order in which they ran
    std::vector<AdoptionRow> rows; // migrations in version order, then the entries that match none
};

// All entries; if several scopes share the table, those of the scope that is named like the module.
// Failure invalid_parameter if there is none.
std::vector<ToolEntry> entries_of_module(std::vector<ToolEntry> entries, std::string_view module);

// Candidates in version order, entries in the tool's. Nothing is guessed: an entry that matches two migrations matches
// none.
Adoption match_history(std::vector<Candidate> const &candidates, std::vector<ToolEntry> const &entries);

} // namespace mig
