// Comments that look like markers: which are refused, which are prose.
#include "convention_files.hpp"
#include "core/text/comment_words.hpp"
#include "core/text/lines.hpp"

using mig::Failure;
using mig::test::contains;
using mig::test::failure_of;
using mig::test::Files;

namespace {

// The message of the refusal, or nothing.
std::string refusal(const char *convention, const char *path, std::string const &content) {
    try {
        (void) Files({{path, content.c_str()}}).read(convention);
    } catch (Failure const &failure) {
        EXPECT_STREQ(failure.state, mig::sqlstate::malformed_file) << failure.message;
        return failure.message;
    }
    return {};
}

// A comment between two statements of a file in the home convention.
std::string between(std::string const &comment) {
    return refusal("home", "1_a.sql", "CREATE TABLE a (i int);\n" + comment + "\nDROP TABLE a;\n");
}

// One a line.
constexpr std::string_view slips =
    "DOWN:\nDown:\nDOWN --\n- DOWN\nDOWN migration\nDown Migration\nDOWN (rollback)\n== DOWN ==\n[DOWN]\n@DOWN\n"
    "UNDO\nROLLBACK\nDOWN;\nDown.\nDOWN (undo)\n-- DOWN ----\n+DOWN\ndown:\nmigrate:down\n+goose Down\n"
    "migrate:down;\nmigrate: down\nmigrate_down\nmigrate:dwon\n+ goose Down\ngoose Down\n+goose:Down\nmigrate Down\n"
    "- create above / drop below ---\n-- create above / drop below\n-- crate above / drop below ----\n@UNDO\n"
    "//@UNDO\n// @UNDO\n+micrate Down\n+micrate Up\nrambler down\nrambler up\n+goose StatementBegin\nStatementBegin\n"
    "+gose Down\n+migrate Down\n+migrate Dwon\ndwon\ndonw\ndoown\nDOWNN\nundoo\nrolback\nrollbak\nRoll back\n"
    "ROLL-BACK\nroll_back\nDown section\nSECTION DOWN\nRollback script\nrollback migration\nMigration: down\n"
    "Migration Down\nBEGIN DOWN\nDOWN BEGIN\nSTART DOWN\nBegin rollback\nD O W N\nDownMigration\ndownmigration\n"
    "MigrateDown\nDOWN: drop the table\nDOWN - drop the table\nDOWN — drop the table\nRollback: drop the column\n"
    "[DOWN] drop the table\n@undo the table\n#down\n*** DOWN ***\n>>> DOWN <<<\n>>> DOWN\n<down>\n{down}\n"
    "~~~down~~~\n\"DOWN\"\n'down'\n`down`\n| DOWN |\n/ DOWN /\n\\ DOWN\n%DOWN%\n$DOWN\n&DOWN\n2. DOWN\n2) Rollback\n"
    "Step 2: rollback\n▼ DOWN ▼\n— DOWN —\n↓ down\n─── DOWN ───\n:DOWN\n::down::\ndown!\n"
    "Down?\nDown migration below\nRollback starts here\nUndo the migration\nRollback changes\nundo changes\n"
    "Down Migration 001\nDown migration for create_users\nRollback script for 001_create_users\nREVERT\nRevert:\n"
    "Downgrade\nteardown\ntear down\nchangeset ann:1\nchange set ann:1\nchangset ann:2\n"
    "chageset ann:2 runOnChange:true\nliquibase formatted sql\nLiquibase formated sql\nrollback DROP TABLE a;\n"
    "rolback DROP TABLE a;\nflyway undo\nknex down\n+migrate down notransaction\nmigrate:down transaction:false\n"
    "migrate:up transaction:false\nmigration:down\nmigrations down\nmigrate:downn\nmigrate:rollback\nmigrate : down\n"
    "migrate.down\nmirgate:down\n+goose down\ngoose: down\ngoose-down\n+gooseDown\n+ migrate Down\n+micrat Down\n"
    "==== DOWN ====\n!Downs\n!Ups\ndown.sql --\ndown.sql\nDown / Rollback\nDOWN/UNDO\nDOWN, UNDO\nUNDO/DOWN\n"
    "Down (undo the migration)\nDOWN MIGRATION SQL\nSQL in section down\nSQL section 'Down'\nSQL for down\n"
    "To undo:\nto roll back\nFor rollback:\nTo undo this migration:\nReverse "
    "migration\nreverse sql\nrollback DROP TABLE a\nDOWN：\ndowngrade()\n";

constexpr std::string_view prose =
    "rollback not possible;\nchangeset https://example.com/1\nmigrated:users\n"
    "reverse\nReverse: the index\nstep down\n2 = down\ndown = 2\nRollback: see below\nUPS\nin reverse order\nin "
    "reverse\nto be undone\nto undo a "
    "vote\nstep by step\nReverse the list\nup to\n"
    "up to here ...\nup to here\nrollback is not possible because the data is gone\nrollback is not possible\n"
    "Rollback not possible\nRollback: not possible\nRollback: DROP TABLE a;\ndown payment column\n"
    "Verify that the table exists\nup and running\nup-to-date statistics\nUp to date\ndown-sampled data\n"
    "up/down counters\nupvotes\ndown votes\nundo log table\nUndo the change of 2019, as agreed\nrollback segment\n"
    "revert changes to constraint\nRevert community follower changes\n"
    "Revert column renames from version_digest back to version_md5\nDown migration is not needed.\n"
    "No down migration\nno rollback\nthere is no down migration\nDo the opposite of the up\nmigrate data\nMigrate\n"
    "Migrate: copy the data from the old table\nmigrate users to the new table\nmigrate up the chain\n"
    "Migrate existing rows\nmigration\nMigration 001\nmigrate:\nmigrate existing data\nend of file\nStep 1\n"
    "Step 2: create the index\nbegin\nBEGIN;\nCOMMIT;\nend\nEND;\nstart up\nstart up costs\nset up\nsetup\nbackup\n"
    "back up the table\nclean up\ncleanup\nlook up\nlookup\nlook-up table\nroll up\nspeed up\nsign up\nsign-up\n"
    "follow up\nfollow-up\nbreak down\nbreakdown\ncountdown\nshut down\ncool down\nslow down\nwrite down\n"
    "Name: users; Type: TABLE; Schema: public; Owner: -\nDependencies: 123\nPostgreSQL database dump\n"
    "PostgreSQL database dump complete\nDumped from database version 15.3\nTOC entry 215 (class 1259 OID 16386)\n"
    "Data for Name: users; Type: TABLE DATA; Schema: public; Owner: postgres\nCopyright (c) 2020\n"
    "Licensed under the Apache License, Version 2.0 (the \"License\");\nstatement timeout\nstatement-breakpoint\n"
    "> statement-breakpoint\n;;\nCreateTable\nAlterTable\nDown the line we may drop this\nUP AND RUNNING\nUpgrade\n"
    "Upgrade to version 2\nRunning upgrade abc -> def\nRunning downgrade def -> abc\ngoose\ngoose table\n"
    "the goose laid\ngopher\ngeese\nGoose up the numbers\nrambler roses\ntern\ntown\nown\ndawn\ndone\ndo\nDO\ndon't\n"
    "und\nunto\nupdate\nupdates\nUpdate: set the flag\nupdown\nupsert\nUp next: the index\nsample\ndrop the old one\n"
    "Down: n/a\nDOWN: none\nRevert this later\nrevert when fixed\nsee the down file\nsee down.sql\n"
    "the down file drops it\nrollback of this is in 0012\nrolled back\nRollback on error\nOn rollback\n"
    "ROLLBACK TO SAVEPOINT a\nRollback plan: restore the backup\nRollback strategy\nrollback_reason text\n"
    "ROLLBACK_SEGMENT\ndown_time integer\nup_time\n+1\n+ added the column\n- removed the column\n@author Ann\n"
    "@param x\n// First migration.\nchangeset 12: moved\nchangesets\nchange the type\n"
    "rollback drop of the column is dangerous\ncreate above the line\ncreate table above\nUptime\nUp: 3, Down: 4\n"
    "up, down, left, right\nup|down\nup or down\n'up' or 'down'\none of: up, down\nvalues: up down\n";

std::vector<std::string> each(std::string_view text) {
    std::vector<std::string> all;
    for (mig::Lines lines(text); lines.next();)
        all.emplace_back(lines.line());
    return all;
}

} // namespace

