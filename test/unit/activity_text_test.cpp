#include "core/text/activity_text.hpp"

#include <gtest/gtest.h>

using mig::ActivityText;
using mig::parse_activity;
using mig::to_text;

TEST(ActivityText, IsWrittenAsDocumented) {
    EXPECT_EQ(to_text({"20260315_002", "main", false, 3, 7, "ALTER TABLE a"}),
              "/* migrator 20260315_002 statement 3 of 7 */ ALTER TABLE a");
    EXPECT_EQ(to_text({"7", "billing", true, 1, 1, "SELECT"}),
              "/* migrator 7 of billing down statement 1 of 1 */ SELECT");
    EXPECT_EQ(to_text({"7", "main", false, 1, 1, "SELECT", 3, 10}),
              "/* migrator 7 statement 1 of 1 */ /* migration 3 of 10 */ SELECT");
}

TEST(ActivityText, IsReadBack) {
    for (ActivityText const &one :
         {ActivityText{"7", "main", false, 3, 7, "SELECT 1"}, ActivityText{"7", "a module", true, 1, 12, ""},
          ActivityText{"7", "statement", false, 1, 2, "/* x */ SELECT"},
          ActivityText{"7", "main", true, 0, 0, "clean-up"}, ActivityText{"7", "a", true, 2, 3, "SELECT 1", 3, 10},
          ActivityText{"7", "main", false, 0, 0, "SELECT 1", 3, 10},
          ActivityText{"7", "main", false, 1, 1, "/* migration x of 3 */ SELECT"},
          ActivityText{"7", "main", false, 1, 1, "/* migration 1 of "}}) {
        std::string const text = to_text(one);
        auto const read = parse_activity(text);
        ASSERT_TRUE(read) << text;
        EXPECT_EQ(to_text(*read), text);
        EXPECT_EQ(read->version, one.version);
        EXPECT_EQ(read->module, one.module);
        EXPECT_EQ(read->down, one.down);
        EXPECT_EQ(read->number, one.number);
        EXPECT_EQ(read->migration, one.migration);
        EXPECT_EQ(read->migrations, one.migrations);
        EXPECT_EQ(read->sql, one.sql);
    }
}

TEST(ActivityText, OtherQueriesAreNone) {
    for (const char *text : {"", "SELECT 1", "/* migrator", "/* migrator 7 statement x of 3 */ SELECT"})
        EXPECT_FALSE(parse_activity(text)) << text;
}
