#include "arranged_groups.hpp"

using mig::Arrangement;
using mig::Failure;
using mig::FileGroup;
using mig::Kind;
using mig::test::contains;
using mig::test::failure_of;
using mig::test::Files;
using mig::test::groups;

namespace {

std::string reason(const char *convention, const char *path) {
    Arrangement const arrangement = Files({{path, ""}}).arranged(convention);
    EXPECT_TRUE(arrangement.groups.empty()) << path;
    return arrangement.skipped.size() == 1 ? arrangement.skipped.front().why : "taken";
}

void expect_reason(const char *convention, const char *path, std::string_view because) {
    std::string const why = reason(convention, path);
    EXPECT_TRUE(contains(why, because)) << convention << ", " << path << ": " << why;
}

} // namespace

TEST(Arrange, VersionsRunInTheirOrder) {
    EXPECT_EQ(groups({{"10_b.sql", ""}, {"9_a.sql", ""}, {"x/1.10_d.sql", ""}, {"1.9_c.sql", ""}}, "home"),
              "1.9 c 1.9_c.sql - -\n1.10 d x/1.10_d.sql - -\n9 a 9_a.sql - -\n10 b 10_b.sql - -\n");
    EXPECT_EQ(groups({{"202601010000001234_b.sql", ""}, {"20260101000001_c.sql", ""}, {"20260101000000_a.sql", ""}},
                     "supabase"),
              "20260101000000 a 20260101000000_a.sql - -\n20260101000001 c 20260101000001_c.sql - -\n");
}

TEST(Arrange, UpAndDownAreOneMigration) {
    EXPECT_EQ(
        groups({{"2_b.down.sql", ""}, {"1_a.down.sql", ""}, {"1_a.up.sql", ""}, {"2_b.up.sql", ""}}, "golang-migrate"),
        "1 a 1_a.up.sql 1_a.down.sql -\n2 b 2_b.up.sql 2_b.down.sql -\n");
    EXPECT_EQ(groups({{"001.do.a.sql", ""}, {"1.undo.sql", ""}}, "postgrator"), "001 a 001.do.a.sql 1.undo.sql -\n");
    EXPECT_EQ(groups({{"3_c.down.sql", ""}}, "golang-migrate"), "3 c - 3_c.down.sql -\n");
}

TEST(Arrange, DirectoriesOfOneMigration) {
    Files const files({{"2026-01-15-083000_a/up.sql", ""},
                       {"2026-01-15-083000_a/down.sql", ""},
                       {"2026-01-15-083000_a/metadata.toml", ""},
                       {"00000000000000_setup/up.sql", ""}});
    EXPECT_EQ(groups(files, "diesel"), "00000000000000 setup 00000000000000_setup/up.sql - -\n"
                                       "20260115083000 a 2026-01-15-083000_a/up.sql 2026-01-15-083000_a/down.sql -\n");
    EXPECT_EQ(files.arranged("diesel").groups.back().settings.size(), 1u);
    EXPECT_EQ(groups({{"20260101_init/migration.sql", ""}, {"migration_lock.toml", ""}}, "prisma"),
              "20260101 init 20260101_init/migration.sql - -\n");
}

TEST(Arrange, Flyway) {
    Files const files({{"R__views.sql", ""},
                       {"B5__base.sql", ""},
                       {"V1_10__c.sql", ""},
                       {"V1.10__c.sql.conf", ""},
                       {"V1.9__b.sql", ""},
                       {"U1.9__b.sql", ""},
                       {"R__a_names.sql", ""}});
    EXPECT_EQ(groups(files, "flyway"), "1.9 b V1.9__b.sql U1.9__b.sql -\n1.10 c V1_10__c.sql - -\n"
                                       "B5 base B5__base.sql - -\nR__a_names a_names R__a_names.sql - -\n"
                                       "R__views views R__views.sql - -\n");
    std::vector<FileGroup> const all = files.arranged("flyway").groups;
    EXPECT_EQ(all[1].settings.size(), 1u);
    EXPECT_EQ(all[2].kind, Kind::snapshot);
    EXPECT_EQ(all[3].kind, Kind::repeatable);
    EXPECT_EQ(groups({{"V1__a.sql", ""}, {"U2__b.sql", ""}}, "refinery"),
              "1 a V1__a.sql - -\n2 b U2__b.sql - -\n"); // U is another kind of up there
    EXPECT_EQ(groups({{"V01__NONTRANSACTIONAL_a.sql", ""}}, "pgmigrate"), "01 a V01__NONTRANSACTIONAL_a.sql - -\n");
}

