#include "core/text/text.hpp"

#include <gtest/gtest.h>

using mig::append_item;
using mig::ends_with;
using mig::format_ms;
using mig::lower_case;
using mig::quoted_excerpt;

TEST(Text, LowerCaseFoldsAsciiOnly) {
    EXPECT_EQ(lower_case("SELECT aZ_09@["), "select az_09@[");
    EXPECT_EQ(lower_case("\xc3\x84"), "\xc3\x84");
    EXPECT_EQ(lower_case(""), "");
}

TEST(Text, AnExcerptIsQuotedOnOneLine) {
    EXPECT_EQ(quoted_excerpt("text"), "\"text\"");
    EXPECT_EQ(quoted_excerpt(""), "\"\"");
    EXPECT_EQ(quoted_excerpt("a\nb\r\nc\td"), "\"a b  c d\"");
}

TEST(Text, ALongExcerptIsCut) {
    EXPECT_EQ(quoted_excerpt(std::string(60, 'a')), "\"" + std::string(60, 'a') + "\"");
    EXPECT_EQ(quoted_excerpt(std::string(61, 'a')), "\"" + std::string(60, 'a') + "...\"");
}

TEST(Text, AnExcerptIsNotCutWithinACharacter) {
    std::string const start(59, 'a'), a_umlaut = "\xc3\xa4";
    EXPECT_EQ(quoted_excerpt(start + a_umlaut + "b"), "\"" + start + a_umlaut + "...\"");
    EXPECT_EQ(quoted_excerpt(start + a_umlaut), "\"" + start + a_umlaut + "\"");
    EXPECT_EQ(quoted_excerpt(start + "a" + a_umlaut + "b"), "\"" + start + "a" + a_umlaut + "...\"");
}

TEST(Text, AnExcerptWithoutAsciiIsCutToo) {
    std::string text;
    for (int i = 0; i < 1000; ++i)
        text += "\xe6\xbc\xa2"; // three bytes, one character
    std::string const excerpt = quoted_excerpt(text);
    EXPECT_LT(excerpt.size(), 100u);
    EXPECT_EQ((excerpt.size() - 5) % 3, 0u); // but for "...", whole characters
}

TEST(Text, MillisecondsHaveOneDecimal) {
    EXPECT_EQ(format_ms(0), "0.0 ms");
    EXPECT_EQ(format_ms(12.34), "12.3 ms");
    EXPECT_EQ(format_ms(1e7), "10000000.0 ms");
    EXPECT_LT(format_ms(1e300).size(), 64u);
}

TEST(Text, AnEndIsAtMostTheWhole) {
    EXPECT_TRUE(ends_with("a.sql", ".sql"));
    EXPECT_TRUE(ends_with(".sql", ".sql"));
    EXPECT_TRUE(ends_with("", ""));
    EXPECT_FALSE(ends_with("sql", ".sql"));
}

TEST(Text, ItemsAreSeparatedByCommas) {
    std::string list;
    append_item(list, "a");
    append_item(list, "b");
    EXPECT_EQ(list, "a, b");
}
