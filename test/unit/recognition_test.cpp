#include "convention_files.hpp"

using mig::Failure;
using mig::test::contains;
using mig::test::failure_of;
using mig::test::Files;

namespace {

Failure refusal(Files const &files) {
    Failure const failure = failure_of([&] { (void) files.recognized(); });
    EXPECT_STREQ(failure.state, mig::sqlstate::malformed_file);
    EXPECT_TRUE(contains(failure.hint, "Name the convention"));
    return failure;
}

constexpr const char *plain = "CREATE TABLE t (a int);\n";

} // namespace

TEST(Recognize, NothingAndStrangersAreHome) {
    EXPECT_EQ(Files({}).recognized(), "home");
    EXPECT_EQ(Files({{"README.md", ""}, {"seed.sql", plain}, {"a/schema.sql", plain}}).recognized(), "home");
}

TEST(Recognize, WhatIsNoReadingIsReadAnew) {
    Files const files{{"20260101000000_a.sql", "-- migrate:up\nx;\n"}};
    for (const char *const text : {"", "1.", "x", "1.0.0.0.0.0.0", "1.0.0.0.0.0.0.0.", "1.g.0.0.0.0.0."}) {
        mig::FileReadings readings{text};
        EXPECT_STREQ(name_of(recognize(files.all(), mig::test::lex_file, false, &readings)), "dbmate") << text;
        EXPECT_NE(readings.front(), text);
    }
}

TEST(Recognize, PlainNumberedFilesAreHome) {
    EXPECT_EQ(Files({{"1_a.sql", plain}, {"20260101000000_b.sql", plain}}).recognized(), "home");
    EXPECT_EQ(Files({{"1_a.sql", "-- UP\nx;\n-- DOWN\ny;\n"}, {"2_b.sql", plain}}).recognized(), "home");
    EXPECT_EQ(Files({{"1_a.sql", ""}}).recognized(), "home");
}

TEST(Recognize, MarkersTell) {
    EXPECT_EQ(Files({{"1_a.sql", "-- migrate:up\nx;"}}).recognized(), "dbmate");
    EXPECT_EQ(Files({{"1_a.sql", "-- +goose Up\nx;"}}).recognized(), "goose");
    EXPECT_EQ(Files({{"1_a.sql", "-- +migrate Up notransaction\nx;"}}).recognized(), "sql-migrate");
    EXPECT_EQ(Files({{"a.sql", "-- +migrate Up\nx;"}}).recognized(), "sql-migrate");
    EXPECT_EQ(Files({{"1_a.sql", "x;\n---- create above / drop below ----\ny;"}}).recognized(), "tern");
    EXPECT_EQ(Files({{"1_a.sql", "-- Up Migration\nx;"}}).recognized(), "node-pg-migrate");
    EXPECT_EQ(Files({{"1_a.sql", "-- no-transaction\nx;"}}).recognized(), "sqlx");
    EXPECT_EQ(Files({{"1_a.sql", "-- atlas:txmode none\n\nx;"}}).recognized(), "atlas");
    EXPECT_EQ(Files({{"000001.sql", "--! Previous: -\n--! Hash: sha1:0\n\nx;"}}).recognized(), "graphile-migrate");
    EXPECT_EQ(Files({{"x.sql", "--liquibase formatted sql\n--changeset a:1\nx;"}}).recognized(), "liquibase");
}

TEST(Recognize, NamesTell) {
    EXPECT_EQ(Files({{"1_a.up.sql", plain}, {"1_a.down.sql", plain}}).recognized(), "golang-migrate");
    EXPECT_EQ(Files({{"V1__a.sql", plain}, {"R__b.sql", plain}}).recognized(), "flyway");
    EXPECT_EQ(Files({{"20260101_a/up.sql", plain}}).recognized(), "diesel");
    EXPECT_EQ(Files({{"20260101_a/migration.sql", plain}}).recognized(), "prisma");
    EXPECT_EQ(Files({{"1.do.a.sql", plain}, {"1.undo.sql", plain}}).recognized(), "postgrator");
    EXPECT_EQ(Files({{"deploy/a.sql", plain}}).recognized(), "sqitch");
}

