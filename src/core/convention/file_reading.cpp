#include "core/convention/file_reading.hpp"

#include "core/base/failure.hpp"
#include "core/convention/marker.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <charconv>

namespace mig {

namespace {

// What the name and the markers of a file say of whose it is.
struct Evidence {
    ConventionSet named, proved;          // by the name: possible; of several possible ones, meant
    ConventionSet seen, proving, counted; // markers: of these; that no other has; the required one is there
    ConventionSet pairs, singles;         // of those that have both forms of files: which it is
    bool body = false;                    // some convention runs it
};

ConventionSet all_modest() {
    ConventionSet set;
    for (Convention const &convention : conventions())
        set[place(convention)] = convention.modest;
    return set;
}

ConventionSet without_requirement() {
    ConventionSet set;
    for (Convention const &convention : conventions())
        set[place(convention)] = std::none_of(convention.markers.begin(), convention.markers.end(),
                                              [](Marker const &marker) { return marker.required; });
    return set;
}

Evidence evidence_of_name(std::string_view path) {
    Evidence evidence;
    for (Convention const &convention : conventions())
        if (FilePattern const *const pattern = find_file(convention, path).pattern; pattern && !pattern->vague) {
            evidence.named.set(place(convention));
            evidence.proved[place(convention)] = pattern->proof;
            evidence.body |= is_body(pattern->role);
            if (!convention.mixed)
                (pattern->whole ? evidence.pairs : evidence.singles).set(place(convention));
        }
    return evidence;
}

// Where comments may be such that the server does not know: with its own. Null: they are not.
Prepared plain_text(Evidence const &evidence, SourceFile const &file) {
    for (Convention const &convention : conventions())
        if (convention.plain && evidence.named[place(convention)])
            if (Prepared plain = convention.plain(file.content))
                return plain;
    return nullptr;
}

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
            evidence.seen.set(place(convention));
            if (found.marker->proof)
                evidence.proving.set(place(convention));
            if (found.marker->required)
                evidence.counted.set(place(convention));
        }
}

// Of a file that cannot be read, all that is not a line of a comment is one: its markers are seen, and which part of it
// cannot be read is for the convention to tell.
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

// The conventions that can read the file.
ConventionSet readers(Evidence const &evidence, ConventionSet const &possible) {
    if (evidence.proving.any())
        return possible & evidence.proving;
    ConventionSet const hinted = possible & evidence.seen;
    return hinted.any() ? hinted : possible;
}

// Of the topmost directory that the file may be a migration of.
std::size_t depth_in(ConventionSet const &set, std::string_view path) {
    std::size_t depth = std::string_view::npos;
    for (Convention const &convention : conventions())
        if (set[place(convention)]) {
            std::string_view const folder = path.substr(0, find_file(convention, path).parts.begin);
            depth = std::min(depth, static_cast<std::size_t>(std::count(folder.begin(), folder.end(), '/')));
        }
    return depth;
}

// Its name is that of one tool, its markers are another's.
[[noreturn]] void refuse_contradiction(SourceFile const &file, Evidence const &evidence,
                                       ConventionSet const &possible) {
    throw Failure(sqlstate::malformed_file, "\"" + file.path + "\" is not of any one convention",
                  "It is named as by " + names_of(possible) + " and holds markers of " + names_of(evidence.proving) +
                      ".",
                  name_one);
}

// Numbers, hexadecimal, with a point behind each.
void append_number(std::string &text, unsigned long long number) {
    char digits[16];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, number, 16).ptr) += '.';
}

bool take_number(std::string_view &text, unsigned long long &number) {
    const char *const end = text.data() + text.size();
    auto const [at, error] = std::from_chars(text.data(), end, number, 16);
    if (error != std::errc() || at == end || *at != '.')
        return false;
    text.remove_prefix(static_cast<std::size_t>(at - text.data()) + 1);
    return true;
}

} // namespace

std::size_t place(Convention const &convention) {
    return static_cast<std::size_t>(&convention - conventions().begin());
}

FileReading reading_of(SourceFile const &file, Lexer const &lexer) {
    static ConventionSet const unmarked = without_requirement(), modest = all_modest();
    Evidence evidence = evidence_of_name(file.path);
    FileReading reading;
    reading.proved = evidence.proved;
    if (!evidence.body)
        return reading;
    Prepared const plain = plain_text(evidence, file);
    if (SourceFile const seen{file.path, plain ? *plain : file.content}; looks_marked(seen.content))
        add_markers(evidence, file.path, tokens_of(seen, lexer));
    ConventionSet const possible = evidence.named & (unmarked | evidence.counted);
    if (possible.none()) // any name will do for some, but then the markers must be there
        return reading;
    reading.tells = true;
    reading.readers = readers(evidence, possible);
    if (reading.readers.none())
        refuse_contradiction(file, evidence, possible);
    reading.pairs = evidence.pairs;
    reading.singles = evidence.singles;
    reading.depth = depth_in(reading.readers, file.path);
    reading.modest = (possible & ~modest).none() && evidence.proving.none();
    return reading;
}

std::string to_text(FileReading const &reading) {
    std::string text;
    append_number(text, reading.tells);
    append_number(text, reading.proved.to_ullong());
    append_number(text, reading.readers.to_ullong());
    append_number(text, reading.pairs.to_ullong());
    append_number(text, reading.singles.to_ullong());
    append_number(text, reading.depth);
    append_number(text, reading.modest);
    return text;
}

std::optional<FileReading> reading_from(std::string_view text) {
    unsigned long long numbers[7];
    for (unsigned long long &number : numbers)
        if (!take_number(text, number))
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
        if (set[place(convention)])
            append_item(names, convention.name);
    return names;
}

} // namespace mig
