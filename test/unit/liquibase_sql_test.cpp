#include "core/convention/tools/liquibase_sql.hpp"
#include "failure_of.hpp"
#include "stand_in_scanner.hpp"

using mig::Changelog;
using mig::Placeholders;
using mig::TextPart;
using mig::test::contains;
using mig::test::failure_of;

namespace {

const mig::Lexer lexer = [](std::string_view text, std::string const &) { return mig::test::lex(text); };

// `text` has to outlive it.
Changelog read(std::string_view text, Placeholders const &given = {}) {
    return mig::read_changelog({"db/shop.sql", text}, given, lexer);
}

std::string refusal(std::string const &text) {
    auto const failure = failure_of([&] { read(text); });
    EXPECT_STREQ(failure.state, mig::sqlstate::malformed_file);
    EXPECT_FALSE(failure.hint.empty());
    return failure.message;
}

std::string changeset(std::string const &attributes) {
    return "--liquibase formatted sql\n--changeset ann:1 " + attributes + "\nSELECT 1;\n";
}

std::string body(TextPart const &part) {
    std::string words;
    for (mig::Token const &token : part.lexed.tokens)
        words += (words.empty() ? "" : " ") + std::string(part.lexed.at(token));
    return words;
}

} // namespace

TEST(LiquibaseSql, IsKnownByItsFirstLine) {
    EXPECT_TRUE(mig::is_liquibase_sql("--liquibase formatted sql"));
    EXPECT_TRUE(mig::is_liquibase_sql("\r\n  \n --  Liquibase  Formatted SQL logicalFilePath:a\r\n"));
    for (const char *const other : {"", "--liquibase", "--liquibase sql", "SELECT 1;\n--liquibase formatted sql",
                                    "-- +goose Up", "liquibase formatted sql"})
        EXPECT_FALSE(mig::is_liquibase_sql(other)) << other;
}

TEST(LiquibaseSql, HoldsSeveralChangesets) {
    std::string_view const text =
        "--liquibase formatted sql\r\n"
        "\r\n"
        "--changeset ann:users labels:\"a, b\" context:prod\r\n"
        "--comment: who they are\r\n"
        "CREATE TABLE users (id int);\r\n"
        "--rollback DROP TABLE users;\r\n"
        "-- ChangeSet \"Ann B\":\"2 more\" runOnChange:true runInTransaction:FALSE splitStatements:false\r\n"
        "SELECT 1; --rollback of nothing\r\n"
        "SELECT 2\r\n";
    Changelog const changelog = read(text);
    ASSERT_EQ(changelog.changesets.size(), 2u);
    EXPECT_TRUE(changelog.skipped.empty());
    auto const &first = changelog.changesets[0], &second = changelog.changesets[1];
    EXPECT_EQ(first.author, "ann");
    EXPECT_EQ(first.id, "users");
    EXPECT_EQ(first.labels, "a, b");
    EXPECT_EQ(first.contexts, "prod");
    EXPECT_FALSE(first.no_transaction);
    EXPECT_FALSE(first.repeatable);
    EXPECT_EQ(first.line, 3u);
    EXPECT_EQ(first.up.line, 4u);
    EXPECT_EQ(first.up.path, "db/shop.sql");
    EXPECT_EQ(body(first.up), "CREATE TABLE users ( id int ) ;");
    EXPECT_EQ(first.up.lexed.text.substr(0, 9), "--comment");
    EXPECT_EQ(first.up.owned, nullptr);
    ASSERT_TRUE(first.down);
    EXPECT_EQ(first.down->lexed.text, "DROP TABLE users;");
    EXPECT_EQ(first.down->line, 6u);
    EXPECT_EQ(second.author, "Ann B");
    EXPECT_EQ(second.id, "2 more");
    EXPECT_TRUE(second.no_transaction);
    EXPECT_TRUE(second.repeatable);
    EXPECT_EQ(body(second.up), "SELECT 1 ; SELECT 2");
    EXPECT_FALSE(second.down);
}

