#include "core/migration/checksum.hpp"
#include "random.hpp"
#include "stand_in_scanner.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace checksum = mig::checksum;
using mig::Lexed;
using mig::Token;
using mig::test::lex;
using mig::test::Random;

namespace {

std::string sum(std::string const &text) { return checksum::of_tokens(lex(text)); }

void expect_same(std::string const &a, std::string const &b) { EXPECT_EQ(sum(a), sum(b)) << a << " | " << b; }
void expect_other(std::string const &a, std::string const &b) { EXPECT_NE(sum(a), sum(b)) << a << " | " << b; }

// The stream as the header describes it, written once more: kind, length, text.
std::string stream_of(Lexed const &lexed) {
    std::string stream;
    for (Token const &token : lexed.tokens) {
        std::string const text(lexed.at(token));
        stream += token.kind == Token::Kind::word ? 'w' : 'x';
        for (std::size_t length = text.size(), byte = 0; byte < 4; ++byte, length >>= 8)
            stream += static_cast<char>(length & 0xff);
        stream += text;
    }
    return stream;
}

// A statement as its tokens, and a text that spells it with any white space, comments and case of words.
std::vector<std::string> any_tokens(Random &random) {
    std::vector<std::string> tokens;
    for (std::size_t count = 1 + random.below(12); count > 0; --count) {
        switch (random.below(6)) {
        case 0:
            tokens.push_back("'" + random.text(random.below(4), " \nab-/*") + "'");
            break;
        case 1:
            tokens.push_back("$q$" + random.text(random.below(4), " \nab'-") + "$q$");
            break;
        case 2:
            tokens.push_back("\"" + random.text(1 + random.below(3), " aB") + "\"");
            break;
        case 3:
            tokens.push_back(random.text(1 + random.below(3), "123"));
            break;
        case 4:
            tokens.push_back(random.text(1, ";,()<"));
            break;
        default:
            tokens.push_back(random.text(1 + random.below(3), "abc"));
        }
    }
    return tokens;
}

std::string spelled(std::vector<std::string> const &tokens, Random &random) {
    static constexpr const char *gaps[] = {" ", "\n", "\r\n", "\t", "  ", "/**/", "-- 'x\n", "/* ; */\n", " --\r\n"};
    std::string text;
    for (std::string token : tokens) {
        bool const is_word = token[0] >= 'a' && token[0] <= 'c';
        for (char &c : token)
            if (is_word && random.one_in(2))
                c = static_cast<char>(c - 'a' + 'A');
        text += gaps[random.below(std::size(gaps))] + token;
    }
    return text + gaps[random.below(std::size(gaps))];
}

void change_meaning(std::vector<std::string> &tokens, Random &random) {
    std::size_t const i = random.below(tokens.size());
    switch (random.below(3)) {
    case 0:
        tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(i));
        break;
    case 1:
        tokens.insert(tokens.begin() + static_cast<std::ptrdiff_t>(i), "new");
        break;
    default:
        if (char const first = tokens[i][0]; first == '\'' || first == '"')
            tokens[i].insert(1 + random.below(tokens[i].size() - 1), random.text(1, " \nz"));
        else if (first == '$')
            tokens[i].insert(3 + random.below(tokens[i].size() - 5), random.text(1, " \nz"));
        else
            tokens[i] = first == ';'                   ? ","
                        : first >= '1' && first <= '9' ? tokens[i] + "0"
                        : tokens[i] == "<"             ? ">"
                                                       : "z";
    }
}

} // namespace