TEST(MarkerSlip, IsRefusedWithItsLine) {
    for (std::string const &words : each(slips))
        EXPECT_TRUE(contains(between("-- " + words), "1_a.sql, line 2: \"")) << words;
}

TEST(MarkerSlip, IsNotProse) {
    for (std::string const &words : each(prose))
        for (const char *const dashes : {"-- ", "--", "  --\t"})
            EXPECT_EQ(between(dashes + words), "") << words;
}

TEST(MarkerSlip, MayBeABlockComment) {
    for (const char *const comment : {"/* DOWN */", "/*DOWN*/", "/**\n * Down migration\n **/", "/*\n-- DOWN\n*/",
                                      "/********\n  ROLLBACK\n********/", "/* migrate:down */", "/* DOWN */ SELECT 1;"})
        EXPECT_TRUE(contains(between(comment), "line 2: \"/*")) << comment;
    for (const char *const comment :
         {"/* down payments\n */", "/* Licence\n\n DOWN\n\n of this */", "/* -- the way down\n-- DOWN\n is long */"})
        EXPECT_EQ(between(comment), "") << comment;
}

TEST(MarkerSlip, CountsOutsideOfStatementsOnly) {
    for (const char *const body :
         {"CREATE TABLE a (\n-- up:\nup int,\n/* DOWN */\ndown int);", "SELECT 1 -- DOWN:\n;\nSELECT 2;",
          "SELECT 1; -- DOWN:\nSELECT 2;", "DO $$ BEGIN\n-- DOWN:\nDROP TABLE a;\nEND $$;", "SELECT '\n-- DOWN:\n';",
          "SELECT 1 AS \"\n-- DOWN:\n\";",
          "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC\nSELECT 1;\n-- DOWN:\nSELECT 2;\nEND;",
          "/*\n-- DOWN:\n-- is explained here\n*/ SELECT 1;", "COPY a FROM stdin;\n"}) {
        EXPECT_EQ(refusal("home", "1_a.sql", body), "") << body;
        EXPECT_EQ(refusal("golang-migrate", "1_a.up.sql", body), "") << body;
    }
}

