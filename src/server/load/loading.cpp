#include "server/load/loading.hpp"

#include "bridge/report.hpp"
#include "core/base/failure.hpp"
#include "core/base/version.hpp"
#include "core/convention/down_file_names.hpp"
#include "core/convention/group_reading.hpp"
#include "core/convention/marker_slip.hpp"
#include "core/convention/untaken_files.hpp"
#include "core/migration/checksum.hpp"
#include "server/load/changesets.hpp"
#include "server/load/checked_text.hpp"
#include "server/load/readable.hpp"
#include "server/load/unchanged_files.hpp"
#include "server/load/whole_set.hpp"
#include "server/parse/lexing.hpp"
#include "server/store/stored_texts.hpp"
#include "server/store/unadopted_history.hpp"

#include <algorithm>
#include <unordered_map>

namespace mig::server {

namespace {

void require_valid_version(std::string_view version) {
    if (std::string const why = version::why_invalid(version); !why.empty())
        throw Failure(sqlstate::invalid_text, why, "The version is \"" + std::string(version) + "\".");
}

std::optional<std::string_view> text_of(std::optional<TextPart> const &part) {
    return part ? std::optional<std::string_view>(part->lexed.text) : std::nullopt;
}

TextPart part_of_client(std::string_view text, const char *what) { return {lex(text, what), what}; }

Section all_of(TextPart const &part) { return {0, part.lexed.text.size(), 1}; }

// `section` is what the text is as a whole.
FileDirectives directives_of_text(TextPart const &part, Document const &document, MarkerKind section) {
    return in_file(part.path, [&] {
        refuse_slips({nullptr, section, false, part.lexed, {}});
        return directives_of(part.lexed, document);
    });
}

// For a migration that is one file, the checksum of the file, as sha256sum(1) prints it. For several files, the
// checksum of their checksums. For a part of a file, the checksum of its texts.
std::string raw_checksum_of(FileGroup const &group, MigrationText const &text, bool whole_file) {
    if (!whole_file)
        return checksum::of_bytes(text.up.lexed.text, text_of(text.down).value_or(""));
    std::string all;
    for (SourceFile const *file : {group.up, group.down, group.verify})
        all += file ? file->raw_checksum : "";
    return group.down || group.verify ? checksum::of_bytes(all) : group.up->raw_checksum;
}

FileResult result_of(MigrationText const &text, Stored stored) {
    return {text.version, text.name, word(stored), text.up.path, std::nullopt};
}

FileResult ignored(SkippedFile const &file) { return {std::nullopt, std::nullopt, "ignored", file.path, file.why}; }

Convention const &convention_of(SourceFiles const &files, std::string const &name, bool alone, FileReadings *known) {
    require_known_convention(name);
    return name == "auto" ? recognize(files.files(), lexer(), alone, known) : *convention_named(name);
}

// Completes the group of a single file with the bodies of the migration that were loaded from other files, as if these
// were part of the load.
class LoadedBefore {
  public:
    LoadedBefore(std::string_view module, FileGroup &group)
        : texts_(StoredTexts::loaded(module, group.version, group.version)) {
        std::optional<StoredText> const stored = texts_.find(group.version);
        if (!stored)
            return;
        loaded_by_ = stored->loaded_by;
        loaded_from_ = stored->loaded_from;
        join(group.up, up_, stored->content.up);
        join(group.down, down_, stored->content.down);
        join(group.verify, verify_, stored->content.verify);
    }

    // Who loaded the bodies that have joined; null: none has.
    std::optional<std::string_view> loader() const { return joined_ ? loaded_by_ : std::nullopt; }
    LoadedFrom loaded_from() const { return loaded_from_; }

  private:
    void join(SourceFile const *&place, SourceFile &file, std::optional<StoredBody> const &body) {
        if (place || !body || !body->source)
            return;
        file = {std::string(*body->source), body->sql, checksum::of_bytes(body->sql)};
        place = &file;
        joined_ = true;
    }

