#include "core/plan/plan.hpp"
#include "failure_of.hpp"

#include <deque>
#include <limits>

using mig::Event;
using mig::Failure;
using mig::Loaded;
using mig::Migration;
using mig::OutOfOrder;
using mig::RunPlan;
using mig::test::contains;
using mig::test::failure_of;
using Result = mig::Event::Result;

namespace {

// A database: what is loaded and what happened, in the order of the calls.
class Database {
  public:
    Database &load(std::string_view version, bool reversible = true) {
        loaded_.push_back({version, "m", "sum", "raw", reversible});
        return *this;
    }
    Database &load_all(std::initializer_list<std::string_view> versions) {
        for (std::string_view const version : versions)
            load(version);
        return *this;
    }
    Database &event(Result result, std::string_view version, std::string_view checksum = "sum",
                    bool reversible = true) {
        Event one;
        one.id = static_cast<std::int64_t>(events_.size() + 1);
        one.result = result;
        one.version = version;
        one.name = "m";
        one.checksum = checksum;
        one.raw_checksum = "raw";
        one.reversible = reversible;
        events_.push_back(one);
        return *this;
    }
    Database &apply(std::initializer_list<std::string_view> versions) {
        for (std::string_view const version : versions)
            event(Result::applied, version);
        return *this;
    }
    // For as long as the database lives.
    std::vector<Migration> const &all() { return pictures_.emplace_back(mig::derive_migrations(loaded_, events_)); }

  private:
    std::vector<Loaded> loaded_;
    std::vector<Event> events_;
    std::deque<std::vector<Migration>> pictures_;
};

std::string steps(RunPlan const &plan) {
    std::string text;
    for (Migration const *step : plan.steps)
        text += (text.empty() ? "" : " ") + std::string(step->version());
    return text;
}

std::string applying(Database &database, std::optional<std::string_view> target = std::nullopt,
                     OutOfOrder out_of_order = OutOfOrder::error) {
    return steps(plan_apply(database.all(), target, out_of_order));
}

std::string rolling_back(Database &database, std::int64_t n) { return steps(plan_rollback(database.all(), n)); }

template <class Call>
Failure refused(const char *state, Call &&call) {
    Failure const failure = failure_of(call);
    EXPECT_STREQ(failure.state, state) << failure.message;
    EXPECT_FALSE(failure.hint.empty());
    return failure;
}

} // namespace

TEST(Apply, RunsAllThatIsPendingInVersionOrder) {
    EXPECT_EQ(applying(Database().load_all({"10", "9", "1.10", "1.9"})), "1.9 1.10 9 10");
    EXPECT_EQ(applying(Database().load_all({"1", "2", "3"}).apply({"1"})), "2 3");
    EXPECT_EQ(applying(Database().load("1").apply({"1"})), "");
    Database empty;
    EXPECT_EQ(applying(empty), "");
}

TEST(Apply, RunsWhatFailedOrWasRolledBackAgain) {
    EXPECT_EQ(applying(Database().load_all({"1", "2"}).apply({"1"}).event(Result::failed, "2")), "2");
    EXPECT_EQ(applying(Database().load("1").apply({"1"}).event(Result::rolled_back, "1")), "1");
}

TEST(Apply, LeavesOutWhatIsAppliedBaselineModifiedOrMissing) {
    Database database;
    database.load_all({"1", "2", "4"}).event(Result::baseline, "1").event(Result::applied, "2", "old").apply({"3"});
    EXPECT_EQ(applying(database), "4");
}

TEST(Apply, StopsAtTheTarget) {
    Database database;
    database.load_all({"1", "2", "10"});
    EXPECT_EQ(applying(database, "2"), "1 2");
    EXPECT_EQ(applying(database, "002"), "1 2");
    EXPECT_EQ(applying(database, "10"), "1 2 10");
    EXPECT_EQ(applying(database.apply({"1", "2"}), "1"), "");
}

TEST(Apply, TheTargetMayBeMissing) { EXPECT_EQ(applying(Database().load_all({"2", "3"}).apply({"1"}), "1"), ""); }

TEST(Apply, RefusesAnUnknownTarget) {
    Database database;
    Failure const nothing = refused("MG002", [&] { applying(database, "3"); });
    EXPECT_EQ(nothing.message, "there is no migration \"3\"");
    EXPECT_EQ(nothing.detail, "No migration is loaded.");
    database.load_all({"1", "2"});
    EXPECT_EQ(refused("MG002", [&] { applying(database, "3"); }).detail, "Loaded migrations: 2, from 1 (m) to 2 (m).");
    refused("MG002", [&] { applying(database, ""); });
}

