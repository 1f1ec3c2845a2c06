#include "core/adopt/adoption.hpp"
#include "core/adopt/tool_match.hpp"
#include "failure_of.hpp"

#include <deque>

using mig::Adoption;
using mig::Event;
using mig::ToolEntry;
using mig::test::failure_of;
using Match = mig::ToolEntry::Match;
using State = mig::ToolEntry::State;

namespace {

// What is loaded here, and what stands in the tool's history.
class Case {
  public:
    Case &load(std::string_view version, std::string_view name = "m", std::string_view source = {}) {
        loaded_.push_back({version, name, "sum", "raw", true});
        sources_.push_back(source);
        return *this;
    }
    Case &load_all(std::initializer_list<std::string_view> versions) {
        for (std::string_view const version : versions)
            load(version);
        return *this;
    }
    Case &event(Event::Result result, std::string_view version) {
        Event one;
        one.id = static_cast<std::int64_t>(events_.size() + 1);
        one.result = result;
        one.version = version;
        one.checksum = "sum";
        one.reversible = true;
        events_.push_back(one);
        return *this;
    }
    ToolEntry &entry(Match match, std::string_view key, State state = State::applied) {
        ToolEntry one;
        one.match = match;
        one.key = key;
        one.state = state;
        one.applied_at = static_cast<std::int64_t>(entries_.size());
        return entries_.emplace_back(one);
    }
    Case &entries(Match match, std::initializer_list<std::string_view> keys) {
        for (std::string_view const key : keys)
            entry(match, key);
        return *this;
    }

    Adoption const &adoption() {
        migrations_ = mig::derive_migrations(loaded_, events_);
        candidates_.clear();
        for (mig::Migration const &one : migrations_)
            candidates_.push_back(
                {&one, one.loaded ? sources_[static_cast<std::size_t>(one.loaded - loaded_.data())] : ""});
        return adoption_ = match_history(candidates_, {entries_.begin(), entries_.end()});
    }
    // version:status of each row; the name where there is no version.
    std::string rows() {
        std::string text;
        for (mig::AdoptionRow const &row : adoption().rows)
            text += (text.empty() ? "" : " ") + (row.version.empty() ? "<" + row.name + ">" : row.version) + ":" +
                    row.status;
        return text;
    }
    std::string marks() {
        std::string text;
        for (Adoption::Mark const &mark : adoption().marks)
            text +=
                (text.empty() ? "" : " ") + std::string(mark.migration->version()) + (mark.baseline ? "=baseline" : "");
        return text;
    }
    std::string note(std::string_view version) {
        for (mig::AdoptionRow const &row : adoption().rows)
            if (row.version == version || (row.version.empty() && row.name == version))
                return row.note;
        return "no such row";
    }

  private:
    std::vector<mig::Loaded> loaded_;
    std::vector<std::string_view> sources_;
    std::vector<Event> events_;
    std::deque<ToolEntry> entries_;
    std::vector<mig::Migration> migrations_;
    std::vector<mig::Candidate> candidates_;
    Adoption adoption_;
};

} // namespace

TEST(Adoption, ByVersion) {
    Case c;
    c.load_all({"1", "002", "3", "1_2", "2023-01-01-000000", "10"});
    c.entries(Match::version, {"001", "2", "1.2", "20230101000000", "77", "x y"});
    EXPECT_EQ(c.rows(), "1:applied 1_2:applied 002:applied 3:pending 10:pending 2023-01-01-000000:applied 77:unmatched "
                        "<x y>:unmatched");
    EXPECT_EQ(c.note("77"), "no loaded migration has this version; load its file and call adopt() again");
    EXPECT_EQ(c.note("3"), "not in the tool's history; out of order: 2023-01-01-000000 (m) is applied");
}

TEST(Adoption, OneSpellingOfAVersionIsPreferredAndTwoAreNotGuessed) {
    Case exact;
    exact.load_all({"1_2", "1.2"}).entries(Match::version, {"1.2"});
    EXPECT_EQ(exact.marks(), "1.2");
    Case neither;
    neither.load_all({"1_2", "1.2"}).entries(Match::version, {"1-.2"});
    EXPECT_EQ(neither.marks(), "");
    EXPECT_EQ(neither.note("1-.2"), "matches 2 loaded migrations: 1.2 (m), 1_2 (m)");
}

