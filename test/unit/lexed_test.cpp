#include "core/text/lexed.hpp"
#include "random.hpp"
#include "stand_in_scanner.hpp"

#include <gtest/gtest.h>

using mig::Lexed;
using mig::line_at;
using mig::line_start;
using mig::LineCounter;
using mig::same_word;
using mig::slice;
using mig::Token;
using mig::test::lex;
using mig::test::StandInScanner;

namespace {

std::string spelled(Lexed const &lexed) {
    std::string text;
    for (Token const &token : lexed.tokens)
        text += (text.empty() ? "" : "|") + std::string(lexed.at(token));
    return text;
}

} // namespace

// What the other tests rest on.
TEST(StandIn, CutsATextIntoTokens) {
    EXPECT_EQ(spelled(lex("SELECT a1 ,\"B c\" -- x\n FROM/* y /* z */ */t;")), "SELECT|a1|,|\"B c\"|FROM|t|;");
    EXPECT_EQ(spelled(lex("'it''s' E'\\'' e'a' U&'x' U&\"y\" x'1F' n'z'")),
              "'it''s'|E'\\''|e'a'|U&'x'|U&\"y\"|x'1F'|n|'z'");
    EXPECT_EQ(spelled(lex("$$a'b$$ $t$ $$ $t$ $1 $ a$b$c")), "$$a'b$$|$t$ $$ $t$|$1|$|a$b$c");
    EXPECT_EQ(spelled(lex("1 1.5 .5 1e-3 1..2 a<=b a+--c\n1-/*d*/2")), "1|1.5|.5|1e-3|1|.|.2|a|<=|b|a|+|1|-|2");
    EXPECT_EQ(spelled(lex("\\i x")), "\\|i|x");
}

TEST(StandIn, KnowsTheKinds) {
    std::string kinds;
    for (Token const &token : lex("select \"a\" 'b' 1 + ; $$c$$ e'd'").tokens)
        kinds += "wx;d"[static_cast<int>(token.kind)];
    EXPECT_EQ(kinds, "wxxxx;xx");
}

TEST(StandIn, RefusesWhatDoesNotEnd) {
    for (const char *const text : {"'a", "\"a", "$$a$", "/* /* */", "E'\\'", "'a''", "e'\\"})
        EXPECT_FALSE(StandInScanner(text).scan()) << text;
}

TEST(Lexed, PartHoldsTheTokensOfTheRangeRelativeToIt) {
    Lexed const lexed = lex("aa bb cc dd");
    Lexed const middle = slice(lexed, 3, 9);
    EXPECT_EQ(middle.text, "bb cc ");
    EXPECT_EQ(spelled(middle), "bb|cc");
    EXPECT_EQ(middle.tokens.front().begin, 0u);
    EXPECT_EQ(middle.tokens.back().end, 5u);
}

TEST(Lexed, PartKeepsTheKinds) {
    Lexed const rest = slice(lex("x; 'y' zz"), 1, 9);
    ASSERT_EQ(rest.tokens.size(), 3u);
    EXPECT_EQ(rest.tokens[0].kind, Token::Kind::semicolon);
    EXPECT_EQ(rest.tokens[1].kind, Token::Kind::exact);
    EXPECT_EQ(rest.tokens[2].kind, Token::Kind::word);
}

TEST(Lexed, PartLeavesOutTokensThatReachBeyondIt) {
    Lexed const lexed = lex("aa bb cc");
    EXPECT_EQ(spelled(slice(lexed, 1, 7)), "bb");
    EXPECT_EQ(spelled(slice(lexed, 4, 4)), "");
    EXPECT_EQ(spelled(slice(lexed, 8, 8)), "");
    EXPECT_EQ(spelled(slice(lexed, 0, 8)), "aa|bb|cc");
}

TEST(Lexed, APartOfAPartIsThatPart) {
    Lexed const lexed = lex("aa bb cc dd");
    EXPECT_EQ(spelled(slice(slice(lexed, 3, 11), 3, 8)), "cc|dd");
}

TEST(Line, EveryLineEndCounts) {
    std::string_view const text = "1\n2\r\n3\r4\n\n6";
    EXPECT_EQ(line_at(text, 0), 1u);
    EXPECT_EQ(line_at(text, text.find('2')), 2u);
    EXPECT_EQ(line_at(text, text.find('3')), 3u);
    EXPECT_EQ(line_at(text, text.find('4')), 4u);
    EXPECT_EQ(line_at(text, text.find('6')), 6u);
    EXPECT_EQ(line_at("", 0), 1u);
}

TEST(Line, ALineEndBelongsToItsLine) {
    EXPECT_EQ(line_at("a\r\nb", 1), 1u);
    EXPECT_EQ(line_at("a\r\nb", 2), 1u);
    EXPECT_EQ(line_at("a\r\nb", 3), 2u);
    EXPECT_EQ(line_at("a\r", 2), 2u);
    EXPECT_EQ(line_at(std::string_view("a\r\n", 2), 2), 2u); // what is behind the text is not looked at
}

TEST(Line, BeyondTheEndIsTheLastLine) { EXPECT_EQ(line_at("a\nb\n", 100), 3u); }

TEST(Line, StartIsBehindThePreviousLineEnd) {
    std::string_view const text = "ab\ncd\r\nef\rgh";
    EXPECT_EQ(line_start(text, 0), 0u);
    EXPECT_EQ(line_start(text, 2), 0u);
    EXPECT_EQ(line_start(text, text.find('d')), text.find('c'));
    EXPECT_EQ(line_start(text, text.find('f')), text.find('e'));
    EXPECT_EQ(line_start(text, text.find('h')), text.find('g'));
    EXPECT_EQ(line_start(text, 1000), text.find('g'));
}

TEST(Line, TheCounterSaysTheSameInOnePass) {
    mig::test::Random random;
    SCOPED_TRACE(random.trace());
    for (int round = 0; round < 500; ++round) {
        std::string const text = random.text(random.below(40), "\n\ra");
        LineCounter counter(text);
        for (std::size_t offset = 0; offset <= text.size(); offset += random.below(4))
            ASSERT_EQ(counter.at(offset), line_at(text, offset));
    }
}

TEST(Word, CaseOfAsciiLettersDoesNotCount) {
    EXPECT_TRUE(same_word("Up", "up"));
    EXPECT_TRUE(same_word("", ""));
    EXPECT_FALSE(same_word("ups", "up"));
    EXPECT_FALSE(same_word("u", "up"));
    EXPECT_FALSE(same_word("@p", "`p"));
    EXPECT_FALSE(same_word("\xc3\x84", "\xc3\xa4"));
}