    StoredTexts const texts_;
    SourceFile up_, down_, verify_;
    std::optional<std::string_view> loaded_by_;
    LoadedFrom loaded_from_;
    bool joined_ = false;
};

// A single file is loaded as a migration even if its name might be that of a down file, unless the migration that it
// would undo is loaded under its version.
void refuse_down_file(std::string_view module, FileGroup const &group) {
    if (!group.up)
        return;
    StoredTexts const texts = StoredTexts::loaded(module, group.version, group.version);
    std::optional<StoredText> const stored = texts.find(group.version);
    if (!stored || !stored->content.up.source || !is_down_file_of(group.up->path, *stored->content.up.source))
        return;
    throw Failure(sqlstate::duplicate_version,
                  "\"" + group.up->path + "\" looks like the down file of migration " + group.version,
                  "The migration was loaded from \"" + std::string(*stored->content.up.source) +
                      "\". Nothing was loaded.",
                  "Load both with the convention that pairs them, such as load_file(..., convention => 'pairs') for "
                  "1_name_up.sql and 1_name_down.sql; if it is not a down file, give it another version.");
}

// Once nothing reads them: those of a large text take as much memory as the text, and so does storing it.
void free_tokens(MigrationText &text) {
    text.up.lexed.tokens = std::vector<Token>();
    for (std::optional<TextPart> *const part : {&text.down, &text.verify})
        if (*part)
            (*part)->lexed.tokens = std::vector<Token>();
}

class Loading {
  public:
    explicit Loading(LoadOptions const &options) : store_(options.module), options_(options) {}

    // Call it before loading from files that hold changesets. `whole`: the load has all files that there are.
    void expect_changesets(Arrangement const &arrangement, bool whole) {
        std::unordered_set<std::string> sources;
        for (FileGroup const &group : arrangement.groups)
            sources.insert(group.up->path);
        changesets_.emplace(options_.module, std::move(sources), whole);
    }

    // If the migration was loaded with the same key, that is from the same files, keeps it as it is and returns true.
    bool keep_unchanged(FileGroup const &group, UnchangedFiles const &unchanged, std::string const &key) {
        UnchangedFiles::Loaded const *const loaded = changesets_ ? nullptr : unchanged.find(group.version, key);
        if (!loaded)
            return false;
        pg::check_for_interrupts();
        refuse_second(group.version, group.up->path);
        // Reading it again would have checked the same; only the loader may have changed.
        store_.keep(group.version, loaded->by, loaded->absent);
        if (loaded->key.size() < key.size()) // the new one has the reading of the file as well
            store_.set_key(group.version, key);
        results_.push_back({group.version, std::string(loaded->name), word(Stored::unchanged), group.up->path, {}});
        found_again_.insert(loaded);
        return true;
    }

    void load(Convention const &convention, FileGroup const &group, std::string const &key,
              LoadedBefore const *rest = nullptr) {
        std::vector<SkippedFile> left_out; // parts of a file that holds several migrations
        std::vector<MigrationText> texts = read_group(convention, group, options_.placeholders, lexer(), &left_out);
        skip(left_out);
        std::vector<std::string> before(texts.size());
        bool any_statement = false;
        if (changesets_)
            before = changesets_->assign(texts);
        for (std::size_t i = 0; i < texts.size(); ++i) {
            MigrationText &text = texts[i];
            pg::check_for_interrupts();
            refuse_second(text.version, text.up.path);
            bool const empty = !check_syntax(text.up);
            any_statement = any_statement || !empty;
            DownBody const down = check_down(convention, text);
            Computed const computed(text, raw_checksum_of(group, text, texts.size() == 1));
            NewMigration migration = new_migration(text, down.reversible, computed);
            free_tokens(text);
            if (rest) {
                migration.loader_of_rest = rest->loader();
                migration.rest_from = rest->loaded_from();
            }
            // An unchanged migration is reported without reasons and warnings. If there are any, it gets no key, so
            // that the next load reads it again and reports them.
            bool const plain = left_out.empty() && !empty && !down.statementless && down.why_unreadable.empty();
            if (plain && text.version == group.version && !key.empty())
                migration.load_key = key;
            Stored const stored = store_.save(migration);
            if (stored == Stored::added)
                added_.push_back({results_.size(), computed.checksum});
            results_.push_back(result_of(text, stored));
            explain(results_.back(), down, before[i]);
        }
        if (!any_statement && left_out.empty())
            pg::warning("\"" + group.up->path + "\" has no statement to apply",
                        "Write its statements; if it is meant to do nothing, write: SELECT 1;");
    }

