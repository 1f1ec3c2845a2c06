// The texts of migrations, from the table of what is loaded or from the history; read as the owner.
#pragma once

#include "core/migration/content.hpp"
#include "server/db/query.hpp"
#include "server/store/loaders.hpp"

namespace mig::server {

// Views point into the StoredTexts that it is from.
struct StoredText {
    MigrationContent content;
    // Of a text on record: who put it there by running it. Null: nobody did.
    std::optional<std::string_view> loaded_by;
    LoadedFrom loaded_from = {};
    bool on_record = false;
};

// The texts of some migrations.
class StoredTexts {
  public:
    // What is loaded of the versions from `first` to `last`.
    static StoredTexts loaded(std::string_view module, std::string_view first, std::string_view last);
    // What a migration's entry in the history holds.
    static StoredTexts on_record(std::int64_t event_id);

    // What they return points into this: of a temporary it would be gone with the statement.
    std::optional<StoredText> find(std::string_view version) const &;
    // Failure unknown_version when it has gone since the catalog was read.
    StoredText of(std::string_view version) const &;
    std::optional<StoredText> find(std::string_view version) const && = delete;
    StoredText of(std::string_view version) const && = delete;

  private:
    StoredTexts(Rows rows, bool on_record);
    Rows rows_; // in version order
    bool on_record_;
};

} // namespace mig::server
