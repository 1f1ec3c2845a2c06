#include "core/convention/arrangement.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/convention/down_file_names.hpp"
#include "core/convention/tool_order.hpp"
#include "core/convention/untaken_files.hpp"

#include <algorithm>

namespace mig {

namespace {

bool has_element(FilePattern const &pattern, const char *element) {
    return std::string_view(pattern.form).find(element) != std::string_view::npos;
}

// Normalized as the tool does it: Flyway reads 1_2 as 1.2, Diesel 2026-03-15 as 20260315.
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

// Some Diesel projects write times with short parts, which would sort wrongly once the dashes are gone:
// 2020-12-7-190800 becomes 20201207190800; 2023-05-23-1715-name becomes 20230523171500 and a name. Nothing if it is not
// such a time.
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

// `dir/001 schema.sql` holds the versions dir/001_schema#1, #2, ...: the part before the number.
std::string version_prefix(std::string_view path_without_suffix) {
    std::string version(path_without_suffix);
    for (char &c : version)
        if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f)
            c = '_';
    return version + "#";
}

// Nothing when the file is skipped; then the reason is added to `skipped`.
std::optional<PlacedFile> place(Convention const &convention, SourceFile const &file,
                                std::vector<SkippedFile> &skipped) {
    auto const refuse = [&](std::string why, bool as_its_tool = false) {
        skipped.push_back({file.path, std::move(why), as_its_tool});
        return std::nullopt;
    };
    FoundFile const found = find_file(convention, file.path);
    if (!found.pattern)
        return refuse(why_no_match(convention, file.path));
    if (found.pattern->role == Role::skipped)
        return refuse(found.pattern->why, true);
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
        placed.version = version_prefix(placed.name);
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
    // One of them may hold the down files: the HINT must not suggest to load that one.
    bool const first_is_down = is_down_file_of(first + "/1.sql", second + "/1.sql");
    bool const pair = first_is_down || is_down_file_of(second + "/1.sql", first + "/1.sql");
    std::string const &up = first_is_down ? second : first;
    std::string const call = "load_dir('.../" + up + "')";
    throw Failure(
        sqlstate::malformed_file,
        std::string(convention.name) + " reads one directory, but there are migrations in two",
        "They are \"" + first + "\" and \"" + second + "\". Nothing was loaded.",
        pair
            ? "The other seems to hold the down migrations of \"" + up +
                  "\", which must never run as migrations: load " + call + " alone, or both with convention => 'pairs'."
            : "Load the one that belongs to this database, " + call + "; or load each as a module of its own.");
}

// A tool that reads one directory would be pointed at the topmost one with migrations: what is in others is skipped.
void keep_one_folder(Convention const &convention, std::vector<PlacedFile> &placed, std::vector<SkippedFile> &skipped) {
    PlacedFile const *top = nullptr;
    for (PlacedFile const &file : placed)
        if (is_body(file.pattern->role) && (!top || depth_of(file.folder) < depth_of(top->folder)))
            top = &file;
    if (!top)
        return;
    std::string_view const folder = top->folder;
    for (PlacedFile const &file : placed)
        if (is_body(file.pattern->role) && file.folder != folder && depth_of(file.folder) == depth_of(folder))
            refuse_two_folders(convention, std::string(std::min(folder, file.folder)),
                               std::string(std::max(folder, file.folder)));
    auto const below = std::stable_partition(placed.begin(), placed.end(),
                                             [&](PlacedFile const &file) { return file.folder == folder; });
    for (auto file = below; file != placed.end(); ++file) {
        check_for_interrupts();
        skipped.push_back(
            {file->source->path, std::string(convention.name) + " reads one directory, not its subdirectories", true});
    }
    placed.erase(below, placed.end());
    for (SkippedFile &file : skipped) {
        check_for_interrupts();
        std::size_t const slash = file.path.rfind('/');
        if (std::string_view(file.path).substr(0, slash == std::string::npos ? 0 : slash) != folder)
            file.as_its_tool = true;
    }
}

// The HINT for two files of one version. Nobody who follows it must end up with a down file that runs as a migration.
std::string instead_of_duplicate(std::string const &first, std::string const &second) {
    bool const first_is_down = may_be_down_file_of(first, second);
    if (first_is_down || may_be_down_file_of(second, first))
        return "\"" + (first_is_down ? first : second) +
               "\" looks like the down file of the other, which must never run as a migration: name the two as a pair, "
               "1_name.up.sql and 1_name.down.sql, or put it below a line \"-- DOWN\" in the other file, whose first "
               "line is \"-- UP\". If it is not, give one of them another version.";
    return "Give one of them another version, or load each directory as a module of its own.";
}

[[noreturn]] void refuse_duplicate(std::string const &version, SourceFile const &first, SourceFile const &second) {
    throw Failure(sqlstate::duplicate_version, "two files have version " + version,
                  "They are \"" + first.path + "\" and \"" + second.path + "\". Nothing was loaded.",
                  instead_of_duplicate(first.path, second.path));
}

// Collects the files of one version.
class Grouping {
  public:
    explicit Grouping(std::vector<SkippedFile> &skipped) : skipped_(skipped) {}

