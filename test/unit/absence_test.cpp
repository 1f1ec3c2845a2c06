#include "core/plan/absence.hpp"

#include "core/migration/checksum.hpp"
#include "core/plan/plan.hpp"
#include "core/plan/status_detail.hpp"
#include "core_interruption.hpp"
#include "failure_of.hpp"

#include <deque>

using mig::Absent;
using mig::Added;
using mig::Event;
using mig::Failure;
using mig::Kind;
using mig::Loaded;
using mig::Migration;
using mig::OutOfOrder;
using mig::StatementEvent;
using mig::test::contains;
using mig::test::failure_of;
using Result = mig::Event::Result;

namespace {

// What is loaded, all of it without files, and what has been added.
class Set {
  public:
    Set &absent(std::string_view version, std::string_view name, std::string_view checksum,
                Kind kind = Kind::versioned) {
        Loaded loaded{version, name, checksum, checksum, true};
        loaded.kind = kind;
        loaded.absent = true;
        loaded_.push_back(loaded);
        return *this;
    }
    Set &present(std::string_view version) {
        loaded_.push_back({version, "present", "of its own", "of its own", true});
        return *this;
    }
    Set &event(Result result, std::string_view version, std::string_view checksum) {
        Event one;
        one.id = static_cast<std::int64_t>(events_.size() + 1);
        one.result = result;
        one.of_rollback = result == Result::rolled_back;
        one.version = version;
        one.checksum = one.raw_checksum = checksum;
        events_.push_back(one);
        return *this;
    }
    Set &began(std::string_view version) {
        StatementEvent one;
        one.id = 1000;
        one.version = version;
        one.number = one.total = 1;
        statements_.push_back(one);
        return *this;
    }
    Set &add(std::string_view version, std::string_view name, std::string_view checksum) {
        added_.push_back({version, name, checksum, version});
        return *this;
    }

    std::vector<Migration> const &all() {
        return pictures_.emplace_back(mig::derive_migrations(loaded_, events_, statements_));
    }
    std::vector<Absent> absences() {
        std::vector<Absent> result;
        for (Migration const &migration : all())
            if (migration.file_is_gone())
                result.push_back({&migration, migration.version()});
        return result;
    }
    // `OLD>NEW `, in the order of the new ones.
    std::string renames() {
        std::vector<Absent> const from = absences();
        std::vector<std::string> to(added_.size());
        for (mig::Rename const &rename : mig::find_renames(from, added_))
            to[rename.added] = std::string(from[rename.absent].migration->version()) + ">" +
                               std::string(added_[rename.added].version) + " ";
        std::string text;
        for (std::string const &one : to)
            text += one;
        return text;
    }
    std::vector<Added> const &added() const { return added_; }
    std::string statuses() {
        std::string text;
        for (Migration const &migration : all())
            text += std::string(migration.version()) + " " + to_text(migration.status) + ", ";
        return text;
    }
    std::string planned() {
        std::string text;
        for (Migration const *step : plan_apply(all(), std::nullopt, OutOfOrder::error).steps)
            text += std::string(step->version()) + " ";
        return text;
    }
    std::string reason(bool kept = false) { return mig::why_absent(all().front(), kept); }
    std::string detail() { return mig::status_detail(all().front(), nullptr).value_or("none"); }

  private:
    std::vector<Loaded> loaded_;
    std::vector<Event> events_;
    std::vector<StatementEvent> statements_;
    std::vector<Added> added_;
    std::deque<std::vector<Migration>> pictures_;
};

} // namespace

TEST(Absence, WhatHasNotRunIsSetAside) {
    EXPECT_EQ(Set().absent("1", "a", "x").present("2").statuses(), "1 absent, 2 pending, ");
    EXPECT_EQ(Set().absent("1", "a", "x").present("2").planned(), "2 ");
    EXPECT_EQ(Set().absent("1", "a", "x").event(Result::failed, "1", "x").statuses(), "1 absent, ");
    EXPECT_EQ(
        Set().absent("1", "a", "x").event(Result::applied, "1", "x").event(Result::rolled_back, "1", "x").statuses(),
        "1 absent, ");
    // Not out of order either.
    EXPECT_EQ(Set().absent("1", "a", "x").present("2").event(Result::applied, "2", "of its own").statuses(),
              "1 absent, 2 applied, ");
    EXPECT_EQ(Set().absent("1", "a", "x").present("2").event(Result::applied, "2", "of its own").planned(), "");
}

