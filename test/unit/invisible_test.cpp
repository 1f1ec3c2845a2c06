#include "core/report/invisible.hpp"

#include <gtest/gtest.h>

using mig::report::escape_invisible;

namespace {

TEST(Invisible, BidirectionalControlsAreShown) {
    EXPECT_EQ(escape_invisible("a\u202E\u202Db"), "a\\u202E\\u202Db");
    EXPECT_EQ(escape_invisible("\u202A\u202B\u202C\u2066\u2067\u2068\u2069\u200E\u200F\u061C"),
              "\\u202A\\u202B\\u202C\\u2066\\u2067\\u2068\\u2069\\u200E\\u200F\\u061C");
}

TEST(Invisible, SoAreOthersThatNobodySees) {
    EXPECT_EQ(escape_invisible("a\u00ADb\u200Bc\u2060d\uFEFFe\u3164"), "a\\u00ADb\\u200Bc\\u2060d\\uFEFFe\\u3164");
    EXPECT_EQ(escape_invisible("\u2028\u2029\u0085"), "\\u2028\\u2029\\u0085");
    EXPECT_EQ(escape_invisible("\U000E0041\U0001D173"), "\\uDB40\\uDC41\\uD834\\uDD73");
}

TEST(Invisible, WhatCanBeSeenStays) {
    for (char const *text : {"", "plain\ttext\r\n", "\u00E4\u00DF\u20AC\u4E2D\u0639\u05D0", "\U0001F600 e\u0301",
                             "\u00A0\u3000", "\\u202E"})
        EXPECT_EQ(escape_invisible(text), text);
}

TEST(Invisible, SoDoesWhatIsNoUtf8) {
    for (char const *text : {"\xE2\x80", "\xC2", "\xFF\xFE", "a\x80z", "\xE2\x28\xAE", "\xF3\xA0\x81"})
        EXPECT_EQ(escape_invisible(text), text);
    EXPECT_EQ(escape_invisible("\xE2\x80\xE2\x80\xAE"), "\xE2\x80\\u202E");
}

} // namespace
