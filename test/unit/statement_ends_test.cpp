#include "core/text/statement_ends.hpp"
#include "stand_in_scanner.hpp"

#include <gtest/gtest.h>

using mig::Lexed;
using mig::StatementSpan;
using mig::Token;

namespace {

// The statements, each on a line, with what is copied in braces.
std::string split(Lexed const &lexed) {
    std::string text;
    for (StatementSpan const &span : split_statements(lexed)) {
        std::size_t const begin = lexed.tokens[span.first].begin, end = lexed.tokens[span.last - 1].end;
        text += std::string(lexed.text.substr(begin, end - begin));
        if (span.data)
            text += "{" + std::string(lexed.at(lexed.tokens[span.data])) + "}";
        text += "\n";
    }
    return text;
}

std::string split(std::string_view text) { return split(mig::test::lex(text)); }

std::size_t count(std::string_view text) { return split_statements(mig::test::lex(text)).size(); }

// As the server's lexer gives it: `%` stands for a line of copy data.
Lexed with_data(std::string_view text) {
    Lexed lexed = mig::test::lex(text);
    for (Token &token : lexed.tokens)
        if (lexed.at(token) == "%")
            token.kind = Token::Kind::copy_data;
    return lexed;
}

} // namespace

TEST(StatementEnds, ASemicolonEndsAStatement) {
    EXPECT_EQ(split("a b; c;\n d"), "a b\nc\nd\n");
    EXPECT_EQ(split(";;a;; ;"), "a\n");
    EXPECT_EQ(split(""), "");
    EXPECT_EQ(split("-- ; \n/* ; /* ; */ */ 'a;' $$;$$ \";\" E'\\';'"), "'a;' $$;$$ \";\" E'\\';'\n");
}

TEST(StatementEnds, NotWithinParentheses) {
    EXPECT_EQ(count("CREATE RULE r AS ON INSERT TO t DO ALSO (a; b;); c"), 2u);
    EXPECT_EQ(count("a (b; (c;) d; e) f; g"), 2u);
    EXPECT_EQ(count("a ) b; c"), 2u); // one too many is none
    EXPECT_EQ(count("a ( b; c"), 1u);
    EXPECT_EQ(count("a [1; b"), 2u);
}

TEST(StatementEnds, NotWithinTheBodyOfARoutine) {
    for (const char *const text :
         {"CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; SELECT 2; END; x",
          "create or replace procedure p() begin atomic a; end; x",
          "CREATE FUNCTION f() BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END; x",
          "CREATE FUNCTION f(a int DEFAULT (CASE WHEN true THEN 1 END)) BEGIN ATOMIC a; END; x",
          "CREATE FUNCTION f() BEGIN ATOMIC SELECT (SELECT CASE a WHEN 1 THEN 2 END); SELECT 2; END; x"})
        EXPECT_EQ(count(text), 2u) << text;
    for (const char *const text :
         {"BEGIN; a; END; x", "CREATE VIEW v AS SELECT begin; a; end; x", "CREATE TABLE function (begin int); a; b; x",
          "CREATE \"function\" begin; a; b; x", "DO $$ BEGIN a; END $$; a; b; x"})
        EXPECT_EQ(count(text), 4u) << text;
    EXPECT_EQ(count("CREATE FUNCTION f() AS $$ BEGIN a; END $$; x"), 2u);
    EXPECT_EQ(count("CREATE FUNCTION f() RETURN CASE WHEN a THEN b END; x"), 2u);
    // As psql: what it takes for a body goes on to the end.
    EXPECT_EQ(count("CREATE FUNCTION begin() AS 'a'; x"), 1u);
}

TEST(StatementEnds, KnowsCopyFromStdin) {
    for (const char *const text :
         {"COPY t FROM stdin;", "copy t (a, \"from\", stdin) from STDIN with (format csv);", "COPY t FROM stdout;",
          "COPY stdin FROM stdin;", "COPY t FROM stdin WHERE a > (1);", "x; /* c */ COPY BINARY t FROM stdin;"}) {
        mig::StatementEnds ends;
        Lexed const lexed = mig::test::lex(text);
        bool copied = false;
        for (Token const &token : lexed.tokens)
            copied = ends.advance(token.kind, lexed.at(token)) && ends.after_copy();
        EXPECT_TRUE(copied) << text;
    }
    for (const char *const text :
         {"COPY t TO stdout;", "COPY t FROM 'stdin';", "COPY (SELECT 1 FROM stdin) TO 'x';", "SELECT 1 FROM stdin;",
          "COPY t FROM \"stdin\";", "EXPLAIN COPY t FROM stdin;", "COPY t FROM PROGRAM 'x';", "COPY t FROM x stdin;"}) {
        mig::StatementEnds ends;
        Lexed const lexed = mig::test::lex(text);
        for (Token const &token : lexed.tokens)
            EXPECT_FALSE(ends.advance(token.kind, lexed.at(token)) && ends.after_copy()) << text;
    }
}

TEST(StatementEnds, DataBelongToTheCopyBeforeThem) {
    EXPECT_EQ(split(with_data("COPY t FROM stdin;\n%\na;")), "COPY t FROM stdin{%}\na\n");
    EXPECT_EQ(split(with_data("COPY t FROM stdin; COPY s FROM stdin; b;\n%\n%\na")),
              "COPY t FROM stdin{%}\nCOPY s FROM stdin{%}\nb\na\n");
    EXPECT_EQ(split(with_data("COPY t FROM stdin")), "COPY t FROM stdin\n");
    EXPECT_EQ(split(with_data("COPY t FROM stdin;\n% COPY s FROM stdin;\n%")),
              "COPY t FROM stdin{%}\nCOPY s FROM stdin{%}\n");
}