TEST(Absence, WhatHasRunKeepsItsStatus) {
    EXPECT_EQ(Set().absent("1", "a", "x").event(Result::applied, "1", "x").statuses(), "1 applied, ");
    EXPECT_EQ(Set().absent("1", "a", "x").event(Result::applied, "1", "y").statuses(), "1 modified, ");
    EXPECT_EQ(Set().absent("1", "a", "x").event(Result::baseline, "1", "x").statuses(), "1 baseline, ");
    EXPECT_EQ(Set().absent("1", "a", "x").began("1").statuses(), "1 partial, ");
    EXPECT_EQ(Set().absent("1", "a", "x").began("1").planned(), "1 ");
}

TEST(Absence, RepeatablesAndSnapshots) {
    EXPECT_EQ(Set().absent("R__v", "v", "x", Kind::repeatable).planned(), "");
    // Changed before its file went: it does not run again.
    Set changed;
    changed.absent("R__v", "v", "x", Kind::repeatable).event(Result::applied, "R__v", "y");
    EXPECT_EQ(changed.statuses(), "R__v absent, ");
    EXPECT_EQ(changed.planned(), "");
    Set snapshot;
    snapshot.absent("B5", "base", "x", Kind::snapshot).present("1").present("6");
    EXPECT_EQ(snapshot.statuses(), "1 pending, 6 pending, B5 absent, ");
    EXPECT_EQ(snapshot.planned(), "1 6 ");
}

TEST(Absence, IsSaidInTheDetail) {
    EXPECT_EQ(Set().absent("1", "a", "x").detail(), "its file is gone: not run until it is back");
    EXPECT_EQ(Set().absent("1", "a", "x").event(Result::applied, "1", "x").detail(), "its file is gone");
    EXPECT_EQ(Set().absent("1", "a", "x").event(Result::applied, "1", "y").detail(),
              "its file is gone; the loaded body differs from the applied one: apply() refuses");
    EXPECT_TRUE(
        contains(Set().absent("1", "a", "x").event(Result::failed, "1", "x").detail(), "the last attempt failed"));
    EXPECT_EQ(Set().absent("1", "a", "x").reason(), "pending: it is not run any more until its file is back");
    EXPECT_EQ(Set().absent("1", "a", "x").reason(true), "pending: it is still run");
    EXPECT_EQ(Set().absent("1", "a", "x").event(Result::failed, "1", "x").reason(),
              "failed: it is not run any more until its file is back");
    EXPECT_EQ(Set().absent("1", "a", "x").event(Result::baseline, "1", "x").reason(), "baseline; its file is gone");
    EXPECT_EQ(Set().absent("1", "a", "x").began("1").reason(),
              "partial; its file is gone, and it still has to be finished or undone");
}

TEST(Absence, ATargetWithoutAFileIsRefused) {
    Set set;
    set.absent("1", "a", "x").present("2");
    EXPECT_EQ(failure_of([&] { (void) plan_apply(set.all(), "1", OutOfOrder::error); }).state,
              std::string(mig::sqlstate::wrong_state));
    EXPECT_EQ(failure_of([&] { (void) plan_baseline(set.all(), "1"); }).state, std::string(mig::sqlstate::wrong_state));
    EXPECT_EQ(plan_baseline(set.all(), "2").steps.size(), 1u);
}

TEST(Renames, AreKnownByTheBody) {
    EXPECT_EQ(Set().absent("1", "a", "x").add("2", "b", "x").renames(), "1>2 ");
    EXPECT_EQ(Set().absent("1", "a", "x").add("2", "a", "y").renames(), "");
    EXPECT_EQ(Set().absent("1", "a", "x").renames(), "");
    EXPECT_EQ(Set().add("2", "a", "x").renames(), "");
    EXPECT_EQ(Set().absent("1", "a", "x").event(Result::failed, "1", "x").add("2", "b", "x").renames(), "1>2 ");
}

TEST(Renames, OfSeveralWithOneBodyTheNameDecidesAndThenTheOrder) {
    Set set;
    set.absent("1", "a", "x").absent("2", "b", "x").absent("3", "c", "x");
    set.add("4", "d", "x").add("5", "b", "x").add("6", "e", "x").add("7", "f", "x");
    EXPECT_EQ(set.renames(), "1>4 2>5 3>6 ");
    EXPECT_EQ(Set().absent("1", "a", "x").absent("2", "b", "x").add("3", "b", "x").renames(), "2>3 ");
}

