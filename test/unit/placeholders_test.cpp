#include "core/convention/placeholders.hpp"
#include "failure_of.hpp"

using mig::Placeholders;
using mig::replace_placeholders;
using mig::replace_properties;
using mig::test::contains;
using mig::test::failure_of;

namespace {

std::string flyway(std::string_view text, Placeholders const &given) {
    auto const result = replace_placeholders(text, given, "V1__a.sql");
    return result ? *result : "(as it is)";
}

std::string liquibase(std::string_view text, Placeholders const &given) {
    auto const result = replace_properties(text, mig::with_lower_case_names(given));
    return result ? *result : "(as it is)";
}

} // namespace

TEST(Placeholders, AreReplacedWhereverTheyStand) {
    Placeholders const given = {{"schema", "app"}, {"empty", ""}, {"flyway:defaultSchema", "public"}};
    EXPECT_EQ(flyway("CREATE TABLE ${schema}.t (a text DEFAULT '${schema}'); -- ${schema}", given),
              "CREATE TABLE app.t (a text DEFAULT 'app'); -- app");
    EXPECT_EQ(flyway("DO $$ BEGIN PERFORM ${schema}.f(); END $$", given), "DO $$ BEGIN PERFORM app.f(); END $$");
    EXPECT_EQ(flyway("$${schema}$$", given), "$app$$");
    EXPECT_EQ(flyway("${schema}${empty}${flyway:defaultSchema}", given), "apppublic");
}

TEST(Placeholders, UpperAndLowerCaseAreOne) {
    EXPECT_EQ(flyway("${Schema} ${SCHEMA}", {{"sCHEMA", "x"}}), "x x");
    EXPECT_EQ(liquibase("${Schema} ${ schema }", {{"sCHEMA", "x"}}), "x x");
}

TEST(Placeholders, NamesBehindAColon) {
    Placeholders const given = {{"DATABASE_OWNER", "app"}, {":SCHEMA", "s"}};
    auto const text =
        mig::replace_colon_names("GRANT :SCHEMA TO :DATABASE_OWNER; SELECT a::TEXT, b[1:2], :other", given, "f");
    ASSERT_TRUE(text);
    EXPECT_EQ(*text, "GRANT s TO app; SELECT a::TEXT, b[1:2], :other");
    EXPECT_EQ(mig::replace_colon_names("SELECT ':', a::INT :", given, "f"), nullptr);
    auto const failure = failure_of([] { mig::replace_colon_names("SELECT 1;\n-- :DATABASE_NAME", {}, "1.sql"); });
    EXPECT_EQ(failure.message, "1.sql, line 2: no value for placeholder \":DATABASE_NAME\"");
}

TEST(Placeholders, ATextWithoutThemIsNotCopied) {
    EXPECT_EQ(replace_placeholders("SELECT $1, $$ {} $$, '$'", {{"a", "b"}}, "f"), nullptr);
    EXPECT_EQ(replace_properties("SELECT $1, ${unknown}", {{"a", "b"}}), nullptr);
}

TEST(Placeholders, AValueIsText) {
    EXPECT_EQ(flyway("${a}", {{"a", "${b} $$ '"}, {"b", "x"}}), "${b} $$ '");
    EXPECT_EQ(liquibase("${a}", {{"a", "${b}"}, {"b", "x"}}), "${b}");
    EXPECT_EQ(liquibase("${${a}}", {{"a", "b"}, {"b", "x"}}), "${b}");
}

TEST(Placeholders, OneThatIsNotGivenIsRefusedWithItsPlace) {
    auto const failure = failure_of([] { flyway("a\r\nb\n'${tablespace}'", {{"one", "1"}, {"two", "2"}}); });
    EXPECT_STREQ(failure.state, mig::sqlstate::malformed_file);
    EXPECT_EQ(failure.message, "V1__a.sql, line 3: no value for placeholder \"${tablespace}\"");
    EXPECT_EQ(failure.detail, "The placeholders given are one, two.");
    EXPECT_EQ(failure.hint, "Pass it: load_dir(path, placeholders => '{\"tablespace\": \"value\"}').");
    EXPECT_EQ(failure_of([] { flyway("${a}", {}); }).detail, "No placeholders are given.");
    EXPECT_TRUE(contains(failure_of([] { flyway("x ${a", {{"a", "1"}}); }).message, "unterminated placeholder"));
}

TEST(Placeholders, DoNotMakeATextThatTheServerCannotHold) {
    std::string const many(9000, ' ');
    std::string text;
    for (char const c : many)
        text += std::string("${a}") + c;
    EXPECT_STREQ(failure_of([&] {
                     flyway(text, {{"a", std::string(128 << 10, 'x')}});
                 }).state,
                 mig::sqlstate::program_limit);
}

TEST(Placeholders, LiquibaseLeavesWhatItDoesNotKnow) {
    EXPECT_EQ(liquibase("${x} ${a} ${", {{"a", "1"}}), "${x} 1 ${");
    EXPECT_EQ(liquibase("${ ${a} } $${a} {a} }", {{"a", "1"}}), "${ 1 } $1 {a} }");
}
