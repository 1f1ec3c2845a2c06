#include "core/convention/convention.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/convention/file_reading.hpp"

#include <algorithm>
#include <unordered_set>

namespace mig {

namespace {

// How a convention is recognized:
// 1. A convention may claim the files, whatever else is among them: Sqitch, if there is a plan.
// 2. Each file that looks like a migration votes for the conventions that can read it, by name and markers
//    (file_reading.hpp). Files with names that are common to many projects vote only if there are no others.
// 3. What is left are the conventions that all files vote for. If the name of a file proves one of them (atlas.sum), it
//    is that one; if not, the first in the table.
struct Reading : FileReading {
    std::string const *path;
};

// There are down files, and each has its up file. Then the words `up` and `down` in their names mean just that.
bool are_pairs(Convention const &convention, std::vector<Reading> const &readings) {
    std::unordered_set<std::string> ups, downs;
    for (Reading const &reading : readings) {
        check_for_interrupts();
        FoundFile const found = find_file(convention, *reading.path);
        if (found.pattern)
            (found.pattern->role == Role::down ? downs : ups).insert(version::canonical(found.parts.version));
    }
    return !downs.empty() && std::all_of(downs.begin(), downs.end(), [&](std::string const &down) {
        check_for_interrupts();
        return ups.count(down) > 0;
    });
}

// `mixed`: the conventions that have both pairs and single files, but do not mix them.
[[noreturn]] void refuse_mixture(std::vector<Reading> const &readings, std::size_t last, ConventionSet const &mixed) {
    ConventionSet const odd = readings[last].readers & ~mixed;
    // For the DETAIL, a file that shares no convention with the last one; or else the one that fits the fewest.
    std::size_t other = 0;
    for (std::size_t i = 0; i < last; ++i) {
        check_for_interrupts();
        if ((readings[i].readers & odd).none() || readings[i].readers.count() < readings[other].readers.count())
            other = i;
    }
    throw Failure(sqlstate::malformed_file, "the files are not all of one convention",
                  "\"" + *readings[other].path + "\" looks like " + names_of(readings[other].readers & ~mixed) +
                      ", \"" + *readings[last].path + "\" like " + names_of(odd) + ".",
                  name_convention_hint);
}

// The convention of the files in directories down to `depth`; of several, one that is `preferred`, else the first in
// the table. Failure malformed_file: no single convention explains them all.
Convention const &choose(std::vector<Reading> const &readings, std::size_t depth, ConventionSet preferred) {
    ConventionSet common, pairs, singles;
    common.set();
    for (std::size_t i = 0; i < readings.size(); ++i) {
        check_for_interrupts();
        Reading const &reading = readings[i];
        if (reading.depth > depth)
            continue;
        pairs |= reading.pairs;
        singles |= reading.singles;
        common &= reading.readers & ~(pairs & singles); // both forms so far: only where they may be mixed
        if (common.none())
            refuse_mixture(readings, i, pairs & singles);
    }
    for (Convention const &convention : conventions())
        if (convention.pairs && common[index_of(convention)] && !are_pairs(convention, readings))
            common.reset(index_of(convention));
    if ((common & preferred).any())
        common &= preferred;
    for (Convention const &convention : conventions())
        if (common[index_of(convention)])
            return convention;
    return *conventions().begin();
}

// Common names make a convention only where there is no other evidence, and never of a single file.
void drop_weak(std::vector<Reading> &readings, bool alone) {
    auto const weak = [](Reading const &reading) { return reading.weak; };
    if (alone || !std::all_of(readings.begin(), readings.end(), weak))
        readings.erase(std::remove_if(readings.begin(), readings.end(), weak), readings.end());
}

} // namespace

Convention const &recognize(std::vector<SourceFile> const &files, Lexer const &lexer, bool alone, FileReadings *known) {
    for (Convention const &convention : conventions())
        if (convention.claims && convention.claims(files))
            return convention;
    ConventionSet preferred;
    std::vector<Reading> readings;
    for (std::size_t i = 0; i < files.size(); ++i) {
        check_for_interrupts();
        std::optional<FileReading> reading = known ? reading_from((*known)[i]) : std::nullopt;
        if (!reading) {
            reading = reading_of(files[i], lexer);
            if (known)
                (*known)[i] = to_text(*reading);
        }
        preferred |= reading->proved;
        if (reading->counts)
            readings.push_back({*reading, &files[i].path});
    }
    drop_weak(readings, alone);
    std::size_t top = std::string::npos;
    for (Reading const &reading : readings)
        top = std::min(top, reading.depth);
    // A tool that reads one directory ignores those below it: if the topmost one points to such a tool, it decides by
    // itself. Otherwise all files have to agree.
    bool const below =
        std::any_of(readings.begin(), readings.end(), [&](Reading const &reading) { return reading.depth > top; });
    Convention const &first = choose(readings, top, preferred);
    return !below || first.one_directory ? first : choose(readings, std::string::npos, preferred);
}

} // namespace mig
