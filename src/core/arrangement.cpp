#include "core/failure.hpp"
#include "core/interruption.hpp"
#include "core/near_miss.hpp"
#include "core/ordered_version.hpp"
#include "core/version.hpp"

#include <algorithm>

namespace mig {

namespace {

struct Placed {
    SourceFile const *file;
    FilePattern const *pattern;
    std::string version, name;
    std::string_view folder; // that the migration is in
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

std::string_view folder_of(std::string_view path, std::string_view version) {
    std::size_t const at = version.empty() ? path.size() : static_cast<std::size_t>(version.data() - path.data());
    std::size_t const slash = path.rfind('/', at);
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
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
                  std::string(found.parts.name), folder_of(file.path, found.parts.version)};
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
    look_for_interrupts();
    bool const late = a.pattern->has(trait::repeatable);
    if (late != b.pattern->has(trait::repeatable))
        return !late;
    int const order = version::compare(a.version, b.version);
    return order != 0 ? order < 0 : a.file->path < b.file->path;
}

// Seconds since 1970, or a date and time.
bool is_timestamp(std::string_view version) {
    constexpr std::size_t least_digits = 10;
    return version.size() >= least_digits && version.find_first_not_of("0123456789") == std::string_view::npos;
}

// Gives [first, end) versions that rise with each new key.
template <class Iterator, class Key>
void number(Iterator first, Iterator end, Key const &key) {
    OrderedVersions versions;
    for (auto before = end; first != end; before = first++) {
        look_for_interrupts();
        first->version = before != end && key(*first) == key(*before) ? before->version : versions.next(first->version);
    }
}

// Programs with a migrator of their own live with two migrations that were made in one second: they know one by its
// whole name. Two of one sequence number are an accident that no one should live with.
void tell_apart(std::vector<Placed> &sorted) {
    for (auto first = sorted.begin(); first != sorted.end();) {
        auto const is_same = [&](Placed const &other) { return version::compare(first->version, other.version) == 0; };
        auto const end = std::find_if_not(first, sorted.end(), is_same);
        auto const beside = [&](Placed const &other) { return other.folder == first->folder; };
        if (end - first > 1 && is_timestamp(first->version) && std::all_of(first, end, beside)) {
            std::stable_sort(first, end, [](Placed const &a, Placed const &b) { return a.name < b.name; });
            number(first, end, [](Placed const &one) { return std::string_view(one.name); });
        }
        first = end;
    }
}

// In the bytewise order of whole names, which is not that of versions when one is a day and the next a time of that
// day.
void order_by_name(std::vector<Placed> &placed) {
    auto const name = [](Placed const &one) {
        return std::string_view(one.file->path).substr(one.folder.empty() ? 0 : one.folder.size() + 1);
    };
    auto const unit = [&](Placed const &one) { return name(one).substr(0, name(one).find('/')); };
    std::sort(placed.begin(), placed.end(), [&](Placed const &a, Placed const &b) { return name(a) < name(b); });
    number(placed.begin(), placed.end(), unit);
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
    for (SourceFile const &file : files) {
        look_for_interrupts();
        if (std::optional<Placed> one = place(convention, file, not_taken))
            placed.push_back(std::move(*one));
    }

    if (convention.has(trait::by_name)) {
        order_by_name(placed);
    } else {
        std::sort(placed.begin(), placed.end(), runs_before);
        tell_apart(placed);
    }
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