TEST(Adoption, ByFile) {
    Case c;
    c.load("1", "a", "db/1_a.up.sql").load("2", "b").load("000003", "").load("4", "d", "4_d/migration.sql");
    c.load("5", "e", "x/2023_e/up.sql").load("6", "f", "renamed.sql").load("R__view", "view", "R__view.sql");
    c.load("2024", "g-h");
    c.entries(Match::file, {"1_a", "2_b.js", "000003.sql", "4_d", "2023_e", "6_f.ts", "sub/R__view.sql", "2024-g-h"});
    EXPECT_EQ(c.marks(), "1 2 000003 4 5 6 R__view 2024");
    Case other;
    other.load("1", "a", "1_a.sql").entries(Match::file, {"1_b.sql", "1_a.sql.bak", "a", ".sql"});
    EXPECT_EQ(other.marks(), "");
    EXPECT_EQ(other.rows(), "1:pending <1_b.sql>:unmatched <1_a.sql.bak>:unmatched <a>:unmatched <.sql>:unmatched");
}

TEST(Adoption, TwoFilesOfOneNameAreNotGuessed) {
    Case c;
    c.load("1", "a", "x/same.sql").load("2", "b", "y/same.sql").entries(Match::file, {"same.sql"});
    EXPECT_EQ(c.marks(), "");
    EXPECT_EQ(c.note("same.sql"), "matches 2 loaded migrations: 1 (a), 2 (b)");
    Case twice;
    twice.load("1", "a").entries(Match::file, {"1_a.js", "1_a.sql"});
    EXPECT_EQ(twice.marks(), "1");
    EXPECT_EQ(twice.note("1_a.sql"), "matches 1 (a), which another entry matches too");
}

TEST(Adoption, ByName) {
    Case c;
    c.load("1", "bob:1", "db/a.sql").load("2", "bob:1", "db/b.sql").load("3", "eve:2").load("4", "bob:9", "db/b.sql");
    c.entry(Match::name, "bob:1").file = "classpath:db/b.sql";
    c.entry(Match::name, "eve:2").file = "anything.sql";
    c.entry(Match::name, "bob:9").file = "other/b.sql";
    c.entry(Match::name, "bob:1").file = "/srv/app/db/a.sql";
    EXPECT_EQ(c.marks(), "2 3 1");
    EXPECT_EQ(c.note("bob:9"),
              "no loaded migration has this name and comes from \"other/b.sql\"; load its file and call adopt() again");
}

TEST(Adoption, AReworkedChangeIsThereTwice) {
    Case c;
    c.load("1", "users").load("2", "roles").load("3", "users").load("4", "users");
    c.entries(Match::name, {"users", "roles", "users"});
    EXPECT_EQ(c.marks(), "1 2 3");
}

TEST(Adoption, EverythingUpTo) {
    Case clean;
    clean.load_all({"1", "2", "3", "10"}).entry(Match::up_to, "3").applied_at.reset();
    EXPECT_EQ(clean.rows(), "1:applied 2:applied 3:applied 10:pending");
    EXPECT_EQ(clean.note("2"), "time unknown");
    Case dirty;
    dirty.load_all({"1", "2", "3"}).entry(Match::up_to, "2", State::dirty);
    EXPECT_EQ(dirty.rows(), "1:applied 2:dirty 3:pending");
    EXPECT_EQ(dirty.marks(), "1");
    Case gone;
    gone.load_all({"1", "3"}).entry(Match::up_to, "2");
    EXPECT_EQ(gone.rows(), "1:applied 3:pending 2:unmatched");
    Case nothing;
    nothing.load_all({"1"}).entry(Match::up_to, "-1", State::dirty);
    EXPECT_EQ(nothing.rows(), "1:pending -1:dirty");
}

TEST(Adoption, BelowABaseline) {
    Case c;
    c.load_all({"1", "2", "3", "4"});
    c.entry(Match::up_to, "2", State::baseline);
    c.entries(Match::version, {"3", "1"});
    EXPECT_EQ(c.rows(), "1:applied 2:baseline 3:applied 4:pending");
    EXPECT_EQ(c.marks(), "2=baseline 3 1"); // in the order in which they ran
}