// Without a statement behind it, nothing runs in the wrong section.
TEST(MarkerSlip, NeedsAStatementBehindIt) {
    for (const char *const end : {"", "-- DROP TABLE a;\n", "/* DROP TABLE a; */\n", "-- DOWN\nDROP TABLE a;\n"})
        for (const char *const words : {"-- Rollback:\n", "-- [DOWN]\n", "-- +micrate Down\n", "-- @UNDO: by hand\n"})
            EXPECT_EQ(refusal("home", "1_a.sql", std::string("SELECT 1;\n") + words + end), "") << words << end;
    EXPECT_TRUE(contains(refusal("home", "1_a.sql", "SELECT 1;\n--rollback DROP TABLE a;\n"), "line 2"));
}

TEST(MarkerSlip, IsOneOnlyInTheWrongSection) {
    // Liquibase has no multi-line rollback in this form.
    constexpr const char *changelog = "--liquibase formatted sql\n--changeset ann:1\na;\n--rollback\n";
    EXPECT_EQ(refusal("liquibase", "a.sql", std::string(changelog) + "--rollback b;\n--changeset ann:2\nc;\n"), "");
    EXPECT_TRUE(
        contains(refusal("liquibase", "a.sql", std::string(changelog) + "b;\n"), "a.sql, line 4: \"--rollback\""));
    // What names the section that it stands in, and what comments a ROLLBACK.
    EXPECT_EQ(
        refusal("home", "1_a.sql", "-- UP\n-- Up migration\na;\n-- up:\nb;\n-- DOWN\n-- rollback:\nc;\n-- Undo\nd;"),
        "");
    EXPECT_EQ(refusal("home", "1_a.sql", "a;\n-- rollback\nROLLBACK TO SAVEPOINT a;"), "");
    EXPECT_EQ(refusal("goose", "1_a.sql", "-- +goose Up\na;\n-- +goose Down\n-- Rollback\nb;"), "");
    EXPECT_EQ(refusal("home", "1_a.sql", "-- UP\na;\n-- DOWN\nb;\n-- UP:\nc;"),
              "1_a.sql, line 5: \"-- UP:\" looks like a marker of an up section");
    // A file that has no marker yet: a VERIFY behind it would be a comment.
    for (const char *const words :
         {"-- UP:", "-- [up]", "---- UP ----", "-- Up Migration", "-- == UP == --", "/* UP */"})
        EXPECT_TRUE(contains(refusal("home", "1_a.sql", std::string(words) + "\na;\n"), "1_a.sql, line 1: \""))
            << words;
    // Verified is only what follows an up marker.
    EXPECT_TRUE(contains(refusal("home", "1_a.sql", "-- UP\na;\n-- VERIFY:\nb;\n"), "line 3"));
    EXPECT_TRUE(contains(refusal("home", "1_a.sql", "-- UP\na;\n-- [Verfy]\nb;\n"), "line 3"));
    for (const char *const words : {"-- Verify", "-- verify:", "-- Verify: the rows"})
        EXPECT_EQ(refusal("home", "1_a.sql", std::string("a;\n") + words + "\nb;\n"), "") << words;
    EXPECT_EQ(refusal("home", "1_a.sql", "-- UP\na;\n-- Verify that all is well\nb;\n"), "");
    // A text behind it belongs to a description where no statement is above it.
    EXPECT_EQ(refusal("home", "1_a.sql", "-- Author: Ann\n-- Rollback: take the backup\n-- Undo: by hand\na;\n"), "");
    EXPECT_TRUE(contains(refusal("home", "1_a.sql", "a;\n-- Rollback: take the index away\nb;\n"), "line 2"));
}