TEST(Apply, RefusesWhatIsOutOfOrderAndNamesIt) {
    Database database;
    database.load_all({"1", "2", "3", "4", "5"}).apply({"1", "4"});
    Failure const failure = refused("MG003", [&] { applying(database); });
    EXPECT_EQ(failure.message, "migration 2 (m) is out of order");
    EXPECT_EQ(failure.detail, "Pending: 2 (m), 3 (m); already applied: 4 (m). Nothing was run.");
    EXPECT_TRUE(contains(failure.hint, "above 4"));
    EXPECT_TRUE(contains(failure.hint, "migrator.out_of_order"));
}

TEST(Apply, WarnsOrKeepsSilentWhenTold) {
    Database database;
    database.load_all({"1", "2", "3"}).apply({"2"});
    RunPlan const warned = plan_apply(database.all(), std::nullopt, OutOfOrder::warn);
    EXPECT_EQ(steps(warned), "1 3");
    EXPECT_EQ(warned.warnings, std::vector<std::string>{"migration 1 (m) is out of order: 2 (m) is already applied"});
    RunPlan const allowed = plan_apply(database.all(), std::nullopt, OutOfOrder::allow);
    EXPECT_EQ(steps(allowed), "1 3");
    EXPECT_TRUE(allowed.warnings.empty());
}

TEST(Apply, WarnsOfNothingInOrder) {
    Database database;
    database.load_all({"1", "2"}).apply({"1"});
    EXPECT_TRUE(plan_apply(database.all(), std::nullopt, OutOfOrder::warn).warnings.empty());
}

TEST(Apply, AFailedOneBelowAnAppliedOneIsOutOfOrderToo) {
    Database database;
    database.load_all({"1", "2"}).event(Result::failed, "1").apply({"2"});
    refused("MG003", [&] { applying(database); });
    EXPECT_EQ(applying(database, std::nullopt, OutOfOrder::allow), "1");
}

TEST(Apply, OutOfOrderBeyondTheTargetDoesNotMatter) {
    Database database;
    database.load_all({"1", "2", "3", "4"}).apply({"1", "4"});
    EXPECT_EQ(applying(database, "1"), "");
    EXPECT_EQ(refused("MG003", [&] { applying(database, "2"); }).detail,
              "Pending: 2 (m); already applied: 4 (m). Nothing was run.");
}

TEST(Apply, TheBaselineAndTheMissingCountForTheOrder) {
    Database database;
    database.load_all({"1", "3"}).event(Result::baseline, "2");
    refused("MG003", [&] { applying(database); });
}

TEST(Rollback, UndoesInTheReverseOfTheRunsNotOfTheVersions) {
    Database database;
    database.load_all({"1", "2", "3"}).apply({"1", "3", "2"});
    EXPECT_EQ(rolling_back(database, 1), "2");
    EXPECT_EQ(rolling_back(database, 2), "2 3");
    EXPECT_EQ(rolling_back(database, 3), "2 3 1");
}

TEST(Rollback, AReappliedOneIsAsRecentAsItsLastRun) {
    Database database;
    database.load_all({"1", "2"}).apply({"1", "2"}).event(Result::rolled_back, "1").apply({"1"});
    EXPECT_EQ(rolling_back(database, 2), "1 2");
}

TEST(Rollback, AnAcceptIsNoRun) {
    Database database;
    database.load_all({"1", "2"}).apply({"1", "2"}).event(Result::accepted, "1");
    EXPECT_EQ(rolling_back(database, 2), "2 1");
}

TEST(Rollback, OfMoreThanAppliedUndoesAll) {
    Database database;
    database.load_all({"1", "2", "3"}).apply({"1", "2"});
    EXPECT_EQ(rolling_back(database, 3), "2 1");
    EXPECT_EQ(rolling_back(database, std::numeric_limits<std::int64_t>::max()), "2 1");
    Database empty;
    EXPECT_EQ(rolling_back(empty, 1), "");
}

TEST(Rollback, RefusesLessThanOne) {
    Database database;
    database.load("1").apply({"1"});
    for (std::int64_t const n : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min()})
        EXPECT_EQ(refused("22023", [&] { rolling_back(database, n); }).message, "n must be at least 1");
}

TEST(Rollback, NeverUndoesABaseline) {
    Database database;
    database.load_all({"1", "2", "3"}).event(Result::baseline, "1").event(Result::baseline, "2").apply({"3"});
    EXPECT_EQ(rolling_back(database, 3), "3");
    // A baseline with its body accepted anew is one still.
    database.event(Result::accepted, "2");
    EXPECT_EQ(rolling_back(database, 3), "3");
}

TEST(Rollback, RefusesTheIrreversibleBeforeAnythingRuns) {
    Database database;
    database.load("1", false).load_all({"2", "3"}).apply({"1", "2", "3"});
    EXPECT_EQ(rolling_back(database, 2), "3 2");
    Failure const failure = refused("MG004", [&] { rolling_back(database, 3); });
    EXPECT_EQ(failure.message, "migration 1 (m) has no down body");
    EXPECT_TRUE(contains(failure.detail, "Nothing was run"));
}