TEST(LiquibaseSql, ARollbackKeepsTheLinesOfTheFile) {
    Changelog const changelog = read("--liquibase formatted sql\n"
                                     "--changeset ann:1\n"
                                     "--rollback DROP TABLE a\n"
                                     "--rollback   CASCADE;\n"
                                     "CREATE TABLE a ();\n"
                                     "/* liquibase rollback\n"
                                     "  DROP TABLE b; /* not\n"
                                     "  c */\n"
                                     "*/\n"
                                     "--rollback DROP TABLE d;\n");
    TextPart const &down = changelog.changesets.at(0).down.value();
    EXPECT_EQ(down.line, 3u);
    EXPECT_EQ(body(down), "DROP TABLE a CASCADE ; DROP TABLE b ; DROP TABLE d ;");
    for (std::string_view const word : {"DROP TABLE a", "CASCADE", "DROP TABLE b", "DROP TABLE d"}) {
        std::size_t const at = down.lexed.text.find(word);
        std::uint32_t const line = word == "DROP TABLE a" ? 3 : word == "CASCADE" ? 4 : word == "DROP TABLE b" ? 7 : 10;
        EXPECT_EQ(down.line + mig::line_at(down.lexed.text, at) - 1, line) << word;
    }
}

TEST(LiquibaseSql, ThereMayBeNothingToUndo) {
    for (std::string const words : {"empty", "not required", "Not Required, it is a view"}) {
        std::string const text = changeset("") + "--rollback " + words;
        Changelog const changelog = read(text);
        ASSERT_TRUE(changelog.changesets.at(0).down) << words;
        EXPECT_EQ(changelog.changesets[0].down->lexed.text, "");
    }
    std::string const text = changeset("") + "--rollback\n";
    EXPECT_FALSE(read(text).changesets.at(0).down);
}

TEST(LiquibaseSql, AMarkerInsideABodyIsALineOfTheBody) {
    Changelog const changelog = read("--liquibase formatted sql\n"
                                     "--changeset ann:1\n"
                                     "DO $$\n"
                                     "--changeset ann:2\n"
                                     "--rollback DROP TABLE a;\n"
                                     "$$;\n"
                                     "/*\n--changeset ann:3\n*/\n");
    ASSERT_EQ(changelog.changesets.size(), 1u);
    EXPECT_FALSE(changelog.changesets[0].down);
    EXPECT_EQ(changelog.changesets[0].up.lexed.tokens.size(), 3u);
}

TEST(LiquibaseSql, ChangesetsOfOtherDatabasesAreNotTaken) {
    Changelog const changelog = read("--liquibase formatted sql\n"
                                     "--changeset ann:1 dbms:oracle,h2 endDelimiter:/ runAlways:true\n"
                                     "--precondition-sql-check expectedResult:0 SELECT 1\n"
                                     "BEGIN NULL; END;\n/\n"
                                     "--changeset ann:1 dbms:postgresql,h2\nSELECT 1;\n"
                                     "--changeset ann:2 dbms:!h2\nSELECT 2;\n"
                                     "--changeset ann:3 dbms:!postgresql\nSELECT 3;\n"
                                     "--changeset ann:4 dbms:all\nSELECT 4;\n"
                                     "--changeset ann:5 ignore:true\nSELECT 5;\n");
    ASSERT_EQ(changelog.changesets.size(), 3u);
    EXPECT_EQ(changelog.changesets[1].id, "2");
    EXPECT_EQ(changelog.changesets[2].id, "4");
    ASSERT_EQ(changelog.skipped.size(), 3u);
    EXPECT_EQ(changelog.skipped[0].path, "db/shop.sql");
    EXPECT_EQ(changelog.skipped[0].why, "changeset ann:1 on line 2 is for oracle,h2");
    EXPECT_EQ(changelog.skipped[1].why, "changeset ann:3 on line 10 is for !postgresql");
    EXPECT_EQ(changelog.skipped[2].why, "changeset ann:5 on line 14 has ignore:true");
}

TEST(LiquibaseSql, PropertiesAreReplaced) {
    Changelog const changelog = read("--liquibase formatted sql\n"
                                     "--property name:schema value:app\n"
                                     "--property name: Table value: ${schema}.t\n"
                                     "--property name:schema value:late\n"
                                     "--property name:type value:clob dbms:oracle\n"
                                     "--property name:type value:text dbms:postgresql\n"
                                     "--changeset ann:1\n"
                                     "CREATE TABLE ${table} (a ${type} DEFAULT '${other}', b ${given});\n"
                                     "--rollback DROP TABLE ${table};\n",
                                     {{"given", "int"}});
    auto const &only = changelog.changesets.at(0);
    EXPECT_EQ(body(only.up), "CREATE TABLE app . t ( a text DEFAULT '${other}' , b int ) ;");
    EXPECT_NE(only.up.owned, nullptr);
    EXPECT_EQ(body(only.down.value()), "DROP TABLE app . t ;");
    EXPECT_EQ(body(read("--liquibase formatted sql\n--property name:a value:1\n--changeset ann:1\nSELECT ${a};\n",
                        {{"a", "2"}})
                       .changesets.at(0)
                       .up),
              "SELECT 2 ;");
}

