#include "core/text/lexed.hpp"
#include "core/text/lines.hpp"
#include "random.hpp"

#include <gtest/gtest.h>

#include <vector>

using mig::Lines;
using mig::test::Random;

namespace {

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> found;
    for (Lines lines(text); lines.next();)
        found.emplace_back(lines.line());
    return found;
}

} // namespace

TEST(Lines, EndInEveryWayThatIsInUse) {
    EXPECT_EQ(lines_of("a\nb\r\nc\rd"), (std::vector<std::string>{"a", "b", "c", "d"}));
    EXPECT_EQ(lines_of("\n\r\n\r"), (std::vector<std::string>{"", "", ""}));
    EXPECT_EQ(lines_of(""), std::vector<std::string>{});
    EXPECT_EQ(lines_of("a\n"), std::vector<std::string>{"a"});
}

TEST(Lines, HaveTheNumbersThatLineAtGivesTheirBytes) {
    Random random;
    SCOPED_TRACE(random.trace());
    for (int round = 0; round < 2000; ++round) {
        std::string const text = random.text(random.below(20), "a\r\n");
        std::size_t behind = 0;
        for (Lines lines(text); lines.next(); behind = lines.end()) {
            EXPECT_EQ(lines.number(), mig::line_at(text, lines.begin()));
            EXPECT_GE(lines.begin(), behind);
            EXPECT_EQ(lines.line(), std::string_view(text).substr(lines.begin(), lines.end() - lines.begin()));
        }
    }
}
