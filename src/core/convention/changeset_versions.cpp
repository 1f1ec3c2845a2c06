#include "core/convention/changeset_versions.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/text/file_path.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <charconv>

namespace mig {

namespace {

// Paths that Liquibase takes for the same have the same key.
std::string path_key(std::string_view path) {
    std::string key = lower_case(path);
    std::replace(key.begin(), key.end(), '\\', '/');
    return std::string(bare_path(key));
}

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string key_of(std::string_view name, std::string_view file) {
    return std::string(name) + "\n" + std::string(file);
}

bool is_logical(MigrationText const &text) { return !text.directives.up.logical_file.empty(); }

std::string_view file_of(MigrationText const &text) {
    return is_logical(text) ? std::string_view(text.directives.up.logical_file) : std::string_view(text.up.path);
}

using Number = std::vector<std::uint32_t>; // 2.0.1

constexpr std::uint32_t part_limit = 1'000'000'000; // so that version::compare() takes no part for a timestamp

// Empty: not a number that this code could have assigned.
Number number_in(std::string_view text) {
    Number number;
    for (const char *at = text.data(), *const end = at + text.size(); at < end; ++at) {
        std::uint32_t part = 0;
        auto const [next, error] = std::from_chars(at, end, part);
        if (error != std::errc() || part >= part_limit || (next < end && *next != '.'))
            return {};
        number.push_back(part);
        at = next;
    }
    return !number.empty() && number.back() > 0 ? number : Number();
}

std::string text_of(Number const &number) {
    std::string text;
    for (std::uint32_t const part : number)
        text += (text.empty() ? "" : ".") + std::to_string(part);
    return text;
}

// A number greater than `low` and less than `high` (null: no bound), as short as possible: 2 after 1, 1.1 between 1 and
// 2, 1.0.1 between 1 and 1.1.
Number between(Number const &low, Number const *high) {
    for (std::size_t length = 1; length <= low.size(); ++length) {
        Number candidate(low.begin(), low.begin() + static_cast<std::ptrdiff_t>(length));
        ++candidate.back();
        if (!high || candidate < *high)
            return candidate;
    }
    Number candidate = low;
    for (candidate.push_back(1); high && !(candidate < *high); candidate.push_back(1))
        candidate.back() = 0;
    return candidate;
}

std::string_view number_part(std::string_view version) { return version.substr(version.rfind('#') + 1); }
std::string prefix_of(std::string_view version) { return std::string(version.substr(0, version.rfind('#') + 1)); }

// The longest increasing subsequence of `numbers`, as indexes; empty ones are left out. The changesets in it are those
// that can keep their versions, and that should be as many as possible. (Patience sorting, O(n log n).)
std::vector<std::size_t> rising(std::vector<Number> const &numbers) {
    std::vector<std::size_t> ends; // for each length, where the subsequence with the least last number ends
    std::vector<std::size_t> before(numbers.size()); // the predecessor of each in its subsequence
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        check_for_interrupts();
        if (numbers[i].empty())
            continue;
        auto const place = std::lower_bound(ends.begin(), ends.end(), i,
                                            [&](std::size_t a, std::size_t b) { return numbers[a] < numbers[b]; });
        before[i] = place == ends.begin() ? i : *(place - 1);
        if (place == ends.end())
            ends.push_back(i);
        else
            *place = i;
    }
    std::vector<std::size_t> longest(ends.size());
    for (std::size_t length = ends.size(), at = ends.empty() ? 0 : ends.back(); length > 0; at = before[at])
        longest[--length] = at;
    return longest;
}

} // namespace

ChangesetVersions::ChangesetVersions(KnownChangesets known, std::unordered_set<std::string> sources, bool whole)
    : sources_(std::move(sources)), whole_(whole) {
    set_known(std::move(known));
}

void ChangesetVersions::set_known(KnownChangesets known) {
    known_ = std::move(known);
    by_file_.clear();
    by_file_name_.clear();
    used_.clear();
    for (std::size_t i = 0; i < known_.all.size(); ++i) {
        check_for_interrupts();
        std::string const name = lower_case(known_.all[i].name), file = path_key(known_.all[i].file);
        by_file_[key_of(name, file)].push_back(i);
        by_file_name_[key_of(name, file_name(file))].push_back(i);
    }
    for (std::string const &version : known_.used) {
        check_for_interrupts();
        used_.insert(version::canonical(version));
    }
}

bool ChangesetVersions::is_free(std::string const &version) const {
    std::string const key = version::canonical(version);
    return used_.count(key) == 0 && assigned_.count(key) == 0;
}

bool ChangesetVersions::is_candidate(std::size_t i, MigrationText const &text, bool exact,
                                     Matched const &matched) const {
    KnownChangeset const &known = known_.all[i];
    std::string const version = version::canonical(known.version);
    return (!exact || known.name == text.name) && matched.count(i) == 0 && assigned_.count(version) == 0 &&
           moved_.count(version) == 0;
}

