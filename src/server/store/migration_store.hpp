// Puts migrations into the table of what is loaded, as the owner.
#pragma once

#include "core/migration/content.hpp"
#include "server/db/query.hpp"
#include "server/store/loaders.hpp"

namespace mig::server {

// One migration on its way into the table.
struct NewMigration {
    std::string_view version, name;
    MigrationContent content;
    std::vector<std::string> requirements = {}, conflicts = {};
    // Of server/load/unchanged_files.hpp; null: it is not to be known again by its files.
    std::optional<std::string_view> load_key = std::nullopt;
    // Of the parts that were loaded before: who did. The lesser of both has then loaded the whole.
    std::optional<std::string_view> loader_of_rest = std::nullopt;
    LoadedFrom rest_from = {};
};

// Who has loaded one that is stored.
struct LoadedBy {
    std::string_view role;
    std::optional<std::string_view> cluster; // its identifier; null: another than this
    bool as_superuser = false;
};

enum class Stored : unsigned char { added, changed, unchanged };
const char *word(Stored stored) noexcept;

// Stores the text as the newest one of its version, under `name`. Never touches the history. Who loads the same text
// again has loaded it, unless somebody of more trust had.
class MigrationStore {
  public:
    explicit MigrationStore(std::string_view module);
    Stored put(NewMigration const &migration);
    // The same of one that is stored, and has this version and no other content. `before`: who had loaded it.
    void put_again(std::string_view version, LoadedBy const &before);
    // The key that it is known by from now on.
    void put_key(std::string_view version, std::string_view key);

  private:
    void take_over(std::string_view version);

    std::string const module_, loaded_by_, cluster_;
    bool const keeps_origins_;
    Loaders const loaders_;
    Trust const trust_;
    std::string const upsert_sql_;
    PreparedQuery upsert_, take_over_, put_key_;
};

void forget(std::string_view module, std::string_view version);

} // namespace mig::server
