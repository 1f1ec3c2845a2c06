#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/convention/convention_readers.hpp"
#include "core/convention/marker.hpp"

#include <algorithm>
#include <unordered_set>

namespace mig {

namespace {

// What the name and the markers of a file say of whose it is.
struct Evidence {
    ConventionSet named, proved;          // by the name: possible; of several possible ones, meant
    ConventionSet seen, proving, counted; // markers: of these; that no other has; the required one is there
    ConventionSet pairs, singles;         // of those that have both forms of files: which it is
    bool body = false;                    // some convention runs it
};

std::size_t place(Convention const &convention) {
    return static_cast<std::size_t>(&convention - conventions().begin());
}

ConventionSet with_trait(unsigned trait) {
    ConventionSet set;
    for (Convention const &convention : conventions())
        set[place(convention)] = convention.has(trait);
    return set;
}

ConventionSet without_requirement() {
    ConventionSet set;
    for (Convention const &convention : conventions())
        set[place(convention)] = std::none_of(convention.markers.begin(), convention.markers.end(),
                                              [](Marker const &marker) { return marker.has(trait::required); });
    return set;
}

Evidence evidence_of_name(std::string_view path) {
    Evidence evidence;
    for (Convention const &convention : conventions())
        if (FilePattern const *const pattern = find_file(convention, path).pattern;
            pattern && !pattern->has(trait::vague)) {
            evidence.named.set(place(convention));
            evidence.proved[place(convention)] = pattern->has(trait::proof);
            evidence.body |= is_body(pattern->role);
            if (!convention.has(trait::mixed))
                (pattern->has(trait::whole) ? evidence.pairs : evidence.singles).set(place(convention));
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
            if (found.marker->has(trait::proof))
                evidence.proving.set(place(convention));
            if (found.marker->has(trait::required))
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

std::string names_of(ConventionSet const &set) {
    std::string names;
    for (Convention const &convention : conventions())
        if (set[place(convention)])
            names += (names.empty() ? "" : ", ") + std::string(convention.name);
    return names;
}

constexpr const char *name_one = "Name the convention, convention => 'NAME', to take its files and have the others "
                                 "reported; or load the directories apart, each as a module of its own.";

struct Reading {
    std::string const *path;
    ConventionSet readers;
    ConventionSet pairs, singles; // of Evidence
    std::size_t depth;
    bool modest; // only by a name that is like nothing else
};

// Each way back has its migration, and there is one: then names that say so are meant.
bool are_pairs(Convention const &convention, std::vector<Reading> const &readings) {
    std::unordered_set<std::string> ups, downs;
    for (Reading const &reading : readings) {
        look_for_interrupts();
        FoundFile const found = find_file(convention, *reading.path);
        if (found.pattern)
            (found.pattern->role == Role::down ? downs : ups).insert(version::canonical(found.parts.version));
    }
    return !downs.empty() && std::all_of(downs.begin(), downs.end(), [&](std::string const &down) {
        look_for_interrupts();
        return ups.count(down) > 0;
    });
}

// `mixed`: explain both, but not beside each other.
[[noreturn]] void refuse_mixture(std::vector<Reading> const &readings, std::size_t last, ConventionSet const &mixed) {
    ConventionSet const odd = readings[last].readers & ~mixed;
    std::size_t other = 0;
    for (std::size_t i = 0; i < last; ++i) {
        look_for_interrupts();
        if ((readings[i].readers & odd).none() || readings[i].readers.count() < readings[other].readers.count())
            other = i;
    }
    throw Failure(sqlstate::malformed_file, "the files are not all of one convention",
                  "\"" + *readings[other].path + "\" looks like " + names_of(readings[other].readers & ~mixed) +
                      ", \"" + *readings[last].path + "\" like " + names_of(odd) + ".",
                  name_one);
}

// Its name is that of one tool, its markers are another's.
[[noreturn]] void refuse_contradiction(SourceFile const &file, Evidence const &evidence,
                                       ConventionSet const &possible) {
    throw Failure(sqlstate::malformed_file, "\"" + file.path + "\" is not of any one convention",
                  "It is named as by " + names_of(possible) + " and holds markers of " + names_of(evidence.proving) +
                      ".",
                  name_one);
}

// Of what is in the directories down to some depth; `preferred` are proved. Failure: of no one convention.
Convention const &choose(std::vector<Reading> const &readings, std::size_t depth, ConventionSet preferred) {
    ConventionSet common, pairs, singles;
    common.set();
    for (std::size_t i = 0; i < readings.size(); ++i) {
        look_for_interrupts();
        Reading const &reading = readings[i];
        if (reading.depth > depth)
            continue;
        pairs |= reading.pairs;
        singles |= reading.singles;
        common &= reading.readers & ~(pairs & singles);
        if (common.none())
            refuse_mixture(readings, i, pairs & singles);
    }
    for (Convention const &convention : conventions())
        if (convention.has(trait::pairs) && common[place(convention)] && !are_pairs(convention, readings))
            common.reset(place(convention));
    if ((common & preferred).any())
        common &= preferred;
    for (Convention const &convention : conventions())
        if (common[place(convention)])
            return convention;
    return *conventions().begin();
}

// Names that are like nothing else make a convention only where there is nothing else.
void forget_modest(std::vector<Reading> &readings, bool alone) {
    auto const modest = [](Reading const &reading) { return reading.modest; };
    if (alone || !std::all_of(readings.begin(), readings.end(), modest))
        readings.erase(std::remove_if(readings.begin(), readings.end(), modest), readings.end());
}

} // namespace

Convention const &recognise(std::vector<SourceFile> const &files, Lexer const &lexer, bool alone) {
    // Whatever else lies below its directory: Sqitch runs what its plan names.
    if (has_sqitch_plan(files))
        return *convention_named("sqitch");
    ConventionSet const unmarked = without_requirement(), modest = with_trait(trait::modest);
    ConventionSet preferred;
    std::vector<Reading> readings;
    for (SourceFile const &file : files) {
        look_for_interrupts();
        Evidence evidence = evidence_of_name(file.path);
        preferred |= evidence.proved;
        if (!evidence.body)
            continue;
        Prepared const plain = plain_text(evidence, file);
        if (SourceFile const seen{file.path, plain ? *plain : file.content}; looks_marked(seen.content))
            add_markers(evidence, file.path, tokens_of(seen, lexer));
        ConventionSet const possible = evidence.named & (unmarked | evidence.counted);
        if (possible.none()) // any name will do for some, but then the markers must be there
            continue;
        ConventionSet const set = readers(evidence, possible);
        if (set.none())
            refuse_contradiction(file, evidence, possible);
        readings.push_back({&file.path, set, evidence.pairs, evidence.singles, depth_in(set, file.path),
                            (possible & ~modest).none() && evidence.proving.none()});
    }
    forget_modest(readings, alone);
    std::size_t top = std::string::npos;
    for (Reading const &reading : readings)
        top = std::min(top, reading.depth);
    // What is below the directory of a tool that reads one is nothing to it.
    bool const below =
        std::any_of(readings.begin(), readings.end(), [&](Reading const &one) { return one.depth > top; });
    Convention const &first = choose(readings, top, preferred);
    return !below || first.has(trait::one_directory) ? first : choose(readings, std::string::npos, preferred);
}

} // namespace mig
