#include "core/migration/enum_use.hpp"
#include "stand_in_scanner.hpp"

#include <gtest/gtest.h>

using mig::AddedValues;
using mig::Lexed;
using mig::Statement;

namespace {

void no_poll() {}

std::uint32_t size_of(std::string const &text) { return static_cast<std::uint32_t>(text.size()); }

// Whether a statement beside ALTER TYPE mood ADD VALUE 'sad' may use the value.
bool uses(std::string const &statement, const char *command, std::string const &value = "sad") {
    std::string const first = "ALTER TYPE mood ADD VALUE x ; ";
    std::string const text = first + statement;
    Lexed const lexed = mig::test::lex(text);
    std::vector<Statement> statements{{Statement::Kind::add_enum_value, 0, size_of(first) - 3, 1, "ALTER TYPE"},
                                      {Statement::Kind::ordinary, size_of(first), size_of(text), 1, command}};
    AddedValues added;
    added.add(value, "mood");
    added.mark(lexed, statements, no_poll);
    EXPECT_FALSE(statements[1].value_in_use);
    return statements[0].value_in_use;
}

} // namespace

TEST(EnumUse, ALiteral) {
    EXPECT_TRUE(uses("INSERT INTO t VALUES ('sad')", "INSERT"));
    EXPECT_TRUE(uses("CREATE TABLE t (m mood DEFAULT 'sad')", "CREATE TABLE"));
    EXPECT_TRUE(uses("INSERT INTO t VALUES ('it''s')", "INSERT", "it's"));
    EXPECT_FALSE(uses("INSERT INTO t VALUES ('sadder', 'Sad', sad)", "INSERT"));
    EXPECT_FALSE(uses("CREATE TABLE t (m mood DEFAULT 'glad')", "CREATE TABLE"));
    EXPECT_FALSE(uses("COMMENT ON TABLE t IS 'a sad one'", "COMMENT"));
}

TEST(EnumUse, ALiteralInABody) {
    EXPECT_TRUE(uses("CREATE FUNCTION f() AS 'SELECT ''sad''::mood'", "CREATE FUNCTION"));
    EXPECT_TRUE(uses("CREATE FUNCTION f() AS $$ SELECT 'sad'::mood $$", "CREATE FUNCTION"));
    EXPECT_TRUE(uses("DO $x$ BEGIN INSERT INTO t VALUES ('sad'); END $x$", "DO"));
    EXPECT_FALSE(uses("DO $x$ BEGIN INSERT INTO t VALUES ('glad'); END $x$", "DO"));
}

TEST(EnumUse, WhatComputesAndNamesTheType) {
    EXPECT_TRUE(uses("UPDATE t SET m = s::mood", "UPDATE"));
    EXPECT_TRUE(uses("SELECT enum_last(NULL::public.\"mood\")", "SELECT"));
    EXPECT_TRUE(uses("ALTER TABLE t ALTER m TYPE Mood USING s::mood", "ALTER TABLE"));
    EXPECT_TRUE(uses("DO $$ BEGIN EXECUTE format('UPDATE t SET m = %L::mood', s); END $$", "DO"));
    EXPECT_FALSE(uses("ALTER TABLE t ADD COLUMN m mood", "ALTER TABLE"));
    EXPECT_FALSE(uses("CREATE TABLE t (m mood)", "CREATE TABLE"));
    EXPECT_FALSE(uses("UPDATE t SET m = 'glad', moods = 1", "UPDATE"));
}

TEST(EnumUse, OtherValuesAreNoUse) {
    std::string const text = "ALTER TYPE mood ADD VALUE 'a' ; ALTER TYPE mood ADD VALUE 'b' AFTER 'a'";
    Lexed const lexed = mig::test::lex(text);
    std::vector<Statement> statements{{Statement::Kind::add_enum_value, 0, 29, 1, "ALTER TYPE"},
                                      {Statement::Kind::add_enum_value, 32, size_of(text), 1, "ALTER TYPE"}};
    AddedValues added;
    added.add("a", "mood");
    added.add("b", "mood");
    added.mark(lexed, statements, no_poll);
    EXPECT_FALSE(statements[0].value_in_use || statements[1].value_in_use);
}