// The known changeset with the same name and file; of several, one that has run. If either of the two has a
// logicalFilePath, files are the same whatever directory they were loaded from (same_file()).
std::optional<std::size_t> ChangesetVersions::find(MigrationText const &text, bool exact,
                                                   Matched const &matched) const {
    std::string const name = lower_case(text.name), file = path_key(file_of(text));
    std::optional<std::size_t> found;
    if (auto const same = by_file_.find(key_of(name, file)); same != by_file_.end())
        for (std::size_t const i : same->second) {
            check_for_interrupts();
            if (is_candidate(i, text, exact, matched) &&
                (!found || (known_.all[i].has_run && !known_.all[*found].has_run)))
                found = i;
        }
    auto const same_name = by_file_name_.find(key_of(name, file_name(file)));
    if (found || same_name == by_file_name_.end())
        return found;
    for (std::size_t const i : same_name->second) {
        check_for_interrupts();
        KnownChangeset const &known = known_.all[i];
        bool const here = known.source == text.up.path || sources_.count(known.source) == 0;
        if (!here || !(is_logical(text) || known.logical) || !same_file(path_key(known.file), file) ||
            !is_candidate(i, text, exact, matched))
            continue;
        if (found)
            return std::nullopt; // ambiguous
        found = i;
    }
    return found;
}

void ChangesetVersions::match(std::vector<MigrationText> const &texts, std::vector<Place> &places, bool exact) const {
    std::unordered_set<std::size_t> matched;
    for (Place const &place : places)
        if (place.known)
            matched.insert(*place.known);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        check_for_interrupts();
        if (!places[i].known && (places[i].known = find(texts[i], exact, matched)))
            matched.insert(*places[i].known);
    }
}

std::vector<ChangesetVersions::Place> ChangesetVersions::places_of(std::vector<MigrationText> const &texts) const {
    std::vector<Place> places(texts.size());
    if (texts.empty())
        return places;
    // Exact matches first, so that `a:x` and `A:x` keep apart where both are known.
    match(texts, places, true);
    match(texts, places, false); // Liquibase ignores case
    std::string const prefix = prefix_of(texts.front().version);
    std::vector<Number> numbers;
    for (Place &place : places) {
        KnownChangeset const *const known = place.known ? &known_.all[*place.known] : nullptr;
        // One that has not run and is known from another file gets a version of this file.
        if (known && (known->has_run || prefix_of(known->version) == prefix)) {
            place.version = known->version;
            place.number = number_part(known->version);
        }
        numbers.push_back(number_in(place.number));
    }
    for (std::size_t const i : rising(numbers))
        places[i].stays = true;
    number(places, prefix);
    return places;
}

// Versions for those that do not stay. One that has run keeps its version even where it is out of order.
void ChangesetVersions::number(std::vector<Place> &places, std::string const &prefix) const {
    std::vector<Number> next(places.size() + 1); // the number of the next one that stays
    for (std::size_t i = places.size(); i-- > 0;)
        next[i] = places[i].stays ? number_in(places[i].number) : next[i + 1];
    Number last{0};
    for (std::size_t i = 0; i < places.size(); ++i) {
        check_for_interrupts();
        Place &place = places[i];
        if (place.stays) {
            last = next[i];
            continue;
        }
        if (place.known && known_.all[*place.known].has_run)
            continue;
        do {
            check_for_interrupts();
            last = between(last, next[i].empty() ? nullptr : &next[i]);
            place.version = prefix + text_of(last);
        } while (!is_free(place.version));
    }
}

bool ChangesetVersions::would_move_any(std::vector<MigrationText> const &texts) const {
    std::vector<Place> const places = places_of(texts);
    return std::any_of(places.begin(), places.end(), [&](Place const &place) {
        return place.known && known_.all[*place.known].version != place.version;
    });
}

void ChangesetVersions::claim(MigrationText const &text) {
    std::string const file = path_key(file_of(text));
    auto const [first, added] = claimed_.emplace(key_of(text.name, file), text.up.path);
    if (!added)
        throw Failure(sqlstate::malformed_file,
                      text.up.path + ", line " + std::to_string(text.up.line - 1) + ": a second changeset " +
                          quoted_excerpt(text.name) + " of " + quoted_excerpt(file_of(text)),
                      "The first is in \"" + first->second + "\". Nothing was loaded.",
                      "Give it an id of its own, or another logicalFilePath.");
    if (is_logical(text))
        logical_files_[std::string(file_name(file))].insert(file);
}

std::vector<std::string> ChangesetVersions::assign(std::vector<MigrationText> &texts) {
    std::vector<Place> const places = places_of(texts);
    std::vector<std::string> before(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        check_for_interrupts();
        claim(texts[i]);
        texts[i].version = places[i].version;
        assigned_.insert(version::canonical(places[i].version));
        KnownChangeset const *const known = places[i].known ? &known_.all[*places[i].known] : nullptr;
        if (known && known->version != places[i].version) {
            before[i] = known->version;
            moved_.insert(version::canonical(known->version));
        }
    }
    return before;
}

std::vector<KnownChangeset const *> ChangesetVersions::removed() const {
    std::vector<KnownChangeset const *> result;
    for (KnownChangeset const &known : known_.all) {
        check_for_interrupts();
        std::string const version = version::canonical(known.version);
        if (!known.loaded || known.has_run || assigned_.count(version) > 0)
            continue;
        // Its file was loaded without it, it has another version now, or its file goes by another path.
        if (sources_.count(known.source) > 0 || moved_.count(version) > 0 || (whole_ && moved_elsewhere(known)))
            result.push_back(&known);
    }
    return result;
}

bool ChangesetVersions::moved_elsewhere(KnownChangeset const &known) const {
    std::string const file = path_key(known.file);
    auto const same_name = logical_files_.find(std::string(file_name(file)));
    return same_name != logical_files_.end() &&
           std::any_of(same_name->second.begin(), same_name->second.end(),
                       [&](std::string const &logical) { return same_file(logical, file); });
}

} // namespace mig
