#include "core/convention/arrangement.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/convention/near_miss.hpp"
#include "core/convention/tool_order.hpp"
#include "core/convention/way_back.hpp"

#include <algorithm>

namespace mig {

namespace {

bool has_element(FilePattern const &pattern, const char *element) {
    return std::string_view(pattern.form).find(element) != std::string_view::npos;
}

// Flyway writes 1_2 as 1.2, Diesel 2026-03-15 as 20260315.
std::string version_of(FilePattern const &pattern, NameParts const &parts) {
    std::string version;
    if (pattern.repeatable || pattern.snapshot)
        version = std::string_view(pattern.form).substr(0, std::string_view(pattern.form).find('{'));
    if (parts.version.empty())
        return version + std::string(parts.name);
    bool const dotted = has_element(pattern, "{dotted}"), part = has_element(pattern, "{part");
    for (char const c : parts.version)
        if (!(part && c == '-'))
            version += dotted && c == '_' ? '.' : c;
    return version;
}

// Diesel's 2020-12-7-190800 is meant as 20201207190800, 2023-05-23-1715-name as 20230523171500 and a name. Nothing for
// what is no such time.
std::optional<std::pair<std::string, std::string>> time_and_name(std::string_view version) {
    constexpr std::size_t widths[] = {4, 2, 2, 6}, minutes = 4;
    std::string time;
    for (std::size_t const width : widths) {
        std::size_t const digits = std::min(version.find_first_not_of("0123456789"), version.size());
        bool const last = width == 6, ends = digits == version.size();
        if (digits == 0 || digits > width || (ends ? !last : version[digits] != '-'))
            return std::nullopt;
        bool const is_minutes = last && digits == minutes;
        time.append(is_minutes ? 0 : width - digits, '0')
            .append(version.substr(0, digits))
            .append(is_minutes ? 2 : 0, '0');
        version.remove_prefix(ends ? digits : digits + 1);
    }
    return std::pair(time, std::string(version));
}

// `dir/001 schema.sql` holds the versions dir/001_schema#1, #2, ...
std::string versions_in(std::string_view path_without_suffix) {
    std::string version(path_without_suffix);
    for (char &c : version)
        if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f)
            c = '_';
    return version + "#";
}

// Nothing when the file is not taken; then `not_taken` says why.
std::optional<PlacedFile> place(Convention const &convention, SourceFile const &file, std::vector<NotTaken> &not_taken) {
    auto const refuse = [&](std::string why) {
        not_taken.push_back({file.path, std::move(why)});
        return std::nullopt;
    };
    FoundFile const found = find_file(convention, file.path);
    if (!found.pattern)
        return refuse(why_no_match(convention, file.path));
    if (found.pattern->role == Role::beside)
        return refuse(found.pattern->why);
    PlacedFile placed{&file,
                  found.pattern,
                  version_of(*found.pattern, found.parts),
                  std::string(found.parts.name),
                  {},
                  std::string_view(file.path).substr(0, found.parts.begin == 0 ? 0 : found.parts.begin - 1),
                  false,
                  {}};
    placed.tool_version = placed.version;
    if (has_element(*found.pattern, "{part"))
        if (auto const time = time_and_name(found.parts.version)) {
            placed.version = time->first;
            if (placed.name.empty())
                placed.name = time->second;
        }
    if (convention.many_in_file) {
        placed.version = versions_in(placed.name);
        placed.name.clear();
    }
    if (std::string why = version::why_invalid(placed.version); !why.empty())
        return refuse(std::move(why));
    if (std::string why = version::why_invalid_name(placed.name); !why.empty())
        return refuse(std::move(why));
    return placed;
}

std::size_t depth_of(std::string_view folder) {
    return folder.empty() ? 0 : 1 + static_cast<std::size_t>(std::count(folder.begin(), folder.end(), '/'));
}

[[noreturn]] void refuse_two_folders(Convention const &convention, std::string const &first,
                                     std::string const &second) {
    // Which of the two is for the way back, if one is: it must not be the one that is loaded.
    bool const first_is_back = is_way_back(first + "/1.sql", second + "/1.sql");
    bool const pair = first_is_back || is_way_back(second + "/1.sql", first + "/1.sql");
    std::string const &right = first_is_back ? second : first;
    std::string const call = "load_dir('.../" + right + "')";
    throw Failure(
        sqlstate::malformed_file,
        std::string(convention.name) + " reads one directory, and here are two with its migrations",
        "They are \"" + first + "\" and \"" + second + "\". Nothing was loaded.",
        pair ? "The other looks like the way back of \"" + right + "\", which must never run as migrations: load " +
                   call + " alone, or both with convention => 'pairs'."
             : "Load the one that is of this database, " + call + "; or each for itself, as a module of its own.");
}

// What a tool finds that reads one directory: the topmost that has migrations.
void keep_one_folder(Convention const &convention, std::vector<PlacedFile> &placed, std::vector<NotTaken> &not_taken) {
    PlacedFile const *top = nullptr;
    for (PlacedFile const &one : placed)
        if (is_body(one.pattern->role) && (!top || depth_of(one.folder) < depth_of(top->folder)))
            top = &one;
    if (!top)
        return;
    std::string_view const folder = top->folder;
    for (PlacedFile const &one : placed)
        if (is_body(one.pattern->role) && one.folder != folder && depth_of(one.folder) == depth_of(folder))
            refuse_two_folders(convention, std::string(std::min(folder, one.folder)),
                               std::string(std::max(folder, one.folder)));
    auto const below =
        std::stable_partition(placed.begin(), placed.end(), [&](PlacedFile const &one) { return one.folder == folder; });
    for (auto one = below; one != placed.end(); ++one) {
        look_for_interrupts();
        not_taken.push_back(
            {one->file->path, std::string(convention.name) + " reads one directory, not what is below"});
    }
    placed.erase(below, placed.end());
}

// What to do about two files of one version: none of it may make a migration of the way back of another.
std::string instead_of_duplicate(std::string const &first, std::string const &second) {
    bool const back = may_be_way_back(first, second);
    if (back || may_be_way_back(second, first))
        return "\"" + (back ? first : second) +
               "\" looks like the way back of the other, which must never run as a migration: name the two as one "
               "pair, "
               "1_name.up.sql and 1_name.down.sql, or put it below a line \"-- DOWN\" in the other file, whose first "
               "line is \"-- UP\". If it is not, give one of them another version.";
    return "Give one of them another version, or load the directories with a module of their own.";
}

[[noreturn]] void refuse_duplicate(std::string const &version, SourceFile const &first, SourceFile const &second) {
    throw Failure(sqlstate::duplicate_version, "two files have version " + version,
                  "They are \"" + first.path + "\" and \"" + second.path + "\". Nothing was loaded.",
                  instead_of_duplicate(first.path, second.path));
}

// The files of one version.
class Grouping {
  public:
    explicit Grouping(std::vector<NotTaken> &not_taken) : not_taken_(not_taken) {}

