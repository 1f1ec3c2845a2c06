#include "core/adopt/unadopted.hpp"
#include "failure_of.hpp"

#include <deque>

using mig::Adoption;
using mig::HistoryTable;
using mig::Migration;
using mig::ToolEntry;
using mig::test::contains;
using Match = mig::ToolEntry::Match;

namespace {

// What is loaded here, none of it run, and an entry of a tool's history for some of it.
class Case {
  public:
    Case &load(std::string_view version, std::string_view name = "m") {
        loaded_.push_back({version, name, "sum", "raw", true});
        return *this;
    }
    Case &entry(Match match, std::string_view key, std::string_view name = {}, std::string_view file = {}) {
        ToolEntry one;
        one.match = match;
        one.key = key;
        one.name = name;
        one.file = file;
        entries_.push_back(one);
        return *this;
    }
    // The versions of those that ran elsewhere, at the first run of the module or at a later one.
    std::string ran(bool first_run) {
        compare(first_run);
        std::string list;
        for (Migration const *migration : ran_)
            list += (list.empty() ? "" : " ") + std::string(migration->version());
        return list;
    }
    std::vector<Migration const *> const &compare(bool first_run) {
        loaded_copy_.assign(loaded_.begin(), loaded_.end());
        migrations_ = mig::derive_migrations(loaded_copy_, {});
        std::vector<mig::Candidate> candidates;
        std::vector<Migration const *> pending;
        for (Migration const &one : migrations_) {
            candidates.push_back({&one, ""});
            pending.push_back(&one);
        }
        entries_copy_.assign(entries_.begin(), entries_.end());
        return ran_ = mig::ran_elsewhere(match_history(candidates, entries_copy_), pending, first_run);
    }

  private:
    std::deque<mig::Loaded> loaded_;
    std::vector<mig::Loaded> loaded_copy_;
    std::deque<ToolEntry> entries_;
    std::vector<ToolEntry> entries_copy_;
    std::vector<Migration> migrations_;
    std::vector<Migration const *> ran_;
};

HistoryTable history_of(std::string_view word, mig::FoundTable const &table) {
    for (mig::HistoryTool const &tool : mig::history_tools())
        if (tool.words[0] == word)
            return {&tool, &table};
    ADD_FAILURE() << "there is no tool " << word;
    return {nullptr, &table};
}

} // namespace

TEST(Unadopted, AVersionWithADateIsEnoughAtAnyTime) {
    Case one;
    one.load("20260101000000").load("20260102000000").entry(Match::version, "20260101000000");
    EXPECT_EQ(one.ran(true), "20260101000000");
    EXPECT_EQ(one.ran(false), "20260101000000");
}

TEST(Unadopted, AShortVersionIsEnoughAtTheFirstRunOnly) {
    Case one;
    one.load("3").load("4").entry(Match::version, "3");
    EXPECT_EQ(one.ran(true), "3");
    EXPECT_EQ(one.ran(false), "");
}

TEST(Unadopted, ANameDecidesAboutAShortVersion) {
    Case same;
    same.load("3", "add_users").entry(Match::version, "3", "Add users");
    EXPECT_EQ(same.ran(false), "3");
    Case other;
    other.load("3", "add_users").entry(Match::version, "3", "theirs");
    EXPECT_EQ(other.ran(true), "");
    EXPECT_EQ(other.ran(false), "");
    Case dated; // whoever gives a file another name keeps its date
    dated.load("20260101", "add_users").entry(Match::version, "20260101", "users");
    EXPECT_EQ(dated.ran(false), "20260101");
}

TEST(Unadopted, WhatALaterVersionImpliesIsEnoughAtTheFirstRunOnly) {
    Case one;
    one.load("20260101").load("20260102").load("20260103").entry(Match::up_to, "20260102");
    EXPECT_EQ(one.ran(true), "20260101 20260102");
    EXPECT_EQ(one.ran(false), "");
}

TEST(Unadopted, AFileIsEnoughAndANameOnlyWithItsFile) {
    Case file;
    file.load("0001", "users").entry(Match::file, "0001_users.sql");
    EXPECT_EQ(file.ran(false), "0001");
    Case bare;
    bare.load("000001", "users").entry(Match::file, "000001.sql");
    EXPECT_EQ(bare.ran(true), "000001");
    Case name;
    name.load("1", "users").entry(Match::name, "users");
    EXPECT_EQ(name.ran(true), "1");
    EXPECT_EQ(name.ran(false), "");
}

TEST(Unadopted, OnlyWhatIsPendingCounts) {
    Case none;
    none.load("20260101").entry(Match::version, "20250101");
    EXPECT_EQ(none.ran(true), "");
    Case failed;
    failed.load("20260101");
    EXPECT_EQ(failed.ran(true), "");
}

TEST(Unadopted, TheTextsNameToolTableAndMigrations) {
    mig::FoundTable const table{"app", "it's", "app.\"it's\"", {}};
    HistoryTable const history = history_of("flyway", table);
    Case many;
    for (std::string_view const version : {"20260101", "20260102", "20260103", "20260104", "20260105", "20260106", "7"})
        many.load(version, "m");
    for (std::string_view const version : {"20260101", "20260102", "20260103", "20260104", "20260105", "20260106"})
        many.entry(Match::version, version);
    std::string const text = unadopted_warning(history, many.compare(true), 7);
    EXPECT_EQ(text, "the history of Flyway, table app.\"it's\", says that 6 of 7 pending migrations have run already: "
                    "20260101 (m), 20260102 (m), 20260103 (m), 20260104 (m), 20260105 (m) and 1 more");
    EXPECT_TRUE(
        contains(unadopted_hint(history, "main"), "SELECT * FROM migrator.adopt('flyway:app.\"it''s\"'). Otherwise"));
    EXPECT_TRUE(contains(unadopted_hint(history, "lib"), "adopt('flyway:app.\"it''s\"', module => 'lib')"));
    Case one;
    one.load("20260101", "a").entry(Match::version, "20260101");
    EXPECT_TRUE(contains(unadopted_warning(history, one.compare(true), 2), "1 of 2 pending migrations has run"));
    EXPECT_TRUE(
        contains(unadopted_warning(history, one.compare(true), 1), "the pending migration has run already: 2026"));
    EXPECT_TRUE(contains(unreadable_warning(history, "dev"), "role \"dev\" may not read"));
    EXPECT_TRUE(contains(unreadable_hint(history, "main"), "adopt('flyway:app.\"it''s\"')."));
}

TEST(Unadopted, EveryToolIsNamedAsAdoptTakesIt) {
    for (mig::HistoryTool const &tool : mig::history_tools()) {
        mig::FoundTable const table{
            "Other", std::string(tool.tables[0]), "\"Other\"." + std::string(tool.tables[0]), {}};
        std::string const hint = mig::unadopted_hint({&tool, &table}, "main");
        std::size_t const begin = hint.find("adopt('") + 7, end = hint.find("')", begin);
        mig::HistoryRequest const request = mig::parse_history_request(hint.substr(begin, end - begin));
        EXPECT_EQ(request.tool, &tool);
        EXPECT_EQ(request.schema, "Other");
        EXPECT_EQ(request.tables.front(), tool.tables[0]);
    }
}