TEST(Arrange, PopxPrefersTheFileForPostgres) {
    Files const files({{"1_a.up.sql", ""},
                       {"1_a.postgres.up.sql", ""},
                       {"1_a.mysql.up.sql", ""},
                       {"1_a.down.sql", ""},
                       {"2_b.postgres.autocommit.up.sql", ""},
                       {"2_b.autocommit.up.sql", ""}});
    EXPECT_EQ(groups(files, "popx"),
              "1 a 1_a.postgres.up.sql 1_a.down.sql -\n2 b 2_b.postgres.autocommit.up.sql - -\n");
    EXPECT_EQ(files.arranged("popx").skipped.size(), 3u);
    expect_reason("popx", "1_a.mysql.up.sql", "another kind of database");
}

TEST(Arrange, OtherNames) {
    EXPECT_EQ(groups({{"000002-add-title.sql", ""}, {"000001.sql", ""}}, "graphile-migrate"),
              "000001  000001.sql - -\n000002 add-title 000002-add-title.sql - -\n");
    EXPECT_EQ(groups({{"20260101.sql", ""}, {"20260102_b.sql", ""}}, "atlas"),
              "20260101  20260101.sql - -\n20260102 b 20260102_b.sql - -\n");
    EXPECT_EQ(groups({{"2-b.sql", ""}, {"1_a.sql", ""}, {"init.sql", ""}}, "sql-migrate"),
              "1 a 1_a.sql - -\n2 b 2-b.sql - -\ninit  init.sql - -\n");
    EXPECT_EQ(groups({{"db/10 b.sql", ""}, {"db/9.sql", ""}}, "liquibase"),
              "db/9#  db/9.sql - -\ndb/10_b#  db/10 b.sql - -\n");
}

TEST(Arrange, OneVersionTwiceIsRefusedAndBothNamed) {
    Failure const failure = failure_of([] {
        (void) Files({{"b/007_b.sql", ""}, {"7_a.sql", ""}, {"8_c.sql", ""}}).arranged("home");
    });
    EXPECT_STREQ(failure.state, mig::sqlstate::duplicate_version);
    EXPECT_TRUE(contains(failure.message, "two files have version "));
    EXPECT_EQ(failure.detail, "They are \"7_a.sql\" and \"b/007_b.sql\". Nothing was loaded.");
    EXPECT_TRUE(contains(failure.hint, "a module of its own"));
    EXPECT_TRUE(contains(failure_of([] {
                             (void) Files({{"1_a.down.sql", ""}, {"01_b.down.sql", ""}}).arranged("sqlx");
                         }).detail,
                         "\"01_b.down.sql\" and \"1_a.down.sql\""));
}

TEST(Arrange, AToolThatReadsOneDirectoryReadsNoneBelow) {
    for (const char *const convention : {"golang-migrate", "sqlx", "go-pg"}) {
        Files const files({{"db/testdata/000022_x.up.sql", ""}, {"db/000022_x.up.sql", ""}, {"db/old/1_y.up.sql", ""}});
        EXPECT_EQ(groups(files, convention), "000022 x db/000022_x.up.sql - -\n") << convention;
        Arrangement const arrangement = files.arranged(convention);
        ASSERT_EQ(arrangement.skipped.size(), 2u);
        EXPECT_EQ(arrangement.skipped[0].why, convention + std::string(" reads one directory, not its subdirectories"));
    }
    for (const char *const convention :
         {"goose", "dbmate", "tern", "sql-migrate", "atlas", "supabase", "node-pg-migrate", "postgres-migrations"})
        EXPECT_EQ(groups({{"20260101000000_x.sql", ""}, {"seeds/20260101000000_x.sql", ""}}, convention),
                  "20260101000000 x 20260101000000_x.sql - -\n")
            << convention;
    for (const char *const convention : {"diesel", "hasura"})
        EXPECT_EQ(groups({{"1600000000000_x/up.sql", ""}, {"old/1600000000000_x/up.sql", ""}}, convention),
                  "1600000000000 x 1600000000000_x/up.sql - -\n")
            << convention;
    for (const char *const convention : {"flyway", "refinery", "pgmigrate"})
        EXPECT_EQ(groups({{"V1__x.sql", ""}, {"more/V2__y.sql", ""}}, convention),
                  "1 x V1__x.sql - -\n2 y more/V2__y.sql - -\n")
            << convention;
    EXPECT_EQ(groups({{"1_x.sql", ""}, {"more/2_y.sql", ""}}, "home"), "1 x 1_x.sql - -\n2 y more/2_y.sql - -\n");
}

