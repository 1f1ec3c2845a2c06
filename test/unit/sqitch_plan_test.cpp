#include "core/convention/tools/sqitch_plan.hpp"
#include "failure_of.hpp"
#include "random.hpp"

#include <algorithm>

using mig::SqitchPlan;
using mig::test::contains;
using mig::test::failure_of;
using mig::test::Random;

namespace {

constexpr const char *by = " 2026-03-01T12:00:00Z Ann Planner <ann@example.org>";

std::string line(std::string const &name) { return name + by + "\n"; }

SqitchPlan plan_of(std::string const &lines) {
    return mig::parse_sqitch_plan("%syntax-version=1.0.0\n%project=shop\n\n" + lines, "sqitch.plan");
}

std::string refusal(std::string const &lines) {
    auto const failure = failure_of([&] { plan_of(lines); });
    EXPECT_STREQ(failure.state, mig::sqlstate::malformed_file);
    return failure.message;
}

} // namespace

TEST(SqitchPlan, AsSqitchWritesIt) {
    SqitchPlan const plan =
        mig::parse_sqitch_plan("%syntax-version=1.0.0\r\n"
                               "%project=shop\r\n"
                               "%uri=https://example.org/shop/\r\n"
                               "\r\n"
                               "# what we began with\r\n"
                               "users 2013-08-15T20:12:31Z Ann B. Planner <ann@example.org> # Users.\r\n"
                               "\tflips [ users !likes ] 2013-08-16T00:00:59Z J\xc3\xbcrgen <j@x> #\r\n"
                               "@v1.0.0-b1 2013-08-16T01:00:00Z Ann <ann@example.org> # first\r\n"
                               "+ lists/all [users@v1.0.0-b1 @v1.0.0-b1 auth:roles !auth:old@v2]"
                               " 2013-08-17T00:00:00Z Ann <ann@example.org>",
                               "sqitch.plan");
    EXPECT_EQ(plan.project, "shop");
    ASSERT_EQ(plan.changes.size(), 3u);
    EXPECT_EQ(plan.changes[0].name, "users");
    EXPECT_EQ(plan.changes[0].script, "users");
    EXPECT_EQ(plan.changes[0].planned_at, "20130815201231");
    EXPECT_EQ(plan.changes[0].planner, "Ann B. Planner <ann@example.org>");
    EXPECT_EQ(plan.changes[0].line, 6u);
    EXPECT_EQ(plan.changes[1].planner, "J\xc3\xbcrgen <j@x>");
    ASSERT_EQ(plan.changes[1].requirements.size(), 1u);
    EXPECT_EQ(plan.changes[1].requirements[0].name, "users");
    EXPECT_EQ(plan.changes[1].requirements[0].change, 0u);
    ASSERT_EQ(plan.changes[1].conflicts.size(), 1u);
    EXPECT_EQ(plan.changes[1].conflicts[0].name, "likes");
    EXPECT_EQ(plan.changes[1].conflicts[0].change, std::nullopt);
    ASSERT_EQ(plan.tags.size(), 1u);
    EXPECT_EQ(plan.tags[0].name, "v1.0.0-b1");
    EXPECT_EQ(plan.tags[0].change, 1u);
    auto const &last = plan.changes[2];
    EXPECT_EQ(last.script, "lists/all");
    ASSERT_EQ(last.requirements.size(), 3u);
    EXPECT_EQ(last.requirements[0].change, 0u);
    EXPECT_EQ(last.requirements[1].change, 1u);
    EXPECT_EQ(last.requirements[2].project, "auth");
    EXPECT_EQ(last.requirements[2].name, "roles");
    EXPECT_EQ(last.requirements[2].change, std::nullopt);
    ASSERT_EQ(last.conflicts.size(), 1u);
    EXPECT_EQ(last.conflicts[0].project, "auth");
    EXPECT_EQ(last.conflicts[0].name, "old");
    EXPECT_EQ(last.conflicts[0].tag, "v2");
}

