#include "core/convention/sections.hpp"
#include "failure_of.hpp"
#include "home_document.hpp"
#include "stand_in_scanner.hpp"

using mig::Document;
using mig::Failure;
using mig::Section;
using mig::test::contains;
using mig::test::failure_of;
using mig::test::lex;
using mig::test::parse_document;

namespace {

struct Parsed {
    std::string text;
    Document document;

    explicit Parsed(std::string file) : text(std::move(file)), document(parse_document(lex(text))) {}
    std::string up() const { return in(document.up); }
    std::string down() const { return document.down ? in(*document.down) : "none"; }

  private:
    std::string in(Section const &section) const { return text.substr(section.begin, section.end - section.begin); }
};

void expect_sections(std::string const &file, std::string const &up, std::string const &down) {
    Parsed const parsed(file);
    EXPECT_EQ(parsed.up(), up) << file;
    EXPECT_EQ(parsed.down(), down) << file;
}

void expect_all_up(std::string const &file) { expect_sections(file, file, "none"); }

Failure refusal(std::string const &file) {
    Failure const failure = failure_of([&] { parse_document(lex(file)); });
    EXPECT_STREQ(failure.state, mig::sqlstate::malformed_file) << file;
    return failure;
}

} // namespace

TEST(Document, WithoutMarkersAllIsUp) {
    expect_all_up("CREATE TABLE t (a int);\n");
    expect_all_up("-- a comment\n");
    expect_all_up("");
    EXPECT_EQ(Parsed("SELECT 1;").document.up.line, 1u);
}

TEST(Document, MarkersBeginTheSections) {
    expect_sections("-- UP\na;\n-- DOWN\nb;\n", "a;\n", "b;\n");
    expect_sections("-- header\n\n-- UP\na;\n", "a;\n", "none");
}

TEST(Document, DownMayComeFirst) { expect_sections("-- DOWN\nb;\n-- UP\na;\n", "a;\n", "b;\n"); }

TEST(Document, WithDownOnlyAllBeforeItIsUp) {
    expect_sections("a;\n-- DOWN\nb;\n", "a;\n", "b;\n");
    expect_sections("-- DOWN\nb;\n", "", "b;\n");
}

TEST(Document, SectionsMayBeEmpty) {
    expect_sections("-- UP\n-- DOWN\n", "", "");
    expect_sections("-- UP", "", "none");
    expect_sections("-- UP\na;\n-- DOWN", "a;\n", "");
}

TEST(Document, CaseAndBlanksDoNotMatter) {
    for (const char *const up : {"-- up", "--UP", "-- Up", "  -- UP", "\t--\tuP\t", "--   up   ", "\f-- UP"})
        expect_sections(std::string(up) + "\na;\n--down\nb;", "a;\n", "b;");
}

TEST(Document, EveryLineEndEndsAMarker) {
    expect_sections("-- UP\r\na;\r\n-- DOWN\r\nb;\r\n", "a;\r\n", "b;\r\n");
    expect_sections("-- UP\ra;\r-- DOWN\rb;\r", "a;\r", "b;\r");
    expect_sections("-- UP\n\r\na;\n", "\r\na;\n", "none");
}

TEST(Document, AnotherWordIsNoMarker) {
    for (const char *const line : {"-- UPDATE", "-- UP:", "-- up and down", "--- UP", "-- +goose Up", "-- U P",
                                   "-- 'UP'", "- - UP", "--\nUP", "/* UP */", "# UP"})
        expect_all_up(std::string("x;\n") + line + "\na;\n");
}

TEST(Document, AMarkerStandsOnALineOfItsOwn) {
    expect_all_up("a; -- DOWN\nb;\n");
    expect_all_up("a -- UP\n;\n");
    expect_all_up("/* x */ -- DOWN\na;\n");
    expect_all_up("/* x\n*/ -- DOWN\na;\n");
    expect_all_up("SELECT 'x\n' -- DOWN\n;\n");
    expect_all_up("-- x -- DOWN\na;\n");
}

