#include "core/adopt/adoption.hpp"

#include "core/adopt/tool_match.hpp"
#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/plan/plan.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <unordered_set>

namespace mig {

namespace {

using Match = ToolEntry::Match;
using State = ToolEntry::State;

void add_note(std::string &note, std::string_view more) {
    if (more.empty())
        return;
    note += note.empty() ? "" : "; ";
    note += more;
}

const char *to_text(State state) noexcept {
    switch (state) {
    case State::applied:
        return "applied";
    case State::baseline:
        return "baseline";
    case State::failed:
        return "failed";
    case State::dirty:
        return "dirty";
    case State::rolled_back:
        return "rolled_back";
    case State::skipped:
        return "skipped";
    }
    return "";
}

bool counts(State state) { return state == State::applied || state == State::baseline; }

// What the tool's history says about each candidate, and the entries that match none. Entries for single migrations
// come before those for everything up to a version, which must not replace them.
class Verdicts {
  public:
    Verdicts(std::vector<Candidate> const &candidates, std::vector<ToolEntry> const &entries)
        : candidates_(candidates), matcher_(candidates), entry_of_(candidates.size()), state_of_(candidates.size()),
          note_of_(candidates.size()) {
        for (ToolEntry const &entry : entries) {
            check_for_interrupts();
            if (entry.match != Match::up_to)
                settle(entry);
        }
        for (ToolEntry const &entry : entries) {
            check_for_interrupts();
            if (entry.match == Match::up_to)
                settle_up_to(entry);
        }
        settle_heads();
    }

    ToolEntry const *entry(std::size_t i) const { return entry_of_[i]; }
    State state(std::size_t i) const { return state_of_[i]; }
    std::string const &note(std::size_t i) const { return note_of_[i]; }
    std::vector<AdoptionRow> const &unmatched() const { return unmatched_; }

  private:
    void set(std::size_t i, ToolEntry const &entry, State state) {
        entry_of_[i] = &entry;
        state_of_[i] = state;
    }

    void settle(ToolEntry const &entry) {
        ToolMatch const found = matcher_.find(entry, entry_of_);
        if (found.candidates.size() != 1)
            add_unmatched(entry, found);
        else if (entry.match == Match::word)
            heads_.push_back({found.candidates.front(), &entry});
        else
            set(found.candidates.front(), entry, entry.state);
    }

    // Up to `end`. A candidate with an entry of its own keeps it.
    void fill(std::size_t end, ToolEntry const &entry, State state) {
        for (; filled_ < end; ++filled_) {
            check_for_interrupts();
            if (!entry_of_[filled_])
                set(filled_, entry, state);
        }
    }

    // What is before the version counts even if the version itself is not loaded.
    void settle_up_to(ToolEntry const &entry) {
        auto const found = std::lower_bound(candidates_.begin(), candidates_.end(), entry.key,
                                            [](Candidate const &candidate, std::string_view key) {
                                                return version::compare(candidate.migration->version(), key) < 0;
                                            });
        auto const end = static_cast<std::size_t>(found - candidates_.begin());
        bool const there =
            end < candidates_.size() && version::compare(candidates_[end].migration->version(), entry.key) == 0;
        fill(end, entry, entry.state == State::baseline ? State::baseline : State::applied);
        if (!there)
            add_unmatched(entry, {});
        else if (!entry_of_[end])
            set(end, entry, entry.state);
    }

    // Only what comes before every head is known to have run.
    void settle_heads() {
        if (heads_.empty())
            return;
        std::sort(heads_.begin(), heads_.end(), [](Head const &a, Head const &b) { return a.at < b.at; });
        for (Head const &head : heads_)
            set(head.at, *head.entry, head.entry->state);
        fill(heads_.front().at, *heads_.front().entry, State::applied);
        for (std::size_t i = heads_.front().at; i < heads_.back().at; ++i)
            if (!entry_of_[i])
                note_of_[i] = "between two heads of the tool's history: whether it ran is not known";
    }

    // A row without a migration. A key that is not a version is shown as the name.
    void add_unmatched(ToolEntry const &entry, ToolMatch const &found) {
        AdoptionRow row;
        row.entry = &entry;
        row.status = counts(entry.state) ? "unmatched" : to_text(entry.state);
        if (counts(entry.state))
            row.applied_at = entry.applied_at;
        bool const is_version = entry.match == Match::version || entry.match == Match::up_to;
        if (is_version && version::why_invalid(entry.key).empty())
            row.version = entry.key;
        row.name = row.version.empty() ? entry.key : entry.name;
        add_note(row.note, entry.note);
        add_note(row.note, why_unmatched(entry, found));
        unmatched_.push_back(std::move(row));
    }

    std::string why_unmatched(ToolEntry const &entry, ToolMatch const &found) const {
        if (found.taken)
            return "matches " + label(*candidates_[*found.taken].migration) + ", which another entry matches too";
        if (!found.candidates.empty()) {
            std::size_t const named = std::min(found.candidates.size(), ToolMatch::most);
            std::string list;
            for (std::size_t i = 0; i < named; ++i)
                append_item(list, label(*candidates_[found.candidates[i]].migration));
            return std::string("matches ") + (named < found.candidates.size() ? "more than " : "") +
                   std::to_string(named) + " loaded migrations: " + list;
        }
        return what_is_missing(entry) + (counts(entry.state) ? "; load its file and call adopt() again" : "");
    }