TEST(MarkerSlip, IsRefusedInEachConvention) {
    struct Case {
        const char *convention, *path, *begin;
    };
    for (auto const &[convention, path, begin] : std::initializer_list<Case>{
             {"home", "1_a.sql", "-- UP\n"},
             {"golang-migrate", "1_a.up.sql", "-- Up\n"},
             {"dbmate", "1_a.sql", "-- migrate:up\n"},
             {"goose", "1_a.sql", "-- +goose Up\n"},
             {"flyway", "V1__a.sql", ""},
             {"flyway", "R__a.sql", ""},
             {"sqlx", "1_a.sql", ""},
             {"diesel", "1_a/up.sql", ""},
             {"prisma", "1_a/migration.sql", ""},
             {"node-pg-migrate", "1_a.sql", "-- Up Migration\n"},
             {"node-pg-migrate", "1_a.up.sql", "-- Up Migration\n"},
             {"tern", "1_a.sql", ""},
             {"sql-migrate", "1_a.sql", "-- +migrate Up\n"},
             {"graphile-migrate", "000001.sql", "--! Previous: -\n"},
             {"atlas", "1_a.sql", ""},
             {"atlas", "1_a.sql", "-- atlas:txtar\n\n-- checks.sql --\nSELECT true;\n-- migration.sql --\n"},
             {"supabase", "20260315093000_a.sql", ""},
             {"liquibase", "a.sql", "--liquibase formatted sql\n--changeset ann:1\n"},
             {"postgrator", "1.do.a.sql", ""},
             {"refinery", "V1__a.sql", ""},
             {"pgmigrate", "V1__a.sql", ""},
             {"popx", "1_a.up.sql", ""},
             {"hasura", "1_a/up.sql", ""},
             {"go-pg", "1_a.up.sql", ""},
             {"yoyo", "1_a.sql", ""},
             {"postgres-migrations", "1-a.sql", ""},
             {"migratus", "1-a.up.sql", ""},
             {"db-migrate", "1-a-up.sql", ""},
             {"shmig", "1485643154-a.sql", "-- ==== UP ====\n"},
             {"play", "1.sql", "-- !Ups\n"},
             {"slonik", "2026.03.15T10.15.00.a.sql", ""},
             {"dbup", "Script0001 - a.sql", ""},
             {"ebean", "1.0__a.sql", ""}}) {
        std::string const text = std::string(begin) + "CREATE TABLE a (i int);\n";
        EXPECT_EQ(refusal(convention, path, text + "-- up to here\nCREATE TABLE b (i int);\n"), "") << convention;
        for (const char *const words :
             {"-- DOWN:", "/* down */", "-- == Undo ==", "-- migrate:dwon", "-- +micrate Down", "--changset ann:2",
              "---- create above / drop bellow ----", "-- @UNDO"}) {
            std::string const message = refusal(convention, path, text + words + "\nDROP TABLE a;\n");
            EXPECT_TRUE(contains(message, std::string(path) + ", line "))
                << convention << ": " << words << ": " << message;
        }
    }
}

