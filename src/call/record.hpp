// Calls that change what counts as applied without running a body.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mig::server {

struct Marked {
    std::string version, name;
};

// Everything loaded up to and including `version` counts as applied.
std::vector<Marked> baseline(std::string_view module, std::string_view version);

struct Adopted {
    std::string version, name, status; // empty version, name: none
    std::optional<std::int64_t> applied_at;
    std::string note;
};

// What another tool has applied, by its history in this database, counts as applied; `tool` says which history
// (core/adopt/history_choice.hpp). A row per migration and per entry that fits none.
std::vector<Adopted> adopt(std::string_view module, std::string_view tool);

// The loaded body of an edited migration becomes the applied one. Failure unknown_version, wrong_state (not applied,
// or nothing to accept), invalid_parameter (no reason).
void accept(std::string_view module, std::string_view version, std::string_view reason);

// Failure unknown_version, wrong_state (applied).
void unload(std::string_view module, std::string_view version);

} // namespace mig::server
