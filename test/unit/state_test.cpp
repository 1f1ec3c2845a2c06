#include "core/base/version.hpp"
#include "core/plan/state.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

using mig::derive_migrations;
using mig::Event;
using mig::Loaded;
using mig::Migration;
using mig::Status;
using Result = mig::Event::Result;

namespace {

constexpr std::string_view bodies[] = {"none", "checksum 1", "checksum 2"};

Loaded loaded(std::string_view version, int body = 1) { return {version, "name", bodies[body], bodies[body], true}; }

Event event(std::int64_t id, Result result, std::string_view version, int body = 1) {
    Event one;
    one.id = id;
    one.result = result;
    one.version = version;
    one.name = "name";
    one.checksum = one.raw_checksum = bodies[body];
    one.reversible = true;
    return one;
}

// a applied, r rolled back, b baseline, x accepted, f failed, F failed to roll back; a digit behind it says which body.
std::vector<Event> history(std::string_view steps, std::string_view version = "7") {
    std::vector<Event> events;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        static constexpr std::string_view letters = "arbxfF";
        static constexpr Result results[] = {Result::applied,  Result::rolled_back, Result::baseline,
                                             Result::accepted, Result::failed,      Result::failed};
        if (steps[i] == ' ')
            continue;
        std::size_t const which = letters.find(steps[i]);
        bool const second = i + 1 < steps.size() && steps[i + 1] == '2';
        events.push_back(event(static_cast<std::int64_t>(events.size() + 1), results[which], version, second ? 2 : 1));
        events.back().of_rollback = steps[i] == 'F' || steps[i] == 'r';
        i += second;
    }
    return events;
}

// Of version 7 with this body loaded, 0 for none.
std::string status(std::string_view steps, int body = 1) {
    std::vector<Loaded> store;
    if (body != 0)
        store.push_back(loaded("7", body));
    std::vector<Event> const events = history(steps);
    std::vector<Migration> const all = derive_migrations(store, events);
    return all.empty() ? "gone" : to_text(all.front().status);
}

} // namespace

TEST(State, WithoutHistoryItIsPending) { EXPECT_EQ(status(""), "pending"); }

TEST(State, FollowsTheLastRun) {
    EXPECT_EQ(status("a"), "applied");
    EXPECT_EQ(status("ar"), "pending");
    EXPECT_EQ(status("ara"), "applied");
    EXPECT_EQ(status("arar"), "pending");
    EXPECT_EQ(status("b"), "baseline");
}

namespace {

// One event a letter, ids rise: s started, d done, f failed, g refused by a gate, upper case in a rollback; the digit behind is the number
// of the statement. `at`: the id of the first.
std::vector<mig::StatementEvent> statements(std::string_view steps, std::int64_t at = 100) {
    using mig::StatementEvent;
    std::vector<StatementEvent> events;
    for (std::size_t i = 0; i + 1 < steps.size(); i += 2) {
        char const letter = steps[i];
        bool const rollback = letter < 'a';
        char const lower = rollback ? static_cast<char>(letter + 'a' - 'A') : letter;
        StatementEvent one;
        one.id = at++;
        one.result = lower == 's'   ? StatementEvent::Result::started
                     : lower == 'd' ? StatementEvent::Result::finished
                     : lower == 'g' ? StatementEvent::Result::refused
                                    : StatementEvent::Result::failed;
        one.of_rollback = rollback;
        one.version = "7";
        one.number = steps[i + 1] - '0';
        one.total = 3;
        one.checksum = bodies[1];
        events.push_back(one);
    }
    return events;
}

std::string partial(std::string_view steps, std::string_view parts, std::int64_t at = 100) {
    std::vector<Loaded> const store{loaded("7")};
    std::vector<Event> const events = history(steps);
    std::vector<mig::StatementEvent> const ran = statements(parts, at);
    Migration const one = derive_migrations(store, events, ran).front();
    return std::string(to_text(one.status)) + (one.partly_applied() ? " up" : one.partly_rolled_back() ? " down" : "");
}

} // namespace