TEST(MarkerSlip, IsRefusedInDownAndVerifyFiles) {
    auto const in = [](const char *down) {
        return failure_of([&] {
                   (void) Files({{"1_a.up.sql", "a;"}, {"1_a.down.sql", down}}).read("golang-migrate");
               })
            .message;
    };
    EXPECT_EQ(in("b;\n-- UP:\nc;"), "1_a.down.sql, line 2: \"-- UP:\" looks like a marker of an up section");
    EXPECT_EQ(in("b;\n-- +micrate Up\nc;"), "1_a.down.sql, line 2: \"-- +micrate Up\" looks like a marker of micrate");
    (void) Files({{"1_a.up.sql", "-- Up\na;"}, {"1_a.down.sql", "-- Down migration\nb;\n-- rollback:\nc;"}})
        .read("golang-migrate");
    (void) Files({{"sqitch.plan", "%project=p\n\na 2026-03-15T10:00:00Z A <a@b>\n"},
                  {"deploy/a.sql", "-- Deploy p:a to pg\n\nBEGIN;\na;\nCOMMIT;\n"},
                  {"revert/a.sql", "-- Revert p:a from pg\n\nBEGIN;\na;\nCOMMIT;\n"},
                  {"verify/a.sql", "-- Verify p:a on pg\n\nBEGIN;\na;\nROLLBACK;\n"}})
        .read("sqitch");
}

TEST(MarkerSlip, SaysWhatIsRight) {
    auto const hint = [](const char *convention, const char *path, const char *text) {
        Failure const failure = failure_of([&] { (void) Files({{path, text}}).read(convention); });
        EXPECT_TRUE(contains(
            failure.hint,
            " If it is an ordinary comment, write above it, on a line of its own: -- migrator: allow=marker REASON"));
        return failure.hint.substr(0, failure.hint.find(" If it is an ord"));
    };
    EXPECT_EQ(hint("home", "1_a.sql", "a;\n-- DOWN:\nb;"), "Write \"-- DOWN\", and nothing else on the line.");
    EXPECT_EQ(hint("home", "1_a.sql", "-- UP\na;\n-- Verify:\nb;"),
              "Write \"-- VERIFY\", and nothing else on the line.");
    EXPECT_EQ(hint("home", "1_a.sql", "a;\n-- +goose Down\nb;"),
              "Write \"-- DOWN\", and nothing else on the line. If the files are of goose, load them with convention "
              "=> 'goose'.");
    EXPECT_EQ(hint("dbmate", "1_a.sql", "-- migrate:up\na;\n-- migrate:dwon\nb;"),
              "Write \"-- migrate:down\", and nothing else on the line.");
    EXPECT_EQ(hint("sql-migrate", "1_a.sql", "-- +migrate Up\n-- StatementBegin\na;"),
              "Write \"-- +migrate StatementBegin\", and nothing else on the line.");
    EXPECT_EQ(hint("tern", "1_a.sql", "a;\n-- Down\nb;"),
              "Write \"---- create above / drop below ----\", and nothing else on the line.");
    EXPECT_EQ(hint("golang-migrate", "1_a.up.sql", "a;\n-- DOWN\nb;"),
              "Put what follows into the down file, VERSION_name.down.sql.");
    EXPECT_EQ(hint("supabase", "20260315093000_a.sql", "a;\n-- DOWN\nb;"),
              "Files of supabase have no down section: remove it.");
    EXPECT_EQ(hint("liquibase", "a.sql", "--liquibase formatted sql\n--changeset ann:1\na;\n-- DOWN\nb;"),
              "Write \"--rollback\" before each line of what follows.");
    EXPECT_EQ(hint("liquibase", "a.sql", "--liquibase formatted sql\n--changeset ann:1\na;\n--chageset ann:2\nb;"),
              "Write what files of liquibase have in its place, or remove it.");
}