TEST(SqitchPlan, AReworkedChangeHasItsScriptsUnderATag) {
    SqitchPlan const plan = plan_of(line("f") + line("@a") + line("@b") + line("g") + line("@c") + line("@d") +
                                    line("f [f@a]") + line("@e") + line("f [f f@c shop:f@e]"));
    ASSERT_EQ(plan.changes.size(), 4u);
    EXPECT_EQ(plan.changes[0].script, "f@c");
    EXPECT_EQ(plan.changes[1].script, "g");
    EXPECT_EQ(plan.changes[2].script, "f@e");
    EXPECT_EQ(plan.changes[3].script, "f");
    EXPECT_EQ(plan.changes[2].requirements[0].change, 0u);
    EXPECT_EQ(plan.changes[3].requirements[0].change, 2u);
    EXPECT_EQ(plan.changes[3].requirements[1].change, 0u);
    EXPECT_EQ(plan.changes[3].requirements[2].change, 2u);
    EXPECT_EQ(plan.changes[3].requirements[2].project, "");
}

TEST(SqitchPlan, ATagOfTheChangeItselfNamesItsScripts) {
    SqitchPlan const plan = plan_of(line("f") + line("@a") + line("@b") + line("f"));
    EXPECT_EQ(plan.changes[0].script, "f@a");
}

TEST(SqitchPlan, WhatComesTwice) {
    EXPECT_EQ(refusal(line("f") + line("g") + line("f")), "sqitch.plan, line 6: a second change \"f\"");
    EXPECT_EQ(refusal(line("f") + line("@t") + line("g") + line("@t")), "sqitch.plan, line 7: a second tag @t");
    EXPECT_EQ(refusal(line("f") + line("g [f f]")), "sqitch.plan, line 5: dependency \"f\" is given twice");
    EXPECT_TRUE(contains(failure_of([] { plan_of(line("f") + line("f")); }).hint, "tag between"));
}

TEST(SqitchPlan, DependenciesThatMakeNoSense) {
    EXPECT_EQ(refusal(line("f [g]") + line("g")),
              "sqitch.plan, line 4: \"f\" requires \"g\", which does not come before it");
    EXPECT_EQ(refusal(line("f [f]")), "sqitch.plan, line 4: \"f\" requires \"f\", which does not come before it");
    EXPECT_EQ(refusal(line("f") + line("@t") + line("g") + line("h [g@t]")),
              "sqitch.plan, line 7: \"h\" requires \"g@t\", which does not come before it");
    EXPECT_EQ(refusal(line("f [@t]")), "sqitch.plan, line 4: \"f\" requires \"@t\", which does not come before it");
    std::string const id(40, 'a');
    EXPECT_EQ(refusal(line("f [" + id + "]")),
              "sqitch.plan, line 4: dependency on a change by its SHA-1 \"" + id + "\"");
    EXPECT_EQ(refusal(line("f [x:" + id + "]")),
              "sqitch.plan, line 4: dependency on a change by its SHA-1 \"" + id + "\"");
    for (std::string const odd : {"!", "a:", ":a", "a@", "@", "a:b:c", "a@b@c", "!!a", "-a"})
        EXPECT_TRUE(contains(refusal(line("f [" + odd + "]")), "is not a dependency")) << odd;
}

TEST(SqitchPlan, NamesThatMakeNoSense) {
    for (std::string const odd : {"a:b", "a@b", "a\\b", "a-", "?a", "a~1", "a/2", "]"})
        EXPECT_TRUE(contains(refusal(line(odd)), "is not a valid name")) << odd;
    for (std::string const good : {"a/b", "_a_", "a.b", "a-b-2", "2a", "7", "a+b", "\xc3\xa4"})
        EXPECT_EQ(plan_of(line(good)).changes.at(0).name, good);
    EXPECT_EQ(refusal(line("HEAD")), "sqitch.plan, line 4: HEAD is a reserved name");
    EXPECT_EQ(refusal(line("f") + line("@ROOT")), "sqitch.plan, line 5: ROOT is a reserved name");
    EXPECT_TRUE(contains(refusal(line(std::string(40, '0'))), "looks like the SHA-1"));
}

