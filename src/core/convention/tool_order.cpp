#include "core/convention/tool_order.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/base/ordered_version.hpp"
#include "core/base/timestamp_version.hpp"
#include "core/base/topological_order.hpp"
#include "core/base/version.hpp"
#include "core/convention/way_back.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <unordered_map>

namespace mig {

namespace {

using Iterator = std::vector<PlacedFile>::iterator;

bool is_late(PlacedFile const &placed) { return placed.pattern->repeatable; }

bool only_digits(std::string_view version) {
    return !version.empty() && version.find_first_not_of("0123456789") == std::string_view::npos;
}

// Seconds since 1970, or a date and time.
bool is_timestamp(std::string_view version) { return version.size() >= 10 && only_digits(version); }

std::string_view leading_digits(std::string_view version) {
    return version.substr(0, std::min(version.find_first_not_of("0123456789"), version.size()));
}

// Of a file or of the directory that is the migration.
std::string_view name_in_folder(PlacedFile const &placed) {
    return std::string_view(placed.file->path).substr(placed.folder.empty() ? 0 : placed.folder.size() + 1);
}

// Numbers come first, by their value; then by name.
int compare_leading_numbers(PlacedFile const &a, PlacedFile const &b) {
    std::string_view const left = leading_digits(a.tool_version), right = leading_digits(b.tool_version);
    if (left.empty() != right.empty())
        return left.empty() ? 1 : -1;
    int const order = version::compare_numbers(left, right);
    return order != 0 ? order : name_in_folder(a).compare(name_in_folder(b));
}

// Milliseconds since 1970, which a version of 17 digits has as a date and time.
std::string moment(std::string const &version) {
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
        return version::compare_numbers(moment(a.tool_version), moment(b.tool_version));
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

bool same_migration(PlacedFile const &a, PlacedFile const &b) { return same_version(a, b) && (!a.apart || a.name == b.name); }

// Programs with a migrator of their own live with two migrations that were made in one second: they know one by its
// whole name, as some tools do whatever the version. Else two of one sequence number are an accident that no one should
// live with, and the way back of a migration is no second one.
bool tells_apart(Convention const &convention, Iterator first, Iterator end) {
    if (end - first < 2 || !(convention.known_by_name || is_timestamp(first->version)))
        return false;
    std::vector<std::string_view> ups;
    for (auto one = first; one != end; ++one) {
        look_for_interrupts();
        if (one->folder != first->folder)
            return false;
        if (one->pattern->role == Role::up)
            ups.push_back(one->file->path);
    }
    return ups.size() > 1 && !has_way_back(ups);
}

void tell_apart(Convention const &convention, std::vector<PlacedFile> &placed) {
    auto const before = [](PlacedFile const &a, PlacedFile const &b) {
        look_for_interrupts();
        return version::compare(a.version, b.version) < 0;
    };
    if (!std::is_sorted(placed.begin(), placed.end(), before)) // as names with timestamps are
        std::stable_sort(placed.begin(), placed.end(), before);
    for (auto first = placed.begin(); first != placed.end();) {
        auto const end =
            std::find_if_not(first, placed.end(), [&](PlacedFile const &one) { return same_version(*first, one); });
        bool const apart = tells_apart(convention, first, end);
        for (; first != end; ++first)
            first->apart = apart;
    }
}

// The files of a migration are side by side then.
void sort(Convention const &convention, std::vector<PlacedFile> &placed) {
    auto const before = [&](PlacedFile const &a, PlacedFile const &b) {
        look_for_interrupts();
        if (is_late(a) != is_late(b))
            return is_late(b);
        if (!is_late(a) && !same_migration(a, b))
            if (int const order = compare_as_tool(convention, a, b); order != 0)
                return order < 0;
        if (int const order = version::compare(a.version, b.version); order != 0)
            return order < 0;
        return a.apart && a.name != b.name ? a.name < b.name : a.file->path < b.file->path;
    };
    if (!std::is_sorted(placed.begin(), placed.end(), before))
        std::sort(placed.begin(), placed.end(), before);
}

// Of a migration, by its files.
template <class Visit>
void each_migration(Iterator first, Iterator end, Visit const &visit) {
    while (first != end) {
        auto const next = std::find_if_not(first, end, [&](PlacedFile const &one) { return same_migration(*first, one); });
        look_for_interrupts();
        visit(first, next);
        first = next;
    }
}

void give(Iterator first, Iterator end, std::string const &version) {
    for (; first != end; ++first)
        first->version = version;
}

// For dates and times: what is added is the last, and changes no version before it.
void number_forward(Iterator first, Iterator end) {
    OrderedVersions versions;
    each_migration(first, end, [&](Iterator from, Iterator to) { give(from, to, versions.next(from->version)); });
}

// For counters that were not made equally long, and are compared as text: 10 runs before 9. Those keep their version
// behind which no smaller one runs; that is one for each that was there before 10 was added. 10 becomes 0.10.
// `nested`: another that is smaller than what is put before it goes below that; else then nothing is changed.
bool number_backward(std::vector<PlacedFile> &placed, Iterator end, bool nested) {
    std::vector<std::pair<Iterator, Iterator>> all;
    each_migration(placed.begin(), end, [&](Iterator from, Iterator to) { all.emplace_back(from, to); });
    std::vector<bool> keeps(all.size());
    std::string const *least = nullptr;
    for (std::size_t i = all.size(); i-- > 0;) {
        look_for_interrupts();
        keeps[i] = !least || version::compare(all[i].first->version, *least) < 0;
        if (keeps[i])
            least = &all[i].first->version;
    }
    std::vector<std::string> given;
    std::string before = "0"; // what those that do not keep theirs are put behind
    for (std::size_t i = 0; i < all.size(); ++i) {
        look_for_interrupts();
        std::string const &own = all[i].first->version;
        given.push_back(keeps[i] ? own : before + "." + own);
        if (i > 0 && version::compare(given[i - 1], given[i]) >= 0) {
            if (keeps[i] || !nested)
                return false;
            before = given[i - 1];
            given[i] = before + "." + own;
        }
        if (keeps[i])
            before = own;
    }
    for (std::size_t i = 0; i < all.size(); ++i)
        give(all[i].first, all[i].second, given[i]);
    return true;
}

// Without directory and ending: as others name it that come behind it.
std::string stem_in_folder(PlacedFile const &placed) {
    std::string_view const name = name_in_folder(placed);
    return std::string(name.substr(0, name.rfind('.')));
}

[[noreturn]] void refuse_circle(std::string const &path) {
    throw Failure(sqlstate::malformed_file, "migrations that depend on each other",
                  quoted_excerpt(path) + " is one of them. Nothing was loaded.", "Take one of the dependencies out.");
}

// Each migration behind those that its up file names.
void put_behind(Convention const &convention, std::vector<PlacedFile> &placed) {
    std::vector<std::pair<Iterator, Iterator>> all;
    std::unordered_map<std::string, std::size_t> named;
    each_migration(placed.begin(), placed.end(), [&](Iterator first, Iterator end) {
        for (auto one = first; one != end; ++one)
            if (one->pattern->role == Role::up) {
                one->requirements = convention.dependencies(one->file->content);
                named.emplace(stem_in_folder(*one), all.size());
            }
        all.emplace_back(first, end);
    });
    std::vector<std::vector<std::size_t>> behind(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        look_for_interrupts();
        for (auto one = all[i].first; one != all[i].second; ++one)
            for (std::string const &name : one->requirements) {
                look_for_interrupts();
                if (auto const found = named.find(name); found != named.end())
                    behind[i].push_back(found->second);
            }
        std::sort(behind[i].begin(), behind[i].end());
        behind[i].erase(std::unique(behind[i].begin(), behind[i].end()), behind[i].end());
    }
    std::vector<std::size_t> const order = topological_order(behind);
    if (order.size() < all.size()) {
        std::vector<bool> there(all.size());
        for (std::size_t const i : order)
            there[i] = true;
        refuse_circle(all[static_cast<std::size_t>(std::find(there.begin(), there.end(), false) - there.begin())]
                          .first->file->path);
    }
    std::vector<PlacedFile> ordered;
    for (std::size_t const i : order) {
        look_for_interrupts();
        std::move(all[i].first, all[i].second, std::back_inserter(ordered));
    }
    placed = std::move(ordered);
}

// Versions in place of the names; of what is not here, the version that its name says.
void name_by_version(Convention const &convention, std::vector<PlacedFile> &placed) {
    std::unordered_map<std::string, std::string> versions;
    for (PlacedFile const &one : placed) {
        look_for_interrupts();
        if (one.pattern->role == Role::up)
            versions.emplace(stem_in_folder(one), one.version);
    }
    for (PlacedFile &one : placed)
        for (std::string &name : one.requirements) {
            look_for_interrupts();
            auto const here = versions.find(name);
            std::string const file = name + ".sql";
            std::string_view const said = find_file(convention, file).parts.version;
            name = here != versions.end() ? here->second : said.empty() ? name : std::string(said);
        }
}

bool are_counters(Iterator first, Iterator end) {
    constexpr std::size_t least_of_a_date = 8;
    return std::all_of(
        first, end, [](PlacedFile const &one) { return only_digits(one.version) && one.version.size() < least_of_a_date; });
}

} // namespace

void order_as_tool(Convention const &convention, std::vector<PlacedFile> &placed) {
    tell_apart(convention, placed);
    sort(convention, placed);
    if (convention.dependencies)
        put_behind(convention, placed);
    auto const late = std::find_if(placed.begin(), placed.end(), is_late);
    bool const text = convention.order == RunOrder::by_name || convention.order == RunOrder::by_text;
    // What depends on others may be in any order, and versions have a greatest length.
    bool const nested = !convention.dependencies;
    if (!(text && are_counters(placed.begin(), late) && number_backward(placed, late, nested)))
        number_forward(placed.begin(), late);
    if (convention.dependencies)
        name_by_version(convention, placed);
}

} // namespace mig
