// The append-only record of what happened.
#pragma once

#include "server/store/catalog.hpp"

namespace mig::server {

struct Entry {
    const char *action; // apply, rollback, baseline, accept, adopt
    const char *result; // applied, rolled_back, baseline, accepted, failed
    std::string_view version, name, up;
    std::optional<std::string_view> down, source;
    std::uint32_t up_line = 1, down_line = 1;
    bool reversible = false;
    std::string_view checksum, raw_checksum, algorithm;
    std::int64_t started_at = 0, finished_at = 0; // of the server's clock
    double execution_time_ms = 0;
    std::optional<std::string_view> reason = std::nullopt;
    std::optional<std::string_view> run_by = std::nullopt; // when it was another than the role that is current
    std::optional<std::string_view> up_directives = std::nullopt, down_directives = std::nullopt;
    Kind kind = Kind::versioned;
    std::optional<std::string_view> verify = std::nullopt;
    std::uint32_t verify_line = 1;
    std::optional<std::string_view> down_source = std::nullopt, verify_source = std::nullopt;
    // Of a failure.
    std::optional<std::string_view> sqlstate = std::nullopt, error = std::nullopt;
    std::optional<std::int32_t> statement = std::nullopt, line = std::nullopt;
};

// What a text says of an entry; the rest is for the caller to fill in.
Entry entry_of(StoredText const &text);

// Entries of one transaction are collected and written by one statement, because a statement each would cost more than
// many a migration.
// What they view must stay alive until then.
class History {
  public:
    // On behalf of the role that is current now, where an entry names no other; the rows themselves are written as the
    // owner.
    explicit History(std::string_view module);
    void append(Entry const &entry) { entries_.push_back(entry); }
    void write();
    void forget() { entries_.clear(); } // what was rolled back

  private:
    std::string const module_, run_by_, application_;
    bool const keeps_origins_, as_superuser_;
    PreparedQuery insert_one_, insert_many_;
    std::vector<Entry> entries_;
};

} // namespace mig::server
