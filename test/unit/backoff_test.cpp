#include "core/base/backoff.hpp"

#include <gtest/gtest.h>

using mig::backoff_ms;

TEST(Backoff, DoublesUpToHalfAMinute) {
    EXPECT_EQ(backoff_ms(1, 0), 250);
    EXPECT_EQ(backoff_ms(2, 0), 500);
    EXPECT_EQ(backoff_ms(7, 0), 16000);
    EXPECT_EQ(backoff_ms(8, 0), 30000);
    EXPECT_EQ(backoff_ms(1000, 0), 30000);
}

TEST(Backoff, TakesARandomHalfOff) {
    EXPECT_EQ(backoff_ms(1, 0.5), 188);
    EXPECT_GE(backoff_ms(1, 0.999999), 125);
}
