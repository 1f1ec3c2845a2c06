// The entries of another tool's history, and the migrations that they may be about.
#pragma once

#include "core/plan/state.hpp"

#include <optional>
#include <string_view>

namespace mig {

// One entry of a tool's history, as its query yields it:
// match, key, name, file, state, applied_at, applied_by, execution_time_ms, scope, note.
struct ToolEntry {
    enum class Match : unsigned char {
        version, // the key is a version
        file,    // the name of a file or directory
        name,    // a migration's name; from the file `file`, when that is there
        up_to,   // a version; everything before it has run too
        word     // occurs in a version or a name; everything before that has run too
    };
    enum class State : unsigned char {
        applied,
        baseline, // was there before the tool: never to be rolled back
        failed,
        dirty, // the tool stopped somewhere in it
        rolled_back,
        skipped
    };
    Match match = Match::version;
    std::string_view key, name, file;
    State state = State::applied;
    std::optional<std::int64_t> applied_at; // the server's timestamp; none: the tool does not record it
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

} // namespace mig