TEST(Adoption, Heads) {
    Case one;
    one.load("1_ae10", "base").load("2", "ae1027a_users").load("3", "b2");
    one.entries(Match::word, {"ae1027a"});
    EXPECT_EQ(one.rows(), "1_ae10:applied 2:applied 3:pending");
    Case two;
    two.load("1", "base")
        .load("2", "left_1")
        .load("3", "right_1")
        .load("4", "left_2")
        .load("5", "right_2")
        .load("6", "x");
    two.entries(Match::word, {"right_2", "left_1"});
    EXPECT_EQ(two.rows(), "1:applied 2:applied 3:pending 4:pending 5:applied 6:pending");
    EXPECT_EQ(two.note("3"), "between two heads of the tool's history: whether it ran is not known; out of order: 5 "
                             "(right_2) is applied");
    EXPECT_EQ(two.note("6"), "not in the tool's history");
    Case vague;
    vague.load("1", "id").load("2", "id").entries(Match::word, {"id", "i", ""});
    EXPECT_EQ(vague.marks(), "");
    EXPECT_EQ(vague.rows(), "1:pending 2:pending <id>:unmatched <i>:unmatched <>:unmatched");
}

TEST(Adoption, WhatFailedIsShownAndNotMarked) {
    Case c;
    c.load_all({"1", "2", "3", "4"});
    c.entry(Match::version, "1", State::failed).note = "1 of 2 statements ran";
    c.entry(Match::version, "2", State::rolled_back);
    c.entry(Match::version, "3", State::skipped);
    c.entry(Match::version, "9", State::failed);
    EXPECT_EQ(c.rows(), "1:failed 2:rolled_back 3:skipped 4:pending 9:failed");
    EXPECT_EQ(c.note("1"), "1 of 2 statements ran");
    EXPECT_EQ(c.marks(), "");
}

TEST(Adoption, WhatHappenedHereIsNotUndone) {
    Case c;
    c.load_all({"1", "2", "3", "4", "5"});
    c.event(Event::Result::applied, "1").event(Event::Result::baseline, "2");
    c.event(Event::Result::applied, "3").event(Event::Result::rolled_back, "3");
    c.event(Event::Result::applied, "4").event(Event::Result::failed, "5");
    c.entries(Match::version, {"1", "2", "3", "5"});
    EXPECT_EQ(c.rows(), "1:applied 2:baseline 3:pending 4:applied 5:applied");
    EXPECT_EQ(c.marks(), "5");
    EXPECT_EQ(c.note("1"), "was already applied");
    EXPECT_EQ(c.note("3"), "was later rolled back here; out of order: 5 (m) is applied");
    EXPECT_EQ(c.note("4"), "not in the tool's history");
    Case failed;
    failed.load("1").event(Event::Result::applied, "1").entry(Match::version, "1", State::failed);
    EXPECT_EQ(failed.note("1"), "is applied here");
    EXPECT_EQ(failed.marks(), "");
}

TEST(Adoption, WithoutTimesTheOrderIsThatOfTheVersions) {
    Case c;
    c.load_all({"1", "2", "3"}).entries(Match::version, {"3", "1", "2"});
    EXPECT_EQ(c.marks(), "3 1 2");
    c.entry(Match::version, "77");
    EXPECT_EQ(c.marks(), "3 1 2");
    Case untimed;
    untimed.load_all({"1", "2"}).entry(Match::version, "2").applied_at.reset();
    untimed.entry(Match::version, "1");
    EXPECT_EQ(untimed.marks(), "1 2");
}

TEST(Adoption, ProjectsThatShareATable) {
    Case c;
    std::vector<ToolEntry> entries(3);
    entries[0].scope = entries[2].scope = "shop";
    entries[1].scope = "billing";
    EXPECT_EQ(entries_of_module(entries, "shop").size(), 2u);
    EXPECT_EQ(entries_of_module(entries, "billing").size(), 1u);
    mig::Failure const failure = failure_of([&] { entries_of_module(entries, "main"); });
    EXPECT_EQ(failure.message, "the history holds 2 projects: \"shop\", \"billing\"");
    entries.erase(entries.begin() + 1);
    EXPECT_EQ(entries_of_module(entries, "main").size(), 2u);
}

TEST(Adoption, StemsOfFiles) {
    EXPECT_EQ(mig::stem_of("a/b/1_a.up.sql"), "1_a");
    EXPECT_EQ(mig::stem_of("1_a.do.sql"), "1_a");
    EXPECT_EQ(mig::stem_of("1_a.mjs"), "1_a");
    EXPECT_EQ(mig::stem_of("1.2_a.sql"), "1.2_a");
    EXPECT_EQ(mig::stem_of(".sql"), ".sql");
    EXPECT_EQ(mig::stem_of("20230101000000_init"), "20230101000000_init");
}
