#include "core/convention/untaken_files.hpp"

#include "arranged_groups.hpp"

using mig::convention_named;
using mig::Failure;
using mig::SkippedFile;
using mig::test::contains;
using mig::test::Files;

namespace {

std::string warning_of(std::vector<SkippedFile> const &files) {
    return mig::untaken_warning(mig::untaken_sql(files)).value_or("none");
}

std::string warning_of(Files const &files, const char *convention) {
    return warning_of(files.arranged(convention).skipped);
}

} // namespace

TEST(UntakenFiles, AreWarnedOfIfTheyAreSql) {
    EXPECT_EQ(warning_of(std::vector<SkippedFile>{}), "none");
    EXPECT_EQ(warning_of({{"README.md", "not a .sql file"}}), "none");
    EXPECT_EQ(warning_of({{"README.md", "x"}, {"a.sql", "why"}}), "\"a.sql\" was not loaded: why");
    EXPECT_EQ(warning_of({{"a.SQL", "why"}, {"b.sql", "else"}}),
              "2 .sql files were not loaded: \"a.SQL\" (why); \"b.sql\" (else)");
    EXPECT_EQ(warning_of({{"a.sql", "1"}, {"b.sql", "2"}, {"c.sql", "3"}, {"d.sql", "4"}, {"e.sql", "5"}}),
              "5 .sql files were not loaded: \"a.sql\" (1); \"b.sql\" (2); \"c.sql\" (3); and 2 more");
}

TEST(UntakenFiles, AreNotWarnedOfWhereTheToolLeavesThemOut) {
    EXPECT_EQ(warning_of(Files({{"1_a.sql", ""}, {"old/2_b.sql", ""}}), "goose"), "none");
    EXPECT_EQ(warning_of(Files({{"1_a.up.sql", ""}, {"1_a.postgres.up.sql", ""}, {"1_a.mysql.up.sql", ""}}), "popx"),
              "none");
    EXPECT_EQ(warning_of(Files({{"committed/000001.sql", ""}, {"current.sql", ""}}), "graphile-migrate"), "none");
    EXPECT_TRUE(contains(warning_of(Files({{"1_a.sql", ""}, {"add_b.sql", ""}}), "goose"), "\"add_b.sql\""));
    EXPECT_TRUE(contains(warning_of(Files({{"1_a.sql", ""}, {"1-b.sql", ""}}), "home"), "\"1-b.sql\""));
}

TEST(UntakenFiles, AreAnErrorForWhoSaysSo) {
    std::vector<SkippedFile> files(12, {"a.sql", "why"});
    Failure const failure = mig::untaken_failure(mig::untaken_sql(files));
    EXPECT_EQ(failure.message, "12 .sql files were left out");
    EXPECT_TRUE(contains(failure.detail, "\"a.sql\": why\n... and 2 more\nNothing was loaded."));
}

TEST(UntakenFiles, AllOfThemAreAnError) {
    Failure const none = nothing_taken(*convention_named("home"), {});
    EXPECT_EQ(none.detail, "There is no file. Nothing was loaded.");
    EXPECT_TRUE(contains(none.hint, "VERSION_name.sql")) << none.hint;
    Failure const other = nothing_taken(*convention_named("goose"), {{"README.md", "not a .sql file"}});
    EXPECT_EQ(other.detail, "\"README.md\": not a .sql file\nNothing was loaded.");
    EXPECT_TRUE(contains(other.hint, "goose")) << other.hint;
}