    // Call it after all groups are loaded.
    void forget_removed() {
        if (changesets_)
            for (KnownChangeset const &gone : changesets_->forget_removed()) {
                removed_.insert(gone.version);
                if (moved_.count(gone.version) == 0)
                    absent_.push_back({gone.version, gone.name, "absent", gone.source,
                                       "no longer in its file, and not applied: it is not run"});
            }
    }

    // Call it then, if the files are all that the module has. `before`: what was loaded before the load.
    void compare_with(UnchangedFiles const &before) {
        std::vector<Added> added;
        for (AddedResult const &one : added_) {
            FileResult const &result = results_[one.result];
            added.push_back({*result.version, *result.name, one.checksum, result.source});
        }
        SetComparison const comparison = compare_set(
            options_.module, store_, before,
            [&](UnchangedFiles::Loaded const &loaded) {
                return found_again_.count(&loaded) > 0 || removed_.count(std::string(loaded.version)) > 0 ||
                       paths_.count(version::canonical(loaded.version)) > 0;
            },
            added, options_.strict);
        for (RenamedRow const &row : comparison.renamed) {
            FileResult &result = results_[added_[row.added].result];
            result.action = "renamed";
            result.reason = "was " + row.version_before + (result.reason ? "; " + *result.reason : std::string());
        }
        for (AbsentRow const &row : comparison.absent)
            absent_.push_back({row.version, row.name, "absent", row.source, row.reason});
    }

    void skip(SkippedFile const &file) { skipped_.push_back(file); }
    void skip(std::vector<SkippedFile> const &files) {
        for (SkippedFile const &file : files)
            skip(file);
    }

    std::vector<SkippedFile> const &skipped() const { return skipped_; }

    // Says which files were probably meant to be loaded.
    void report_untaken() const {
        std::vector<SkippedFile const *> const untaken = untaken_sql(skipped_);
        if (options_.strict && !untaken.empty())
            throw untaken_failure(untaken);
        if (std::optional<std::string> const text = untaken_warning(untaken))
            pg::warning(*text);
    }

    std::vector<FileResult> results() {
        std::move(absent_.begin(), absent_.end(), std::back_inserter(results_));
        std::transform(skipped_.begin(), skipped_.end(), std::back_inserter(results_), ignored);
        return std::move(results_);
    }

  private:
    void explain(FileResult &result, DownBody const &down, std::string const &version_before) {
        if (!version_before.empty()) {
            moved_.insert(version_before);
            result.action = "renamed";
            result.reason = "it was " + version_before + ", and has moved in its file";
        }
        if (down.statementless)
            result.reason = "irreversible: its down section has no statement";
        if (down.why_unreadable.empty())
            return;
        result.reason = "irreversible: " + down.why_unreadable;
        pg::warning("migration " + *result.version + " cannot be rolled back: " + down.why_unreadable);
    }

    // arrange() refuses files whose names have the same version. Versions inside files are known only now.
    void refuse_second(std::string const &version, std::string const &path) {
        auto const [first, added] = paths_.emplace(version::canonical(version), path);
        if (!added)
            throw Failure(sqlstate::duplicate_version, "two migrations have version " + version,
                          "They are in \"" + first->second + "\" and \"" + path + "\". Nothing was loaded.",
                          "Give one of them another version, or load each directory as a module of its own.");
    }