TEST(State, WhatStoppedBetweenStatementsIsPartial) {
    EXPECT_EQ(partial("", "s1"), "partial up");
    EXPECT_EQ(partial("", "s1d1s2"), "partial up");
    EXPECT_EQ(partial("f", "s1d1s2f2"), "partial up");
    EXPECT_EQ(partial("a", "S1D1"), "partial down");
    EXPECT_EQ(partial("", "s1d1S1"), "partial down");
}

TEST(State, WhatAGateRefusedHasNotBegun) {
    EXPECT_EQ(partial("f", "s1g1"), "failed");
    EXPECT_EQ(partial("f", "s1g1s1g1"), "failed");
    EXPECT_EQ(partial("f", "s1g2"), "failed"); // of a block, which took back its start
    EXPECT_EQ(partial("f", "s1d1s2g2"), "partial up");
    EXPECT_EQ(partial("f", "s1s1g1"), "partial up"); // an earlier attempt was cut off
    EXPECT_EQ(partial("f", "s1f1s1g1"), "partial up");
    EXPECT_EQ(partial("a", "S1G1"), "applied");
}

TEST(State, ARunThatEndedSettlesItsStatements) {
    EXPECT_EQ(partial("a", "s1d1", -9), "applied");
    EXPECT_EQ(partial("ar", "s1d1", -9), "pending");
    EXPECT_EQ(partial("ar", "s1d1", 3), "partial up");
}

TEST(State, AFailureLastsUntilTheNextSuccess) {
    EXPECT_EQ(status("f"), "failed");
    EXPECT_EQ(status("ff"), "failed");
    EXPECT_EQ(status("fa"), "applied");
    EXPECT_EQ(status("fb"), "baseline");
    EXPECT_EQ(status("far"), "pending");
    EXPECT_EQ(status("arf"), "failed");
    EXPECT_EQ(status("arfa"), "applied");
}

TEST(State, AFailedRollbackLeavesItApplied) {
    EXPECT_EQ(status("aF"), "applied");
    EXPECT_EQ(status("aFr"), "pending");
    EXPECT_EQ(status("aFrF"), "pending");
}

TEST(State, AnAppliedBodyThatChangedIsModified) {
    EXPECT_EQ(status("a", 2), "modified");
    EXPECT_EQ(status("aF", 2), "modified");
    EXPECT_EQ(status("ara2", 2), "applied");
    EXPECT_EQ(status("ara2", 1), "modified");
    EXPECT_EQ(status("ar", 2), "pending");
    EXPECT_EQ(status("f", 2), "failed");
}

TEST(State, ABaselineMayBeCorrectedUntilSomethingIsAppliedOnTop) {
    EXPECT_EQ(status("b", 2), "baseline");
    EXPECT_EQ(status("bx", 2), "baseline");
    EXPECT_EQ(status("arb", 2), "baseline");
    std::vector<Loaded> const store{loaded("7", 2), loaded("8", 1), loaded("9", 1)};
    auto const with = [&](Result result, std::int64_t id, std::string_view version) {
        std::vector<Event> events = history(" b");
        events.front().id = 10;
        events.push_back(event(id, result, version, 1));
        std::string text;
        for (Migration const &migration : derive_migrations(store, events))
            if (migration.version() == "7")
                text = std::string(to_text(migration.status)) + (migration.corrected() ? " corrected" : "");
        return text;
    };
    EXPECT_EQ(with(Result::applied, 9, "8"), "baseline corrected");
    EXPECT_EQ(with(Result::applied, 11, "8"), "modified");
    EXPECT_EQ(with(Result::applied, 11, "1"), "modified");
    EXPECT_EQ(with(Result::baseline, 11, "8"), "baseline corrected");
    EXPECT_EQ(with(Result::failed, 11, "8"), "baseline corrected");
    EXPECT_EQ(with(Result::accepted, 9, "8"), "baseline corrected");
    // The history does not forget what ran, though it was rolled back.
    std::vector<Event> events = history("b");
    events.push_back(event(11, Result::applied, "8", 1));
    events.push_back(event(12, Result::rolled_back, "8", 1));
    EXPECT_STREQ(to_text(derive_migrations(store, events).front().status), "modified");
}

