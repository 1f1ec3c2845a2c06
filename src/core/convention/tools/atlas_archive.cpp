#include "core/convention/tools/atlas_archive.hpp"

#include "core/base/interruption.hpp"
#include "core/convention/group_reading.hpp"
#include "core/convention/marker_slip.hpp"
#include "core/convention/sections.hpp"
#include "core/text/text.hpp"

#include <algorithm>

namespace mig {

namespace {

struct Entry {
    std::string_view name;
    Section section;
    std::size_t line; // where the line `-- NAME --` begins
};

bool is_check(std::string_view name) { return name == "checks.sql" || name.substr(0, 7) == "checks/"; }

bool is_archive(ScannedFile const &file) {
    return std::any_of(file.markers.begin(), file.markers.end(),
                       [](FoundMarker const &found) { return same_word(found.words, "atlas:txtar"); });
}

// Each entry begins with a line `-- NAME --`.
std::vector<Entry> entries_of(Lexed const &file) {
    std::vector<Entry> entries;
    LineCounter lines(file.text);
    for (Comment const &comment : comments_of(file)) {
        check_for_interrupts();
        std::string_view const words = comment.words;
        std::size_t const length = words.find_first_of(" \t");
        if (comment.block || comment.begin != line_start(file.text, comment.begin) ||
            length == std::string_view::npos || trim_blanks(words.substr(length)) != "--")
            continue;
        if (!entries.empty())
            entries.back().section.end = comment.begin;
        std::size_t const begin = std::min(file.text.find('\n', comment.end), file.text.size() - 1) + 1;
        entries.push_back(
            {words.substr(0, length), {begin, file.text.size(), lines.at(comment.begin) + 1}, comment.begin});
    }
    return entries;
}

// A statement that raises an error unless the query is true. The query may contain dollar quotes itself: the tag has to
// be longer than any that begins like it.
std::string assertion(std::string_view query, std::string const &place) {
    constexpr std::string_view name = "$check";
    std::size_t underscores = 0; // one more than follow `$check` anywhere in the query
    for (std::size_t at = query.find(name); at != std::string_view::npos; at = query.find(name, at)) {
        check_for_interrupts();
        std::size_t const begin = at += name.size();
        at = std::min(query.find_first_not_of('_', begin), query.size());
        underscores = std::max(underscores, at - begin + 1);
    }
    std::string const tag = std::string(name) + std::string(underscores, '_') + "$";
    return "DO " + tag + " BEGIN IF (" + std::string(query) + ") IS NOT TRUE THEN RAISE EXCEPTION USING MESSAGE = " +
           sql_literal("the check of " + place + " is not true") + "; END IF; END " + tag;
}

// Turns the queries of a section into assertions and keeps everything else as it is.
void append_assertions(std::string &out, ScannedFile const &file, Section const &section) {
    Lexed const checks = slice(file.text, section.begin, section.end);
    std::size_t done = 0;
    LineCounter lines(checks.text);
    for (std::size_t first = 0, next = 0; first < checks.tokens.size(); first = next + 1) {
        for (next = first; next < checks.tokens.size() && checks.tokens[next].kind != Token::Kind::semicolon; ++next)
            check_for_interrupts();
        if (next == first)
            continue;
        std::size_t const begin = checks.tokens[first].begin, end = checks.tokens[next - 1].end;
        std::uint32_t const line = section.line + lines.at(begin) - 1;
        out += checks.text.substr(done, begin - done);
        out += assertion(checks.text.substr(begin, end - begin),
                         file.source->path + ", line " + std::to_string(line) + ",");
        if (next == checks.tokens.size()) // the last query may lack its semicolon
            out += ';';
        done = end;
    }
    out += checks.text.substr(done);
}

// Keeps only the line ends, so that line numbers stay right.
void append_lines(std::string &out, std::string_view text) {
    for (char const c : text)
        if (c == '\n')
            out += c;
}

void refuse_unsupported(ScannedFile const &file, std::vector<Entry> const &entries) {
    auto const refuse = [&](std::size_t offset, const char *what, const char *advice) {
        throw Failure(sqlstate::malformed_file, "line " + std::to_string(line_at(file.text.text, offset)) + ": " + what,
                      {}, advice);
    };
    bool migration = false;
    for (Entry const &entry : entries) {
        if (is_check(entry.name) && migration)
            refuse(entry.section.begin, "a check after the migration", "Write it before \"-- migration.sql --\".");
        migration = migration || entry.name == "migration.sql";
    }
    if (!migration)
        refuse(0, "an archive without \"-- migration.sql --\"", "Add the line before the statements of the migration.");
    each_comment_line(file.text.text, [&](std::string_view words, std::size_t begin) {
        if (same_word(words, "atlas:assert oneof"))
            refuse(begin, "\"atlas:assert oneof\" is not supported", "Write the alternatives as one query, with OR.");
    });
}

// The checks and the migration as one text, with the line numbers of the file.
TextPart with_checks(ScannedFile const &file, std::vector<Entry> const &entries) {
    std::string_view const text = file.text.text;
    Section const first = entries.front().section;
    std::string body;
    std::size_t at = first.begin;
    for (Entry const &entry : entries) {
        check_for_interrupts();
        body += text.substr(at, entry.section.begin - at); // the entry's first line
        at = entry.section.end;
        if (is_check(entry.name))
            append_assertions(body, file, entry.section);
        else if (entry.name == "migration.sql")
            body += text.substr(entry.section.begin, at - entry.section.begin);
        else // not part of the up body
            append_lines(body, text.substr(entry.section.begin, at - entry.section.begin));
        if (entry.name == "migration.sql")
            break;
    }
    TextPart part{{}, file.source->path, first.line, std::make_shared<std::string const>(std::move(body))};
    return part;
}

MigrationText read_archive(Convention const &convention, ScannedFile const &file, Lexer const &lexer) {
    std::vector<Entry> const entries = entries_of(file.text);
    refuse_unsupported(file, entries);
    std::vector<KnownLine> known;
    for (Entry const &entry : entries)
        known.push_back({entry.line, entry.name == "down.sql" ? MarkerKind::down : MarkerKind::up});
    refuse_slips({&convention, MarkerKind::up, false, file.text, known});
    Document document{};
    bool checks = false;
    for (Entry const &entry : entries) {
        checks = checks || is_check(entry.name);
        if (entry.name == "migration.sql")
            document.up = entry.section;
        else if (entry.name == "down.sql")
            document.down = entry.section;
    }
    MigrationText migration = migration_of(convention, file, document);
    if (checks) {
        migration.up = with_checks(file, entries); // a text of its own, which has to be scanned
        migration.up.lexed = lexer(*migration.up.owned, file.source->path);
    }
    return migration;
}

MigrationText read_single(Convention const &convention, ScannedFile const &file) {
    refuse_slips(convention, file, MarkerKind::up);
    return migration_of(convention, file, parse_document(file.text, file.markers));
}

} // namespace

std::vector<MigrationText> read_atlas(ReadGroupArguments const &arguments) {
    SourceFile const &source = *arguments.group.up;
    ScannedFile const file = read_file(arguments.convention, source, nullptr, arguments.lexer);
    std::vector<MigrationText> result;
    result.push_back(in_file(source.path, [&] {
        return is_archive(file) ? read_archive(arguments.convention, file, arguments.lexer)
                                : read_single(arguments.convention, file);
    }));
    complete_from_group(result.back(), arguments.group);
    return result;
}

} // namespace mig