TEST(Recognize, ProofDecidesAmongThoseThatExplainAll) {
    EXPECT_EQ(Files({{"1_a.sql", plain}, {"atlas.sum", ""}}).recognized(), "atlas");
    EXPECT_EQ(Files({{"1_a.up.sql", plain}, {"atlas.sum", ""}}).recognized(), "golang-migrate"); // has one as well
    EXPECT_EQ(Files({{"1_a.up.sql", plain}, {"2_b.postgres.up.sql", plain}}).recognized(), "popx");
    EXPECT_EQ(Files({{"1_a.up.sql", plain}, {"2_b.autocommit.up.sql", plain}}).recognized(), "popx");
    EXPECT_EQ(Files({{"V1__a.sql", plain}, {"V2__NONTRANSACTIONAL_b.sql", plain}}).recognized(), "pgmigrate");
    EXPECT_EQ(Files({{"sqitch.plan", ""}}).recognized(), "sqitch");
}

TEST(Recognize, OneFileWithAMarkerDecidesForThoseThatNeedNone) {
    EXPECT_EQ(Files({{"1_a.up.sql", plain}, {"2_b.up.sql", "-- no-transaction\nx;"}}).recognized(), "sqlx");
    EXPECT_EQ(Files({{"1_a.sql", plain}, {"2_b.sql", "---- tern: disable-tx ----\nx;"}}).recognized(), "tern");
}

TEST(Recognize, AMarkerCountsBetweenTokensOnly) {
    EXPECT_EQ(Files({{"1_a.sql", "SELECT '\n-- +goose Up\n';"}}).recognized(), "home");
    EXPECT_EQ(Files({{"1_a.sql", "DO $$\n-- migrate:up\n$$;"}}).recognized(), "home");
    EXPECT_EQ(Files({{"1_a.sql", "/*\n-- +migrate Up\n*/ x;"}}).recognized(), "home");
    EXPECT_EQ(Files({{"1_a.sql", "x; -- +goose Up"}}).recognized(), "home");
    EXPECT_EQ(Files({{"1_a.sql", "x;\n-- no-transaction"}}).recognized(), "home"); // the first line only
}

TEST(Recognize, WeakMarkersGiveWay) {
    EXPECT_EQ(Files({{"1_a.sql", "-- migrate:up\n-- up\nx;\n-- migrate:down\n-- down\n"}}).recognized(), "dbmate");
    EXPECT_EQ(Files({{"1_a.up.sql", "-- Up\nx;"}}).recognized(), "golang-migrate");
    EXPECT_EQ(Files({{"V1__a.sql", "-- Up Migration\nx;"}}).recognized(), "flyway");
    EXPECT_EQ(Files({{"1_a.up.sql", "-- Up migration: tables\nx;"}}).recognized(), "golang-migrate");
    EXPECT_EQ(Files({{"1_a.up.sql", "-- atlas:nolint\nx;"}}).recognized(), "golang-migrate");
}

TEST(Recognize, FilesForTwoToolsAreOfTheOneThatReadsAll) {
    EXPECT_EQ(Files({{"1_a.sql", "-- +goose Up\n-- +migrate Up\nx;"}, {"2_b.sql", "-- +migrate Up\nx;"}}).recognized(),
              "sql-migrate");
}

TEST(Recognize, SqlxMixesPairsAndSingleFiles) {
    EXPECT_EQ(Files({{"1_a.up.sql", plain}, {"1_a.down.sql", plain}, {"2_b.sql", plain}}).recognized(), "sqlx");
}

TEST(Recognize, WhatIsBelowTheDirectoryOfAToolThatReadsOneIsNothing) {
    EXPECT_EQ(
        Files({{"1_a.up.sql", plain}, {"seeds/1_s.sql", plain}, {"old/2_b.sql", "-- +goose Up\nx;"}}).recognized(),
        "golang-migrate");
    EXPECT_EQ(Files({{"db/1_a.sql", "-- migrate:up\nx;"}, {"db/fixtures/2_b.sql", plain}}).recognized(), "dbmate");
    EXPECT_EQ(Files({{"1_a.sql", plain}, {"more/2_b.sql", plain}}).recognized(), "home");
    (void) refusal({{"1_a.sql", plain}, {"more/2_b.sql", "-- +goose Up\nx;"}, {"3_c.sql", plain}});
    (void) refusal({{"V1__a.sql", plain}, {"more/2_b.sql", plain}});
}

