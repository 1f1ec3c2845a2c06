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
    // Of the parts that were loaded before: who did. The lesser of both has then loaded the whole.
    std::optional<std::string_view> loader_of_rest = std::nullopt;
    LoadedFrom rest_from = {};
};

enum class Stored : unsigned char { added, changed, unchanged };
const char *word(Stored stored) noexcept;

// Stores the text as the newest one of its version, under `name`. Never touches the history. Who loads the same text
// again has loaded it, unless somebody of more trust had.
class MigrationStore {
  public:
    explicit MigrationStore(std::string_view module);
    Stored put(NewMigration const &migration);

  private:
    void take_over(std::string_view version);

    std::string const module_, loaded_by_, cluster_;
    bool const keeps_origins_;
    Loaders const loaders_;
    Trust const trust_;
    std::string const upsert_sql_;
    PreparedQuery upsert_, take_over_;
};

void forget(std::string_view module, std::string_view version);

} // namespace mig::server
