#include "core/text/token_text.hpp"

#include <gtest/gtest.h>

using namespace mig;

static std::string text_of(std::string_view token, Token::Kind kind = Token::Kind::exact) {
    Lexed const lexed{token, {{kind, 0, static_cast<std::uint32_t>(token.size())}}};
    std::string out;
    append_token_text(out, lexed, lexed.tokens.front());
    return out;
}

TEST(TokenText, FoldsWordsOnly) {
    EXPECT_EQ(text_of("SeLECT", Token::Kind::word), "select");
    EXPECT_EQ(text_of("\"SeLECT\""), "\"SeLECT\"");
    EXPECT_EQ(text_of("E'A'"), "E'A'");
}

TEST(TokenText, TakesCrlfForLfAndLeavesALoneCr) {
    EXPECT_EQ(text_of("'a\r\nb'"), "'a\nb'");
    EXPECT_EQ(text_of("$$a\r\nb\rc$$"), "$$a\nb\rc$$");
}

TEST(TokenText, JoinsTheLinesOfALiteralWithoutWhatLiesBetween) {
    std::string const joined = text_of("'a'\n'b'");
    EXPECT_EQ(text_of("'a'  \r\n\t  'b'"), joined);
    EXPECT_EQ(text_of("'a' -- don't count\n -- this either\n'b'"), joined);
    EXPECT_NE(text_of("'a '\n'b'"), joined);
    EXPECT_NE(text_of("'ab'"), joined);
    EXPECT_EQ(text_of("'a'\n'b'\n\n'c'"), text_of("'a'\n'b'\n'c'"));
}

TEST(TokenText, KnowsWhereALiteralEnds) {
    EXPECT_EQ(text_of("'it''s  -- no comment'"), "'it''s  -- no comment'");
    EXPECT_EQ(text_of("E'a\\'  b'"), "E'a\\'  b'");
    EXPECT_EQ(text_of("E'a\\\\'\n  'b'"), text_of("E'a\\\\'\n'b'"));
    EXPECT_EQ(text_of("U&'a'  \n'b'"), text_of("U&'a'\n'b'"));
    EXPECT_EQ(text_of("$a$ it's '  x' $a$"), "$a$ it's '  x' $a$");
}
