// The append-only history of what has happened to migrations.
#pragma once

#include "server/store/stored_texts.hpp"

namespace mig::server {

struct Entry {
    std::string_view action = {}; // apply, rollback, baseline, accept, adopt
    std::string_view result = {}; // applied, rolled_back, baseline, accepted, failed
    std::string_view version = {}, name = {};
    MigrationContent content = {};
    std::int64_t started_at = 0, finished_at = 0; // of the server's clock
    double execution_time_ms = 0;
    std::optional<std::string_view> reason = std::nullopt;
    std::optional<std::string_view> run_by = std::nullopt; // null: the role of History
    // For a failure:
    std::optional<std::string_view> sqlstate = std::nullopt, error = std::nullopt;
    std::optional<std::int32_t> statement = std::nullopt, line = std::nullopt;
};

// An entry with the content of a text; the caller fills in the rest.
Entry entry_of(StoredText const &text);

// Collects the entries of a transaction and writes them together at its end. What the entries view must stay alive until
// then.
class History {
  public:
    // Entries that name no role are attributed to the role that is current now. The rows are written as the owner.
    explicit History(std::string_view module);
    void append(Entry const &entry);
    void write();
    void forget() { entries_.clear(); } // for entries whose migrations were rolled back

  private:
    std::string const module_, run_by_, application_, catalog_identity_;
    bool const keeps_origins_, as_superuser_;
    std::vector<Entry> entries_;
};

} // namespace mig::server
