#include "arranged_groups.hpp"

using mig::Arrangement;
using mig::Failure;
using mig::test::contains;
using mig::test::failure_of;
using mig::test::Files;
using mig::test::groups;

TEST(Sqitch, ThePlanOrders) {
    Files const files({{"db/sqitch.plan", "%syntax-version=1.0.0\n%project=p\n\n"
                                          "b 2026-01-08T10:00:00Z A <a@x> # x\n"
                                          "a [b q:c !d !z] 2026-01-08T09:00:00Z A <a@x> # x\n"
                                          "d [@v1] 2026-01-09T09:00:00Z A <a@x> # x\n"},
                       {"db/deploy/a.sql", ""},
                       {"db/deploy/b.sql", ""},
                       {"db/revert/b.sql", ""},
                       {"db/verify/b.sql", ""},
                       {"db/deploy/d.sql", ""},
                       {"db/deploy/old.sql", ""},
                       {"db/sqitch.conf", ""},
                       {"README.md", ""}});
    (void) failure_of([&] { (void) files.arranged("sqitch"); }); // @v1 is not there
    Files const right({{"db/sqitch.plan", "%syntax-version=1.0.0\n%project=p\n\n"
                                          "b 2026-01-08T10:00:00Z A <a@x> # x\n@v1 2026-01-08T10:00:01Z A <a@x> # x\n"
                                          "a [b q:c !d] 2026-01-08T09:00:00Z A <a@x> # x\n"
                                          "d [@v1 !z] 2026-01-09T09:00:00Z A <a@x> # x\n"},
                       {"db/deploy/a.sql", ""},
                       {"db/deploy/b.sql", ""},
                       {"db/revert/b.sql", ""},
                       {"db/verify/b.sql", ""},
                       {"db/deploy/d.sql", ""},
                       {"db/deploy/old.sql", ""},
                       {"db/sqitch.conf", ""},
                       {"README.md", ""}});
    EXPECT_EQ(groups(right, "sqitch"), "20260108100000 b db/deploy/b.sql db/revert/b.sql db/verify/b.sql\n"
                                       "20260108100000.1 a db/deploy/a.sql - -\n"
                                       "20260109090000 d db/deploy/d.sql - -\n");
    Arrangement const arrangement = right.arranged("sqitch");
    EXPECT_EQ(arrangement.groups[1].requirements, (std::vector<std::string>{"20260108100000", "q:c"}));
    EXPECT_EQ(arrangement.groups[2].requirements, (std::vector<std::string>{"20260108100000"}));
    EXPECT_EQ(arrangement.groups[2].conflicts, (std::vector<std::string>{"z"}));
    EXPECT_EQ(arrangement.skipped.size(), 3u);
    EXPECT_EQ(arrangement.skipped[0].why, "not in db/sqitch.plan");
}

TEST(Sqitch, WhatIsMissingIsNamed) {
    EXPECT_EQ(failure_of([] { (void) Files({{"deploy/a.sql", ""}}).arranged("sqitch"); }).message, "no sqitch.plan");
    Failure const two = failure_of([] {
        (void) Files({{"db/x/sqitch.plan", ""}, {"db/y/sqitch.plan", ""}}).arranged("sqitch");
    });
    EXPECT_EQ(two.message, "two plans");
    EXPECT_TRUE(contains(two.hint, "load_dir('.../db/x', 'sqitch', module => 'x')"));
    // Of a project below, Sqitch knows nothing at the top.
    EXPECT_EQ(groups({{"sqitch.plan", "%project=p\n\nb 2026-01-08T10:00:00Z A <a@x> # x\n"},
                      {"deploy/b.sql", ""},
                      {"x/sqitch.plan", "%project=x"}},
                     "sqitch"),
              "20260108100000 b deploy/b.sql - -\n");
    Failure const failure = failure_of([] {
        (void) Files({{"sqitch.plan", "%project=p\n\nb 2026-01-08T10:00:00Z A <a@x> # x\n"}}).arranged("sqitch");
    });
    EXPECT_EQ(failure.message, "sqitch.plan, line 3: no deploy/b.sql for \"b\"");
}

