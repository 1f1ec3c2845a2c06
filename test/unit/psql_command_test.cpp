#include "core/text/psql_command.hpp"
#include "failure_of.hpp"

using mig::psql_command_at;
using mig::psql_command_hint;
using mig::test::contains;

namespace {

std::string hint(std::string_view text) { return psql_command_hint(text, text.find('\\')); }

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
        EXPECT_TRUE(contains(hint(text), "cannot connect elsewhere")) << text;
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
        EXPECT_TRUE(mig::only_affects_psql(text, 0)) << text;
    for (const char *const text : {"\\restrict", "\\restrict \nx", "\\restrict a b", "\\restrict a-b",
                                   "\\restrict x --", "\\restricted x", "\\restrict_x", "\\i x", "\\restrict 'x'"})
        EXPECT_FALSE(mig::only_affects_psql(text, 0)) << text;
    EXPECT_TRUE(mig::only_affects_psql("SELECT 1;\n \\restrict x\n", 11));
}

TEST(PsqlCommand, WhatChangesNothingThatRunsIsKnown) {
    for (const char *const text :
         {"\\set ON_ERROR_STOP on", "\\set ON_ERROR_STOP 1\r\n", "\\set ON_ERROR_STOP\n", "\\set ON_ERROR_STOP 'true'",
          "\\set ON_ERROR_STOP  YES ", "\\unset ON_ERROR_STOP", "\\set QUIET", "\\set QUIET off",
          "\\set VERBOSITY verbose", "\\pset format unaligned", "\\pset null '(null)'", "\\timing", "\\timing on\nx",
          "\\x auto", "\\t", "\\a", "\\echo done", "\\echo 'all of it'", "\\warn x"})
        EXPECT_TRUE(mig::only_affects_psql(text, 0)) << text;
    for (const char *const text : {"\\set ON_ERROR_STOP off",
                                   "\\set ON_ERROR_STOP 0",
                                   "\\set ON_ERROR_STOP false",
                                   "\\set on_error_stop on",
                                   "\\set ON_ERROR_STOPPED on",
                                   "\\set ON_ERROR_STOP one",
                                   "\\set x 1",
                                   "\\set AUTOCOMMIT off",
                                   "\\unset x",
                                   "\\set",
                                   "\\set ON_ERROR_ROLLBACK on",
                                   "\\echo `rm -rf /`",
                                   "\\echo x \\i y.sql",
                                   "\\timing \\i y.sql",
                                   "\\echo don't",
                                   "\\set QUIET `id`",
                                   "\\o file",
                                   "\\i x",
                                   "\\encoding LATIN1",
                                   "\\q",
                                   "\\timings",
                                   "\\pset_x"})
        EXPECT_FALSE(mig::only_affects_psql(text, 0)) << text;
}

TEST(PsqlCommand, TheHintIsOfTheVariable) {
    EXPECT_TRUE(contains(hint("\\set ON_ERROR_STOP off"), "An error always ends a migration: remove the line"));
    EXPECT_TRUE(contains(hint("\\set ON_ERROR_ROLLBACK on"), "no statement is undone by itself"));
    EXPECT_TRUE(contains(hint("\\set AUTOCOMMIT off"), "migrator: no-transaction"));
    EXPECT_TRUE(contains(hint("\\set schema app"), "current_setting()"));
}
