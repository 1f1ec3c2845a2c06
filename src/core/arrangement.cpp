#include "core/failure.hpp"
#include "core/near_miss.hpp"
#include "core/version.hpp"

#include <algorithm>

namespace mig {

namespace {

struct Placed {
    SourceFile const *file;
    FilePattern const *pattern;
    std::string version, name;
};

std::string version_of(FilePattern const &pattern, NameParts const &parts, std::string_view name) {
    std::string_view const form = pattern.form;
    std::string version;
    if (pattern.has(trait::repeatable | trait::snapshot))
        version = form.substr(0, form.find('{'));
    if (parts.version.empty())
        return version + std::string(name);
    // Flyway writes 1_2 as 1.2, Diesel 2026-03-15 as 20260315.
    bool const dotted = form.find("{dotted}") != std::string_view::npos;
    bool const dashed = form.find("{dashed}") != std::string_view::npos;
    for (char const c : parts.version)
        if (!(dashed && c == '-'))
            version += dotted && c == '_' ? '.' : c;
    return version;
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
std::optional<Placed> place(Convention const &convention, SourceFile const &file, std::vector<NotTaken> &not_taken) {
    auto const refuse = [&](std::string why) {
        not_taken.push_back({file.path, std::move(why)});
        return std::nullopt;
    };
    FoundFile const found = find_file(convention, file.path);
    if (!found.pattern)
        return refuse(why_not_of(convention, file.path));
    if (found.pattern->role == Role::beside)
        return refuse(found.pattern->why);
    Placed placed{&file, found.pattern, version_of(*found.pattern, found.parts, found.parts.name),
                  std::string(found.parts.name)};
    if (convention.has(trait::many_in_file)) {
        placed.version = versions_in(placed.name);
        placed.name.clear();
    }
    if (std::string why = version::why_invalid(placed.version); !why.empty())
        return refuse(std::move(why));
    if (std::string why = version::why_invalid_name(placed.name); !why.empty())
        return refuse(std::move(why));
    return placed;
}

bool runs_before(Placed const &a, Placed const &b) {
    bool const late = a.pattern->has(trait::repeatable);
    if (late != b.pattern->has(trait::repeatable))
        return !late;
    int const order = version::compare(a.version, b.version);
    return order != 0 ? order < 0 : a.file->path < b.file->path;
}

[[noreturn]] void refuse_duplicate(std::string const &version, SourceFile const &first, SourceFile const &second) {
    throw Failure(sqlstate::duplicate_version, "two files have version " + version,
                  "They are \"" + first.path + "\" and \"" + second.path + "\". Nothing was loaded.",
                  "Give one of them another version, or load the directories with a module of their own.");
}

// The files of one version.
class Grouping {
  public:
    explicit Grouping(std::vector<NotTaken> &not_taken) : not_taken_(not_taken) {}

    void add(Placed const &placed) {
        if (placed.pattern->role == Role::settings)
            settings_.push_back(placed.file);
        else
            put(placed.pattern->role == Role::up ? up_ : down_, placed);
    }

    // Nothing when there are but settings, of a migration that is not there.
    std::optional<FileGroup> finish() {
        Placed const *const named = up_ ? up_ : down_;
        if (!named) {
            for (SourceFile const *file : settings_)
                not_taken_.push_back({file->path, "the file that it is about is not here"});
            return std::nullopt;
        }
        FileGroup group;
        group.version = named->version;
        group.name = named->name;
        group.kind = named->pattern->has(trait::repeatable) ? Kind::repeatable
                     : named->pattern->has(trait::snapshot) ? Kind::snapshot
                                                            : Kind::versioned;
        group.up = up_ ? up_->file : nullptr;
        group.down = down_ ? down_->file : nullptr;
        group.settings = std::move(settings_);
        return group;
    }

  private:
    void put(Placed const *&place, Placed const &placed) {
        bool const yields = placed.pattern->has(trait::yields);
        if (place && place->pattern->has(trait::yields) == yields)
            refuse_duplicate(place->version, *place->file, *placed.file);
        Placed const *const loser = !place ? nullptr : yields ? &placed : place;
        if (loser)
            not_taken_.push_back({loser->file->path, "there is one for PostgreSQL alone"});
        place = loser == &placed ? place : &placed;
    }

    Placed const *up_ = nullptr, *down_ = nullptr;
    std::vector<SourceFile const *> settings_;
    std::vector<NotTaken> &not_taken_;
};

} // namespace

Arrangement arrange(Convention const &convention, std::vector<SourceFile> const &files) {
    if (convention.arrange)
        return convention.arrange(convention, files);
    std::vector<NotTaken> not_taken;
    std::vector<Placed> placed;
    for (SourceFile const &file : files)
        if (std::optional<Placed> one = place(convention, file, not_taken))
            placed.push_back(std::move(*one));

    std::sort(placed.begin(), placed.end(), runs_before);
    Arrangement arrangement;
    for (auto one = placed.begin(); one != placed.end();) {
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