    static std::string what_is_missing(ToolEntry const &entry) {
        switch (entry.match) {
        case Match::version:
        case Match::up_to:
            return "no loaded migration has this version";
        case Match::file:
            return "no loaded migration comes from a file of this name";
        case Match::name:
            return "no loaded migration has this name" +
                   (entry.file.empty() ? std::string() : " and comes from " + quoted_excerpt(entry.file));
        case Match::word:
            return "no loaded migration has this in its version or name";
        }
        return {};
    }

    struct Head {
        std::size_t at;
        ToolEntry const *entry;
    };

    std::vector<Candidate> const &candidates_;
    ToolMatcher matcher_;
    std::size_t filled_ = 0; // all candidates before this one have an entry
    std::vector<ToolEntry const *> entry_of_;
    std::vector<State> state_of_;
    std::vector<std::string> note_of_;
    std::vector<Head> heads_;
    std::vector<AdoptionRow> unmatched_;
};

// A migration that the tool has applied. True: it is to be marked.
bool settle_applied(AdoptionRow &row, Migration const &migration, bool baseline) {
    row.status = baseline ? "baseline" : "applied";
    if (migration.applied()) {
        row.status = migration.run->result == Event::Result::baseline ? "baseline" : "applied";
        add_note(row.note, "was already applied");
        return false;
    }
    if (!migration.unfinished.empty()) {
        row.status = "partial";
        add_note(row.note, "stopped partway here: CALL migrator.apply_each() or rollback_each()");
        return false;
    }
    if (migration.undone) {
        row.status = "pending";
        add_note(row.note, "was later rolled back here");
        return false;
    }
    return true;
}

AdoptionRow row_of(Migration const &migration) {
    AdoptionRow row;
    row.migration = &migration;
    row.version = migration.version();
    row.name = migration.name();
    return row;
}

// Notes what apply() will refuse. A repeatable migration has no place among the versions, as in newest_applied().
void note_out_of_order(std::vector<AdoptionRow> &rows) {
    AdoptionRow const *newest = nullptr;
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        if (row->migration->kind() == Kind::repeatable)
            continue;
        if (newest && row->status == "pending" && row->migration->keeps_order())
            add_note(row->note, "out of order: " + label(*newest->migration) + " is applied");
        if (!newest && (row->status == "applied" || row->status == "baseline"))
            newest = &*row;
    }
}

// In the order in which they ran, if that is known of all; else in version order.
void sort_by_time(std::vector<Adoption::Mark> &marks) {
    auto const timed = [](Adoption::Mark const &mark) { return mark.entry->applied_at.has_value(); };
    if (std::all_of(marks.begin(), marks.end(), timed))
        std::stable_sort(marks.begin(), marks.end(), [](Adoption::Mark const &a, Adoption::Mark const &b) {
            return *a.entry->applied_at < *b.entry->applied_at;
        });
}

} // namespace

ToolEntry::Match match_named(std::string_view text) {
    if (text == "version")
        return Match::version;
    if (text == "file")
        return Match::file;
    if (text == "name")
        return Match::name;
    return text == "up_to" ? Match::up_to : Match::word;
}

ToolEntry::State state_named(std::string_view text) {
    for (State const state : {State::applied, State::baseline, State::dirty, State::rolled_back, State::skipped})
        if (text == to_text(state))
            return state;
    return State::failed;
}

std::vector<ToolEntry> entries_of_module(std::vector<ToolEntry> entries, std::string_view module) {
    std::vector<std::string_view> scopes;
    std::unordered_set<std::string_view> known;
    for (ToolEntry const &entry : entries) {
        check_for_interrupts();
        if (known.insert(entry.scope).second)
            scopes.push_back(entry.scope);
    }
    if (scopes.size() < 2)
        return entries;
    if (known.count(module) == 0) {
        std::string list;
        for (std::string_view const scope : scopes)
            append_item(list, quoted_excerpt(scope));
        throw Failure(sqlstate::invalid_parameter,
                      "the history holds " + std::to_string(scopes.size()) + " projects: " + list,
                      "None of them has the name of the module, " + quoted_excerpt(module) + ".",
                      "Load each project into a module of its name, and adopt it there.");
    }
    entries.erase(
        std::remove_if(entries.begin(), entries.end(), [&](ToolEntry const &entry) { return entry.scope != module; }),
        entries.end());
    return entries;
}

Adoption match_history(std::vector<Candidate> const &candidates, std::vector<ToolEntry> const &entries) {
    Verdicts const verdicts(candidates, entries);
    Adoption adoption;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        check_for_interrupts();
        Migration const &migration = *candidates[i].migration;
        AdoptionRow row = row_of(migration);
        row.entry = verdicts.entry(i);
        if (!row.entry) {
            row.status = migration.applied() ? "applied" : "pending";
            add_note(row.note, verdicts.note(i).empty() ? "not in the tool's history" : verdicts.note(i));
        } else if (counts(verdicts.state(i))) {
            bool const baseline = verdicts.state(i) == State::baseline;
            if (settle_applied(row, migration, baseline))
                adoption.marks.push_back({&migration, row.entry, baseline});
            // The note explains the state of the entry, which the migrations before it need not share.
            if (verdicts.state(i) == row.entry->state)
                add_note(row.note, row.entry->note);
            row.applied_at = row.entry->applied_at;
            if (!row.applied_at)
                add_note(row.note, "time unknown");
        } else {
            row.status = to_text(verdicts.state(i));
            add_note(row.note, row.entry->note);
            if (migration.applied())
                add_note(row.note, "is applied here");
        }
        adoption.rows.push_back(std::move(row));
    }
    note_out_of_order(adoption.rows);
    sort_by_time(adoption.marks);
    adoption.rows.insert(adoption.rows.end(), verdicts.unmatched().begin(), verdicts.unmatched().end());
    return adoption;
}

} // namespace mig