    void add(PlacedFile const &placed) {
        if (placed.pattern->role == Role::settings)
            settings_.push_back(placed.file);
        else
            put(placed.pattern->role == Role::up ? up_ : down_, placed);
    }

    // Nothing when there are but settings, of a migration that is not there.
    std::optional<FileGroup> finish() {
        PlacedFile const *const named = up_ ? up_ : down_;
        if (!named) {
            for (SourceFile const *file : settings_)
                not_taken_.push_back({file->path, "the file that it is about is not here"});
            return std::nullopt;
        }
        FileGroup group;
        group.version = named->version;
        group.name = named->name;
        group.kind = named->pattern->repeatable ? Kind::repeatable
                     : named->pattern->snapshot ? Kind::snapshot
                                                : Kind::versioned;
        group.up = up_ ? up_->file : nullptr;
        group.down = down_ ? down_->file : nullptr;
        group.requirements = named->requirements;
        group.settings = std::move(settings_);
        return group;
    }

  private:
    void put(PlacedFile const *&place, PlacedFile const &placed) {
        bool const yields = placed.pattern->yields;
        if (place && place->pattern->yields == yields)
            refuse_duplicate(place->version, *place->file, *placed.file);
        PlacedFile const *const loser = !place ? nullptr : yields ? &placed : place;
        if (loser)
            not_taken_.push_back({loser->file->path, "there is one for PostgreSQL alone"});
        place = loser == &placed ? place : &placed;
    }

    PlacedFile const *up_ = nullptr, *down_ = nullptr;
    std::vector<SourceFile const *> settings_;
    std::vector<NotTaken> &not_taken_;
};

} // namespace

Arrangement arrange(Convention const &convention, std::vector<SourceFile> const &files) {
    return (convention.arrange ? convention.arrange : arrange_by_name)(convention, files);
}

Arrangement arrange_by_name(Convention const &convention, std::vector<SourceFile> const &files) {
    std::vector<NotTaken> not_taken;
    std::vector<PlacedFile> placed;
    for (SourceFile const &file : files) {
        look_for_interrupts();
        if (std::optional<PlacedFile> one = place(convention, file, not_taken))
            placed.push_back(std::move(*one));
    }

    if (convention.one_directory)
        keep_one_folder(convention, placed, not_taken);
    order_as_tool(convention, placed);
    Arrangement arrangement;
    for (auto one = placed.begin(); one != placed.end();) {
        look_for_interrupts();
        Grouping grouping(not_taken);
        for (auto const first = one; one != placed.end() && version::compare(first->version, one->version) == 0; ++one)
            grouping.add(*one);
        if (std::optional<FileGroup> group = grouping.finish())
            arrangement.groups.push_back(std::move(*group));
    }
    arrangement.not_taken = std::move(not_taken);
    return arrangement;
}

} // namespace mig
