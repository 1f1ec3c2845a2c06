#include "core/psql_command.hpp"
#include "failure_of.hpp"

using mig::instead_of_psql_command;
using mig::psql_command_at;
using mig::test::contains;

namespace {

std::string hint(std::string_view text) { return instead_of_psql_command(text, text.find('\\')); }

} // namespace

TEST(PsqlCommand, IsTheWordBehindTheBackslash) {
    EXPECT_EQ(psql_command_at("\\i other.sql", 0), "\\i");
    EXPECT_EQ(psql_command_at("SELECT 1 \\gexec\n", 9), "\\gexec");
    EXPECT_EQ(psql_command_at("\\include_relative 'x'", 0), "\\include_relative");
    EXPECT_EQ(psql_command_at("1\n\\.\n2", 2), "\\.");
    EXPECT_EQ(psql_command_at("\\", 0), "\\");
    EXPECT_EQ(psql_command_at("\\! ls", 0), "\\");
    EXPECT_EQ(psql_command_at("\\echo", 0), "\\echo");
}

TEST(PsqlCommand, EachHasItsReplacement) {
    for (const char *const text : {"\\i a.sql", "\\ir a.sql", "\\include a", "\\include_relative a"})
        EXPECT_TRUE(contains(hint(text), "Load both files")) << text;
    for (const char *const text : {"\\c app", "\\connect app"})
        EXPECT_TRUE(contains(hint(text), "no such thing")) << text;
    EXPECT_TRUE(contains(hint("\\copy t FROM 'x'"), "COPY ... FROM stdin;"));
    EXPECT_TRUE(contains(hint("1\t2\n\\.\n"), "no such statement"));
    EXPECT_TRUE(contains(hint("SELECT 1\\; SELECT 2"), "without the backslash"));
    EXPECT_TRUE(contains(hint("\\set x 1"), "current_setting()"));
    EXPECT_TRUE(contains(hint("SELECT 'x' \\gexec"), "EXECUTE"));
    EXPECT_TRUE(contains(hint("SELECT 1 \\g"), "semicolon"));
    EXPECT_TRUE(contains(hint("\\if :x"), "DO block"));
    EXPECT_TRUE(contains(hint("\\endif"), "DO block"));
    EXPECT_TRUE(contains(hint("\\echo done"), "RAISE NOTICE"));
    EXPECT_TRUE(contains(hint("\\restrict abc"), "pg_dump"));
    EXPECT_TRUE(contains(hint("\\timing on"), "steers psql"));
    EXPECT_TRUE(contains(hint("\\encoding UTF8"), "encoding of the database"));
}

TEST(PsqlCommand, TheRestIsRefusedInGeneral) {
    for (const char *const text : {"\\d t", "\\! ls", "\\", "\\\\", "\\gexecute", "\\I a.sql", "\\includ"})
        EXPECT_TRUE(contains(hint(text), "not by psql")) << text;
}

TEST(PsqlCommand, GuardsOfPgDumpAreKnown) {
    for (const char *const text :
         {"\\restrict 1a2B\nSELECT 1", "\\unrestrict x\r\n", "\\restrict  x \t", "\\restrict x"})
        EXPECT_TRUE(mig::guards_psql(text, 0)) << text;
    for (const char *const text : {"\\restrict", "\\restrict \nx", "\\restrict a b", "\\restrict a-b",
                                   "\\restrict x --", "\\restricted x", "\\restrict_x", "\\i x", "\\restrict 'x'"})
        EXPECT_FALSE(mig::guards_psql(text, 0)) << text;
    EXPECT_TRUE(mig::guards_psql("SELECT 1;\n \\restrict x\n", 11));
}