TEST(Recognize, OtherNamesTell) {
    EXPECT_EQ(Files({{"0001-a.sql", plain}, {"0002-b.sql", plain}}).recognized(), "postgres-migrations");
    EXPECT_EQ(Files({{"1_a.sql", "-- postgres-migrations disable-transaction\nx;"}, {"2_b.sql", plain}}).recognized(),
              "postgres-migrations");
    EXPECT_EQ(Files({{"20260101000000-a.up.sql", plain}, {"20260101000000-a.down.sql", plain}}).recognized(),
              "migratus");
    EXPECT_EQ(Files({{"0001_a.sql", plain}, {"0001_a.rollback.sql", plain}}).recognized(), "yoyo");
    EXPECT_EQ(Files({{"1_a.up.tx.sql", plain}, {"1_a.down.tx.sql", plain}, {"2_b.up.sql", plain}}).recognized(),
              "go-pg");
    EXPECT_EQ(Files({{"001_a_up.sql", plain}, {"001_a_down.sql", plain}, {"002_b_up.sql", plain}}).recognized(),
              "pairs");
    EXPECT_EQ(Files({{"up/001_a.sql", plain}, {"down/001_a.sql", plain}}).recognized(), "pairs");
    EXPECT_EQ(Files({{"001_a.sql", plain}, {"001_a.revert.sql", plain}}).recognized(), "pairs");
    EXPECT_EQ(Files({{"sqls/1-a-up.sql", plain}, {"sqls/1-a-down.sql", plain}, {"1-a.js", ""}}).recognized(),
              "db-migrate");
    EXPECT_EQ(Files({{"1485643154-a.sql", "-- ====  UP  ====\nx;\n-- ==== DOWN ====\ny;\n"}}).recognized(), "shmig");
    EXPECT_EQ(Files({{"2026.01.01T12.00.00.a.sql", plain}, {"down/2026.01.01T12.00.00.a.sql", plain}}).recognized(),
              "slonik");
    EXPECT_EQ(Files({{"Script0001 - a.sql", plain}}).recognized(), "dbup");
    EXPECT_EQ(Files({{"1.0__a.sql", plain}, {"1.1__b.sql", plain}}).recognized(), "ebean");
    EXPECT_EQ(Files({{"1600000000000_a/up.sql", plain}, {"1600000000001_b/up.sql", plain}}).recognized(), "hasura");
    EXPECT_EQ(Files({{"0000_a.sql", plain}, {"meta/_journal.json", "{}"}}).recognized(), "drizzle");
}

TEST(Recognize, AWordInANameMakesNoPair) {
    EXPECT_EQ(Files({{"1_a.sql", plain}, {"7_scale_down.sql", plain}, {"8_back_up.sql", plain}}).recognized(), "home");
    EXPECT_EQ(Files({{"1_a.sql", plain}, {"7-dash.sql", plain}, {"1.0__x.sql", plain}}).recognized(), "home");
}

TEST(Recognize, AMixtureIsRefusedAndTwoFilesNamed) {
    Failure const failure = refusal({{"1_a.sql", "-- +goose Up\nx;"}, {"2_b.sql", "-- migrate:up\nx;"}});
    EXPECT_EQ(failure.message, "the files are not all of one convention");
    EXPECT_EQ(failure.detail, "\"1_a.sql\" looks like goose, \"2_b.sql\" like dbmate.");
    EXPECT_TRUE(contains(refusal({{"1_a.sql", "-- +goose Up\nx;"}, {"2_b.up.sql", plain}}).detail,
                         "\"2_b.up.sql\" like golang-m"));
    EXPECT_TRUE(contains(refusal({{"V1__a.sql", plain}, {"2_b.sql", plain}}).detail, "\"V1__a.sql\" looks like fly"));
    // A file without the marker that the others have.
    EXPECT_TRUE(contains(refusal({{"1_a.sql", "-- +goose Up\nx;"}, {"2_b.sql", plain}}).detail, "like home"));
}

TEST(Recognize, AFileThatContradictsItselfIsRefused) {
    Failure const failure = refusal({{"1_a.up.sql", "-- +goose Up\nx;"}});
    EXPECT_EQ(failure.message, "\"1_a.up.sql\" does not fit any single convention");
    EXPECT_TRUE(contains(failure.detail, "it has markers of goose"));
}

TEST(Recognize, StrangersDoNotCount) {
    EXPECT_EQ(Files({{"V1__a.sql", plain}, {"seed.sql", plain}, {"20260101_readme.md", ""}}).recognized(), "flyway");
    EXPECT_EQ(Files({{"1_a.up.sql", plain}, {"notes.sql", "-- +goose Up\nx;"}}).recognized(), "golang-migrate");
}

