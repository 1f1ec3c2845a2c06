#include "arranged_groups.hpp"

using mig::Failure;
using mig::test::failure_of;
using mig::test::Files;
using mig::test::groups;

TEST(ToolOrder, DieselGoesByTheTextOfItsVersions) {
    EXPECT_EQ(groups({{"2020-01-01-000000_base/up.sql", ""},
                      {"2020-12-7-190800_b/up.sql", ""},
                      {"2020-12-7-190800_b/down.sql", ""},
                      {"2023-05-23-1715-update-x/up.sql", ""},
                      {"2021-01-01-000000_c/up.sql", ""}},
                     "diesel"),
              "20200101000000 base 2020-01-01-000000_base/up.sql - -\n"
              "20201207190800 b 2020-12-7-190800_b/up.sql 2020-12-7-190800_b/down.sql -\n"
              "20210101000000 c 2021-01-01-000000_c/up.sql - -\n"
              "20230523171500 update-x 2023-05-23-1715-update-x/up.sql - -\n");
    // As text, the 7th comes behind the 31st.
    EXPECT_EQ(groups({{"2020-12-31-000000_a/up.sql", ""}, {"2020-12-7-000000_b/up.sql", ""}}, "diesel"),
              "20201231000000 a 2020-12-31-000000_a/up.sql - -\n20201231000000.1 b 2020-12-7-000000_b/up.sql - -\n");
    EXPECT_EQ(groups({{"10_b/up.sql", ""}, {"9_a/up.sql", ""}}, "diesel"),
              "0.10 b 10_b/up.sql - -\n9 a 9_a/up.sql - -\n");
}

TEST(ToolOrder, NumbersAreNoTimestampsWhereTheToolHasNumbers) {
    for (const char *const convention : {"golang-migrate", "sqlx"})
        EXPECT_EQ(groups({{"202501010000001234_b.up.sql", ""}, {"20260101000000_a.up.sql", ""}}, convention),
                  "20260101000000 a 20260101000000_a.up.sql - -\n"
                  "20260101000000.1 b 202501010000001234_b.up.sql - -\n")
            << convention;
    EXPECT_EQ(groups({{"202501010000001234_b.up.sql", ""}, {"20260101000000_a.up.sql", ""}}, "popx"),
              "202501010000001234 b 202501010000001234_b.up.sql - -\n20260101000000 a 20260101000000_a.up.sql - -\n");
    EXPECT_EQ(groups({{"V10__b.sql", ""}, {"V9.1__a.sql", ""}, {"V9.01.2__c.sql", ""}}, "flyway"),
              "9.1 a V9.1__a.sql - -\n9.01.2 c V9.01.2__c.sql - -\n10 b V10__b.sql - -\n");
    EXPECT_EQ(groups({{"010_b.up.sql", ""}, {"9_a.up.sql", ""}}, "golang-migrate"),
              "9 a 9_a.up.sql - -\n010 b 010_b.up.sql - -\n");
}

TEST(ToolOrder, NodePgMigrateGoesByTheMoment) {
    EXPECT_EQ(groups({{"1736500000000_b.sql", ""}, {"20200513070724505_a.sql", ""}, {"1736500000001_c.sql", ""}},
                     "node-pg-migrate"),
              "20200513070724505 a 20200513070724505_a.sql - -\n"
              "20200513070724505.1 b 1736500000000_b.sql - -\n"
              "20200513070724505.2 c 1736500000001_c.sql - -\n");
}

TEST(ToolOrder, DbmateGoesByWholeNames) {
    // 10 becomes a version before 1; those that were there before it keep theirs.
    EXPECT_EQ(groups({{"1_a.sql", ""}, {"2_b.sql", ""}, {"10_c.sql", ""}, {"11_d.sql", ""}}, "dbmate"),
              "0.10 c 10_c.sql - -\n0.11 d 11_d.sql - -\n1 a 1_a.sql - -\n2 b 2_b.sql - -\n");
    EXPECT_EQ(groups({{"9_a.sql", ""}, {"10_b.sql", ""}, {"100_c.sql", ""}, {"11_d.sql", ""}}, "dbmate"),
              "0.100 c 100_c.sql - -\n0.100.10 b 10_b.sql - -\n0.100.11 d 11_d.sql - -\n9 a 9_a.sql - -\n");
    EXPECT_EQ(groups({{"20200101_a.sql", ""}, {"20200101120000_b.sql", ""}, {"20200102_c.sql", ""}}, "dbmate"),
              "20200101120000 b 20200101120000_b.sql - -\n20200101120000.1 a 20200101_a.sql - -\n"
              "20200101120000.2 c 20200102_c.sql - -\n");
    EXPECT_EQ(groups({{"20200101-a.sql", ""}, {"20200102.sql", ""}, {"20200103x.sql", ""}}, "dbmate"),
              "20200101 a 20200101-a.sql - -\n20200102  20200102.sql - -\n20200103 x 20200103x.sql - -\n");
    EXPECT_EQ(groups({{"1.sql", ""}, {"2_b.sql", ""}, {"10.sql", ""}}, "atlas"),
              "1  1.sql - -\n1.10  10.sql - -\n2 b 2_b.sql - -\n"); // '.' is before '0'
}

