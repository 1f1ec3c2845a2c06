#include "core/convention/convention.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/convention/file_reading.hpp"

#include <algorithm>
#include <unordered_set>

namespace mig {

namespace {

struct Reading : FileReading {
    std::string const *path;
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
        if (convention.pairs && common[place(convention)] && !are_pairs(convention, readings))
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

Convention const &recognise(std::vector<SourceFile> const &files, Lexer const &lexer, bool alone, FileReadings *known) {
    for (Convention const &convention : conventions())
        if (convention.claims && convention.claims(files))
            return convention;
    ConventionSet preferred;
    std::vector<Reading> readings;
    for (std::size_t i = 0; i < files.size(); ++i) {
        look_for_interrupts();
        std::optional<FileReading> reading = known ? reading_from((*known)[i]) : std::nullopt;
        if (!reading) {
            reading = reading_of(files[i], lexer);
            if (known)
                (*known)[i] = to_text(*reading);
        }
        preferred |= reading->proved;
        if (reading->tells)
            readings.push_back({*reading, &files[i].path});
    }
    forget_modest(readings, alone);
    std::size_t top = std::string::npos;
    for (Reading const &reading : readings)
        top = std::min(top, reading.depth);
    // What is below the directory of a tool that reads one is nothing to it.
    bool const below =
        std::any_of(readings.begin(), readings.end(), [&](Reading const &one) { return one.depth > top; });
    Convention const &first = choose(readings, top, preferred);
    return !below || first.one_directory ? first : choose(readings, std::string::npos, preferred);
}

} // namespace mig
