#include "core/plan/resume.hpp"
#include "failure_of.hpp"

using mig::Failure;
using mig::Migration;
using mig::Resume;
using mig::resume_of;
using mig::StatementEvent;
using mig::test::contains;
using mig::test::failure_of;
using Before = mig::Resume::Before;
using Result = mig::StatementEvent::Result;

namespace {

struct Ran {
    Result result;
    std::int32_t number;
    bool down = false;
    std::string_view checksum = {}; // "1", "2", ... unless it is said
};

std::vector<std::string> const three{"1", "2", "3"};

Resume resume(std::vector<Ran> const &ran, bool down = false, std::vector<std::string> const &checksums = three) {
    static std::vector<StatementEvent> events;
    static std::vector<std::string> names{"0", "1", "2", "3", "4"};
    static mig::Loaded const loaded{"7", "init", "x", "x", true};
    events.clear();
    for (Ran const &one : ran) {
        StatementEvent event;
        event.id = static_cast<std::int64_t>(events.size()) + 1;
        event.result = one.result;
        event.of_rollback = one.down;
        event.number = one.number;
        event.checksum = one.checksum.empty() ? names[static_cast<std::size_t>(one.number)] : one.checksum;
        events.push_back(event);
    }
    Migration migration;
    migration.loaded = &loaded;
    for (StatementEvent const &event : events)
        migration.unfinished.push_back(&event);
    return resume_of(migration, down, checksums);
}

} // namespace

TEST(Resume, BeginsAtTheFirstWhenNothingRan) {
    Resume const from = resume({});
    EXPECT_EQ(from.done, 0u);
    EXPECT_EQ(from.next, Before::never_began);
    EXPECT_EQ(from.last_start, nullptr);
}

TEST(Resume, GoesOnBehindWhatIsFinished) {
    Resume const between = resume({{Result::started, 1}, {Result::finished, 1}});
    EXPECT_EQ(between.done, 1u);
    EXPECT_EQ(between.next, Before::never_began);
    Resume const cut = resume({{Result::started, 1}, {Result::finished, 1}, {Result::started, 2}});
    EXPECT_EQ(cut.done, 1u);
    EXPECT_EQ(cut.next, Before::cut_off);
    ASSERT_NE(cut.last_start, nullptr);
    EXPECT_EQ(cut.last_start->id, 3);
    Resume const failed =
        resume({{Result::started, 1}, {Result::finished, 1}, {Result::started, 2}, {Result::failed, 2}});
    EXPECT_EQ(failed.next, Before::failed);
    EXPECT_EQ(resume({{Result::started, 1}, {Result::failed, 1}, {Result::started, 1}}).next, Before::cut_off);
    EXPECT_EQ(resume({{Result::finished, 1}, {Result::finished, 2}, {Result::finished, 3}}).done, 3u);
}

TEST(Resume, WhatRanMustNotBeEdited) {
    Failure const edited = failure_of([] { resume({{Result::finished, 1}, {Result::finished, 2, false, "old"}}); });
    EXPECT_STREQ(edited.state, "MG001");
    EXPECT_TRUE(contains(edited.message, "statement 2"));
    EXPECT_STREQ(failure_of([] {
                     resume({{Result::finished, 1}, {Result::finished, 2}}, false, {"1"});
                 }).state,
                 "MG001");
    // What did not come to its end may be, and is then another statement, that never began.
    EXPECT_EQ(resume({{Result::finished, 1}, {Result::started, 2, false, "old"}}).next, Before::never_began);
    EXPECT_EQ(resume({{Result::finished, 1}, {Result::started, 2, false, "old"}}).last_start, nullptr);
    EXPECT_EQ(resume({{Result::started, 1, false, "old"}, {Result::failed, 1, false, "old"}, {Result::started, 1}}).next,
              Before::cut_off);
    EXPECT_EQ(resume({{Result::finished, 1}, {Result::started, 2, false, "old"}}).done, 1u);
    EXPECT_EQ(resume({{Result::finished, 1}, {Result::started, 4}, {Result::failed, 4}}).done, 1u);
}

TEST(Resume, ADirectionBeginsAnew) {
    EXPECT_EQ(resume({{Result::finished, 1}, {Result::finished, 2}}, true).done, 0u);
    EXPECT_EQ(resume({{Result::finished, 1}, {Result::finished, 1, true}}, true).done, 1u);
    EXPECT_EQ(
        resume({{Result::finished, 1}, {Result::started, 1, true}, {Result::finished, 1}, {Result::finished, 2}}).done,
        2u);
}

TEST(Resume, WhatFailedBeforeItsStartWasOnRecordNeverBegan) {
    Resume const at_once = resume({{Result::failed, 1}});
    EXPECT_EQ(at_once.next, Before::never_began);
    EXPECT_EQ(at_once.last_start, nullptr);
    Resume const later = resume({{Result::started, 1}, {Result::finished, 1}, {Result::failed, 2}});
    EXPECT_EQ(later.done, 1u);
    EXPECT_EQ(later.next, Before::never_began);
    EXPECT_EQ(later.last_start, nullptr);
}
