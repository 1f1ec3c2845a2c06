#include "core/convention/file_reading.hpp"

#include "core/base/failure.hpp"
#include "core/convention/marker.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <charconv>

namespace mig {

namespace {

// What the name and the markers of a file say about its convention.
struct Evidence {
    ConventionSet named, proved;            // by the name: possible; decided for if several are possible
    ConventionSet marked, proven, required; // by markers: any; one that no other tool has; the one that must be there
    ConventionSet pairs, singles;           // as in FileReading
    bool body = false;                      // some convention runs it
};

ConventionSet all_weak() {
    ConventionSet set;
    for (Convention const &convention : conventions())
        set[index_of(convention)] = convention.weak;
    return set;
}

// The conventions that do not need a marker to recognize their files.
ConventionSet without_required_marker() {
    ConventionSet set;
    for (Convention const &convention : conventions())
        set[index_of(convention)] = std::none_of(convention.markers.begin(), convention.markers.end(),
                                                 [](Marker const &marker) { return marker.required; });
    return set;
}

Evidence evidence_of_name(std::string_view path) {
    Evidence evidence;
    for (Convention const &convention : conventions())
        if (FilePattern const *const pattern = find_file(convention, path).pattern; pattern && !pattern->vague) {
            evidence.named.set(index_of(convention));
            evidence.proved[index_of(convention)] = pattern->proof;
            evidence.body |= is_body(pattern->role);
            if (!convention.mixed)
                (pattern->no_sections ? evidence.pairs : evidence.singles).set(index_of(convention));
        }
    return evidence;
}

// The text with comments that the server's scanner knows, for a tool that has others (Play's `#`); null: no change.
RewrittenText normalized_text(Evidence const &evidence, SourceFile const &file) {
    for (Convention const &convention : conventions())
        if (convention.normalize && evidence.named[index_of(convention)])
            if (RewrittenText text = convention.normalize(file.content))
                return text;
    return nullptr;
}

// A cheap check before the file is scanned: markers inside literals count here.
bool looks_marked(std::string_view text) {
    bool marked = false;
    each_comment_line(text, [&](std::string_view words, std::size_t) {
        marked = marked || std::any_of(conventions().begin(), conventions().end(), [&](Convention const &convention) {
                     return marker_in(convention, words).has_value();
                 });
    });
    return marked;
}

void add_markers(Evidence &evidence, std::string_view path, Lexed const &text) {
    std::vector<Comment> const comments = comments_of(text);
    for (Convention const &convention : conventions())
        for (FoundMarker const &found : markers_of(convention, path, text, comments)) {
            evidence.marked.set(index_of(convention));
            if (found.marker->proof)
                evidence.proven.set(index_of(convention));
            if (found.marker->required)
                evidence.required.set(index_of(convention));
        }
}

// In a file that the scanner refuses, everything between two comment lines becomes one token. That is enough to see its
// markers; once the convention is known, it decides which section cannot be read.
Lexed tokens_of(SourceFile const &file, Lexer const &lexer) {
    std::string why;
    if (std::optional<Lexed> lexed = lexer.attempt(file.content, file.path, 1, why))
        return std::move(*lexed);
    Lexed result{file.content, {}};
    std::size_t done = 0;
    auto const add = [&](std::size_t end) {
        if (done < end)
            result.tokens.push_back(
                {Token::Kind::exact, static_cast<std::uint32_t>(done), static_cast<std::uint32_t>(end)});
    };
    each_comment_line(file.content, [&](std::string_view, std::size_t begin) {
        add(line_start(file.content, begin));
        done = std::min(file.content.find_first_of("\r\n", begin), file.content.size());
    });
    add(file.content.size());
    return result;
}

// The conventions that can read the file: the stronger the evidence, the fewer.
ConventionSet readers(Evidence const &evidence, ConventionSet const &possible) {
    if (evidence.proven.any())
        return possible & evidence.proven;
    ConventionSet const hinted = possible & evidence.marked;
    return hinted.any() ? hinted : possible;
}

// How deep the topmost directory is whose migration the file may be.
std::size_t depth_in(ConventionSet const &set, std::string_view path) {
    std::size_t depth = std::string_view::npos;
    for (Convention const &convention : conventions())
        if (set[index_of(convention)]) {
            std::string_view const folder = path.substr(0, find_file(convention, path).parts.begin);
            depth = std::min(depth, static_cast<std::size_t>(std::count(folder.begin(), folder.end(), '/')));
        }
    return depth;
}

[[noreturn]] void refuse_contradiction(SourceFile const &file, Evidence const &evidence,
                                       ConventionSet const &possible) {
    throw Failure(sqlstate::malformed_file, "\"" + file.path + "\" does not fit any single convention",
                  "Its name looks like " + names_of(possible) + ", but it has markers of " + names_of(evidence.proven) +
                      ".",
                  name_convention_hint);
}

// Numbers are hexadecimal, each followed by a period.
void append_number(std::string &text, unsigned long long number) {
    char digits[16];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, number, 16).ptr) += '.';
}

bool read_number(std::string_view &text, unsigned long long &number) {
    const char *const end = text.data() + text.size();
    auto const [next, error] = std::from_chars(text.data(), end, number, 16);
    if (error != std::errc() || next == end || *next != '.')
        return false;
    text.remove_prefix(static_cast<std::size_t>(next - text.data()) + 1);
    return true;
}

} // namespace

std::size_t index_of(Convention const &convention) {
    return static_cast<std::size_t>(&convention - conventions().begin());
}

FileReading reading_of(SourceFile const &file, Lexer const &lexer) {
    static ConventionSet const unmarked = without_required_marker(), weak = all_weak();
    Evidence evidence = evidence_of_name(file.path);
    FileReading reading;
    reading.proved = evidence.proved;
    if (!evidence.body) // a name like atlas.sum still proves something
        return reading;
    RewrittenText const normalized = normalized_text(evidence, file);
    if (SourceFile const scanned{file.path, normalized ? *normalized : file.content}; looks_marked(scanned.content))
        add_markers(evidence, file.path, tokens_of(scanned, lexer));
    ConventionSet const possible = evidence.named & (unmarked | evidence.required);
    if (possible.none()) // some tools accept any name, but those require a marker
        return reading;
    reading.counts = true;
    reading.readers = readers(evidence, possible);
    if (reading.readers.none())
        refuse_contradiction(file, evidence, possible);
    reading.pairs = evidence.pairs;
    reading.singles = evidence.singles;
    reading.depth = depth_in(reading.readers, file.path);
    reading.weak = (possible & ~weak).none() && evidence.proven.none();
    return reading;
}

std::string to_text(FileReading const &reading) {
    std::string text;
    append_number(text, reading.counts);
    append_number(text, reading.proved.to_ullong());
    append_number(text, reading.readers.to_ullong());
    append_number(text, reading.pairs.to_ullong());
    append_number(text, reading.singles.to_ullong());
    append_number(text, reading.depth);
    append_number(text, reading.weak);
    return text;
}

std::optional<FileReading> reading_from(std::string_view text) {
    unsigned long long numbers[7];
    for (unsigned long long &number : numbers)
        if (!read_number(text, number))
            return std::nullopt;
    if (!text.empty())
        return std::nullopt;
    return FileReading{numbers[0] != 0, numbers[1], numbers[2],
                       numbers[3],      numbers[4], static_cast<std::size_t>(numbers[5]),
                       numbers[6] != 0};
}

std::string names_of(ConventionSet const &set) {
    std::string names;
    for (Convention const &convention : conventions())
        if (set[index_of(convention)])
            append_item(names, convention.name);
    return names;
}

} // namespace mig
