// Which loaded migrations another tool has applied, by what stands in its history.
#pragma once

#include "core/state.hpp"

#include <string>

namespace mig {

// One entry of a tool's history, as its query yields it:
// match, key, name, file, state, applied_at, applied_by, execution_time_ms, scope, note.
struct ToolEntry {
    enum class Match : unsigned char {
        version, // the key is a version
        file,    // the name of a file or directory
        name,    // a migration's name; from the file `file`, when that is there
        up_to,   // a version, and everything before it counts too
        word     // stands in a version or a name; everything before counts too
    };
    enum class State : unsigned char {
        applied,
        baseline, // it was there before: never to be rolled back
        failed,
        dirty, // stopped somewhere in it
        rolled_back,
        skipped
    };
    Match match = Match::version;
    std::string_view key, name, file;
    State state = State::applied;
    std::optional<std::int64_t> applied_at; // the server's timestamp; none: the tool does not keep it
    std::optional<std::string_view> applied_by;
    double execution_time_ms = 0;
    std::string_view scope = {}; // the tool's own project, where several share a table
    std::string_view note = {};
};

ToolEntry::Match match_named(std::string_view word);
ToolEntry::State state_named(std::string_view word);

// A migration that a tool may have run.
struct Candidate {
    Migration const *migration;
    std::string_view source; // the file it came from; empty: not known
};

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