TEST(State, AnAcceptedBodyIsTheAppliedOne) {
    EXPECT_EQ(status("ax2", 2), "applied");
    EXPECT_EQ(status("ax2", 1), "modified");
    EXPECT_EQ(status("ax2x", 1), "applied");
    EXPECT_EQ(status("bx2", 2), "baseline");
    EXPECT_EQ(status("ax2r", 2), "pending");
    EXPECT_EQ(status("ax2ra", 2), "modified");
}

TEST(State, WithoutABodyAnAppliedOneIsMissingAndAnyOtherIsGone) {
    EXPECT_EQ(status("a", 0), "missing");
    EXPECT_EQ(status("b", 0), "missing");
    EXPECT_EQ(status("ax2", 0), "missing");
    EXPECT_EQ(status("ar", 0), "gone");
    EXPECT_EQ(status("f", 0), "gone");
    EXPECT_EQ(status("arf", 0), "gone");
}

TEST(State, HoldsForEveryHistoryThatCanHappen) {
    struct Model {
        bool applied = false, baseline = false, failed = false;
        int body = 0;
    };
    int checked = 0;
    std::function<void(std::string const &, Model)> const visit = [&](std::string const &steps, Model const &model) {
        for (int body = 0; body <= 2; ++body) {
            std::string const expected = !model.applied       ? body == 0      ? "gone"
                                                                : model.failed ? "failed"
                                                                               : "pending"
                                         : body == 0          ? "missing"
                                         : model.baseline     ? "baseline" // whatever its body is: nothing ran since
                                         : body != model.body ? "modified"
                                                              : "applied";
            ASSERT_EQ(status(steps, body), expected) << steps << " with body " << body;
            ++checked;
        }
        if (steps.size() >= 8)
            return;
        for (int body = 1; body <= 2; ++body) {
            std::string const suffix = body == 2 ? "2" : "";
            if (model.applied)
                visit(steps + "x" + suffix, {true, model.baseline, false, body});
            else {
                visit(steps + "a" + suffix, {true, false, false, body});
                visit(steps + "b" + suffix, {true, true, false, body});
                visit(steps + "f" + suffix, {false, false, true, 0});
            }
        }
        if (model.applied && !model.baseline) { // a baseline never ran, so nothing rolls it back
            visit(steps + "r", {});
            visit(steps + "F", model);
        }
    };
    visit("", {});
    EXPECT_GT(checked, 1000);
}

TEST(State, ARecordSaysWhichBodyStandsAndARunWhenItCame) {
    std::vector<Loaded> const store{loaded("7", 2)};
    std::vector<Event> events = history("fax2f");
    std::vector<Migration> const all = derive_migrations(store, events);
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].run->id, 2);
    EXPECT_EQ(all[0].record->id, 3);
    EXPECT_EQ(all[0].failure->id, 4);
    EXPECT_TRUE(all[0].applied());
    EXPECT_FALSE(all[0].runnable());
}

TEST(State, AfterARollbackNothingStands) {
    std::vector<Loaded> const store{loaded("7")};
    std::vector<Event> const events = history("fax2r");
    Migration const rolled_back = derive_migrations(store, events).front();
    EXPECT_EQ(rolled_back.run, nullptr);
    EXPECT_EQ(rolled_back.record, nullptr);
    EXPECT_EQ(rolled_back.failure, nullptr);
    EXPECT_TRUE(rolled_back.runnable());
}

TEST(State, TheOrderInWhichEventsAreReadDoesNotMatter) {
    std::vector<Loaded> const store{loaded("7", 2)};
    std::vector<Event> events = history("farax2");
    do
        ASSERT_EQ(derive_migrations(store, events).front().status, Status::applied);
    while (std::next_permutation(events.begin(), events.end(),
                                 [](Event const &a, Event const &b) { return a.id < b.id; }));
}

TEST(State, OnlyWhatDoesNotMatterIsACosmeticChange) {
    std::vector<Event> const events = history("a");
    Loaded one = loaded("7");
    auto const cosmetic = [&] { return derive_migrations({one}, events).front().cosmetic_change(); };
    EXPECT_FALSE(cosmetic());
    one.raw_checksum = "other bytes";
    std::vector<Loaded> const store{one};
    EXPECT_TRUE(derive_migrations(store, events).front().cosmetic_change());
    EXPECT_FALSE(derive_migrations(store, {}).front().cosmetic_change());
    EXPECT_FALSE(derive_migrations({}, events).front().cosmetic_change());
    std::vector<Loaded> const modified{loaded("7", 2)};
    EXPECT_FALSE(derive_migrations(modified, events).front().cosmetic_change());
}

