#include "core/convention/name_pattern.hpp"

#include <gtest/gtest.h>

using mig::leading_groups;
using mig::match_name;

namespace {

// `version|name`, or `none`.
std::string matched(std::string_view pattern, std::string_view path) {
    std::optional<mig::NameParts> const parts = match_name(pattern, path);
    return parts ? std::string(parts->version) + "|" + std::string(parts->name) : "none";
}

} // namespace

TEST(NamePattern, LettersStandForThemselves) {
    EXPECT_EQ(matched("atlas.sum", "atlas.sum"), "|");
    EXPECT_EQ(matched("atlas.sum", "migrations/atlas.sum"), "|");
    EXPECT_EQ(matched("atlas.sum", "xatlas.sum"), "none");
    EXPECT_EQ(matched("atlas.sum", "atlas.sum/x"), "none");
    EXPECT_EQ(matched("atlas.sum", ""), "none");
}

TEST(NamePattern, HomeTakesEveryLeadingGroupOfDigits) {
    constexpr const char *home = "{groups}_{name}.sql";
    EXPECT_EQ(matched(home, "20260315_001_add_users_email_index.sql"), "20260315_001|add_users_email_index");
    EXPECT_EQ(matched(home, "7_init.sql"), "7|init");
    EXPECT_EQ(matched(home, "a/b/007_init.sql"), "007|init");
    EXPECT_EQ(matched(home, "1.2.3_x.sql"), "1.2.3|x");
    EXPECT_EQ(matched(home, "1.2_3_x.sql"), "1.2_3|x");
    EXPECT_EQ(matched(home, "2026_3d_models.sql"), "2026|3d_models");
    EXPECT_EQ(matched(home, "7_2fa.sql"), "7|2fa");
    EXPECT_EQ(matched(home, "1_2-3.sql"), "1|2-3");
    EXPECT_EQ(matched(home, "7_a.b-c d.sql"), "7|a.b-c d");
    EXPECT_EQ(matched(home, "7_\xc3\xa4nderung.sql"), "7|\xc3\xa4nderung");
    EXPECT_EQ(matched(home, "7_.sql.sql"), "7|.sql");
    EXPECT_EQ(matched(home, std::string(300, '1') + "_x.sql"), std::string(300, '1') + "|x");
    for (const char *const file : {"7.sql",       "20260315_001.sql",
                                   "1.2.3.sql",   "7_.sql",
                                   "7-x.sql",     "7x.sql",
                                   "7 x.sql",     "7__init.sql",
                                   "1.2.x.sql",   "1._x.sql",
                                   "7..sql",      "20260315_001_.sql",
                                   "1.2-3_x.sql", "v1__x.sql",
                                   "V1__x.sql",   "_7_init.sql",
                                   " 7_x.sql",    ".sql",
                                   "7_init.SQL",  "7_init.sql.bak",
                                   "7_init",      "",
                                   "/",           "7_x.up.sql",
                                   "7_x.down.sql"})
        EXPECT_EQ(matched(home, file), "none") << file;
}

TEST(NamePattern, DigitsMayBeCounted) {
    EXPECT_EQ(matched("{digits}_{name}.sql", "1_2_x.sql"), "1|2_x");
    EXPECT_EQ(matched("{digits:14}_{name}.sql", "20260315093000_x.sql"), "20260315093000|x");
    EXPECT_EQ(matched("{digits:14}_{name}.sql", "2026031509300_x.sql"), "none");
    EXPECT_EQ(matched("{digits:14}_{name}.sql", "202603150930000_x.sql"), "none");
    EXPECT_EQ(matched("{digits:6+}.sql", "000001.sql"), "000001|");
    EXPECT_EQ(matched("{digits:6+}.sql", "00001.sql"), "none");
}

TEST(NamePattern, OtherVersions) {
    EXPECT_EQ(matched("V{dotted}__{name}.sql", "V1_2__x_y.sql"), "1_2|x_y");
    EXPECT_EQ(matched("V{dotted}__{name}.sql", "V1.2.3__x.sql"), "1.2.3|x");
    EXPECT_EQ(matched("V{dotted}__{name}.sql", "V1__2__x.sql"), "1|2__x");
    EXPECT_EQ(matched("V{dotted}__{name}.sql", "V1_x.sql"), "none");
    constexpr const char *part = "{part:0}_{name}/up.sql";
    EXPECT_EQ(matched(part, "2026-03-15-093000_x/up.sql"), "2026-03-15-093000|x");
    EXPECT_EQ(matched(part, "db/00000000000000_init/up.sql"), "00000000000000|init");
    EXPECT_EQ(matched(part, "2026-03-15/up.sql"), "none");
    EXPECT_EQ(matched(part, "init_x/up.sql"), "none");
    EXPECT_EQ(matched("{part:0}/up.sql", "db/2023-05-23-1715-update-x/up.sql"), "2023-05-23-1715-update-x|");
    EXPECT_EQ(matched("{part:0}/up.sql", "2023_x/up.sql"), "none");
    EXPECT_EQ(matched("{part}_{name}/up.sql", "init_x/up.sql"), "init|x");
    constexpr const char *moment = "{timestamp}.{name}.sql";
    EXPECT_EQ(matched(moment, "2026.01.02T03.04.05.users.sql"), "2026.01.02T03.04.05|users");
    EXPECT_EQ(matched(moment, "2026.01.02.users.sql"), "none");
    EXPECT_EQ(matched(moment, "2026.01.02T.users.sql"), "none");
    EXPECT_EQ(matched("{stem}.sql", "dir/any thing.sql"), "any thing|");
}

TEST(NamePattern, Names) {
    EXPECT_EQ(matched("{digits}_{name}.up.sql", "1_x.y.up.sql"), "1|x.y");
    EXPECT_EQ(matched("{digits}_{word}.up.sql", "1_x.y.up.sql"), "none");
    EXPECT_EQ(matched("{digits}_{word}.{other}.up.sql", "1_x.mysql.up.sql"), "1|x");
    EXPECT_EQ(matched("{digits}_{name}.sql", "1_a/b.sql"), "none");
    for (const char *const file : {"1_a.rollback.sql", "1_a.revert.sql", "1_a.undo.sql", "1_a.down.tx.sql"})
        EXPECT_EQ(matched("{digits}_{name}.sql", file), "none") << file;
    EXPECT_EQ(matched("deploy/{path}.sql", "p/deploy/a/b.sql"), "|a/b");
    EXPECT_EQ(matched("deploy/{path}.sql", "redeploy/a.sql"), "none");
}

TEST(NamePattern, SaysWhereItBegins) {
    EXPECT_EQ(match_name("{digits}_{name}/up.sql", "a/b/1_x/up.sql")->begin, 4u);
    EXPECT_EQ(match_name("{digits}_{name}.sql", "1_x.sql")->begin, 0u);
}

TEST(LeadingGroups, AGroupCountsWhenItIsJoined) {
    EXPECT_EQ(leading_groups("1_2_x"), 3u);
    EXPECT_EQ(leading_groups("1_2x"), 1u);
    EXPECT_EQ(leading_groups("12"), 2u);
    EXPECT_EQ(leading_groups("1-2"), 0u);
    EXPECT_EQ(leading_groups("x"), 0u);
}
