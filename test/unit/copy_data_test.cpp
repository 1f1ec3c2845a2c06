#include "core/text/copy_data.hpp"

#include <gtest/gtest.h>

using mig::copy_rows;
using mig::end_of_copy_data;
using mig::next_line;

TEST(CopyData, EndsWithTheFirstLineThatIsBackslashDotAlone) {
    EXPECT_EQ(end_of_copy_data("1\n\\.\nx", 0), 5u);
    EXPECT_EQ(end_of_copy_data("1\r\n\\.\r\nx", 0), 7u);
    EXPECT_EQ(end_of_copy_data("\\.\nx", 0), 3u);
    EXPECT_EQ(end_of_copy_data("1\n\\.", 0), 4u);
    EXPECT_EQ(end_of_copy_data("1\n\\.\n2\n\\.\n", 5), 10u);
    for (const char *const text : {"1\n \\.\n2", "1\n\\. \n2", "1\\.\n2", "\\.x\n", "\\\\.\n", "", "\n"})
        EXPECT_EQ(end_of_copy_data(text, 0), std::string_view(text).size()) << text;
}

TEST(CopyData, RowsAreWithoutThatLine) {
    EXPECT_EQ(copy_rows("1\n2\n\\.\n"), "1\n2\n");
    EXPECT_EQ(copy_rows("1\r\n\\.\r\n"), "1\r\n");
    EXPECT_EQ(copy_rows("1\n\\."), "1\n");
    EXPECT_EQ(copy_rows("\\.\n"), "");
    for (const char *const data : {"1\n2\n", "1\n2", "", "\n", "1\\.\n", "1\n\\.x"})
        EXPECT_EQ(copy_rows(data), data);
}

TEST(CopyData, TheNextLineBeginsBehindTheLineEnd) {
    EXPECT_EQ(next_line("ab\ncd", 0), 3u);
    EXPECT_EQ(next_line("ab\ncd", 2), 3u);
    EXPECT_EQ(next_line("ab\ncd", 3), 5u);
    EXPECT_EQ(next_line("", 0), 0u);
}
