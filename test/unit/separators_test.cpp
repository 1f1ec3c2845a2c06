#include "core/convention/tools/separators.hpp"

#include <gtest/gtest.h>

namespace {

std::string split(mig::RewrittenText (*at)(std::string_view, mig::Placeholders const &, std::string const &),
                  std::string_view text) {
    mig::RewrittenText const result = at(text, {}, "x.sql");
    return result ? *result : "as it is";
}

} // namespace

TEST(Separators, EndAStatementThatNothingEnds) {
    EXPECT_EQ(split(mig::split_at_breakpoints, "CREATE TABLE a (i int)--> statement-breakpoint\nSELECT 1;"),
              "CREATE TABLE a (i int);                       \nSELECT 1;");
    EXPECT_EQ(
        split(mig::split_at_breakpoints, "SELECT 1;\n--> statement-breakpoint\nSELECT 2;--> statement-breakpoint\n"),
        "as it is");
    EXPECT_EQ(split(mig::split_at_double_semicolons, "SELECT 1\n--;;\nSELECT 2\n--;;\n"),
              "SELECT 1\n;   \nSELECT 2\n;   \n");
    EXPECT_EQ(split(mig::split_at_double_semicolons, "--;;\nSELECT 1; --;;\n  --;;\nSELECT ';--;;'"), "as it is");
    EXPECT_EQ(split(mig::split_at_go_split_lines, "SELECT 1\n--gopg:split\nSELECT 2\n--bun:split\nSELECT 3"),
              "SELECT 1\n;           \nSELECT 2\n;          \nSELECT 3");
    EXPECT_EQ(split(mig::split_at_go_split_lines, ""), "as it is");
}

TEST(Separators, AreLinear) {
    std::string text;
    for (int i = 0; i < 500000; ++i)
        text += "--;;";
    EXPECT_EQ(split(mig::split_at_double_semicolons, "x" + text), "as it is");
}
