#include "core/base/timestamp_version.hpp"

#include <gtest/gtest.h>

using mig::time_of_version;

TEST(TimestampVersion, reads_times) {
    EXPECT_EQ(time_of_version("20000101"), 946684800);
    EXPECT_EQ(time_of_version("20260315101500"), 1773569700);
    EXPECT_EQ(time_of_version("202603151015"), 1773569700);
    EXPECT_EQ(time_of_version("20240229_001"), 1709164800);
    EXPECT_EQ(time_of_version("20240301"), 1709251200);
}

TEST(TimestampVersion, other_numbers_are_none) {
    for (const char *const version :
         {"", "1", "20261315", "20260132", "2026031510150", "1773569700", "20260315250000", "99999999", "V20260315"})
        EXPECT_EQ(time_of_version(version), std::nullopt) << version;
}
