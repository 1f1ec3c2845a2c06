#include "core/convention/untaken_files.hpp"

#include "core/base/interruption.hpp"
#include "core/convention/convention_table.hpp"
#include "core/text/text.hpp"

#include <algorithm>

namespace mig {

namespace {

constexpr std::size_t max_in_warning = 3, max_in_detail = 10;

std::string count_of(std::size_t count) { return std::to_string(count) + (count == 1 ? " .sql file" : " .sql files"); }

// A line for each file, and how many more there are.
template <class Files, class Describe>
std::string lines_of(Files const &files, Describe const &describe) {
    std::string lines;
    for (std::size_t i = 0; i < std::min(files.size(), max_in_detail); ++i)
        lines += describe(files[i]) + "\n";
    if (files.size() > max_in_detail)
        lines += "... and " + std::to_string(files.size() - max_in_detail) + " more\n";
    return lines;
}

std::string described(SkippedFile const &file) { return "\"" + file.path + "\": " + file.why; }

} // namespace

std::vector<SkippedFile const *> untaken_sql(std::vector<SkippedFile> const &skipped) {
    std::vector<SkippedFile const *> result;
    for (SkippedFile const &file : skipped) {
        check_for_interrupts();
        bool const hidden = base_name(file.path).substr(0, 1) == "."; // of an editor, or of macOS' tar
        if (!file.as_its_tool && !hidden && ends_with(lower_case(file.path), ".sql"))
            result.push_back(&file);
    }
    return result;
}

std::optional<std::string> untaken_warning(std::vector<SkippedFile const *> const &untaken) {
    if (untaken.empty())
        return std::nullopt;
    if (untaken.size() == 1)
        return "\"" + untaken.front()->path + "\" was not loaded: " + untaken.front()->why;
    std::string text = count_of(untaken.size()) + " were not loaded: ";
    std::size_t const named = std::min(untaken.size(), max_in_warning);
    for (std::size_t i = 0; i < named; ++i)
        text += (i == 0 ? "\"" : "; \"") + untaken[i]->path + "\" (" + untaken[i]->why + ")";
    return named == untaken.size() ? text : text + "; and " + std::to_string(untaken.size() - named) + " more";
}

Failure untaken_failure(std::vector<SkippedFile const *> const &untaken) {
    return Failure(sqlstate::malformed_file,
                   count_of(untaken.size()) + (untaken.size() == 1 ? " was" : " were") + " left out",
                   lines_of(untaken, [](SkippedFile const *file) { return described(*file); }) + "Nothing was loaded.",
                   "Correct the name, move the file out of the directory, or load without strict.");
}

Failure nothing_taken(Convention const &convention, std::vector<SkippedFile> const &skipped) {
    std::string const none = skipped.empty() ? "There is no file. " : lines_of(skipped, described);
    return Failure(sqlstate::undefined_file, "no migration was found", none + "Nothing was loaded.",
                   "Files are named " + std::string(convention.shape) + " in the style of " + convention.name +
                       ". If they are those of another tool, name it in the argument convention.");
}

} // namespace mig
