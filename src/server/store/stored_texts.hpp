// The texts of migrations, from migrator.migration or from the history, read as the owner.
#pragma once

#include "core/migration/content.hpp"
#include "server/db/query.hpp"
#include "server/store/loaders.hpp"

namespace mig::server {

// Views point into the StoredTexts that it comes from.
struct StoredText {
    MigrationContent content;
    // For a text on record, who ran it; null: it was recorded without a run.
    std::optional<std::string_view> loaded_by;
    LoadedFrom loaded_from = {};
    bool on_record = false;
};

// The texts of some migrations.
class StoredTexts {
  public:
    // Those that are loaded, with versions from `first` to `last`.
    static StoredTexts loaded(std::string_view module, std::string_view first, std::string_view last);
    // The one in an entry of the history.
    static StoredTexts on_record(std::int64_t event_id);

    // The results point into this, so they cannot be had from a temporary.
    std::optional<StoredText> find(std::string_view version) const &;
    // Failure unknown_version if it has been removed since the catalog was read.
    StoredText get(std::string_view version) const &;
    std::optional<StoredText> find(std::string_view version) const && = delete;
    StoredText get(std::string_view version) const && = delete;

  private:
    StoredTexts(Rows rows, bool on_record);
    Rows rows_; // in version order
    bool on_record_;
};

} // namespace mig::server