TEST(SqitchPlan, LinesThatMakeNoSense) {
    EXPECT_EQ(refusal("f\n"), "sqitch.plan, line 4: no time after the name");
    EXPECT_EQ(refusal("f # why\n"), "sqitch.plan, line 4: no time after the name");
    EXPECT_EQ(refusal("f 2026-13-01T12:00:00Z A <a>\n"), "sqitch.plan, line 4: no time after the name");
    EXPECT_EQ(refusal("f 2026-02-29T12:00:00Z A <a>\n"), "sqitch.plan, line 4: no time after the name");
    EXPECT_EQ(refusal("f 1900-02-29T12:00:00Z A <a>\n"), "sqitch.plan, line 4: no time after the name");
    EXPECT_EQ(plan_of("f 2000-02-29T12:00:00Z A <a>\n").changes.at(0).planned_at, "20000229120000");
    EXPECT_EQ(refusal("f 2026-03-01 12:00:00 A <a>\n"), "sqitch.plan, line 4: no time after the name");
    for (std::string const odd : {"", "Ann", "<a>", "Ann<a>", "Ann <>", "Ann <a", "Ann <a> b", "Ann <a>>", "<"})
        EXPECT_EQ(refusal("f 2026-03-01T12:00:00Z " + odd + "\n"), "sqitch.plan, line 4: no planner after the time")
            << odd;
    EXPECT_TRUE(contains(refusal("f [g" + std::string(by)), "unterminated"));
    EXPECT_EQ(refusal(line("-f")), "sqitch.plan, line 4: a change that is to be reverted");
    EXPECT_EQ(refusal(line("f") + "%project=other\n"), "sqitch.plan, line 5: a pragma after a change");
    EXPECT_EQ(refusal(line("@t")), "sqitch.plan, line 4: tag @t follows no change");
    EXPECT_EQ(refusal(line("f") + line("@t [f]")), "sqitch.plan, line 5: a tag has no dependencies");
    EXPECT_EQ(refusal(line("f") + line("@t/a")), "sqitch.plan, line 5: a tag name cannot contain '/'");
}

TEST(SqitchPlan, NeedsAProject) {
    EXPECT_EQ(failure_of([] { mig::parse_sqitch_plan("", "p"); }).message, "p: no project");
    EXPECT_EQ(failure_of([] { mig::parse_sqitch_plan(line("f"), "p"); }).message, "p: no project");
    EXPECT_EQ(failure_of([] { mig::parse_sqitch_plan("%project\n", "p"); }).message,
              "p, line 1: \"\" is not a valid project name");
    EXPECT_EQ(mig::parse_sqitch_plan(" % project = shop # ours\n", "p").project, "shop");
}

TEST(SqitchPlan, RandomPlansResolveToWhatComesBefore) {
    Random random;
    SCOPED_TRACE(random.trace());
    for (int round = 0; round < 300; ++round) {
        std::string text;
        std::size_t changes = 0, tags = 0;
        std::vector<std::string> section;
        for (std::size_t n = 1 + random.below(30); n > 0; --n) {
            std::string const name(1, random.of("abcdefgh"));
            if (changes > 0 && random.one_in(3)) {
                text += line("@t" + std::to_string(tags++));
                section.clear();
            } else if (std::find(section.begin(), section.end(), name) == section.end()) {
                section.push_back(name);
                std::string const tag =
                    tags > 0 && random.one_in(2) ? " [@t" + std::to_string(random.below(tags)) + "]" : "";
                text += line(name + tag);
                ++changes;
            }
        }
        SqitchPlan const plan = plan_of(text);
        ASSERT_EQ(plan.changes.size(), changes);
        ASSERT_EQ(plan.tags.size(), tags);
        std::vector<std::string> scripts;
        for (std::size_t i = 0; i < changes; ++i) {
            scripts.push_back(plan.changes[i].script);
            for (auto const &requirement : plan.changes[i].requirements)
                EXPECT_LT(requirement.change.value(), i);
        }
        std::sort(scripts.begin(), scripts.end());
        EXPECT_EQ(std::adjacent_find(scripts.begin(), scripts.end()), scripts.end()) << text;
    }
}