TEST(Checksum, OfBytesIsSha256) {
    EXPECT_EQ(checksum::of_bytes(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(checksum::of_bytes("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(checksum::of_bytes("ab", "c"), checksum::of_bytes("abc"));
    EXPECT_NE(checksum::of_bytes("a\r\n"), checksum::of_bytes("a\n"));
}

TEST(Checksum, OfNoTokensIsThatOfNothing) {
    EXPECT_EQ(sum(""), checksum::of_bytes(""));
    expect_same("", " -- only a comment\n");
}

TEST(Checksum, OfTokensIsThatOfTheStreamTheHeaderDescribes) {
    Lexed const lexed = lex("select \"A\" , 'it''s';");
    EXPECT_EQ(checksum::of_tokens(lexed), checksum::of_bytes(stream_of(lexed)));
    // Written down, because checksums are stored: a change of it needs a new name for the algorithm.
    EXPECT_STREQ(checksum::algorithm, "sha256/tokens-1");
    EXPECT_EQ(sum("SELECT 1;"), checksum::of_bytes(std::string("w\6\0\0\0selectx\1\0\0\0001x\1\0\0\0;", 23)));
}

TEST(Checksum, WhiteSpaceAndCommentsBetweenTokensDoNotCount) {
    expect_same("SELECT a FROM t;", "SELECT\n\ta\r\nFROM  t ;\n\n");
    expect_same("SELECT a FROM t;", "-- x\nSELECT/* y /* z */ */a FROM t; -- '\n");
    expect_same("SELECT a\n;\n", "SELECT a\r\n;\r\n");
}

TEST(Checksum, TheCaseOfWordsDoesNotCount) { expect_same("SELECT Foo FROM AZ", "select foo from az"); }

TEST(Checksum, TheCaseOfAllElseDoes) {
    expect_other("SELECT 'a'", "SELECT 'A'");
    expect_other("SELECT \"a\"", "SELECT \"A\"");
    expect_other("SELECT $$a$$", "SELECT $$A$$");
    expect_other("SELECT \xc3\xa4", "SELECT \xc3\x84");
}

TEST(Checksum, EverythingInALiteralCounts) {
    for (const char *const changed :
         {"'a  b'", "'a\tb'", "'a b '", "'a\nb'", "'a --b'", "'a /**/ b'", "'a''b'", "E'a b'"})
        expect_other("SELECT 'a b'", std::string("SELECT ") + changed);
    expect_other("DO $$ a; $$", "DO $$ a;  $$");
    expect_other("DO $$ a; $$", "DO $$ a; -- x\n $$");
    expect_other("DO $$ a $$", "DO $x$ a $x$");
    expect_other("SELECT \"a b\"", "SELECT \"a  b\"");
}

TEST(Checksum, CrLfInALiteralIsLfAndALoneCrIsItself) {
    expect_same("DO $$a\nb$$", "DO $$a\r\nb$$");
    expect_same("SELECT 'a\n'", "SELECT 'a\r\n'");
    expect_other("DO $$a\nb$$", "DO $$a\rb$$");
    expect_other("DO $$ab$$", "DO $$a\rb$$");
    expect_other("DO $$a\r\r\nb$$", "DO $$a\r\nb$$");
}

TEST(Checksum, TokenBoundariesCount) {
    expect_other("ab c", "a bc");
    expect_other("ab c", "abc");
    expect_other("1 2", "12");
    expect_other("'a' 'b'", "'a''b'");
    expect_other("< =", "<=");
}

TEST(Checksum, OrderAndNumberOfTokensCount) {
    expect_other("a b", "b a");
    expect_other("a;", "a;;");
    expect_other("a", "a a");
    expect_other("a; b", "a b");
}

TEST(Checksum, TheKindOfATokenCounts) {
    expect_other("foo", "\"foo\"");
    expect_other("foo", "'foo'");
    expect_other("'foo'", "$$foo$$");
    std::string_view const text = "foo";
    EXPECT_NE(checksum::of_tokens({text, {{Token::Kind::word, 0, 3}}}),
              checksum::of_tokens({text, {{Token::Kind::exact, 0, 3}}}));
}

TEST(Checksum, HoldsForMoreThanOneBufferOfTokens) {
    std::string text;
    for (int i = 0; text.size() < 300000; ++i)
        text += "insert into t values ( " + std::to_string(i) + " ) ; ";
    text += "'" + std::string(200000, 'x') + "' end";
    Lexed const lexed = lex(text);
    EXPECT_EQ(checksum::of_tokens(lexed), checksum::of_bytes(stream_of(lexed)));

    std::string last = text, first = text;
    last.back() = 'e';
    first[0] = 'x';
    EXPECT_NE(sum(text), sum(last));
    EXPECT_NE(sum(text), sum(first));
    EXPECT_EQ(sum(text), sum("-- x\n" + text + "\n"));
}

TEST(Checksum, HoldsForStreamsAroundTheBufferSize) {
    for (std::size_t length = 65536 - 30; length < 65536 + 5; ++length) {
        std::string const text = "a " + std::string(length, 'b') + " c d";
        ASSERT_EQ(sum(text), checksum::of_bytes(stream_of(lex(text)))) << length;
    }
}

TEST(Checksum, NoCosmeticChangeAlarmsAndEverySemanticOneDoes) {
    Random random;
    SCOPED_TRACE(random.trace());
    for (int round = 0; round < 1000; ++round) {
        std::vector<std::string> tokens = any_tokens(random);
        std::string const before = spelled(tokens, random), cosmetic = spelled(tokens, random);
        ASSERT_EQ(sum(before), sum(cosmetic)) << before << "\n---\n" << cosmetic;
        std::vector<std::string> const old = tokens;
        while (tokens == old)
            change_meaning(tokens, random);
        std::string const semantic = spelled(tokens, random);
        ASSERT_NE(sum(before), sum(semantic)) << before << "\n---\n" << semantic;
    }
}