TEST(Rollback, TakesTheMissingAndTheModifiedByTheDownOnRecord) {
    Database database;
    database.load("1", false).event(Result::applied, "1", "old").event(Result::applied, "2");
    EXPECT_EQ(rolling_back(database, 2), "2 1");
    refused("MG004", [] {
        Database other;
        rolling_back(other.load("1").event(Result::applied, "1", "old", false), 1);
    });
    refused("MG004", [] {
        Database other;
        rolling_back(other.event(Result::applied, "1", "sum", false), 1);
    });
}

TEST(RollbackTo, UndoesWhatRanAfterTheTarget) {
    Database database;
    database.load_all({"1", "2", "3", "4"}).apply({"1", "3", "2", "4"});
    EXPECT_EQ(steps(plan_rollback_to(database.all(), "4")), "");
    EXPECT_EQ(steps(plan_rollback_to(database.all(), "3")), "4 2");
    EXPECT_EQ(steps(plan_rollback_to(database.all(), "01")), "4 2 3");
}

TEST(RollbackTo, TakesABaselineAsTarget) {
    Database database;
    database.load_all({"1", "2", "3"}).event(Result::baseline, "1").event(Result::baseline, "2").apply({"3"});
    EXPECT_EQ(steps(plan_rollback_to(database.all(), "1")), "3");
    EXPECT_EQ(steps(plan_rollback_to(database.all(), "2")), "3");
}

TEST(RollbackTo, RefusesATargetThatIsUnknownOrNotApplied) {
    Database database;
    database.load_all({"1", "2"}).apply({"1"});
    refused("MG002", [&] { plan_rollback_to(database.all(), "3"); });
    EXPECT_EQ(refused("MG007", [&] { plan_rollback_to(database.all(), "2"); }).message,
              "migration 2 (m) is not applied");
}

TEST(RollbackTo, RefusesTheIrreversible) {
    Database database;
    database.load("1").load("2", false).load("3").apply({"1", "2", "3"});
    EXPECT_EQ(steps(plan_rollback_to(database.all(), "2")), "3");
    refused("MG004", [&] { plan_rollback_to(database.all(), "1"); });
}

TEST(Baseline, TakesWhatIsLoadedAndNotAppliedUpToTheVersion) {
    Database database;
    database.load_all({"1", "2", "3", "10"}).apply({"2"}).event(Result::failed, "3");
    EXPECT_EQ(steps(plan_baseline(database.all(), "3")), "1 3");
    EXPECT_EQ(steps(plan_baseline(database.all(), "1")), "1");
    refused("MG002", [&] { plan_baseline(database.all(), "4"); });
}

TEST(Modified, AreThoseWhoseBodyChangedInVersionOrder) {
    Database database;
    database.load_all({"10", "9", "8"})
        .event(Result::applied, "10", "old")
        .event(Result::applied, "9", "old")
        .apply({"8"});
    std::vector<Migration const *> const modified = modified_migrations(database.all());
    ASSERT_EQ(modified.size(), 2u);
    EXPECT_EQ(modified[0]->version(), "9");
    EXPECT_EQ(modified[1]->version(), "10");
}

TEST(Modified, AreUndoneByACall) {
    auto const call = [](Database &database) {
        std::vector<Migration> const &all = database.all();
        return call_to_undo(all, modified_migrations(all), "main");
    };
    Database first, later, baseline, irreversible, two;
    EXPECT_EQ(call(first.load_all({"1", "2"}).event(Result::applied, "1", "old").apply({"2"})), "migrator.rollback(2)");
    // By the order in which they ran.
    EXPECT_EQ(call(later.load_all({"1", "2", "3"}).apply({"3"}).event(Result::applied, "1", "old").apply({"2"})),
              "migrator.rollback_to('3')");
    EXPECT_EQ(call(two.load_all({"1", "2", "3"})
                       .event(Result::baseline, "1")
                       .event(Result::applied, "2", "old")
                       .event(Result::applied, "3", "old")),
              "migrator.rollback_to('1')");
    EXPECT_EQ(call(baseline.load_all({"1", "2"}).event(Result::baseline, "1", "old").apply({"2"})), "");
    EXPECT_EQ(call(irreversible.load_all({"1"})
                       .load("2", false)
                       .event(Result::applied, "1", "old")
                       .event(Result::applied, "2")),
              "");
    std::vector<Migration> const &all = first.all();
    EXPECT_EQ(call_to_undo(all, modified_migrations(all), "a'b"), "migrator.rollback(2, module => 'a''b')");
}

TEST(Label, IsVersionAndName) {
    Loaded const named{"7", "init", "", "", true}, bare{"7", "", "", "", true};
    Migration migration;
    migration.loaded = &named;
    EXPECT_EQ(label(migration), "7 (init)");
    migration.loaded = &bare;
    EXPECT_EQ(label(migration), "7");
}
