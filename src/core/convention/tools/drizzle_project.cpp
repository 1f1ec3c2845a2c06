#include "core/convention/tools/drizzle_project.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/base/ordered_version.hpp"
#include "core/convention/tools/drizzle_journal.hpp"
#include "core/convention/untaken_files.hpp"

#include <algorithm>
#include <unordered_map>

namespace mig {

namespace {

constexpr std::string_view journal_name = "meta/_journal.json";

SourceFile const &journal_of(Convention const &convention, std::vector<SourceFile> const &files) {
    SourceFile const *journal = nullptr;
    for (SourceFile const &file : files) {
        check_for_interrupts();
        FilePattern const *const pattern = find_file(convention, file.path).pattern;
        if (!pattern || pattern->role != Role::plan)
            continue;
        if (journal)
            throw Failure(sqlstate::malformed_file, "two journals of Drizzle",
                          "They are \"" + journal->path + "\" and \"" + file.path + "\". Nothing was loaded.",
                          "Load each directory as a module of its own.");
        journal = &file;
    }
    if (!journal)
        throw Failure(sqlstate::malformed_file, "no meta/_journal.json", {},
                      "Drizzle's files are loaded together: load_dir() or load_tar() of the directory that holds it.");
    return *journal;
}

// 0025_far_echo has a number; a name without one gets its position in the journal.
FileGroup group_of(std::string const &tag, std::size_t position, OrderedVersions &versions) {
    std::size_t const digits = std::min(tag.find_first_not_of("0123456789"), tag.size());
    bool const numbered = digits > 0 && digits < tag.size() && tag[digits] == '_';
    FileGroup group;
    group.version = versions.next(numbered ? tag.substr(0, digits) : std::to_string(position));
    group.name = numbered ? tag.substr(digits + 1) : tag;
    return group;
}

} // namespace

Arrangement arrange_drizzle(Convention const &convention, std::vector<SourceFile> const &files) {
    SourceFile const &journal = journal_of(convention, files);
    std::string const directory = journal.path.substr(0, journal.path.size() - journal_name.size());
    std::unordered_map<std::string_view, SourceFile const *> unlisted;
    for (SourceFile const &file : files) {
        check_for_interrupts();
        unlisted.emplace(file.path, &file);
    }
    unlisted.erase(journal.path);
    OrderedVersions versions;
    Arrangement arrangement;
    for (std::string const &tag : parse_drizzle_journal(journal.content, journal.path)) {
        check_for_interrupts();
        FileGroup group = group_of(tag, arrangement.groups.size(), versions);
        auto const found = unlisted.find(directory + tag + ".sql");
        if (found == unlisted.end()) // or it is listed twice
            throw Failure(sqlstate::malformed_file, journal.path + ": no " + directory + tag + ".sql",
                          "Each entry of the journal is a migration of its own. Nothing was loaded.",
                          "Load the directory with all its files.");
        group.up = found->second;
        unlisted.erase(found);
        arrangement.groups.push_back(std::move(group));
    }
    for (SourceFile const &file : files) {
        check_for_interrupts();
        if (unlisted.count(file.path) == 0)
            continue;
        FilePattern const *const pattern = find_file(convention, file.path).pattern;
        std::string const why = !pattern                         ? why_no_match(convention, file.path)
                                : pattern->role == Role::skipped ? pattern->why
                                                                 : "not in " + journal.path;
        arrangement.skipped.push_back({file.path, why, pattern && pattern->role == Role::skipped});
    }
    return arrangement;
}

} // namespace mig