TEST(Recognize, IsLinearInTheSizeOfAFile) {
    std::string text;
    for (int i = 0; i < 60000; ++i)
        text += "-- a comment -- -- --\nINSERT INTO t VALUES ('x');\n";
    Files files({{"1_a.sql", "-- UP\n"}});
    files.add("2_b.sql", text);
    files.add("3_c.sql", std::string(2000000, '-'));
    EXPECT_EQ(files.recognized(), "home");
}

TEST(MayBeRead, WhatSomeConventionReads) {
    for (const char *const path :
         {"1_a.sql", "x.sql", "V1__a.sql.conf", "20260101_a/metadata.toml", "sqitch.plan", "deploy/a.sql"})
        EXPECT_TRUE(mig::any_convention_reads(path)) << path;
    for (const char *const path : {"README.md", "atlas.sum", "1_a.sql.orig", "metadata.toml", "schema.rb", ""})
        EXPECT_FALSE(mig::any_convention_reads(path)) << path;
}

TEST(Conventions, AreNamed) {
    EXPECT_EQ(mig::convention_named("rails"), nullptr);
    EXPECT_EQ(mig::convention_named("auto"), nullptr);
    EXPECT_STREQ(mig::name_of(*mig::convention_named("flyway")), "flyway");
    EXPECT_EQ(mig::convention_names().rfind("home, golang-migrate, dbmate", 0), 0u);
}

// Each directory is of the convention whose name it has, up to what follows that.
TEST(Recognize, EachDirectoryOfTheFixtures) {
    std::vector<std::string> seen;
    for (auto const &entry : std::filesystem::directory_iterator("test/fixtures/conventions")) {
        std::string const directory = entry.path().filename().string();
        std::string const convention = Files(entry.path()).recognized();
        seen.push_back(convention);
        if (directory == "supabase" || directory == "node-pg-migrate-pairs" || directory == "refinery")
            EXPECT_EQ(convention, directory == "supabase"   ? "home"
                                  : directory == "refinery" ? "flyway"
                                                            : "golang-migrate")
                << "reads them alike";
        else
            EXPECT_EQ(directory.rfind(convention, 0), 0u) << directory << " is taken for " << convention;
    }
    EXPECT_GE(seen.size(), 21u);
}

TEST(Recognize, APlanAtTheTopDecides) {
    EXPECT_EQ(
        Files({{"sqitch.plan", "%project=p"}, {"data/dev/009_x.sql", plain}, {"deploy/a.sql", plain}}).recognized(),
        "sqitch");
}

TEST(Recognize, SettingsAtTheTopNameThePlan) {
    constexpr const char *conf = "[core]\n\tplan_file = db/x.plan\n";
    EXPECT_EQ(Files({{"sqitch.conf", conf}, {"db/x.plan", ""}, {"1_a.sql", plain}}).recognized(), "sqitch");
    EXPECT_EQ(Files({{"sqitch.conf", conf}, {"1_a.sql", plain}}).recognized(), "home");
    EXPECT_EQ(Files({{"sqitch.conf", "no"}, {"1_a.sql", plain}}).recognized(), "home");
}

TEST(Recognize, EvolutionsOfPlay) {
    for (const char *const text : {"# --- !Ups\nx;", "# Ann's\n\n# !Ups\nx;\n# !Downs\n", "-- !Ups\nx;"})
        EXPECT_EQ(Files({{"1.sql", text}}).recognized(), "play") << text;
    EXPECT_EQ(Files({{"1.sql", "-- migrate:up\nx;"}}).recognized(), "dbmate");
    EXPECT_EQ(Files({{"default/1.sql", "# --- !Ups\nx;"}, {"default/2.sql", "-- !Ups\nx;"}}).recognized(), "play");
}

TEST(Recognize, ADownThatCannotBeReadIsInNobodysWay) {
    EXPECT_EQ(Files({{"1_a.sql", "-- +goose Up\na;\n-- +goose Down\n'b;\n"}}).recognized(), "goose");
    EXPECT_EQ(Files({{"1_a.sql", "-- migrate:up\na;\n-- migrate:down\n$$ b;\n"}}).recognized(), "dbmate");
    EXPECT_EQ(Files({{"1_a.sql", "-- +goose Down\n/* b\n-- +goose Up\na;\n"}}).recognized(), "goose");
}