    void add(PlacedFile const &placed) {
        if (placed.pattern->role == Role::settings)
            settings_.push_back(placed.source);
        else
            set_body(placed.pattern->role == Role::up ? up_ : down_, placed);
    }

    // Nothing when there are only settings, for a migration that is missing.
    std::optional<FileGroup> finish() {
        PlacedFile const *const named = up_ ? up_ : down_;
        if (!named) {
            for (SourceFile const *file : settings_)
                skipped_.push_back({file->path, "the file that it applies to is missing"});
            return std::nullopt;
        }
        FileGroup group;
        group.version = named->version;
        group.name = named->name;
        group.kind = named->pattern->repeatable ? Kind::repeatable
                     : named->pattern->snapshot ? Kind::snapshot
                                                : Kind::versioned;
        group.up = up_ ? up_->source : nullptr;
        group.down = down_ ? down_->source : nullptr;
        group.requirements = named->requirements;
        group.settings = std::move(settings_);
        return group;
    }

  private:
    // Of two candidates for a body, the one that yields is skipped.
    void set_body(PlacedFile const *&body, PlacedFile const &placed) {
        bool const yields = placed.pattern->yields;
        if (body && body->pattern->yields == yields)
            refuse_duplicate(body->version, *body->source, *placed.source);
        PlacedFile const *const loser = !body ? nullptr : yields ? &placed : body;
        if (loser)
            skipped_.push_back({loser->source->path, "superseded by the file for PostgreSQL", true});
        body = loser == &placed ? body : &placed;
    }

    PlacedFile const *up_ = nullptr, *down_ = nullptr;
    std::vector<SourceFile const *> settings_;
    std::vector<SkippedFile> &skipped_;
};

} // namespace

Arrangement arrange(Convention const &convention, std::vector<SourceFile> const &files) {
    return (convention.arrange ? convention.arrange : arrange_by_name)(convention, files);
}

Arrangement arrange_by_name(Convention const &convention, std::vector<SourceFile> const &files) {
    std::vector<SkippedFile> skipped;
    std::vector<PlacedFile> placed;
    for (SourceFile const &file : files) {
        check_for_interrupts();
        if (std::optional<PlacedFile> found = place(convention, file, skipped))
            placed.push_back(std::move(*found));
    }

    if (convention.one_directory)
        keep_one_folder(convention, placed, skipped);
    order_as_tool(convention, placed);
    Arrangement arrangement;
    // order_as_tool() has put the files of a migration next to each other.
    for (auto file = placed.begin(); file != placed.end();) {
        check_for_interrupts();
        Grouping grouping(skipped);
        for (auto const first = file; file != placed.end() && version::compare(first->version, file->version) == 0;
             ++file)
            grouping.add(*file);
        if (std::optional<FileGroup> group = grouping.finish())
            arrangement.groups.push_back(std::move(*group));
    }
    arrangement.skipped = std::move(skipped);
    return arrangement;
}

} // namespace mig