TEST(MarkerSlip, IsAllowed) {
    auto const in = [](std::string const &text) { return refusal("home", "1_a.sql", text); };
    constexpr const char *allow = "-- migrator: allow=marker it is about votes\n";
    EXPECT_EQ(in(std::string("a;\n") + allow + "-- DOWN:\nb;\n"), "");
    EXPECT_EQ(in(std::string("a;\n-- DOWN:\n") + allow + "b;\n"), "");
    EXPECT_EQ(in(std::string("-- UP\n") + allow + "a;\n-- DOWN:\nb;\n-- +micrate Down\nc;\n"), "");
    EXPECT_EQ(in(std::string("-- UP\na;\n-- DOWN\nb;\n") + allow + "-- up:\nc;\n"), "");
    EXPECT_EQ(in("a;\n-- Migrator : ALLOW = Marker it is about votes\n-- DOWN:\nb;\n"), "");
    EXPECT_EQ(in(std::string("a;\n") + allow + "-- DOWN:\nb;\n-- UNDO\nc;\n"),
              "1_a.sql, line 5: \"-- UNDO\" looks like a marker of a down section");
    EXPECT_EQ(in("a;\n-- migrator: allow=marker\n-- DOWN:\nb;\n"),
              "1_a.sql, line 2: allow needs a reason after the rule");
    EXPECT_EQ(in("a;\n-- migrator: allow=drop-table no\n-- DOWN:\nb;\n"),
              "1_a.sql, line 3: \"-- DOWN:\" looks like a marker of a down section");
    // Nothing of it is stored.
    Files const files({{"1_a.sql", "-- migrator: allow=marker votes\na;"}});
    EXPECT_TRUE(files.read("home").at(0).directives.up.allowances.empty());
}

TEST(CommentWords, AreThoseOfAnyDecoration) {
    auto const words = [](const char *text) {
        std::string all;
        for (mig::CommentWord const &word : mig::comment_words(text, 5))
            all += (all.empty() ? "" : " ") + word.text;
        return all;
    };
    EXPECT_EQ(words("== [Down]_Migration: \xE2\x96\xBC \xC2\xAB"
                    "don't\xC2\xBB =="),
              "down migration don't");
    EXPECT_EQ(words("StatementBegin D"), "statement begin d");
    EXPECT_EQ(words("D O W N"), "down");
    EXPECT_EQ(words("roll-back, Tear Down"), "rollback teardown");
    EXPECT_EQ(words("\xC3\xBC"
                    "ber \xD0\x96"),
              "\xC3\xBC"
              "ber \xD0\x96");
    EXPECT_EQ(words("a b c d e f g"), "abcde");
    EXPECT_EQ(words("one two three four five six"), "one two three four five");
    EXPECT_EQ(words(""), "");
    EXPECT_TRUE(mig::nearly("dwon", "down") && mig::nearly("odwn", "down") && mig::nearly("downn", "down"));
    EXPECT_TRUE(mig::nearly("dow", "down") && mig::nearly("dewn", "down") && mig::nearly("dowm", "down"));
    EXPECT_FALSE(mig::nearly("town", "down") || mig::nearly("done", "down") || mig::nearly("do", "down") ||
                 mig::nearly("", "down"));
}
