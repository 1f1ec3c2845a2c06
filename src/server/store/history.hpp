// The append-only record of what happened.
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
    std::optional<std::string_view> run_by = std::nullopt; // when it was another than the role that is current
    // Of a failure.
    std::optional<std::string_view> sqlstate = std::nullopt, error = std::nullopt;
    std::optional<std::int32_t> statement = std::nullopt, line = std::nullopt;
};

// What a text says of an entry; the rest is for the caller to fill in.
Entry entry_of(StoredText const &text);

// Entries of one transaction are collected and written together, because a statement each would cost more than many a
// migration.
// What they view must stay alive until then.
class History {
  public:
    // On behalf of the role that is current now, where an entry names no other; the rows themselves are written as the
    // owner.
    explicit History(std::string_view module);
    void append(Entry const &entry);
    void write();
    void forget() { entries_.clear(); } // what was rolled back

  private:
    // By one statement; `shared` are the values that the entries of one transaction have in common.
    void write(Entry const *entries, std::size_t count, std::vector<Value> const &shared);

    std::string const module_, run_by_, application_, catalog_identity_;
    bool const keeps_origins_, as_superuser_;
    std::string const insert_one_sql_, insert_many_sql_;
    PreparedQuery insert_one_, insert_many_;
    std::vector<Entry> entries_;
};

} // namespace mig::server
