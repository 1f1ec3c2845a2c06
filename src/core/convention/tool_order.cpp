#include "core/convention/tool_order.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/base/ordered_version.hpp"
#include "core/base/timestamp_version.hpp"
#include "core/base/topological_order.hpp"
#include "core/base/version.hpp"
#include "core/convention/down_file_names.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <unordered_map>

namespace mig {

namespace {

using Iterator = std::vector<PlacedFile>::iterator;

bool is_repeatable(PlacedFile const &placed) { return placed.pattern->repeatable; }

bool only_digits(std::string_view version) {
    return !version.empty() && version.find_first_not_of("0123456789") == std::string_view::npos;
}

// Seconds since 1970 (10 digits) or more, or a date and time.
bool is_timestamp(std::string_view version) { return version.size() >= 10 && only_digits(version); }

std::string_view leading_digits(std::string_view version) {
    return version.substr(0, std::min(version.find_first_not_of("0123456789"), version.size()));
}

// The name of the file, or of the directory and file, that is the migration.
std::string_view name_in_folder(PlacedFile const &placed) {
    return std::string_view(placed.source->path).substr(placed.folder.empty() ? 0 : placed.folder.size() + 1);
}

// sql-migrate: names that begin with a number come first, by its value; equal numbers and the rest by name.
int compare_leading_numbers(PlacedFile const &a, PlacedFile const &b) {
    std::string_view const left = leading_digits(a.tool_version), right = leading_digits(b.tool_version);
    if (left.empty() != right.empty())
        return left.empty() ? 1 : -1;
    int const order = version::compare_numbers(left, right);
    return order != 0 ? order : name_in_folder(a).compare(name_in_folder(b));
}

// node-pg-migrate: versions are milliseconds since 1970, or 17 digits of a date and time, which are made comparable.
std::string epoch_milliseconds(std::string const &version) {
    constexpr std::size_t date_and_time = 14, digits = 17;
    std::optional<std::int64_t> const seconds = version.size() == digits && only_digits(version)
                                                    ? time_of_version(version.substr(0, date_and_time))
                                                    : std::nullopt;
    return seconds ? std::to_string(*seconds) + version.substr(date_and_time) : version;
}

int compare_as_tool(Convention const &convention, PlacedFile const &a, PlacedFile const &b) {
    switch (convention.order) {
    case RunOrder::by_name:
        return name_in_folder(a).compare(name_in_folder(b));
    case RunOrder::by_text:
        return a.tool_version.compare(b.tool_version);
    case RunOrder::by_time:
        return version::compare_numbers(epoch_milliseconds(a.tool_version), epoch_milliseconds(b.tool_version));
    case RunOrder::by_leading_number:
        return compare_leading_numbers(a, b);
    case RunOrder::by_number:
        return version::compare_numbers(a.version, b.version);
    case RunOrder::by_version:
        break;
    }
    return version::compare(a.version, b.version);
}

bool same_version(PlacedFile const &a, PlacedFile const &b) { return version::compare(a.version, b.version) == 0; }

bool same_migration(PlacedFile const &a, PlacedFile const &b) {
    return same_version(a, b) && (!a.distinct || a.name == b.name);
}

// Whether the files of one version are several migrations that differ in their names. They are if the tool knows a
// migration by its whole name, or if the version is a time: projects do have two migrations made in the same second.
// Otherwise two files with one sequence number are a mistake to be reported; so are a migration and its down file.
bool are_distinct(Convention const &convention, Iterator first, Iterator end) {
    if (end - first < 2 || !(convention.known_by_name || is_timestamp(first->version)))
        return false;
    std::vector<std::string_view> ups;
    for (auto file = first; file != end; ++file) {
        check_for_interrupts();
        if (file->folder != first->folder)
            return false;
        if (file->pattern->role == Role::up)
            ups.push_back(file->source->path);
    }
    return ups.size() > 1 && !has_down_file_of_another(ups);
}

void mark_distinct(Convention const &convention, std::vector<PlacedFile> &placed) {
    auto const before = [](PlacedFile const &a, PlacedFile const &b) {
        check_for_interrupts();
        return version::compare(a.version, b.version) < 0;
    };
    if (!std::is_sorted(placed.begin(), placed.end(), before)) // files sorted by name usually are
        std::stable_sort(placed.begin(), placed.end(), before);
    for (auto first = placed.begin(); first != placed.end();) {
        auto const end =
            std::find_if_not(first, placed.end(), [&](PlacedFile const &file) { return same_version(*first, file); });
        bool const distinct = are_distinct(convention, first, end);
        for (; first != end; ++first)
            first->distinct = distinct;
    }
}

// In the tool's order, repeatable migrations last. The files of each migration end up next to each other.
void sort(Convention const &convention, std::vector<PlacedFile> &placed) {
    auto const before = [&](PlacedFile const &a, PlacedFile const &b) {
        check_for_interrupts();
        if (is_repeatable(a) != is_repeatable(b))
            return is_repeatable(b);
        if (!is_repeatable(a) && !same_migration(a, b))
            if (int const order = compare_as_tool(convention, a, b); order != 0)
                return order < 0;
        if (int const order = version::compare(a.version, b.version); order != 0)
            return order < 0;
        return a.distinct && a.name != b.name ? a.name < b.name : a.source->path < b.source->path;
    };
    if (!std::is_sorted(placed.begin(), placed.end(), before))
        std::sort(placed.begin(), placed.end(), before);
}

// Calls `visit(first, end)` with the files of each migration.
template <class Visit>
void each_migration(Iterator first, Iterator end, Visit const &visit) {
    while (first != end) {
        auto const next =
            std::find_if_not(first, end, [&](PlacedFile const &file) { return same_migration(*first, file); });
        check_for_interrupts();
        visit(first, next);
        first = next;
    }
}

void set_version(Iterator first, Iterator end, std::string const &version) {
    for (; first != end; ++first)
        first->version = version;
}

// For dates and times, where a new migration comes last: a version depends only on those before it.
void number_forward(Iterator first, Iterator end) {
    OrderedVersions versions;
    each_migration(first, end,
                   [&](Iterator from, Iterator to) { set_version(from, to, versions.next(from->version)); });
}

// For counters without leading zeros that a tool compares as text: 10 runs before 9. A migration keeps its version if
// no smaller one runs after it, so that 1 to 9 keep theirs when 10 is added. 10 becomes 0.10 if it runs before 1, 1.10
// if right after it. If that would not be greater than the version before it, it is nested below that one; or, without
// `nested`, nothing is changed and the result is false.
bool number_backward(std::vector<PlacedFile> &placed, Iterator end, bool nested) {
    std::vector<std::pair<Iterator, Iterator>> all;
    each_migration(placed.begin(), end, [&](Iterator from, Iterator to) { all.emplace_back(from, to); });
    std::vector<bool> keeps(all.size());
    std::string const *least = nullptr; // of those that run later
    for (std::size_t i = all.size(); i-- > 0;) {
        check_for_interrupts();
        keeps[i] = !least || version::compare(all[i].first->version, *least) < 0;
        if (keeps[i])
            least = &all[i].first->version;
    }
    std::vector<std::string> numbered;
    std::string prefix = "0"; // of the versions of those that do not keep theirs
    for (std::size_t i = 0; i < all.size(); ++i) {
        check_for_interrupts();
        std::string const &own = all[i].first->version;
        numbered.push_back(keeps[i] ? own : prefix + "." + own);
        if (i > 0 && version::compare(numbered[i - 1], numbered[i]) >= 0) {
            if (keeps[i] || !nested)
                return false;
            prefix = numbered[i - 1];
            numbered[i] = prefix + "." + own;
        }
        if (keeps[i])
            prefix = own;
    }
    for (std::size_t i = 0; i < all.size(); ++i)
        set_version(all[i].first, all[i].second, numbered[i]);
    return true;
}

// The name without directory and extension, which other files use in their lists of dependencies.
std::string stem_in_folder(PlacedFile const &placed) {
    std::string_view const name = name_in_folder(placed);
    return std::string(name.substr(0, name.rfind('.')));
}

[[noreturn]] void refuse_cycle(std::string const &path) {
    throw Failure(sqlstate::malformed_file, "circular dependency between migrations",
                  quoted_excerpt(path) + " is one of them. Nothing was loaded.", "Remove one of the dependencies.");
}

// Moves each migration after those that its up file depends on.
void sort_by_dependencies(Convention const &convention, std::vector<PlacedFile> &placed) {
    std::vector<std::pair<Iterator, Iterator>> all;
    std::unordered_map<std::string, std::size_t> named;
    each_migration(placed.begin(), placed.end(), [&](Iterator first, Iterator end) {
        for (auto file = first; file != end; ++file)
            if (file->pattern->role == Role::up) {
                file->requirements = convention.dependencies(file->source->content);
                named.emplace(stem_in_folder(*file), all.size());
            }
        all.emplace_back(first, end);
    });
    // A name that is not among the files does not affect the order. It stays a requirement, checked before the run.
    std::vector<std::vector<std::size_t>> dependencies(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        check_for_interrupts();
        std::vector<std::size_t> &earlier = dependencies[i];
        for (auto file = all[i].first; file != all[i].second; ++file)
            for (std::string const &name : file->requirements) {
                check_for_interrupts();
                if (auto const found = named.find(name); found != named.end())
                    earlier.push_back(found->second);
            }
        std::sort(earlier.begin(), earlier.end());
        earlier.erase(std::unique(earlier.begin(), earlier.end()), earlier.end());
    }
    std::vector<std::size_t> const order = topological_order(dependencies);
    if (order.size() < all.size()) {
        std::vector<bool> ordered(all.size());
        for (std::size_t const i : order)
            ordered[i] = true;
        auto const in_cycle = std::find(ordered.begin(), ordered.end(), false) - ordered.begin();
        refuse_cycle(all[static_cast<std::size_t>(in_cycle)].first->source->path);
    }
    std::vector<PlacedFile> sorted;
    for (std::size_t const i : order) {
        check_for_interrupts();
        std::move(all[i].first, all[i].second, std::back_inserter(sorted));
    }
    placed = std::move(sorted);
}

// Replaces the names of requirements by versions: for a file that is not here, the version in its name.
void replace_names_by_versions(Convention const &convention, std::vector<PlacedFile> &placed) {
    std::unordered_map<std::string, std::string> versions;
    for (PlacedFile const &file : placed) {
        check_for_interrupts();
        if (file.pattern->role == Role::up)
            versions.emplace(stem_in_folder(file), file.version);
    }
    for (PlacedFile &file : placed)
        for (std::string &name : file.requirements) {
            check_for_interrupts();
            auto const here = versions.find(name);
            std::string const path = name + ".sql";
            std::string_view const in_name = find_file(convention, path).parts.version;
            name = here != versions.end() ? here->second : in_name.empty() ? name : std::string(in_name);
        }
}

bool are_counters(Iterator first, Iterator end) {
    constexpr std::size_t digits_of_a_date = 8;
    return std::all_of(first, end, [](PlacedFile const &file) {
        return only_digits(file.version) && file.version.size() < digits_of_a_date;
    });
}

} // namespace

void order_as_tool(Convention const &convention, std::vector<PlacedFile> &placed) {
    mark_distinct(convention, placed);
    sort(convention, placed);
    if (convention.dependencies)
        sort_by_dependencies(convention, placed);
    auto const repeatable = std::find_if(placed.begin(), placed.end(), is_repeatable);
    bool const text = convention.order == RunOrder::by_name || convention.order == RunOrder::by_text;
    // Dependencies allow any order, in which nesting could exceed the greatest length of a version.
    bool const nested = !convention.dependencies;
    if (!(text && are_counters(placed.begin(), repeatable) && number_backward(placed, repeatable, nested)))
        number_forward(placed.begin(), repeatable);
    if (convention.dependencies)
        replace_names_by_versions(convention, placed);
}

} // namespace mig
