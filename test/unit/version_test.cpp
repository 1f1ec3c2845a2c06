#include "core/base/version.hpp"
#include "random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace version = mig::version;
using mig::test::Random;
using version::compare;

namespace {

int sign(int order) { return (order > 0) - (order < 0); }

// Of runs and separators that tend to collide: zeros, prefixes of each other, around 14 digits.
std::string any_version(Random &random) {
    std::string text;
    for (std::size_t parts = random.below(4); parts > 0 || text.empty(); parts -= parts > 0) {
        switch (random.below(5)) {
        case 0:
            text += random.text(1 + random.below(3), "012");
            break;
        case 1:
            text += random.text(random.below(4), "0") + "2026031509300" + random.text(random.below(6), "01");
            break;
        case 2:
            text += random.text(1 + random.below(20), "0019");
            break;
        case 3:
            text += random.of("_.-");
            break;
        default:
            text += random.text(1, "aZ/:\xc3\xff");
        }
    }
    return text;
}

void expect_ascending(std::vector<std::string> const &versions) {
    for (std::size_t i = 0; i < versions.size(); ++i)
        for (std::size_t j = 0; j < versions.size(); ++j)
            EXPECT_EQ(sign(compare(versions[i], versions[j])), i < j   ? -1
                                                               : i > j ? 1
                                                                       : 0)
                << versions[i] << " and " << versions[j];
}

} // namespace

TEST(Version, DigitRunsAreNumbers) { expect_ascending({"1", "2", "9", "10", "11", "99", "100"}); }

TEST(Version, EachGroupIsANumberOfItsOwn) {
    expect_ascending({"1", "1.2", "1.9", "1.9.1", "1.10", "1.10.0", "2", "10.1"});
}

TEST(Version, SequencesWithinADayAreNumbers) {
    expect_ascending({"20260315_001", "20260315_2", "20260315_010", "20260315_100", "20260316_001"});
}

TEST(Version, NumbersMayHaveAnyLength) {
    std::string const thirteen(13, '9');
    expect_ascending({"9", "1" + std::string(12, '0'), thirteen});
    EXPECT_LT(compare(thirteen, "10000000000000"), 0);
    EXPECT_LT(compare("9", std::string(200, '9')), 0);
    EXPECT_LT(compare(std::string(200, '8') + "1", std::string(200, '8') + "2"), 0);
}

TEST(Version, TimestampsWithAFractionSortAmongThoseWithout) {
    expect_ascending({"20260315093000", "202603150930001234", "202603150930009", "20260315093001", "202603150930010000",
                      "20261231235959"});
}

TEST(Version, ATimestampWithAFractionIsNotALargerNumber) {
    EXPECT_LT(compare("202603150930009999", "20260315093001"), 0);
    EXPECT_GT(compare("20260315093001", "202603150930009999"), 0);
}

TEST(Version, ThirteenDigitsAreNoTimestamp) {
    EXPECT_LT(compare("9026031509300", "20260315093000"), 0);
    EXPECT_LT(compare("9026031509300", "202603150930001234"), 0);
}

TEST(Version, LeadingZerosDoNotMakeATimestamp) {
    EXPECT_LT(compare("000000000000009", "20260315093000"), 0);
    EXPECT_LT(compare("00000000000000009", "000000000000010"), 0);
}

TEST(Version, LeadingZerosNeverCount) {
    EXPECT_EQ(compare("007", "7"), 0);
    EXPECT_EQ(compare("1.02", "01.2"), 0);
    EXPECT_EQ(compare("0", "000"), 0);
    EXPECT_EQ(compare("a00", "a0"), 0);
    EXPECT_EQ(compare("0020260315093000", "20260315093000"), 0);
    EXPECT_NE(compare("0", ""), 0);
    EXPECT_NE(compare("a0", "a"), 0);
}

TEST(Version, OtherBytesCompareAsUnsignedBytes) {
    expect_ascending({"1", "1-1", "1.1", "1/1", "1:1", "1A", "1_1", "1a", "1\xc3\xa4", "1\xff"});
}

TEST(Version, APrefixComesFirst) { expect_ascending({"", "1", "1_", "1_a", "1_a1"}); }

TEST(Version, OrderAndCanonicalFormHoldOverRandomTriples) {
    Random random;
    SCOPED_TRACE(random.trace());
    for (int round = 0; round < 20000; ++round) {
        std::string const a = any_version(random), b = any_version(random), c = any_version(random);
        SCOPED_TRACE(a + " | " + b + " | " + c);
        EXPECT_EQ(compare(a, a), 0);
        EXPECT_EQ(sign(compare(a, b)), -sign(compare(b, a)));
        if (compare(a, b) <= 0 && compare(b, c) <= 0) {
            EXPECT_LE(compare(a, c), 0);
            EXPECT_EQ(compare(a, c) == 0, compare(a, b) == 0 && compare(b, c) == 0);
        }
        EXPECT_EQ(version::canonical(a) == version::canonical(b), compare(a, b) == 0);
        EXPECT_EQ(compare(a, version::canonical(a)), 0);
        if (HasFailure())
            return;
    }
}

TEST(Version, SortingAgreesHoweverTheyWereShuffled) {
    Random random;
    SCOPED_TRACE(random.trace());
    std::vector<std::string> versions;
    for (int i = 0; i < 300; ++i)
        versions.push_back(version::canonical(any_version(random)));
    std::sort(versions.begin(), versions.end(),
              [](auto const &a, auto const &b) { return version::compare(a, b) < 0; });
    std::vector<std::string> shuffled = versions;
    for (std::size_t i = shuffled.size(); i > 1; --i)
        std::swap(shuffled[i - 1], shuffled[random.below(i)]);
    std::sort(shuffled.begin(), shuffled.end(),
              [](auto const &a, auto const &b) { return version::compare(a, b) < 0; });
    EXPECT_EQ(shuffled, versions);
}

TEST(Version, CanonicalFormDropsLeadingZerosAndNothingElse) {
    EXPECT_EQ(version::canonical("007"), "7");
    EXPECT_EQ(version::canonical("20260315_001"), "20260315_1");
    EXPECT_EQ(version::canonical("000"), "0");
    EXPECT_EQ(version::canonical("1.0.10"), "1.0.10");
    EXPECT_EQ(version::canonical("a_01B"), "a_1B");
    EXPECT_EQ(version::canonical(""), "");
}

TEST(Version, WhatCanBeAVersion) {
    EXPECT_EQ(version::why_invalid("1"), "");
    EXPECT_EQ(version::why_invalid("20260315_001"), "");
    EXPECT_EQ(version::why_invalid("release-1.2\xc3\xa4"), "");
    EXPECT_EQ(version::why_invalid(std::string(version::max_length, '1')), "");
}

TEST(Version, WhatCannot) {
    EXPECT_EQ(version::why_invalid(""), "a version must not be empty");
    EXPECT_EQ(version::why_invalid(std::string(version::max_length + 1, '1')),
              "a version must not be longer than 255 bytes");
    for (const char *const odd : {" ", "1 2", "1\t", "\n1", "1\x7f", "1\x01"})
        EXPECT_EQ(version::why_invalid(odd), "a version must not contain blanks or control characters");
    EXPECT_NE(version::why_invalid(std::string_view("1\0", 2)), "");
}
