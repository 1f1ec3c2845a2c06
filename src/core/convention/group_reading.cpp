#include "core/convention/group_reading.hpp"

#include "core/base/interruption.hpp"
#include "core/convention/marker_slip.hpp"
#include "core/convention/statement_blocks.hpp"
#include "core/convention/unreadable_down.hpp"
#include "core/text/text.hpp"

#include <algorithm>

namespace mig {

namespace {

std::string line_of(std::string_view text, std::size_t offset) {
    return "line " + std::to_string(line_at(text, offset));
}

[[noreturn]] void refuse_marker(std::string_view text, std::size_t offset, std::string_view words,
                                Marker const &marker) {
    throw Failure(sqlstate::malformed_file,
                  line_of(text, offset) + ": " + quoted_excerpt("-- " + std::string(words)) + " is not supported", {},
                  marker.advice);
}

// For markers that the tool obeys even inside a literal, where the scanner sees none.
void refuse_hidden_markers(Convention const &convention, std::string_view text) {
    bool const any = std::any_of(convention.markers.begin(), convention.markers.end(),
                                 [](Marker const &marker) { return marker.anywhere; });
    if (any)
        each_comment_line(text, [&](std::string_view words, std::size_t begin) {
            std::optional<FoundMarker> const found = marker_in(convention, words);
            if (found && found->marker->anywhere)
                refuse_marker(text, begin, words, *found->marker);
        });
}

void require_marker(Convention const &convention, std::vector<FoundMarker> const &markers) {
    for (Marker const &marker : convention.markers) {
        bool const there = std::any_of(markers.begin(), markers.end(),
                                       [&](FoundMarker const &found) { return found.marker == &marker; });
        if (marker.required && !there)
            throw Failure(sqlstate::malformed_file,
                          "line 1: no \"" + marker_text(marker) + "\", which begins each file of " + convention.name,
                          {}, "Add the line; or, if the files are of another convention, name that.");
    }
}

bool pattern_has(bool FilePattern::*trait, Convention const &convention, std::string_view path) {
    FilePattern const *const pattern = find_file(convention, path).pattern;
    return pattern && pattern->*trait;
}

} // namespace

ScannedFile read_file(Convention const &convention, SourceFile const &file, RewrittenText owned, Lexer const &lexer) {
    ScannedFile result{&file, std::move(owned), {}, {}, {}};
    auto const text = [&] { return result.owned ? std::string_view(*result.owned) : file.content; };
    if (convention.markers.count == 0) { // no sections, of which one could be unreadable
        result.text = lexer(text(), file.path);
        return result;
    }
    auto const scan = [&] {
        ScannedText scanned = scan_sections(convention, text(), file.path, lexer);
        result.text = std::move(scanned.text);
        result.unreadable_down = std::move(scanned.unreadable_down);
        result.markers = markers_of(convention, file.path, result.text, comments_of(result.text));
    };
    scan();
    in_file(file.path, [&] {
        for (FoundMarker const &found : result.markers)
            if (found.marker->kind == MarkerKind::refused)
                refuse_marker(result.text.text, found.begin, found.words, *found.marker);
        refuse_hidden_markers(convention, result.text.text);
        require_marker(convention, result.markers);
    });
    if (RewrittenText ended = with_terminated_blocks(result.text, result.markers)) {
        result.owned = std::move(ended);
        scan(); // again, since positions have changed
    }
    return result;
}

ScannedFile read_down_file(Convention const &convention, SourceFile const &file, RewrittenText owned,
                           Lexer const &lexer) {
    ScannedFile result{&file, std::move(owned), {}, {}, {}};
    ScannedText scanned = scan_down(result.owned ? std::string_view(*result.owned) : file.content, file.path, 1, lexer);
    if (scanned.unreadable_down.empty() && convention.markers.count > 0)
        return read_file(convention, file, std::move(result.owned), lexer);
    result.text = std::move(scanned.text);
    result.unreadable_down = std::move(scanned.unreadable_down);
    return result;
}

void refuse_slips(Convention const &convention, ScannedFile const &file, MarkerKind whole) {
    std::vector<KnownLine> known;
    bool const up_marked = std::any_of(file.markers.begin(), file.markers.end(),
                                       [](FoundMarker const &found) { return found.marker->kind == MarkerKind::up; });
    for (FoundMarker const &found : file.markers) {
        check_for_interrupts();
        bool const ordinary = found.marker->kind == MarkerKind::verify && !up_marked; // as in parse_document()
        known.push_back({found.begin, ordinary ? MarkerKind::heading : found.marker->kind});
    }
    bool const sections =
        whole == MarkerKind::up && !pattern_has(&FilePattern::no_sections, convention, file.source->path);
    in_file(file.source->path, [&] { refuse_slips({&convention, whole, sections, file.text, known}); });
}

TextPart part_of(ScannedFile const &file, Section const &section) {
    return {slice(file.text, section.begin, section.end), file.source->path, section.line, file.owned};
}

MigrationText migration_of(Convention const &convention, ScannedFile const &file, Document const &document) {
    MigrationText migration;
    migration.up = part_of(file, document.up);
    if (document.down) {
        migration.down = part_of(file, *document.down);
        migration.down_unreadable = file.unreadable_down;
    }
    if (document.verify)
        migration.verify = part_of(file, *document.verify);
    FileDirectives &directives = migration.directives;
    directives = directives_of(file.text, document);
    bool const by_name = pattern_has(&FilePattern::no_transaction, convention, file.source->path);
    directives.up.no_transaction |= by_name;
    directives.down.no_transaction |= by_name;
    // An option is for the section that its marker begins, a marker of its own for the whole file.
    for (FoundMarker const &found : file.markers) {
        check_for_interrupts();
        bool const whole_file = found.marker->kind == MarkerKind::no_transaction;
        bool const option = *convention.option && has_word(found.rest, convention.option);
        directives.up.no_transaction |= whole_file || (option && found.marker->kind == MarkerKind::up);
        directives.down.no_transaction |= whole_file || (option && found.marker->kind == MarkerKind::down);
        if (found.marker->kind == MarkerKind::name)
            migration.name = found.rest;
        if (found.marker->kind == MarkerKind::snapshot)
            migration.kind = Kind::snapshot;
    }
    bool const autocommit =
        convention.autocommit || pattern_has(&FilePattern::autocommit, convention, file.source->path);
    directives.up.autocommit |= autocommit;
    directives.down.autocommit |= autocommit;
    return migration;
}

void complete_from_group(MigrationText &migration, FileGroup const &group) {
    auto const add = [](std::vector<std::string> &to, std::vector<std::string> const &more) {
        to.insert(to.end(), more.begin(), more.end());
    };
    add(migration.directives.requirements, group.requirements);
    add(migration.directives.conflicts, group.conflicts);
    migration.version = group.version;
    if (!group.name.empty())
        migration.name = group.name;
    if (group.kind != Kind::versioned)
        migration.kind = group.kind;
    else if (migration.directives.repeatable)
        migration.kind = Kind::repeatable;
    migration.directives.repeatable = migration.kind == Kind::repeatable;
}

} // namespace mig
