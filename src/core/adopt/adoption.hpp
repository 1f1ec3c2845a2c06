// Which loaded migrations another tool has applied, by what stands in its history.
#pragma once

#include "core/adopt/tool_entry.hpp"

#include <string>

namespace mig {

struct AdoptionRow {
    Migration const *migration = nullptr; // null: nothing fits
    ToolEntry const *entry = nullptr;     // null: not in the tool's history
    std::string version, name;            // empty: none
    std::string status, note;
    std::optional<std::int64_t> applied_at = std::nullopt; // by the tool
};

struct Adoption {
    // What is to be marked, in the order in which it ran.
    struct Mark {
        Migration const *migration;
        ToolEntry const *entry;
        bool baseline;
    };
    std::vector<Mark> marks;
    std::vector<AdoptionRow> rows; // migrations in version order, then what fits none
};

// Where entries of several scopes share a table, those of the scope that the module is named after.
// Failure invalid_parameter when there is none.
std::vector<ToolEntry> entries_of_module(std::vector<ToolEntry> entries, std::string_view module);

// Candidates in version order, entries in the tool's. Nothing is guessed: an entry that fits two migrations fits none.
Adoption match_history(std::vector<Candidate> const &candidates, std::vector<ToolEntry> const &entries);

} // namespace mig
