#include "server/loading.hpp"

#include "core/checksum.hpp"
#include "core/directives.hpp"
#include "core/failure.hpp"
#include "core/file_name.hpp"
#include "core/text.hpp"
#include "core/version.hpp"
#include "server/directory.hpp"
#include "server/file_encoding.hpp"
#include "server/lexing.hpp"
#include "server/parsing.hpp"

#include <algorithm>

namespace mig::server {

namespace {

void require_valid_version(std::string_view version) {
    if (std::string const why = version::why_invalid(version); !why.empty())
        throw Failure(sqlstate::invalid_text, why, "The version is \"" + std::string(version) + "\".");
}

// Parses all sections, so that a syntax error is refused now and not in production.
Stored check_and_store(MigrationStore &store, NewMigration &migration, Lexed const &up, std::string_view up_source,
                       std::optional<Lexed> const &down, std::string_view down_source,
                       std::optional<Lexed> const &verify, std::string_view verify_source) {
    (void) parse(up, up_source, migration.up_line);
    if (verify)
        (void) parse(*verify, verify_source, migration.verify_line);
    migration.reversible = down && !parse(*down, down_source, migration.down_line).empty();
    migration.checksum = checksum::of_tokens(up);
    return store.put(migration);
}

// What says what the whole migration is.
void take_kind(NewMigration &migration, FileDirectives const &directives) {
    migration.kind = directives.repeatable ? Kind::repeatable : directives.snapshot ? Kind::snapshot : Kind::versioned;
    migration.requirements = directives.requirements;
    migration.conflicts = directives.conflicts;
}

// Of texts that are sections by themselves.
FileDirectives directives_of_text(Lexed const &text, Document const &document, const char *what) {
    try {
        return directives_of(text, document);
    } catch (Failure &failure) {
        failure.message = std::string(what) + ", " + failure.message;
        throw;
    }
}

FileResult taken(std::string version, std::string name, Stored stored, std::string source) {
    return {std::move(version), std::move(name), word(stored), std::move(source), std::nullopt};
}

FileResult skipped(std::string source, std::string why) {
    return {std::nullopt, std::nullopt, "skipped", std::move(source), std::move(why)};
}

struct Candidate {
    std::string path; // relative to the directory
    FileName name;
};

std::string file_part(std::string_view path) {
    std::size_t const slash = path.rfind('/');
    return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

void refuse_duplicates(std::vector<Candidate> const &sorted) {
    for (std::size_t i = 1; i < sorted.size(); ++i)
        if (version::compare(sorted[i - 1].name.version, sorted[i].name.version) == 0)
            throw Failure(sqlstate::duplicate_version, "two files have version " + sorted[i].name.version,
                          "They are \"" + sorted[i - 1].path + "\" and \"" + sorted[i].path + "\". Nothing was loaded.",
                          "Give one of them another version, or load the directories with a module of their own.");
}

} // namespace

void require_valid_module(std::string_view module) {
    if (module.empty() || module.size() > version::max_length)
        throw Failure(sqlstate::invalid_parameter, "a module name must have 1 to 255 bytes");
}

Stored load_document(MigrationStore &store, std::string_view version, std::string_view name, std::string_view source,
                     std::string_view content, std::string_view bytes) {
    if (content.substr(0, byte_order_mark.size()) == byte_order_mark)
        content.remove_prefix(byte_order_mark.size());
    Lexed const file = lex(content, source);
    Document document{};
    FileDirectives directives;
    try {
        document = parse_document(file);
        directives = directives_of(file, document);
    } catch (Failure &failure) {
        failure.message = std::string(source) + ", " + failure.message;
        throw;
    }
    Lexed const up = part(file, document.up.begin, document.up.end);
    NewMigration migration{version, name, up.text, std::nullopt, source};
    migration.up_line = document.up.line;
    migration.up_directives = to_text(directives.up);
    migration.down_directives = to_text(directives.down);
    take_kind(migration, directives);
    std::optional<Lexed> down, verify;
    if (document.down) {
        down = part(file, document.down->begin, document.down->end);
        migration.down = down->text;
        migration.down_line = document.down->line;
    }
    if (document.verify) {
        verify = part(file, document.verify->begin, document.verify->end);
        migration.verify = verify->text;
        migration.verify_line = document.verify->line;
    }
    migration.raw_checksum = checksum::of_bytes(bytes);
    return check_and_store(store, migration, up, source, down, source, verify, source);
}

Stored load_text(MigrationStore &store, std::string_view version, std::string_view name, std::string_view up,
                 std::optional<std::string_view> down, std::optional<std::string_view> verify) {
    require_valid_version(version);
    if (std::string const why = version::why_invalid_name(name); !why.empty())
        throw Failure(sqlstate::invalid_parameter, why);
    Lexed const up_tokens = lex(up, "up");
    std::optional<Lexed> down_tokens, verify_tokens;
    if (down)
        down_tokens = lex(*down, "down");
    if (verify)
        verify_tokens = lex(*verify, "verify");
    constexpr Section nothing{0, 0, 1};
    auto const all = [](Lexed const &text) { return Section{0, text.text.size(), 1}; };
    NewMigration migration{version, name, up, down, std::nullopt};
    FileDirectives const directives = directives_of_text(up_tokens, {all(up_tokens), std::nullopt, std::nullopt}, "up");
    migration.up_directives = to_text(directives.up);
    take_kind(migration, directives);
    if (down_tokens)
        migration.down_directives =
            to_text(directives_of_text(*down_tokens, {nothing, all(*down_tokens), std::nullopt}, "down").down);
    if (verify_tokens)
        (void) directives_of_text(*verify_tokens, {nothing, std::nullopt, all(*verify_tokens)}, "verify");
    migration.verify = verify;
    migration.raw_checksum = checksum::of_bytes(up, down.value_or(""));
    return check_and_store(store, migration, up_tokens, "up", down_tokens, "down", verify_tokens, "verify");
}

FileResult load_client_file(std::string_view module, std::string_view file_name, std::string_view content) {
    FileName name = parse_file_name(file_part(file_name));
    std::string source(file_name);
    if (!name.why_not.empty())
        return skipped(std::move(source), std::move(name.why_not));
    MigrationStore store(module);
    Stored const stored = load_document(store, name.version, name.name, source, content, content);
    return taken(std::move(name.version), std::move(name.name), stored, std::move(source));
}

std::vector<FileResult> load_directory(std::string_view module, std::string const &path, std::string_view convention) {
    if (convention != "auto" && convention != "home")
        throw Failure(sqlstate::invalid_parameter, "unknown convention \"" + std::string(convention) + "\"", {},
                      "Known are \"auto\" and \"home\" (VERSION_name.sql).");
    Directory const directory(path);
    std::vector<Candidate> candidates;
    std::vector<FileResult> not_taken;
    for (Directory::Item const &item : directory.items()) {
        std::string const shown = displayable(item.path);
        FileName name = parse_file_name(file_part(item.path));
        if (!item.why_not.empty())
            name.why_not = item.why_not;
        else if (shown != item.path)
            name.why_not = "the name is not valid in the encoding of the database";
        if (name.why_not.empty())
            candidates.push_back({item.path, std::move(name)});
        else
            not_taken.push_back(skipped(shown, std::move(name.why_not)));
    }
    std::sort(candidates.begin(), candidates.end(), [](Candidate const &a, Candidate const &b) {
        int const order = version::compare(a.name.version, b.name.version);
        return order != 0 ? order < 0 : a.path < b.path;
    });
    refuse_duplicates(candidates);

    MigrationStore store(module);
    std::vector<FileResult> results;
    results.reserve(candidates.size() + not_taken.size());
    for (Candidate &candidate : candidates) {
        pg::check_for_interrupts();
        std::string const bytes = directory.read(candidate.path);
        std::string const content = to_database_encoding(bytes, candidate.path);
        Stored const stored =
            load_document(store, candidate.name.version, candidate.name.name, candidate.path, content, bytes);
        results.push_back(taken(std::move(candidate.name.version), std::move(candidate.name.name), stored,
                                std::move(candidate.path)));
    }
    std::move(not_taken.begin(), not_taken.end(), std::back_inserter(results));
    return results;
}

} // namespace mig::server