TEST(Arrange, OfTwoDirectoriesBesideEachOtherOneIsToBeNamed) {
    Failure const failure = failure_of([] {
        (void) Files({{"generic/default/1600000000000_a/up.sql", ""}, {"generic/main/1600000000000_b/up.sql", ""}})
            .arranged("hasura");
    });
    EXPECT_STREQ(failure.state, mig::sqlstate::malformed_file);
    EXPECT_EQ(failure.message, "hasura reads one directory, but there are migrations in two");
    EXPECT_EQ(failure.detail, "They are \"generic/default\" and \"generic/main\". Nothing was loaded.");
    EXPECT_TRUE(contains(failure.hint, "load_dir('.../generic/default')"));
    for (auto const &[up, down] : std::initializer_list<std::pair<const char *, const char *>>{
             {"db/up", "db/down"}, {"a", "rollback"}, {"x", "undo"}}) {
        std::string const hint = failure_of([up = std::string(up), down = std::string(down)] {
                                     Files files({});
                                     files.add(up + "/1_a.sql", "");
                                     files.add(down + "/1_a.sql", "");
                                     (void) files.arranged("sqlx");
                                 }).hint;
        EXPECT_EQ(hint.rfind("The other seems to hold the down migrations of \"" + std::string(up) + "\"", 0), 0u)
            << hint;
    }
}

TEST(Arrange, PairsOfOtherNames) {
    EXPECT_EQ(groups({{"001_a_up.sql", ""}, {"001_a_down.sql", ""}, {"2_up.sql", ""}, {"2_down.sql", ""}}, "pairs"),
              "001 a 001_a_up.sql 001_a_down.sql -\n2  2_up.sql 2_down.sql -\n");
    EXPECT_EQ(groups({{"up/1_a.sql", ""}, {"down/1_a.sql", ""}}, "pairs"), "1 a up/1_a.sql down/1_a.sql -\n");
    EXPECT_EQ(groups({{"0001_a.sql", ""}, {"0001_a.rollback.sql", ""}, {"0002.b-c.sql", ""}}, "yoyo"),
              "0001 a 0001_a.sql 0001_a.rollback.sql -\n0002 b-c 0002.b-c.sql - -\n");
    EXPECT_EQ(
        groups({{"1_a.tx.up.sql", ""}, {"1_a.tx.down.sql", ""}, {"2_b.up.tx.sql", ""}, {"3_c.up.sql", ""}}, "go-pg"),
        "1 a 1_a.tx.up.sql 1_a.tx.down.sql -\n2 b 2_b.up.tx.sql - -\n3 c 3_c.up.sql - -\n");
    EXPECT_EQ(groups({{"20260101-a.up.sql", ""}, {"20260101-a.down.sql", ""}}, "migratus"),
              "20260101 a 20260101-a.up.sql 20260101-a.down.sql -\n");
    EXPECT_EQ(groups({{"sqls/20260101000000-a-up.sql", ""}, {"sqls/20260101000000-a-down.sql", ""}}, "db-migrate"),
              "20260101000000 a sqls/20260101000000-a-up.sql sqls/20260101000000-a-down.sql -\n");
    EXPECT_EQ(groups({{"2026.01.01T12.00.00.a.sql", ""}, {"down/2026.01.01T12.00.00.a.sql", ""}}, "slonik"),
              "2026.01.01T12.00.00 a 2026.01.01T12.00.00.a.sql down/2026.01.01T12.00.00.a.sql -\n");
    EXPECT_EQ(groups({{"Script0002 - b.sql", ""}, {"Script0001 - a.sql", ""}}, "dbup"),
              "0001 a Script0001 - a.sql - -\n0002 b Script0002 - b.sql - -\n");
    EXPECT_EQ(groups({{"1.1__b.sql", ""}, {"1.0__a.sql", ""}, {"R__c.sql", ""}}, "ebean"),
              "1.0 a 1.0__a.sql - -\n1.1 b 1.1__b.sql - -\nR__c c R__c.sql - -\n");
}

