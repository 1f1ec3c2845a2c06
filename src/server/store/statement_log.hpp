// The append-only record of each statement of migrations that run statement by statement. A run that resumes such a
// migration is based on it.
#pragma once

#include "core/plan/state.hpp"
#include "server/db/query.hpp"

namespace mig::server {

struct StatementEntry {
    std::string_view result; // started, finished, failed, refused
    std::int32_t number, line;
    std::string_view command, checksum;
    std::optional<std::string_view> sql = std::nullopt; // of a start
    std::vector<std::string> const *objects_before = nullptr;
    std::optional<std::string_view> sqlstate = std::nullopt, error = std::nullopt;
    std::string_view relation = {};                // of a start: that of relation_of(); empty: none
    std::vector<std::string> session_changes = {}; // of an end: see core/migration/session_change.hpp
};

// Whether the table has a column for them. False for that of 1.0, before the update is run.
bool tables_have_session_changes();

// The record of one migration.
class StatementLog {
  public:
    StatementLog(std::string_view module, std::string_view version, bool down, std::size_t total,
                 std::string_view run_by);
    void write(StatementEntry const &entry);

  private:
    bool const keeps_changes_;
    std::string const module_, version_, run_by_;
    bool const down_;
    std::int32_t const total_;
};

// The objects that existed when that statement began: see interrupted_ddl.hpp.
std::vector<std::string> recorded_objects(StatementEvent const &start);

} // namespace mig::server