TEST(State, TheDownBodyThatCameWithWhatRanDecides) {
    std::vector<Event> events = history("a");
    std::vector<Loaded> store{loaded("7")};
    store[0].reversible = false;
    EXPECT_FALSE(derive_migrations(store, events).front().reversible()); // the same up body: the loaded down counts
    store[0].checksum = bodies[2];
    EXPECT_TRUE(derive_migrations(store, events).front().reversible()); // modified: what is on record
    events[0].reversible = false;
    store[0].reversible = true;
    EXPECT_FALSE(derive_migrations(store, events).front().reversible());
    EXPECT_FALSE(derive_migrations({}, events).front().reversible()); // missing
    EXPECT_TRUE(derive_migrations(store, {}).front().reversible());
}

TEST(State, ComesInVersionOrder) {
    std::vector<Loaded> const store{loaded("10"), loaded("2"), loaded("1.10"), loaded("1.9")};
    std::vector<Event> const events{event(1, Result::applied, "3")};
    std::string order;
    for (Migration const &migration : derive_migrations(store, events))
        order += std::string(migration.version()) + " ";
    EXPECT_EQ(order, "1.9 1.10 2 3 10 ");
    EXPECT_TRUE(derive_migrations({}, {}).empty());
}

TEST(State, PendingBelowAnAppliedOneIsOutOfOrder) {
    std::vector<Loaded> const store{loaded("1"), loaded("2"), loaded("3"), loaded("4"), loaded("5")};
    std::vector<Event> const events{event(1, Result::failed, "2"), event(2, Result::applied, "4")};
    std::string words;
    for (Migration const &migration : derive_migrations(store, events))
        words += std::string(to_text(migration.status)) + " ";
    EXPECT_EQ(words, "out_of_order failed out_of_order applied pending ");
}

TEST(State, MissingAndBaselineCountAsAppliedForTheOrder) {
    std::vector<Loaded> const store{loaded("1")};
    for (Result const result : {Result::applied, Result::baseline}) {
        std::vector<Event> const events{event(1, result, "2")};
        EXPECT_EQ(derive_migrations(store, events).front().status, Status::out_of_order);
    }
    std::vector<Event> const rolled_back{event(1, Result::applied, "2"), event(2, Result::rolled_back, "2")};
    EXPECT_EQ(derive_migrations(store, rolled_back).front().status, Status::pending);
}

TEST(State, SpellingsOfOneVersionAreOneMigration) {
    std::vector<Loaded> const store{loaded("7")};
    std::vector<Event> const events = history("a", "007");
    std::vector<Migration> const all = derive_migrations(store, events);
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].status, Status::applied);
    EXPECT_EQ(all[0].version(), "7");
}

TEST(State, NewestAppliedIsByVersion) {
    std::vector<Loaded> const store{loaded("1"), loaded("2"), loaded("3"), loaded("4")};
    EXPECT_EQ(newest_applied(derive_migrations(store, {})), nullptr);
    EXPECT_EQ(mig::newest_applied({}), nullptr);
    std::vector<Event> const events{event(1, Result::applied, "3"), event(2, Result::applied, "1"),
                                    event(3, Result::failed, "4")};
    std::vector<Migration> const all = derive_migrations(store, events);
    EXPECT_EQ(newest_applied(all)->version(), "3");
}

TEST(State, ResultsHaveNames) {
    EXPECT_EQ(mig::result_named("applied"), Result::applied);
    EXPECT_EQ(mig::result_named("rolled_back"), Result::rolled_back);
    EXPECT_EQ(mig::result_named("baseline"), Result::baseline);
    EXPECT_EQ(mig::result_named("accepted"), Result::accepted);
    EXPECT_EQ(mig::result_named("failed"), Result::failed);
    EXPECT_EQ(mig::result_named("Applied"), std::nullopt);
    EXPECT_EQ(mig::result_named(""), std::nullopt);
    EXPECT_EQ(mig::statement_result_named("refused"), mig::StatementEvent::Result::refused);
}
