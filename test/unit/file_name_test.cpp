#include "core/file_name.hpp"
#include "failure_of.hpp"

using mig::FileName;
using mig::parse_file_name;
using mig::test::contains;

namespace {

void expect_taken(std::string_view file, std::string_view version, std::string_view name) {
    FileName const parsed = parse_file_name(file);
    EXPECT_EQ(parsed.why_not, "") << file;
    EXPECT_EQ(parsed.version, version) << file;
    EXPECT_EQ(parsed.name, name) << file;
}

void expect_refused(std::string_view file, std::string_view because) {
    FileName const parsed = parse_file_name(file);
    EXPECT_TRUE(contains(parsed.why_not, because)) << file << ": " << parsed.why_not;
    EXPECT_EQ(parsed.version + parsed.name, "") << file;
}

} // namespace

TEST(FileName, LeadingDigitGroupsAreTheVersionAndTheRestIsTheName) {
    expect_taken("20260315_001_add_users_email_index.sql", "20260315_001", "add_users_email_index");
    expect_taken("7_init.sql", "7", "init");
    expect_taken("007_init.sql", "007", "init");
    expect_taken("1.2.3_x.sql", "1.2.3", "x");
    expect_taken("1.2_3_x.sql", "1.2_3", "x");
    expect_taken("20260315093000_create.sql", "20260315093000", "create");
}

TEST(FileName, ADigitInTheNameIsNoDigitGroup) {
    expect_taken("2026_3d_models.sql", "2026", "3d_models");
    expect_taken("7_2fa.sql", "7", "2fa");
    expect_taken("7_add_2.sql", "7", "add_2");
    expect_taken("1_2-3.sql", "1", "2-3");
}

TEST(FileName, TheNameMayHoldAnythingElse) {
    expect_taken("7_a.b-c d.sql", "7", "a.b-c d");
    expect_taken("7_\xc3\xa4nderung.sql", "7", "\xc3\xa4nderung");
    expect_taken("7__init.sql", "7", "_init");
    expect_taken("7_init.up.sql", "7", "init.up");
    expect_taken("7_.sql.sql", "7", ".sql");
}

TEST(FileName, OnlyTheSuffixInLowerCaseIsTaken) {
    expect_refused("7_init.SQL", "lower case");
    expect_refused("7_init.Sql", "lower case");
    expect_refused("7_init.sql.bak", "not a .sql file");
    expect_refused("7_init.sql~", "not a .sql file");
    expect_refused("7_init", "not a .sql file");
    expect_refused("README.md", "not a .sql file");
    expect_refused("sql", "not a .sql file");
    expect_refused("", "not a .sql file");
}

TEST(FileName, AVersionComesFirst) {
    for (const char *const file : {"v1__x.sql", "V1__x.sql", "init.sql", "_7_init.sql", "-7_init.sql", " 7_init.sql",
                                   ".7_init.sql", ".sql", "U&7_x.sql"})
        expect_refused(file, "does not begin with a version");
}

TEST(FileName, ANameFollowsTheVersion) {
    for (const char *const file : {"7.sql", "20260315_001.sql", "1.2.3.sql"})
        expect_refused(file, "a version without a name");
}

TEST(FileName, AnUnderscoreStandsBetweenThem) {
    for (const char *const file : {"7_.sql", "7-x.sql", "7x.sql", "7 x.sql", "1.2.x.sql", "1.x.sql", "1._x.sql",
                                   "7..sql", "20260315_001_.sql", "1.2-3_x.sql"})
        expect_refused(file, "followed by an underscore and a name");
}

TEST(FileName, AVersionHasALimit) {
    std::string const most(255, '1');
    expect_taken(most + "_x.sql", most, "x");
    expect_refused(most + "1_x.sql", "longer than 255 bytes");
}
