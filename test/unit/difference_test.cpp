#include "core/migration/checksum.hpp"
#include "core/migration/difference.hpp"
#include "failure_of.hpp"
#include "random.hpp"
#include "stand_in_scanner.hpp"

using mig::test::contains;
using mig::test::lex;

namespace {

std::string difference(std::string const &applied, std::string const &loaded, std::uint32_t first_line = 1) {
    return mig::first_difference(lex(applied), lex(loaded), first_line);
}

} // namespace

TEST(Difference, NamesTheFirstTokenAndItsLineInTheNewBody) {
    EXPECT_EQ(difference("CREATE TABLE t (\n a varchar,\n b int);", "CREATE TABLE t (\n-- x\n a text,\n b bigint);"),
              "line 3: \"varchar\" is now \"text\"");
    EXPECT_EQ(difference("a", "b"), "line 1: \"a\" is now \"b\"");
}

TEST(Difference, CountsLinesFromWhereTheBodyBegins) {
    EXPECT_EQ(difference("a;\nb;", "a;\nc;", 5), "line 6: \"b\" is now \"c\"");
    EXPECT_EQ(difference("a", "b", 5), "line 5: \"a\" is now \"b\"");
}

TEST(Difference, CountsEveryLineEnd) {
    EXPECT_EQ(difference("a b", "a\r\n\r\nc"), "line 3: \"b\" is now \"c\"");
    EXPECT_EQ(difference("a b", "a\r\rc"), "line 3: \"b\" is now \"c\"");
}

TEST(Difference, SaysWhatWasAddedAtTheEnd) {
    EXPECT_EQ(difference("a;\n", "a;\n\nDROP TABLE t;\n"), "line 3: \"DROP\" was added at the end");
    EXPECT_EQ(difference("", "a;"), "line 1: \"a\" was added at the end");
}

TEST(Difference, SaysWhatIsGone) {
    EXPECT_EQ(difference("a;\nb;\nc;\n", "a;\nb;"), "line 2: \"c\" and what followed it is gone");
    EXPECT_EQ(difference("a;", "", 4), "line 4: \"a\" and what followed it is gone");
}

TEST(Difference, ShowsKindAndWhiteSpaceOfLiterals) {
    EXPECT_EQ(difference("foo", "\"foo\""), "line 1: \"foo\" is now \"\"foo\"\"");
    EXPECT_EQ(difference("'a b'", "'a  b'"), "line 1: \"'a b'\" is now \"'a  b'\"");
}

TEST(Difference, TheKindOfATokenCounts) {
    mig::Lexed const word{"foo", {{mig::Token::Kind::word, 0, 3}}}, exact{"foo", {{mig::Token::Kind::exact, 0, 3}}};
    EXPECT_EQ(mig::first_difference(word, exact, 1), "line 1: \"foo\" is now \"foo\"");
    EXPECT_EQ(mig::first_difference(exact, exact, 1), "");
}

TEST(Difference, CutsLongTokens) {
    std::string const body = difference("$$" + std::string(500, 'a') + "$$", "$$" + std::string(500, 'b') + "$$");
    EXPECT_LT(body.size(), 200u);
    EXPECT_TRUE(contains(body, "aaa...\" is now \"$$bbb"));
}

TEST(Difference, IsEmptyForEqualTokenStreams) {
    EXPECT_EQ(difference("SELECT a;", "-- x\nselect\r\nA ;"), "");
    EXPECT_EQ(difference("DO $$a\nb$$", "DO $$a\r\nb$$"), "");
    EXPECT_EQ(difference("", " "), "");
}

TEST(Difference, IsEmptyExactlyWhenTheChecksumsAreEqual) {
    mig::test::Random random;
    SCOPED_TRACE(random.trace());
    for (int round = 0; round < 3000; ++round) {
        std::string const before = random.text(random.below(5), "aAb1 \n;"),
                          after = random.text(random.below(5), "aAb1 \n;");
        std::string const a = "x '" + before + "'" + after, b = "X '" + after + "' " + before;
        ASSERT_EQ(difference(a, b).empty(), mig::checksum::of_tokens(lex(a)) == mig::checksum::of_tokens(lex(b)))
            << a << " | " << b;
    }
}
