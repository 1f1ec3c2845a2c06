#include "server/load/unchanged_files.hpp"

#include "core/base/interruption.hpp"
#include "core/migration/checksum.hpp"
#include "server/db/table_scan.hpp"
#include "server/load/reading_rules.hpp"
#include "server/store/columns.hpp"

namespace mig::server {

namespace {

using Loaded = UnchangedFiles::Loaded;

constexpr Column<Loaded> columns[] = {
    column<&Loaded::version>("version"),
    column<&Loaded::name>("name"),
    column<&Loaded::source>("source"),
    column<&Loaded::raw_checksum>("raw_checksum"),
    column<&Loaded::key>("load_key"),
    column<&Loaded::by, &LoadedBy::role>("loaded_by"),
    column<&Loaded::by, &LoadedBy::cluster>("loaded_in"),
    column<&Loaded::by, &LoadedBy::as_superuser>("loaded_as_superuser"),
    column<&Loaded::absent>("?absent_since"),
};

Rows scan(std::string_view module) {
    std::vector<const char *> names;
    add_names(names, columns);
    return scan_table("migration", names, module, Access::fresh);
}

// A key is `RULES/DIGEST/READING`: reading_rules(), a SHA-256 in hex, and the reading of the file. Keys match if they
// are equal up to the reading, which is a result and not an input.
constexpr std::size_t rules_length = 16, digest_length = 64, same_length = rules_length + 1 + digest_length + 1;

// Each text is preceded by its length, so that different lists of texts never become the same string.
void append(std::string &to, std::string_view text) { to.append(std::to_string(text.size())).append(":").append(text); }

void append(std::string &to, std::vector<std::string> const &texts) {
    append(to, std::to_string(texts.size()));
    for (std::string const &text : texts)
        append(to, text);
}

void append(std::string &to, SourceFile const *file) {
    append(to, file ? std::string_view(file->path) : std::string_view());
    append(to, file ? std::string_view(file->raw_checksum) : std::string_view());
}

} // namespace

LoadKeys::LoadKeys(Convention const &convention, Placeholders const &placeholders) : rules_(reading_rules()) {
    append(context_, rules_);
    append(context_, name_of(convention));
    for (auto const &[name, value] : placeholders) {
        append(context_, name);
        append(context_, value);
    }
}

std::string LoadKeys::key_for(FileGroup const &group, std::string_view reading) const {
    std::string all;
    append(all, group.version);
    append(all, group.name);
    append(all, to_text(group.kind));
    append(all, group.requirements);
    append(all, group.conflicts);
    for (SourceFile const *const file : {group.up, group.down, group.verify})
        append(all, file);
    for (SourceFile const *const file : group.settings)
        append(all, file);
    std::string key = rules_ + "/" + checksum::of_bytes(context_, all) + "/";
    return key.append(reading);
}

UnchangedFiles::UnchangedFiles(std::string_view module) : rows_(scan(module)) {
    loaded_.reserve(rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        check_for_interrupts();
        read_columns<columns>(loaded_.emplace_back(), rows_, i, 0);
    }
    by_version_.reserve(loaded_.size());
    by_source_.reserve(loaded_.size());
    for (Loaded const &migration : loaded_) {
        check_for_interrupts();
        if (migration.key.size() < same_length)
            continue;
        by_version_.emplace(migration.version, &migration);
        by_source_.emplace(migration.source, &migration);
    }
}

// The raw checksum of a migration is that of its file if it consists of a single one. If it does not, its key has no
// reading either.
FileReadings UnchangedFiles::readings(std::vector<SourceFile> const &files) const {
    std::string const rules = reading_rules();
    FileReadings readings(files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        check_for_interrupts();
        auto const found = by_source_.find(files[i].path);
        if (found == by_source_.end())
            continue;
        Loaded const &loaded = *found->second;
        if (loaded.raw_checksum == files[i].raw_checksum && loaded.key.substr(0, rules_length) == rules)
            readings[i] = loaded.key.substr(same_length);
    }
    return readings;
}

Loaded const *UnchangedFiles::find(std::string_view version, std::string_view key) const {
    auto const found = by_version_.find(version);
    bool const same =
        found != by_version_.end() && found->second->key.substr(0, same_length) == key.substr(0, same_length);
    return same ? found->second : nullptr;
}

} // namespace mig::server
