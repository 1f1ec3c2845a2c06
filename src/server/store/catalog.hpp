// The extension's own tables: bodies and history. All of it acts as the owner.
#pragma once

#include "core/base/kind.hpp"
#include "core/migration/body.hpp"
#include "core/plan/state.hpp"
#include "core/text/lexed.hpp"
#include "server/db/query.hpp"
#include "server/store/loaders.hpp"

namespace mig::server {

// One migration on its way into the table.
struct NewMigration {
    std::string_view version, name, up;
    std::optional<std::string_view> down, source;
    std::uint32_t up_line = 1, down_line = 1;
    bool reversible = false;
    std::string checksum = {}, raw_checksum = {};
    std::optional<std::string> up_directives = std::nullopt, down_directives = std::nullopt; // canonical
    Kind kind = Kind::versioned;
    std::optional<std::string_view> verify = std::nullopt;
    std::uint32_t verify_line = 1;
    std::vector<std::string> requirements = {}, conflicts = {};
    std::optional<std::string_view> down_source = std::nullopt, verify_source = std::nullopt; // null: the same file
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
    PreparedQuery upsert_, take_over_;
};

// What is loaded and what happened in a module, and the statuses that follow.
class Catalog {
  public:
    enum class Detail : unsigned char {
        plan,  // what a plan needs: no raw checksums; of events no times and no role
        report // everything
    };
    Catalog(std::string_view module, Access access, Detail detail);
    Catalog(Catalog const &) = delete;
    Catalog &operator=(Catalog const &) = delete;

    std::vector<Migration> const &migrations() const { return migrations_; }
    std::string_view module() const { return module_; }
    Access access() const { return access_; }

  private:
    std::string const module_;
    Access const access_;
    Rows const loaded_rows_, event_rows_, statement_rows_;
    std::vector<Loaded> loaded_;
    std::vector<Event> events_;
    std::vector<StatementEvent> statements_;
    std::vector<Migration> migrations_;
};

// Everything that is kept of one migration: of the newest text, or of an entry of the history. Views point into Rows.
struct StoredText {
    std::string_view up;
    std::optional<std::string_view> down;
    std::uint32_t up_line = 1, down_line = 1;
    bool reversible = false;
    std::optional<std::string_view> source;
    std::string_view checksum, raw_checksum, algorithm;
    std::optional<std::string_view> up_directives, down_directives;
    Kind kind = Kind::versioned;
    std::optional<std::string_view> verify;
    std::uint32_t verify_line = 1;
    std::optional<std::string_view> down_source, verify_source; // null: the same file
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

void forget(std::string_view module, std::string_view version);

} // namespace mig::server