TEST(LiquibaseSql, PropertiesDoNotDoubleForEver) {
    std::string text = "--liquibase formatted sql\n--property name:p0 value:x\n";
    for (int i = 1; i < 40; ++i) {
        std::string const before = "${p" + std::to_string(i - 1) + "}";
        text += "--property name:p" + std::to_string(i) + " value:" + before + before + "\n";
    }
    EXPECT_EQ(refusal(text), "db/shop.sql, line 22: the values of the properties are longer than 1 MB");
}

TEST(LiquibaseSql, IgnoredLinesAreLeftOut) {
    Changelog const changelog = read("--liquibase formatted sql\n"
                                     "--ignoreLines:1\n"
                                     "SET ROLE x;\n"
                                     "--changeset ann:1\n"
                                     "SELECT 1;\n"
                                     "--ignoreLines:start\n"
                                     "it's not SQL\n"
                                     "--changeset ann:2\n"
                                     "--ignoreLines:END\n"
                                     "SELECT 2;\n");
    ASSERT_EQ(changelog.changesets.size(), 1u);
    EXPECT_EQ(body(changelog.changesets[0].up), "SELECT 1 ; SELECT 2 ;");
    std::string_view const text = changelog.changesets[0].up.lexed.text;
    EXPECT_EQ(changelog.changesets[0].up.line + mig::line_at(text, text.find("SELECT 2")) - 1, 10u);
    EXPECT_EQ(refusal(changeset("") + "--ignoreLines:end\n"),
              "db/shop.sql, line 4: invalid --ignoreLines value \"end\"");
}

TEST(LiquibaseSql, WhatCannotBeHonouredIsRefusedByName) {
    EXPECT_TRUE(contains(refusal(changeset("runAlways:true")), "db/shop.sql, line 2: runAlways:true"));
    EXPECT_TRUE(contains(refusal(changeset("failOnError:false")), "line 2: failOnError:false"));
    EXPECT_EQ(refusal(changeset("endDelimiter:/")), "db/shop.sql, line 2: statements that end in \"/\"");
    EXPECT_EQ(refusal(changeset("rollbackEndDelimiter:go")), "db/shop.sql, line 2: statements that end in \"go\"");
    EXPECT_TRUE(contains(refusal(changeset("runWith:sqlplus")), "runWith:sqlplus"));
    EXPECT_TRUE(contains(refusal(changeset("") + "-- precondition-sql-check expectedResult:0 SELECT 1\n"),
                         "line 4: a precondition"));
    EXPECT_TRUE(contains(refusal(changeset("") + "--rollback changesetId:0 changesetAuthor:ann\n"),
                         "line 4: a rollback that refers to another changeset"));
    for (const char *const harmless :
         {"endDelimiter:;", "runAlways:false", "failOnError:true", "runWith:psql", "stripComments:false",
          "created:2020-01-01 by hand", "logicalFilePath:a/b.sql"}) {
        std::string const text =
            changeset(harmless) + "--preconditions onFail:HALT onError:HALT\n--validCheckSum: 8:abc\n";
        EXPECT_EQ(read(text).changesets.size(), 1u) << harmless;
    }
}

TEST(LiquibaseSql, WhatMakesNoSense) {
    std::string const first = "--liquibase formatted sql\n";
    EXPECT_EQ(refusal(first + "SELECT 1;"), "db/shop.sql, line 2: a statement outside of any changeset");
    EXPECT_EQ(refusal(first + "SELECT 1;\n--changeset a:1\n"),
              "db/shop.sql, line 2: a statement before the first changeset");
    for (const char *const odd : {"", " ann", " ann:", " ann: 1", " :1", ":ann:1", "s follow"})
        EXPECT_EQ(refusal(first + "--changeset" + odd + "\n"), "db/shop.sql, line 2: a changeset without author and id")
            << odd;
    EXPECT_EQ(refusal(changeset("") + "--changeset ann:1\n"),
              "db/shop.sql, line 4: a second changeset \"ann:1\", the first is on line 2");
    EXPECT_TRUE(read(first).changesets.empty());
}