TEST(Drizzle, TheJournalOrders) {
    constexpr const char *journal =
        R"({"version":"7","dialect":"postgresql","entries":[{"idx":0,"when":1,"tag":"0001_b","breakpoints":true},)"
        R"({"tag":"0000_a","more":{"x":["y",1.5e3,null,{}]}}, {"idx":2,"tag":"seed"}],"end":[]})";
    Files const files({{"db/meta/_journal.json", journal},
                       {"db/meta/0000_snapshot.json", ""},
                       {"db/0000_a.sql", ""},
                       {"db/0001_b.sql", ""},
                       {"db/0001_far_echo.sql", ""},
                       {"db/seed.sql", ""},
                       {"db/old/0000_a.sql", ""}});
    EXPECT_EQ(groups(files, "drizzle"),
              "0001 b db/0001_b.sql - -\n0001.1 a db/0000_a.sql - -\n2 seed db/seed.sql - -\n");
    Arrangement const arrangement = files.arranged("drizzle");
    ASSERT_EQ(arrangement.skipped.size(), 3u);
    EXPECT_EQ(arrangement.skipped[0].why, "Drizzle's own copy of the schema");
    EXPECT_EQ(arrangement.skipped[1].why, "not in db/meta/_journal.json");
    auto const message = [](const char *text) {
        return failure_of([=] {
                   (void) Files({{"meta/_journal.json", text}, {"1_a.sql", ""}}).arranged("drizzle");
               })
            .message;
    };
    EXPECT_EQ(message(R"({"entries":[{"tag":"0000_a"}]})"), "meta/_journal.json: no 0000_a.sql");
    EXPECT_EQ(message("{}"), "meta/_journal.json, line 1: no \"entries\"");
    EXPECT_EQ(message("{\"entries\":\n[{\"tag\":\"1_a"), "meta/_journal.json, line 2: expected \"");
    EXPECT_EQ(message("{\"entries\":[{\"idx\":1}]}"), "meta/_journal.json, line 1: an entry without a \"tag\"");
    EXPECT_EQ(message(""), "meta/_journal.json, line 1: expected {");
    EXPECT_TRUE(contains(message(("{\"x\":" + std::string(200, '[')).c_str()), "too many levels"));
    EXPECT_EQ(failure_of([] { (void) Files({{"1_a.sql", ""}}).arranged("drizzle"); }).message, "no meta/_journal.json");
}

TEST(Arrange, AVersionBehindAnInitial) {
    EXPECT_EQ(groups({{"V0001.Initial_Schema.up.sql", ""}, {"V0001.Initial_Schema.down.sql", ""}}, "golang-migrate"),
              "0001 Initial_Schema V0001.Initial_Schema.up.sql V0001.Initial_Schema.down.sql -\n");
}

TEST(NearMiss, HomeSaysWhatIsMissing) {
    expect_reason("home", "1.0.1__schema.sql", "two underscores follow a version only in Flyway's names");
    expect_reason("home", "README.md", "not a .sql file");
    expect_reason("home", "3_ok.sql.orig", "named like a migration, but not a .sql file");
    expect_reason("home", "20260101_readme.md", "named like a migration, but not a .sql file");
    expect_reason("home", "1_x.upsql", "named like a migration, but not a .sql file");
    expect_reason("home", "6_upper.SQL", "the suffix must be .sql in lower case");
    expect_reason("home", "init.sql", "the name does not begin with a version: VERSION_name.sql");
    expect_reason("home", "_8_x.sql", "the name does not begin with a version: VERSION_name.sql");
    expect_reason("home", ".hidden.sql", "the name does not begin with a version: VERSION_name.sql");
    expect_reason("home", "20260315_001.sql", "a version without a name: VERSION_name.sql");
    expect_reason("home", "20260101-x.sql", "the version must be followed by an underscore and a name");
    expect_reason("home", "12 blank.sql", "the version must be followed by an underscore and a name");
    expect_reason("home", "9_.sql", "the version must be followed by an underscore and a name");
}

