#include "core/convention/untaken_files.hpp"

#include "core/base/digits.hpp"
#include "core/base/interruption.hpp"
#include "core/convention/convention_table.hpp"
#include "core/text/text.hpp"

#include <algorithm>

namespace mig {

namespace {

bool begins_with_digit(std::string_view text) { return !text.empty() && is_digit(text.front()); }

// V1_x, v1__x, r__x: the usual mistakes in names for Flyway, of whichever convention the files are.
std::string why_not_flyway(std::string_view stem) {
    if (stem.size() < 2)
        return {};
    char const prefix = stem.front(), capital = static_cast<char>(prefix & ~0x20);
    bool const repeatable = capital == 'R' && stem.substr(1, 2) == "__";
    if (!repeatable && !((capital == 'V' || capital == 'U' || capital == 'B') && is_digit(stem[1])))
        return {};
    std::string const right(1, capital);
    if (prefix != capital)
        return "Flyway's prefix is a capital " + right + ": " + right + std::string(stem.substr(1)) + ".sql";
    std::size_t const end = std::min(stem.find_first_not_of("0123456789._", 1), stem.size());
    std::string_view const version = stem.substr(1, end - 1);
    if (!repeatable && version.find("__") == std::string_view::npos)
        return "two underscores stand between version and name: " + right + "1__name.sql";
    return {};
}

std::string names_of(std::vector<Convention const *> const &conventions) {
    std::string names;
    for (Convention const *convention : conventions)
        append_item(names, convention->name);
    return names;
}

// For a convention whose files are named VERSION_name.sql.
std::string why_not_numbered(std::string_view stem, std::string const &shape) {
    if (!begins_with_digit(stem))
        return "the name does not begin with a version: " + shape + ", the version in digits";
    if (leading_groups(stem) == stem.size())
        return "a version without a name: " + shape;
    if (stem.substr(leading_groups(stem), 2) == "__")
        return "two underscores follow a version only in Flyway's names, V1__name.sql; here it is " + shape;
    if (!match_name("{groups}_{name}", stem))
        return "the version must be followed by an underscore and a name: " + shape;
    return {};
}

} // namespace

std::string why_no_match(Convention const &convention, std::string_view path) {
    std::string_view const name = base_name(path);
    if (!ends_with(name, ".sql")) {
        if (ends_with(lower_case(name), ".sql"))
            return "the suffix must be .sql in lower case";
        bool const numbered = name.find('_') < name.find('.') && leading_groups(name) > 0;
        return numbered ? "named like a migration, but not a .sql file" : "not a .sql file";
    }
    std::string_view const stem = name.substr(0, name.size() - 4);
    if (std::string why = why_not_flyway(stem); !why.empty())
        return why;
    if (std::vector<Convention const *> const others = conventions_matching(path, &convention); !others.empty())
        return "not named as " + std::string(convention.shape) + ", but in the style of " + names_of(others);
    if (ends_with(convention.shape, "N_name.sql") || ends_with(convention.shape, "0_name.sql"))
        if (std::string why = why_not_numbered(stem, convention.shape); !why.empty())
            return why;
    return "not named in the style of " + std::string(convention.name) + ": " + convention.shape;
}


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
