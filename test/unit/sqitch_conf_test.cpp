#include "core/convention/tools/sqitch_conf.hpp"

#include "failure_of.hpp"

#include <gtest/gtest.h>

namespace {

using mig::SqitchConf;

std::string value(const char *text, const char *section = "core", const char *key = "k") {
    return SqitchConf(text, "sqitch.conf").value(section, key);
}

// As Config::GitLike reads it.
TEST(SqitchConf, HasSectionsKeysAndValues) {
    EXPECT_EQ(value("[core]\n\tk = v\n"), "v");
    EXPECT_EQ(value("[Core] K=v"), "v");
    EXPECT_EQ(value("# x\n; y\n\n[core]\r\n k = v \r\n"), "v");
    EXPECT_EQ(value("[core]\nk = a \t b ; c"), "a b");
    EXPECT_EQ(value("[core]\nk = a#b;c # d"), "a#b;c");
    EXPECT_EQ(value("[core]\nk = \" a # b \" c"), " a # b  c");
    EXPECT_EQ(value("[core]\nk = a\\\nb"), "ab");
    EXPECT_EQ(value("[core]\nk = a\\\\b\\\"c\\td"), "a\\b\"c\td");
    EXPECT_EQ(value("[core]\nk = a\nk = b\n"), "b");
    EXPECT_EQ(value("[core]\n#k = a\nk\nl = b\n"), "");
    EXPECT_EQ(value("[core]\nk =\nl = b\n"), "");
    EXPECT_EQ(value("[engine \"pg\"]\nk = v", "engine.pg"), "v");
    EXPECT_EQ(value("[engine.pg]\nk = v", "engine.pg"), "v");
    EXPECT_EQ(value("[target \"A \\\"b\"]\nk = v", "target.A \"b"), "v");
    EXPECT_EQ(value("[engine \"pg\"]\nk = v"), "");
    EXPECT_TRUE(SqitchConf("[a]\nk=v", "c").has_section("a"));
    EXPECT_FALSE(SqitchConf("[a]\n", "c").has_section("a"));
}

TEST(SqitchConf, SaysWhatIsWrong) {
    auto const message = [](const char *text) {
        return mig::test::failure_of([&] { (void) SqitchConf(text, "x/sqitch.conf"); }).message;
    };
    EXPECT_EQ(message("\nk = v"), "x/sqitch.conf, line 2: a setting above the first section");
    EXPECT_EQ(message("[core"), "x/sqitch.conf, line 1: unterminated section header");
    EXPECT_EQ(message("[core \"x\n]"), "x/sqitch.conf, line 1: unterminated section header");
    EXPECT_EQ(message("[core]\nk = \"v\n"), "x/sqitch.conf, line 2: unterminated quoted string");
    EXPECT_EQ(message("[core]\nk = \\x"), "x/sqitch.conf, line 2: a backslash before \"x\"");
}

} // namespace
