// Which migrations are loaded from these very files already: read again, they would come to what is stored.
#pragma once

#include "core/convention/convention.hpp"
#include "server/db/query.hpp"
#include "server/store/migration_store.hpp"

#include <unordered_map>

namespace mig::server {

// A key stands for all that the result of reading a migration follows from, and holds what recognise() has found out
// about its file. It is stored with the migration (src/sql/20_tables.sql).
class LoadKeys {
  public:
    LoadKeys(Convention const &convention, Placeholders const &placeholders);
    // `reading`: of core/convention/convention.hpp; empty: not known.
    std::string of(FileGroup const &group, std::string_view reading) const;

  private:
    std::string const rules_;
    std::string context_; // what all migrations of the load share
};

class UnchangedFiles {
  public:
    struct Loaded {
        std::string_view version, name, source, raw_checksum, key;
        LoadedBy by;
    };

    // What is loaded in the module now.
    explicit UnchangedFiles(std::string_view module);

    // For each file what recognise() found out about it when it was loaded, or nothing.
    FileReadings readings(std::vector<SourceFile> const &files) const;
    // The migration, where it was loaded with this key; null: it has to be read. Views this.
    Loaded const *find(std::string_view version, std::string_view key) const;

  private:
    Rows const rows_;
    std::vector<Loaded> loaded_; // that have a key
    std::unordered_map<std::string_view, Loaded const *> by_version_, by_source_;
};

} // namespace mig::server