TEST(ToolOrder, SqlMigrateGoesByTheLeadingNumberThenByName) {
    EXPECT_EQ(groups({{"8_create.sql", ""}, {"8_add.sql", ""}, {"10-c.sql", ""}, {"9_b.sql", ""}, {"init.sql", ""}},
                     "sql-migrate"),
              "8 add 8_add.sql - -\n8.1 create 8_create.sql - -\n9 b 9_b.sql - -\n10 c 10-c.sql - -\n"
              "init  init.sql - -\n");
    EXPECT_EQ(groups({{"1_b.sql", ""}, {"1-c.sql", ""}, {"01_a.sql", ""}}, "sql-migrate"),
              "01 a 01_a.sql - -\n01.1 c 1-c.sql - -\n01.2 b 1_b.sql - -\n");
}

TEST(ToolOrder, PrismaGoesByWholeNames) {
    EXPECT_EQ(groups({{"20250625_day/migration.sql", ""},
                      {"20250624101010_a/migration.sql", ""},
                      {"20250626101010_b/migration.sql", ""},
                      {"20250626101010_a/migration.sql", ""}},
                     "prisma"),
              "20250624101010 a 20250624101010_a/migration.sql - -\n"
              "20250624101010.1 day 20250625_day/migration.sql - -\n"
              "20250626101010 a 20250626101010_a/migration.sql - -\n"
              "20250626101010.1 b 20250626101010_b/migration.sql - -\n");
}

TEST(ToolOrder, TheWayBackIsNoSecondMigration) {
    for (auto const &[up, down] : std::initializer_list<std::pair<const char *, const char *>>{
             {"20260101000000_a_up.sql", "20260101000000_a_down.sql"},
             {"20260101000000_a.sql", "20260101000000_a_rollback.sql"},
             {"20260101000000_up_a.sql", "20260101000000_down_a.sql"},
             {"20260101000000_a.sql", "20260101000000_revert_a.sql"},
             {"1_create_a.sql", "1_drop_a.sql"},
             {"1_a.sql", "down/1_a.sql"},
             {"up/1_a.sql", "down/1_a.sql"}}) {
        Failure const failure = failure_of([up = up, down = down] {
            (void) Files({{up, ""}, {down, ""}}).arranged("home");
        });
        EXPECT_STREQ(failure.state, mig::sqlstate::duplicate_version) << up;
        EXPECT_EQ(failure.hint.rfind("\"" + std::string(down) + "\" looks like the down file of the other", 0), 0u)
            << failure.hint;
    }
    EXPECT_EQ(groups({{"20260101000000_drop_old.sql", ""}, {"20260101000000_add_new.sql", ""}}, "home"),
              "20260101000000 add_new 20260101000000_add_new.sql - -\n"
              "20260101000000.1 drop_old 20260101000000_drop_old.sql - -\n");
}

TEST(ToolOrder, OneUpAndOneDownAreAPairWhateverTheirNames) {
    for (const char *const convention : {"golang-migrate", "sqlx"})
        EXPECT_EQ(groups({{"1626194317_create_a.up.sql", ""}, {"1626194317_drop_a.down.sql", ""}}, convention),
                  "1626194317 create_a 1626194317_create_a.up.sql 1626194317_drop_a.down.sql -\n")
            << convention;
}

TEST(ToolOrder, TwoOfOneSecondAreTwoMigrations) {
    EXPECT_EQ(groups({{"1626194317_b.up.sql", ""},
                      {"1626194317_b.down.sql", ""},
                      {"1626194317_a.up.sql", ""},
                      {"1626194317_a.down.sql", ""},
                      {"1626194318_c.up.sql", ""}},
                     "golang-migrate"),
              "1626194317 a 1626194317_a.up.sql 1626194317_a.down.sql -\n"
              "1626194317.1 b 1626194317_b.up.sql 1626194317_b.down.sql -\n"
              "1626194318 c 1626194318_c.up.sql - -\n");
    // One name twice, two folders, or a number that is no time: an accident.
    for (Files const &files : {Files{{{"20260101000000_a.sql", ""}, {"x/20260101000000_b.sql", ""}}},
                               Files{{{"5_a.sql", ""}, {"5_b.sql", ""}}}})
        EXPECT_STREQ(failure_of([&] { (void) files.arranged("home"); }).state, mig::sqlstate::duplicate_version);
}
