// The calls that change what counts as applied, or is loaded, without running anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mig::server {

struct BaselineRow {
    std::string version, name, note; // note: what it creates and the database lacks; empty: nothing
};

// Marks everything loaded up to and including `version` as applied. If it compares what that should have created with
// the database, a WARNING for each direction says how they differ; the search_path is then to be the caller's. Failure
// invalid_parameter (an empty reason).
std::vector<BaselineRow> baseline(std::string_view module, std::string_view version,
                                  std::optional<std::string> const &reason, bool compares);

struct AdoptRow {
    std::string version, name, status; // empty version or name: none
    std::optional<std::int64_t> applied_at;
    std::string note;
};

// Marks as applied what another tool's history in this database says it has applied; `tool` says which history
// (core/adopt/history_choice.hpp). Returns a row for each migration, and for each entry that matches none.
std::vector<AdoptRow> adopt(std::string_view module, std::string_view tool);

// Makes the loaded body of an edited migration the applied one. Failure unknown_version, wrong_state (not applied, or
// nothing to accept), invalid_parameter (no reason).
void accept(std::string_view module, std::string_view version, std::string_view reason);

// Forgets a loaded migration. Failure unknown_version, wrong_state (applied, or some of its statements have run).
void unload(std::string_view module, std::string_view version);

} // namespace mig::server