TEST(Renames, OfManyWithOneBodyAreFoundInSteps) {
    auto const steps = [](std::size_t n) {
        std::deque<std::string> versions;
        Set set;
        for (std::size_t i = 0; i < n; ++i)
            set.absent(versions.emplace_back(std::to_string(i)), "a", "x");
        for (std::size_t i = 0; i < n; ++i)
            set.add(versions.emplace_back(std::to_string(n + i)), i % 2 == 0 ? "a" : "b", "x");
        std::vector<Absent> const absent = set.absences();
        std::size_t const before = mig::interrupt_checks::count;
        EXPECT_EQ(mig::find_renames(absent, set.added()).size(), n);
        return mig::interrupt_checks::count - before;
    };
    std::size_t const few = steps(100), many = steps(1000);
    EXPECT_GE(few, 200u) << "it is deaf";
    EXPECT_LE(many, 14 * few);
}

TEST(Renames, OfWhatHasRunAreRefused) {
    auto const refused = [](Set &&set) {
        Failure const failure = failure_of([&] { (void) set.renames(); });
        EXPECT_EQ(failure.state, std::string(mig::sqlstate::wrong_state));
        EXPECT_TRUE(contains(failure.detail, "\"9\" has the text of \"1\"")) << failure.detail;
        EXPECT_TRUE(contains(failure.hint, "keep_absent => true"));
    };
    refused(std::move(Set().absent("1", "a", "x").event(Result::applied, "1", "x").add("9", "a", "x")));
    refused(std::move(Set().absent("1", "a", "x").event(Result::baseline, "1", "x").add("9", "b", "x")));
    refused(std::move(Set().absent("1", "a", "x").began("1").add("9", "a", "x")));
    // Two pairs, one of them harmless; the name tells which is which.
    refused(std::move(Set()
                          .absent("1", "a", "x")
                          .event(Result::applied, "1", "x")
                          .absent("2", "b", "x")
                          .add("8", "b", "x")
                          .add("9", "a", "x")));
    // One that has not run would have run beside the other.
    EXPECT_EQ(
        Set().absent("1", "a", "x").event(Result::applied, "1", "x").absent("2", "b", "x").add("9", "c", "x").renames(),
        "2>9 ");
    EXPECT_EQ(Set()
                  .absent("1", "a", "x")
                  .event(Result::applied, "1", "x")
                  .event(Result::rolled_back, "1", "x")
                  .add("9", "a", "x")
                  .renames(),
              "1>9 ");
}

TEST(Absence, OfWhatHasRunIsRefused) {
    auto const refused = [](Set &&set) { return failure_of([&] { mig::refuse_absence_of_run(set.absences()); }); };
    Failure const failure =
        refused(std::move(Set().absent("1", "a", "x").absent("2", "b", "y").event(Result::applied, "2", "y")));
    EXPECT_EQ(failure.state, std::string(mig::sqlstate::wrong_state));
    EXPECT_EQ(failure.message, "the file of migration 2 (b), which is applied, is gone");
    EXPECT_TRUE(contains(failure.detail, "\"2\" is not there, and 2 (b) is applied\nNothing")) << failure.detail;
    EXPECT_TRUE(contains(refused(std::move(Set().absent("1", "a", "x").began("1"))).detail, "has run in part"));
    Set many;
    std::deque<std::string> versions;
    for (std::size_t i = 0; i < 12; ++i)
        many.absent(versions.emplace_back(std::to_string(i)), "a", "x").event(Result::applied, versions.back(), "x");
    EXPECT_TRUE(contains(refused(std::move(many)).detail, "\n... and 2 more\n"));
    // What has not run, what was undone, and what is repeatable may go.
    mig::refuse_absence_of_run(Set()
                                   .absent("1", "a", "x")
                                   .absent("2", "b", "x")
                                   .event(Result::applied, "2", "x")
                                   .event(Result::rolled_back, "2", "x")
                                   .absent("R__v", "v", "x", Kind::repeatable)
                                   .event(Result::applied, "R__v", "x")
                                   .absences());
}

TEST(Renames, OfWhatDoesNoHarmTwiceAreNone) {
    EXPECT_EQ(Set()
                  .absent("R__v", "v", "x", Kind::repeatable)
                  .event(Result::applied, "R__v", "x")
                  .add("R__w", "w", "x")
                  .renames(),
              "");
    std::string const nothing = mig::checksum::of_tokens({});
    EXPECT_EQ(Set().absent("1", "a", nothing).event(Result::applied, "1", nothing).add("2", "b", nothing).renames(),
              "");
}
