#include "core/migration/session_change.hpp"

#include <algorithm>
#include <stdexcept>

namespace mig {

namespace {

constexpr std::string_view form = "1"; // version of the stored form
constexpr std::size_t fields = 4;      // of each change

struct Word {
    SessionChange::Kind kind;
    const char *word;
};
using Kind = SessionChange::Kind;
constexpr Word words[] = {{Kind::set, "set"},           {Kind::reset, "reset"},       {Kind::reset_all, "reset all"},
                          {Kind::discard_all, "discard all"}, {Kind::stays, "stays"}, {Kind::left, "left"}};

const char *word_of(Kind kind) {
    for (Word const &entry : words)
        if (entry.kind == kind)
            return entry.word;
    return "";
}

Kind kind_of(std::string const &word) {
    for (Word const &entry : words)
        if (word == entry.word)
            return entry.kind;
    throw std::invalid_argument("the record of a session has an unknown change: " + word);
}

} // namespace

// The version of the form, then the fields of one change after another.
std::vector<std::string> to_record(std::vector<SessionChange> const &changes) {
    std::vector<std::string> record{std::string(form)};
    record.reserve(1 + fields * changes.size());
    for (SessionChange const &change : changes)
        record.insert(record.end(), {word_of(change.kind), change.name, change.value, change.role});
    return record;
}

std::vector<SessionChange> from_record(std::vector<std::string> const &record) {
    if (record.empty() || record.front() != form || (record.size() - 1) % fields != 0)
        throw std::invalid_argument("the record of a session is of another form");
    std::vector<SessionChange> changes;
    for (std::size_t i = 1; i < record.size(); i += fields)
        changes.push_back({kind_of(record[i]), record[i + 1], record[i + 2], record[i + 3]});
    return changes;
}

bool is_identity_setting(std::string_view setting) { return setting == "role" || setting == "session_authorization"; }

void SessionChanges::add(SessionChange const &change, std::size_t statement) {
    switch (change.kind) {
    case Kind::set:
        reset_.erase(change.name);
        set_[change.name] = {change.value, change.role, statement};
        break;
    case Kind::reset:
        set_.erase(change.name);
        reset_[change.name] = true;
        break;
    case Kind::reset_all:
        forget_all(Identity::stays);
        all_reset_ = true;
        break;
    case Kind::discard_all:
        forget_all(Identity::forgotten);
        left_.clear();
        all_discarded_ = true;
        break;
    case Kind::stays:
        stays_.emplace(change.name, change.value); // the first: later ones find what the session began with, too
        break;
    case Kind::left:
        if (std::find(left_.begin(), left_.end(), change.name) == left_.end())
            left_.push_back(change.name);
        break;
    }
}

void SessionChanges::forget_all(Identity identity) {
    auto const goes = [=](std::string const &name) {
        return identity == Identity::forgotten || !is_identity_setting(name);
    };
    for (auto entry = set_.begin(); entry != set_.end();)
        entry = goes(entry->first) ? set_.erase(entry) : std::next(entry);
    for (auto entry = reset_.begin(); entry != reset_.end();)
        entry = goes(entry->first) ? reset_.erase(entry) : std::next(entry);
}

} // namespace mig
