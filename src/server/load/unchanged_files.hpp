// What is loaded before a load. Finds migrations that were loaded from exactly these files, so that reading them again
// would give what is stored.
#pragma once

#include "core/convention/convention.hpp"
#include "server/db/query.hpp"
#include "server/store/migration_store.hpp"

#include <unordered_map>

namespace mig::server {

// A key represents everything that the result of reading a migration depends on, and contains what recognize() has
// found out about its file. It is stored with the migration (src/sql/20_tables.sql).
class LoadKeys {
  public:
    LoadKeys(Convention const &convention, Placeholders const &placeholders);
    // `reading` as in core/convention/convention.hpp; empty if it is not known.
    std::string key_for(FileGroup const &group, std::string_view reading) const;

  private:
    std::string const rules_;
    std::string context_; // the part that is the same for all migrations of the load
};

class UnchangedFiles {
  public:
    struct Loaded {
        std::string_view version, name, source, raw_checksum, key; // source: empty if it was loaded as text
        LoadedBy by;
        bool absent = false; // its file was gone
    };

    // Reads what is loaded in the module now.
    explicit UnchangedFiles(std::string_view module);

    std::vector<Loaded> const &all() const { return loaded_; }
    // For each file, what recognize() found out about it when it was loaded, or nothing if it is not known.
    FileReadings readings(std::vector<SourceFile> const &files) const;
    // The migration if it was loaded with this key; null: its files have to be read. Points into this.
    Loaded const *find(std::string_view version, std::string_view key) const;

  private:
    Rows const rows_;
    std::vector<Loaded> loaded_;
    std::unordered_map<std::string_view, Loaded const *> by_version_, by_source_; // those that have a key
};

} // namespace mig::server