TEST(Sqitch, TheScriptsOfAReworkedChangeAreThoseOfATag) {
    // As Sqitch 1.3.1 has it: from the newest change back, of the tags of one the first, by the deploy script.
    constexpr const char *plan = "%project=p\n\n"
                                 "a 2026-01-01T00:00:00Z A <a@x> # x\n"
                                 "@v1 2026-01-01T00:00:00Z A <a@x> # x\n"
                                 "b 2026-01-02T00:00:00Z A <a@x> # x\n"
                                 "@v2 2026-01-02T00:00:00Z A <a@x> # x\n"
                                 "@v2b 2026-01-02T00:00:00Z A <a@x> # x\n"
                                 "c 2026-01-03T00:00:00Z A <a@x> # x\n"
                                 "a [a@v1] 2026-01-04T00:00:00Z A <a@x> # x\n"
                                 "@v3 2026-01-04T00:00:00Z A <a@x> # x\n"
                                 "a [a@v3] 2026-01-05T00:00:00Z A <a@x> # x\n";
    auto const first = [&](std::initializer_list<const char *> scripts) {
        Files files({{"sqitch.plan", plan},
                     {"deploy/a.sql", ""},
                     {"deploy/b.sql", ""},
                     {"deploy/c.sql", ""},
                     {"deploy/a@v3.sql", ""},
                     {"deploy/a@other.sql", ""}});
        for (const char *const script : scripts)
            files.add(script, "");
        std::string const all = groups(files, "sqitch");
        return all.substr(0, all.find('\n'));
    };
    EXPECT_EQ(first({"deploy/a@v1.sql", "deploy/a@v2.sql", "deploy/a@v2b.sql", "revert/a@v2.sql", "verify/a@v1.sql"}),
              "20260101000000 a deploy/a@v2.sql revert/a@v2.sql -");
    EXPECT_EQ(first({"deploy/a@v1.sql", "deploy/a@v2b.sql"}), "20260101000000 a deploy/a@v2b.sql - -");
    EXPECT_EQ(first({"deploy/a@v1.sql", "revert/a@v1.sql", "revert/a@v2.sql"}),
              "20260101000000 a deploy/a@v1.sql revert/a@v1.sql -");
    EXPECT_EQ(failure_of([&] { (void) first({}); }).message, "sqitch.plan, line 3: no deploy/a@v2.sql for \"a\"");
}

TEST(Sqitch, SettingsSayWhereThingsAre) {
    constexpr const char *conf = "[core]\n\tengine = sqlite\n\textension = ddl\n\ttop_dir = lite\n"
                                 "[engine \"pg\"]\n\ttop_dir = ./db/ ; here\n\tplan_file = db/pg.plan\n"
                                 "\tdeploy_dir = \"db/up\"\n\treworked_dir = old\n";
    constexpr const char *plan =
        "%project=p\n\na 2026-01-01T00:00:00Z A <a@x> # x\n@v1 2026-01-01T00:00:00Z A <a@x> # x\n"
        "a [a@v1] 2026-01-02T00:00:00Z A <a@x> # x\n";
    Files const files({{"sqitch.conf", conf},
                       {"db/pg.plan", plan},
                       {"db/up/a.ddl", ""},
                       {"old/deploy/a@v1.ddl", ""},
                       {"db/revert/a.ddl", ""},
                       {"old/revert/a@v1.ddl", ""},
                       {"db/verify/a.sql", ""},
                       {"db/up/b.ddl", ""},
                       {"lite/sqitch.plan", ""}});
    EXPECT_EQ(groups(files, "sqitch"), "20260101000000 a old/deploy/a@v1.ddl old/revert/a@v1.ddl -\n"
                                       "20260102000000 a db/up/a.ddl db/revert/a.ddl -\n");
    Arrangement const arrangement = files.arranged("sqitch");
    ASSERT_EQ(arrangement.skipped.size(), 4u);
    EXPECT_EQ(arrangement.skipped[0].why, "Sqitch's own settings");
    EXPECT_EQ(arrangement.skipped[1].why, "not in db/pg.plan");
    EXPECT_EQ(arrangement.skipped[2].why, "not in db/pg.plan");
    EXPECT_EQ(arrangement.skipped[3].why, "the plan of another project");

    // Below the directory that is loaded, they are about what is beside them.
    EXPECT_EQ(groups({{"x/sqitch.conf", "[core]\nplan_file=y/p\ndeploy_dir=z"},
                      {"x/y/p", "%project=p\nb 2026-01-08T10:00:00Z A <a@x> # x\n"},
                      {"x/z/b.sql", ""}},
                     "sqitch"),
              "20260108100000 b x/z/b.sql - -\n");
    auto const message = [](const char *text) {
        return failure_of([&] {
                   (void) Files({{"sqitch.conf", text}, {"sqitch.plan", "%project=p"}}).arranged("sqitch");
               })
            .message;
    };
    EXPECT_EQ(message("[core]\nengine = mysql"), "sqitch.conf: engine \"mysql\"");
    EXPECT_EQ(message("[core]\ntarget = x\n[target \"x\"]\nuri = db:sqlite:y"), "sqitch.conf: engine \"sqlite\"");
    EXPECT_EQ(message("[core]\nplan_file = x.plan"), "sqitch.conf: no x.plan");
    EXPECT_EQ(message("[core]\ntop_dir = ../x"), "sqitch.conf: top_dir is \"../x\", which leads out of the directory");
}

TEST(NamedBySettings, WhatNobodyReadsByItsName) {
    std::vector<mig::SourceFile> files{{"sqitch.conf", "[core]\nplan_file=p\nextension=ddl\ndeploy_dir=d"},
                                       {"p", {}},
                                       {"d/a.ddl", {}},
                                       {"d/b.sql", "x"},
                                       {"revert/a.ddl", {}},
                                       {"e/a.ddl", {}}};
    EXPECT_EQ(mig::named_by_settings(files), (std::vector<std::string>{"p", "d/a.ddl", "revert/a.ddl"}));
    files[0].content = "[core";
    EXPECT_TRUE(mig::named_by_settings(files).empty());
}