    MigrationStore store_;
    LoadOptions const &options_;
    std::unordered_map<std::string, std::string> paths_; // by canonical version
    std::vector<FileResult> results_, absent_;
    std::vector<SkippedFile> skipped_;
    std::optional<Changesets> changesets_;
    std::unordered_set<std::string> moved_, removed_; // versions that changesets had before
    struct AddedResult {
        std::size_t result; // place in results_
        std::string checksum;
    };
    std::vector<AddedResult> added_;
    std::unordered_set<UnchangedFiles::Loaded const *> found_again_;
};

} // namespace

void require_known_convention(std::string const &name) {
    if (name != "auto" && !convention_named(name))
        throw Failure(sqlstate::invalid_parameter, "unknown convention \"" + name + "\"", {},
                      "Known conventions are auto, " + convention_names() + ".");
}

void require_valid_module(std::string_view module) {
    if (module.empty() || module.size() > version::max_length)
        throw Failure(sqlstate::invalid_parameter, "a module name must have 1 to 255 bytes");
}

std::vector<FileResult> load_files(LoadOptions const &options, SourceFiles const &files) {
    UnchangedFiles const unchanged(options.module);
    FileReadings readings = unchanged.readings(files.files());
    Convention const &convention = convention_of(files, options.convention, false, &readings);
    Arrangement const arrangement = arrange(convention, files.files());
    Loading loading(options);
    if (holds_changesets(convention))
        loading.expect_changesets(arrangement, true);
    LoadKeys const keys(convention, options.placeholders);
    for (FileGroup const &group : arrangement.groups) {
        if (!group.up) {
            loading.skip({(group.down ? group.down : group.verify)->path, "there is no up file for it"});
            continue;
        }
        bool const one_file = !group.down && !group.verify;
        std::string const &reading = readings[static_cast<std::size_t>(group.up - files.files().data())];
        std::string const key = keys.key_for(group, one_file ? reading : "");
        if (!loading.keep_unchanged(group, unchanged, key))
            loading.load(convention, group, key);
    }
    loading.forget_removed();
    loading.skip(arrangement.skipped);
    loading.skip(files.skipped());
    if (std::none_of(arrangement.groups.begin(), arrangement.groups.end(),
                     [](FileGroup const &group) { return group.up; }))
        throw nothing_taken(convention, loading.skipped());
    if (!options.keep_absent)
        loading.compare_with(unchanged);
    loading.report_untaken();
    warn_of_repetition(options.module);
    return loading.results();
}

std::vector<FileResult> load_one_file(LoadOptions const &options, SourceFiles const &file) {
    Convention const &convention = convention_of(file, options.convention, true, nullptr);
    Arrangement arrangement = arrange(convention, file.files());
    Loading loading(options);
    if (holds_changesets(convention))
        loading.expect_changesets(arrangement, false);
    for (FileGroup &group : arrangement.groups) {
        refuse_down_file(options.module, group);
        std::optional<LoadedBefore> others;
        if (holds_one_body(convention, file.files().front().path))
            others.emplace(options.module, group);
        if (!group.up)
            throw Failure(sqlstate::unknown_version, "migration " + group.version + " is not loaded",
                          "\"" + file.files().front().path + "\" holds a part of it, but not its up body.",
                          "Load its up file first, or the whole directory at once with migrator.load_tar().");
        loading.load(convention, group, "", others ? &*others : nullptr);
    }
    loading.forget_removed();
    loading.skip(arrangement.skipped);
    loading.report_untaken();
    return loading.results();
}

Stored load_text(std::string_view module, ClientTexts const &texts) {
    require_valid_version(texts.version);
    if (std::string const why = version::why_invalid_name(texts.name); !why.empty())
        throw Failure(sqlstate::invalid_parameter, why);
    MigrationText migration;
    migration.version = texts.version;
    migration.name = texts.name;
    migration.up = part_of_client(texts.up, "up");
    constexpr Section nothing{0, 0, 1};
    migration.directives =
        directives_of_text(migration.up, {all_of(migration.up), std::nullopt, std::nullopt}, MarkerKind::up);
    if (texts.down) {
        migration.down = part_of_client(*texts.down, "down");
        migration.directives.down =
            directives_of_text(*migration.down, {nothing, all_of(*migration.down), std::nullopt}, MarkerKind::down)
                .down;
    }
    if (texts.verify) {
        migration.verify = part_of_client(*texts.verify, "verify");
        (void) directives_of_text(*migration.verify, {nothing, std::nullopt, all_of(*migration.verify)},
                                  MarkerKind::verify);
    }
    (void) check_syntax(migration.up);
    bool const reversible = migration.down && check_syntax(*migration.down);
    Computed const computed(migration, checksum::of_bytes(texts.up, texts.down.value_or("")));
    NewMigration stored = new_migration(migration, reversible, computed);
    MigrationContent &content = stored.content;
    // The paths of these parts ("up", "down", "verify") are for messages only.
    content.up.source.reset();
    for (std::optional<StoredBody> *const body : {&content.down, &content.verify})
        if (*body)
            (*body)->source.reset();
    return MigrationStore(module).save(stored);
}

} // namespace mig::server
