// Stores migrations in migrator.migration, as the owner.
#pragma once

#include "core/migration/content.hpp"
#include "server/db/query.hpp"
#include "server/store/loaders.hpp"

namespace mig::server {

// A migration to be stored.
struct NewMigration {
    std::string_view version, name;
    MigrationContent content;
    std::vector<std::string> requirements = {}, conflicts = {};
    // See server/load/unchanged_files.hpp; null: the next load has to read its files.
    std::optional<std::string_view> load_key = std::nullopt;
    // Who loaded the bodies that were stored before, and where. The less trusted of both roles becomes the loader of
    // the whole.
    std::optional<std::string_view> loader_of_rest = std::nullopt;
    LoadedFrom rest_from = {};
};

// Who loaded a stored migration.
struct LoadedBy {
    std::string_view role;
    std::optional<std::string_view> cluster; // cluster_identifier(); null: another cluster than this
    bool as_superuser = false;
};

enum class Stored : unsigned char { added, changed, unchanged };
const char *word(Stored stored) noexcept;

// Stores texts as the newest ones of their versions. Never touches the history. Loading the same text again makes the
// current role its loader, unless a more trusted one was. A migration whose file was gone has it back by being loaded
// again; its loader is then the current role in any case, as if it had been unloaded meanwhile.
class MigrationStore {
  public:
    explicit MigrationStore(std::string_view module);
    Stored save(NewMigration const &migration);
    // The same for a stored migration whose content is known to be the same. `before`: who had loaded it; `absent`:
    // its file was gone.
    void keep(std::string_view version, LoadedBy const &before, bool absent);
    // Notes that its file is gone. Not for a table of 1.0: see keeps_absence().
    void set_absent(std::string_view version);
    bool keeps_absence() const { return keeps_origins_; }
    // Whether the current role is trusted as much as whoever has loaded it.
    bool trusted_as(LoadedBy const &loader) const;
    void set_key(std::string_view version, std::string_view load_key);

  private:
    void take_over(std::string_view version);
    void set_lines(NewMigration const &migration);

    std::string const module_, loaded_by_, cluster_;
    bool const keeps_origins_;
    Loaders const loaders_;
    Trust const trust_;
    std::string const upsert_sql_;
    PreparedQuery upsert_, take_over_, set_key_, set_lines_, set_absent_;
};

// Deletes a loaded migration.
void forget(std::string_view module, std::string_view version);

} // namespace mig::server