TEST(Document, InABlockCommentItIsText) {
    expect_all_up("/*\n-- UP\n*/\na;\n");
    expect_all_up("/* /* */\n-- DOWN\n*/\na;\n");
    expect_all_up("/*\n/*\n-- DOWN\n*/\n-- UP\n-- DOWN\n*/ a;\n");
    expect_all_up("a;\n/*\n-- DOWN\n*/");
    expect_sections("/*\n-- UP\n*/\n-- UP\na;\n", "a;\n", "none");
}

TEST(Document, ABlockCommentDoesNotBeginInALineComment) {
    expect_sections("-- /*\n-- UP\na; -- */\n-- DOWN\nb;\n", "a; -- */\n", "b;\n");
}

TEST(Document, ALineCommentDoesNotBeginInABlockComment) {
    expect_sections("/* -- */\n-- UP\na;\n", "a;\n", "none");
    expect_sections("/*/**/*/\n-- UP\na;\n", "a;\n", "none");
    expect_sections("/*\n--*/\n-- UP\na;\n", "a;\n", "none");
}

TEST(Document, InALiteralItIsText) {
    expect_all_up("SELECT '\n-- UP\n';\n");
    expect_all_up("SELECT E'\\'\n-- DOWN\n';\n");
    expect_all_up("SELECT \"\n-- DOWN\n\";\n");
    expect_all_up("DO $$\n-- UP\n-- UP\n$$;\n");
    expect_all_up("CREATE FUNCTION f() AS $f$\nbegin\n-- DOWN\n$$x$$;\nend $f$;\n");
}

TEST(Document, QuotesInCommentsOpenNothing) {
    expect_sections("-- it's\n-- UP\na; -- don't\n/* \" $$ */\n-- DOWN\nb;\n", "a; -- don't\n/* \" $$ */\n", "b;\n");
}

TEST(Document, BetweenTheTokensOfAStatementItCounts) { expect_sections("a (\n-- DOWN\n) b;\n", "a (\n", ") b;\n"); }

TEST(Document, CommentsAndBlanksBeforeUpBelongToNothing) {
    expect_sections("/* licence */\n\n  -- who\n-- UP\na;\n", "a;\n", "none");
}

TEST(Document, TheLineOfASectionIsThatBehindItsMarker) {
    Parsed const unix_lines("-- x\n\n-- UP\na;\nb;\n\n-- DOWN\nc;\n");
    EXPECT_EQ(unix_lines.document.up.line, 4u);
    EXPECT_EQ(unix_lines.document.down->line, 8u);
    EXPECT_EQ(Parsed("a;\r\n-- DOWN\r\nb;").document.down->line, 3u);
    EXPECT_EQ(Parsed("a;\r-- DOWN\rb;").document.down->line, 3u);
    EXPECT_EQ(Parsed("a;\n-- DOWN\nb;").document.up.line, 1u);
}

TEST(Document, ASecondSectionIsRefusedWithBothLines) {
    Failure const up = refusal("-- UP\na;\n\n-- up\nb;\n");
    EXPECT_EQ(up.message, "line 4: a second \"-- UP\" section");
    EXPECT_EQ(up.detail, "The first is on line 1.");
    EXPECT_FALSE(up.hint.empty());
    Failure const down = refusal("-- DOWN\r\n-- UP\r\na;\r\n-- DOWN\r\n");
    EXPECT_EQ(down.message, "line 4: a second \"-- DOWN\" section");
    EXPECT_EQ(down.detail, "The first is on line 1.");
}

TEST(Document, AStatementBeforeUpIsRefused) {
    EXPECT_EQ(refusal("-- x\na;\n-- UP\nb;\n").message, "line 2: a statement before \"-- UP\"");
    EXPECT_EQ(refusal("a;\n-- DOWN\nb;\n-- UP\nc;\n").message, "line 1: a statement before \"-- DOWN\"");
    EXPECT_FALSE(refusal(";\n-- UP\n").hint.empty());
}

TEST(Document, AByteOrderMarkIsTheCallersToStrip) {
    // The scanner takes it for a letter.
    EXPECT_TRUE(contains(refusal("\xef\xbb\xbf\n-- UP\na;\n").message, "line 1: a statement before"));
    expect_all_up("\xef\xbb\xbf-- UP\na;\n");
}