TEST(NearMiss, FlywaysNamesAreKnownByTheirMistakes) {
    for (const char *const convention : {"flyway", "refinery", "home"}) {
        expect_reason(convention, "v1__x.sql", "Flyway's prefix is a capital V: V1__x.sql");
        expect_reason(convention, "r__x.sql", "Flyway's prefix is a capital R");
        expect_reason(convention, "V1_x.sql", "two underscores stand between version and name: V1__name.sql");
        expect_reason(convention, "V1.2-x.sql", "two underscores");
        expect_reason(convention, "V2.sql", "two underscores");
    }
    expect_reason("flyway", "V1__x.SQL", "lower case");
    expect_reason("flyway", "vendor.sql", "not named in the style of flyway: V1__name.sql");
}

TEST(NearMiss, AFileOfAnotherToolIsKnown) {
    expect_reason("home", "V1__x.sql",
                  "not named as VERSION_name.sql, but in the style of flyway, refinery, pgmigrate");
    expect_reason("home", "1_x.up.sql", "but in the style of golang-migrate, sqlx, node-pg-migrate, popx");
    expect_reason("goose", "1.do.x.sql", "but in the style of postgrator");
    expect_reason("golang-migrate", "1_x.sql", "not named in the style of golang-migrate: VERSION_name.up.sql");
    expect_reason("goose", "20260101-x.sql", "the version must be followed by an underscore and a name");
    expect_reason("supabase", "1_x.sql", "not named in the style of supabase: 20260315093000_name.sql");
    expect_reason("diesel", "up.sql", "not named in the style of diesel: VERSION_name/up.sql");
}

TEST(NearMiss, WhatStandsBesideIsExplained) {
    expect_reason("atlas", "atlas.sum", "Atlas's checksums");
    expect_reason("prisma", "migration_lock.toml", "Prisma's record");
    expect_reason("graphile-migrate", "current.sql", "not yet committed");
    expect_reason("flyway", "V1__x.sql.conf", "the file that it applies to is missing");
}

TEST(NearMiss, AVersionHasALimit) {
    std::string const most(255, '1');
    expect_reason("home", (most + "1_x.sql").c_str(), "longer than 255 bytes");
    EXPECT_EQ(Files({{(most + "_x.sql").c_str(), ""}}).arranged("home").groups.size(), 1u);
    expect_reason("home", "1_a\x01.sql", "control characters");
}

TEST(Play, NumbersGoOnUntilOneIsMissing) {
    Files const files({{"default/2.sql", ""}, {"default/01.sql", ""}, {"default/4.sql", ""}, {"default/10.sql", ""}});
    EXPECT_EQ(groups(files, "play"), "01  default/01.sql - -\n2  default/2.sql - -\n");
    Arrangement const arrangement = files.arranged("play");
    ASSERT_EQ(arrangement.skipped.size(), 2u);
    EXPECT_EQ(arrangement.skipped[0].path, "default/4.sql");
    EXPECT_EQ(arrangement.skipped[1].why, "Play stops where a number is missing, and there is no 3.sql");
    EXPECT_EQ(groups({{"9.sql", ""}, {"10.sql", ""}}, "play"), "9  9.sql - -\n10  10.sql - -\n");
}

TEST(Yoyo, EachComesBehindWhatItDependsOn) {
    Files const files({{"0001_a.sql", "-- depends: 0003_c\nx;"},
                       {"0002_b.sql", "-- x\n--depends : 0003_c  0001_a\n-- depends: 0009_z\nx;\n-- depends: 0004_d\n"},
                       {"0003_c.sql", "x;"},
                       {"0003_c.rollback.sql", "-- depends: 0001_a"},
                       {"0004_d.sql", "x;"}});
    EXPECT_EQ(groups(files, "yoyo"), "0.0003 c 0003_c.sql 0003_c.rollback.sql -\n0001 a 0001_a.sql - -\n"
                                     "0002 b 0002_b.sql - -\n0004 d 0004_d.sql - -\n");
    EXPECT_EQ(files.arranged("yoyo").groups[2].requirements, (std::vector<std::string>{"0.0003", "0001", "0009"}));
    EXPECT_EQ(groups({{"1_a.sql", "-- depends: 2_b\n"}, {"2_b.sql", "-- depends: 3_c\n"}, {"3_c.sql", ""}}, "yoyo"),
              "3 c 3_c.sql - -\n3.1 b 2_b.sql - -\n3.2 a 1_a.sql - -\n");
    EXPECT_EQ(failure_of([] {
                  (void) Files({{"1_a.sql", "-- depends: 2_b\n"}, {"2_b.sql", "-- depends: 1_a\n"}}).arranged("yoyo");
              }).message,
              "circular dependency between migrations");
}
