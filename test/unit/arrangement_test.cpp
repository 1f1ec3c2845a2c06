#include "convention_files.hpp"

using mig::Arrangement;
using mig::Failure;
using mig::FileGroup;
using mig::Kind;
using mig::test::contains;
using mig::test::failure_of;
using mig::test::Files;

namespace {

const char *path_of(mig::SourceFile const *file) { return file ? file->path.c_str() : "-"; }

// `version name up down verify`, a line each.
std::string groups(Files const &files, const char *convention) {
    std::string lines;
    for (FileGroup const &group : files.arranged(convention).groups)
        lines += group.version + " " + group.name + " " + path_of(group.up) + " " + path_of(group.down) + " " +
                 path_of(group.verify) + "\n";
    return lines;
}

std::string reason(const char *convention, const char *path) {
    Arrangement const arrangement = Files({{path, ""}}).arranged(convention);
    EXPECT_TRUE(arrangement.groups.empty()) << path;
    return arrangement.not_taken.size() == 1 ? arrangement.not_taken.front().why : "taken";
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
    EXPECT_EQ(files.arranged("popx").not_taken.size(), 3u);
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
    EXPECT_TRUE(contains(failure.hint, "a module of their own"));
    EXPECT_TRUE(contains(failure_of([] {
                             (void) Files({{"1_a.down.sql", ""}, {"01_b.down.sql", ""}}).arranged("sqlx");
                         }).detail,
                         "\"01_b.down.sql\" and \"1_a.down.sql\""));
}

TEST(Arrange, TwoOfOneSecondAreTwoMigrations) {
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

TEST(Arrange, PrismaGoesByWholeNames) {
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

TEST(Arrange, AVersionBehindAnInitial) {
    EXPECT_EQ(groups({{"V0001.Initial_Schema.up.sql", ""}, {"V0001.Initial_Schema.down.sql", ""}}, "golang-migrate"),
              "0001 Initial_Schema V0001.Initial_Schema.up.sql V0001.Initial_Schema.down.sql -\n");
}

TEST(NearMiss, HomeSaysWhatIsMissing) {
    expect_reason("home", "1.0.1__schema.sql", "two underscores are Flyway's");
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
    expect_reason("flyway", "vendor.sql", "not named as the files of flyway: V1__name.sql");
}

TEST(NearMiss, AFileOfAnotherToolIsKnown) {
    expect_reason("home", "V1__x.sql", "not named as VERSION_name.sql, but as files of flyway, refinery, pgmigrate");
    expect_reason("home", "1_x.up.sql", "but as files of golang-migrate, sqlx, node-pg-migrate, popx");
    expect_reason("goose", "1.do.x.sql", "but as files of postgrator");
    expect_reason("golang-migrate", "1_x.sql", "not named as the files of golang-migrate: VERSION_name.up.sql");
    expect_reason("dbmate", "20260101-x.sql", "the version must be followed by an underscore and a name");
    expect_reason("supabase", "1_x.sql", "not named as the files of supabase: 20260315093000_name.sql");
    expect_reason("diesel", "up.sql", "not named as the files of diesel: VERSION_name/up.sql");
}

TEST(NearMiss, WhatStandsBesideIsExplained) {
    expect_reason("atlas", "atlas.sum", "Atlas's checksums");
    expect_reason("prisma", "migration_lock.toml", "Prisma's note");
    expect_reason("graphile-migrate", "current.sql", "not yet committed");
    expect_reason("flyway", "V1__x.sql.conf", "the file that it is about is not here");
}

TEST(NearMiss, AVersionHasALimit) {
    std::string const most(255, '1');
    expect_reason("home", (most + "1_x.sql").c_str(), "longer than 255 bytes");
    EXPECT_EQ(Files({{(most + "_x.sql").c_str(), ""}}).arranged("home").groups.size(), 1u);
    expect_reason("home", "1_a\x01.sql", "control characters");
}

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
    EXPECT_EQ(arrangement.not_taken.size(), 3u);
    EXPECT_EQ(arrangement.not_taken[0].why, "not in db/sqitch.plan");
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
