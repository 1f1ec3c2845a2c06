#include "convention_files.hpp"

using mig::Failure;
using mig::Kind;
using mig::MigrationText;
using mig::Placeholders;
using mig::test::contains;
using mig::test::failure_of;
using mig::test::Files;
using mig::test::text_of;

namespace {

// Of one file, as long as the test does not ask for more of it than strings.
struct Read {
    Files files;
    MigrationText migration;
    Read(const char *convention, const char *path, const char *content, Placeholders const &placeholders = {})
        : files({{path, content}}), migration(std::move(files.read(convention, placeholders).at(0))) {}
    std::string up() const { return text_of(migration.up); }
    std::string down() const { return text_of(migration.down); }
    bool up_apart() const { return migration.directives.up.no_transaction; }
    bool down_apart() const { return migration.directives.down.no_transaction; }
};

Failure refusal(const char *convention, const char *path, const char *content) {
    Failure const failure = failure_of([&] { (void) Files({{path, content}}).read(convention); });
    EXPECT_STREQ(failure.state, mig::sqlstate::malformed_file) << failure.message;
    return failure;
}

} // namespace

TEST(ReadGroup, Home) {
    Read const all("home", "d/7_x.sql", "-- migrator: lock_timeout=1s\n-- UP\na;\n-- VERIFY\nv;\n-- DOWN\nb;\n");
    EXPECT_EQ(all.migration.version, "7");
    EXPECT_EQ(all.migration.name, "x");
    EXPECT_EQ(all.up(), "a;\n");
    EXPECT_EQ(all.down(), "b;\n");
    EXPECT_EQ(text_of(all.migration.verify), "v;\n");
    EXPECT_EQ(all.migration.up.path, "d/7_x.sql");
    EXPECT_EQ(all.migration.up.line, 3u);
    EXPECT_EQ(all.migration.verify->line, 5u);
    EXPECT_EQ(all.migration.down->line, 7u);
    EXPECT_EQ(all.migration.directives.up.lock_timeout_ms, 1000);
    EXPECT_EQ(all.migration.directives.down.lock_timeout_ms, 1000);
    EXPECT_FALSE(all.migration.directives.up.autocommit);
    EXPECT_EQ(Read("home", "7_x.sql", "").up(), "");
    EXPECT_EQ(Read("home", "7_x.sql", "a").down(), "none");
    EXPECT_EQ(refusal("home", "d/7_x.sql", "-- UP\n-- UP\n").message, "d/7_x.sql, line 2: a second \"-- UP\" section");
    EXPECT_EQ(refusal("home", "7_x.sql", "-- UP\n-- VERIFY\n-- verify\n").message,
              "7_x.sql, line 3: a second \"-- VERIFY\" section");
}

TEST(ReadGroup, ARemarkIsNoVerifySection) {
    Read const plain("home", "7_x.sql", "a;\n-- verify\nb;\n-- verify\nc;\n");
    EXPECT_EQ(plain.up(), "a;\n-- verify\nb;\n-- verify\nc;\n");
    EXPECT_EQ(text_of(plain.migration.verify), "none");
}

TEST(ReadGroup, Dbmate) {
    Read const both("dbmate", "1_x.sql", "-- x\n\n-- migrate:up\r\na;\r\n--migrate:down transaction:false\r\nb;");
    EXPECT_EQ(both.up(), "a;\r\n");
    EXPECT_EQ(both.down(), "b;");
    EXPECT_FALSE(both.up_apart());
    EXPECT_TRUE(both.down_apart());
    EXPECT_TRUE(Read("dbmate", "1_x.sql", "-- migrate:up  transaction:false \na;").up_apart());
    EXPECT_FALSE(Read("dbmate", "1_x.sql", "-- migrate:up transaction:true\na;").up_apart());
    EXPECT_EQ(refusal("dbmate", "1_x.sql", "a;").message,
              "1_x.sql, line 1: no \"-- migrate:up\", which begins each file of dbmate");
    EXPECT_EQ(refusal("dbmate", "1_x.sql", "a;\n-- migrate:up\n").message,
              "1_x.sql, line 1: a statement before \"-- migrate:up\"");
}

TEST(ReadGroup, Goose) {
    Read const both("goose", "1_x.sql",
                    "-- +goose Up\n-- +goose StatementBegin\nDO $$ b; $$;\n-- +goose StatementEnd\n"
                    "-- +goose Down\nb;\n");
    EXPECT_EQ(both.up(), "-- +goose StatementBegin\nDO $$ b; $$;\n-- +goose StatementEnd\n");
    EXPECT_EQ(both.down(), "b;\n");
    EXPECT_FALSE(both.up_apart());
    Read const apart("goose", "1_x.sql", "-- +goose NO TRANSACTION\n-- +goose Up\na;\n-- +goose Down\nb;\n");
    EXPECT_TRUE(apart.up_apart() && apart.down_apart());
    Failure const failure = refusal("goose", "1_x.sql", "-- +goose Up\n-- +goose envsub on\na;\n");
    EXPECT_EQ(failure.message, "1_x.sql, line 2: \"-- +goose envsub on\" is not supported");
    EXPECT_FALSE(failure.hint.empty());
    EXPECT_TRUE(contains(refusal("goose", "1_x.sql", "-- +goose Up\nDO $$\n-- +goose ENVSUB ON\n$$;").message,
                         "line 3: \"-- +goose ENVSUB ON\""));
    EXPECT_TRUE(
        contains(refusal("goose", "1_x.sql", "-- +goose Up\n-- +goose Dwon\n").hint, "Known directives are Up, Down"));
    EXPECT_TRUE(contains(refusal("goose", "1_x.sql", "-- +goose Down\na;").message, "no \"-- +goose Up\""));
}

TEST(ReadGroup, SqlMigrate) {
    Read const both("sql-migrate", "1-x.sql", "-- +migrate Up notransaction\na;\n-- +migrate Down\nb;\n");
    EXPECT_EQ(both.migration.name, "x");
    EXPECT_TRUE(both.up_apart());
    EXPECT_FALSE(both.down_apart());
    EXPECT_EQ(both.down(), "b;\n");
}

TEST(ReadGroup, NodePgMigrate) {
    Read const both("node-pg-migrate", "1_x.sql", "---- Up  Migration of all\na;\n--down migration\nb;\n");
    EXPECT_EQ(both.up(), "a;\n");
    EXPECT_EQ(both.down(), "b;\n");
    EXPECT_EQ(Read("node-pg-migrate", "1_x.sql", "a;").up(), "a;");
    Files const pair({{"1_x.up.sql", "-- Up Migration\na;"}, {"1_x.down.sql", "-- Down Migration\nb;"}});
    EXPECT_EQ(text_of(pair.read("node-pg-migrate").at(0).up), "-- Up Migration\na;");
    EXPECT_EQ(text_of(pair.read("node-pg-migrate").at(0).down), "-- Down Migration\nb;");
    Failure const failure = failure_of([] {
        (void) Files({{"1_x.sql", "a;\n-- Down Migration\nb;"}, {"1_x.down.sql", "b;"}}).read("node-pg-migrate");
    });
    EXPECT_EQ(failure.message, "1_x.sql, line 3: a second down section");
}

TEST(ReadGroup, Tern) {
    Read const both("tern", "1_x.sql", "---- tern: disable-tx ----\na;\n---- create above / drop below ----\nb;\n");
    EXPECT_EQ(both.up(), "---- tern: disable-tx ----\na;\n");
    EXPECT_EQ(both.down(), "b;\n");
    EXPECT_TRUE(both.up_apart() && both.down_apart());
    EXPECT_EQ(Read("tern", "1_x.sql", "a;").down(), "none");
    EXPECT_EQ(refusal("tern", "1_x.sql", "a;\n  {{ template \"shared/v1.sql\" . }}\n").message,
              "1_x.sql, line 2: a template, \"{{ template \"shared/v1.sql\" . }}\"");
}

TEST(ReadGroup, SqlxPairs) {
    Files const files({{"1_x.up.sql", "-- no-transaction\na;"}, {"1_x.down.sql", "b;\n-- no-transaction"}});
    std::vector<MigrationText> const all = files.read("sqlx");
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(text_of(all[0].up), "-- no-transaction\na;");
    EXPECT_EQ(text_of(all[0].down), "b;\n-- no-transaction");
    EXPECT_EQ(all[0].down->path, "1_x.down.sql");
    EXPECT_TRUE(all[0].directives.up.no_transaction);
    EXPECT_FALSE(all[0].directives.down.no_transaction);
}

TEST(ReadGroup, ToolsThatOpenNoTransaction) {
    Files const files({{"1_x.up.sql", "a;"}, {"1_x.down.sql", "-- migrator: lock_timeout=2s\nb;"}});
    for (const char *const convention : {"golang-migrate", "sqlx"}) {
        MigrationText const one = std::move(files.read(convention).at(0));
        bool const expected = std::string_view(convention) == "golang-migrate";
        EXPECT_EQ(one.directives.up.autocommit, expected);
        EXPECT_EQ(one.directives.down.autocommit, expected);
        EXPECT_EQ(one.directives.down.lock_timeout_ms, 2000);
        EXPECT_FALSE(one.directives.up.lock_timeout_ms);
    }
    EXPECT_TRUE(Read("prisma", "1_x/migration.sql", "a;").migration.directives.up.autocommit);
    EXPECT_TRUE(Read("postgrator", "1.do.x.sql", "a;").migration.directives.up.autocommit);
}

TEST(ReadGroup, Graphile) {
    Read const all("graphile-migrate", "000001.sql",
                   "--! Previous: -\n--! Hash: sha1:0\n--! Message: first of all\n\n--! no-transaction\na;\n");
    EXPECT_EQ(all.migration.version, "000001");
    EXPECT_EQ(all.migration.name, "first of all");
    EXPECT_TRUE(all.up_apart());
    EXPECT_EQ(Read("graphile-migrate", "000001-x.sql", "--! Previous: -\n--! Message: y\na;").migration.name, "x");
    EXPECT_TRUE(contains(refusal("graphile-migrate", "000001.sql", "a;").message, "no \"--! Previous:\""));
}

TEST(ReadGroup, FlywaysPlaceholders) {
    Read const filled("flyway", "V1__x.sql", "CREATE TABLE ${name}();", {{"name", "t"}});
    EXPECT_EQ(filled.up(), "CREATE TABLE t();");
    EXPECT_NE(filled.migration.up.owned, nullptr);
    Failure const failure = refusal("flyway", "V1__x.sql", "a;\nCREATE TABLE ${name}();");
    EXPECT_TRUE(contains(failure.message, "V1__x.sql, line 2")) << failure.message;
    // Another tool's files hold them as they are.
    EXPECT_EQ(Read("pgmigrate", "V1__x.sql", "SELECT '${name}';").up(), "SELECT '${name}';");
}

TEST(ReadGroup, FlywaysSettings) {
    Files const files({{"V1__x.sql", "a;"},
                       {"U1__x.sql", "b;"},
                       {"U1__x.sql.conf", "executeInTransaction=false\n"},
                       {"R__y.sql", "c;"}});
    std::vector<MigrationText> const all = files.read("flyway");
    EXPECT_FALSE(all.at(0).directives.up.no_transaction);
    EXPECT_TRUE(all.at(0).directives.down.no_transaction);
    EXPECT_EQ(all.at(1).kind, Kind::repeatable);
    EXPECT_EQ(all.at(1).version, "R__y");
    EXPECT_TRUE(all.at(1).directives.repeatable);
    EXPECT_TRUE(Files({{"V1__x.sql", ""}, {"V1__x.sql.conf", "executeInTransaction=false"}})
                    .read("flyway")
                    .at(0)
                    .directives.up.no_transaction);
}

TEST(ReadGroup, DieselsSettings) {
    Files const files(
        {{"1_x/up.sql", "a;"}, {"1_x/down.sql", "b;"}, {"1_x/metadata.toml", "run_in_transaction = false\n"}});
    MigrationText const one = std::move(files.read("diesel").at(0));
    EXPECT_TRUE(one.directives.up.no_transaction && one.directives.down.no_transaction);
}

TEST(ReadGroup, NamesThatSayNoTransaction) {
    EXPECT_TRUE(Read("pgmigrate", "V1__NONTRANSACTIONAL_x.sql", "a;").up_apart());
    EXPECT_FALSE(Read("pgmigrate", "V1__x.sql", "a;").up_apart());
    EXPECT_TRUE(Read("popx", "1_x.postgres.autocommit.up.sql", "a;").up_apart());
    Files const files({{"1_x.up.sql", "a;"}, {"1_x.autocommit.down.sql", "b;"}});
    MigrationText const one = std::move(files.read("popx").at(0));
    EXPECT_FALSE(one.directives.up.no_transaction);
    EXPECT_TRUE(one.directives.down.no_transaction);
}

TEST(ReadGroup, Atlas) {
    Read const plain("atlas", "1_x.sql", "-- atlas:txmode none\n-- atlas:nolint\n\na;");
    EXPECT_TRUE(plain.up_apart());
    EXPECT_EQ(plain.migration.kind, Kind::versioned);
    EXPECT_FALSE(Read("atlas", "1_x.sql", "-- atlas:txmode file\na;").up_apart());
    EXPECT_EQ(Read("atlas", "1_x.sql", "-- atlas:checkpoint v1\n\na;").migration.kind, Kind::snapshot);
    EXPECT_TRUE(contains(refusal("atlas", "1_x.sql", "-- atlas:txmode some\na;").message, "atlas:txmode some"));
    EXPECT_TRUE(contains(refusal("atlas", "1_x.sql", "-- atlas:delimiter \\n\\n\\n\na;").message, "atlas:delimiter"));
    EXPECT_EQ(Read("atlas", "1_x.sql", "-- atlas:delimiter ;\na;").up(), "-- atlas:delimiter ;\na;");
}

TEST(ReadGroup, AtlasArchive) {
    Read const both("atlas", "1_x.sql", "-- atlas:txtar\n\n-- migration.sql --\na;\n-- down.sql --\nb;\n");
    EXPECT_EQ(both.up(), "a;\n");
    EXPECT_EQ(both.migration.up.line, 4u);
    EXPECT_EQ(both.down(), "b;\n");
    EXPECT_EQ(both.migration.down->line, 6u);
    // Without the heading these lines are comments.
    EXPECT_EQ(Read("atlas", "1_x.sql", "-- migration.sql --\na;\n").up(), "-- migration.sql --\na;\n");
    EXPECT_TRUE(
        contains(refusal("atlas", "1_x.sql", "-- atlas:txtar\n-- down.sql --\nb;").message, "an archive without"));
}

TEST(ReadGroup, AtlasChecksAreAssertions) {
    Read const checked("atlas", "1_x.sql",
                       "-- atlas:txtar\n\n-- checks/a.sql --\nSELECT\n  true;\nSELECT false\n\n"
                       "-- schema.sql --\nno;\n-- migration.sql --\na;\n-- down.sql --\nb;\n");
    EXPECT_EQ(checked.up(), "DO $check$ BEGIN IF (SELECT\n  true) IS NOT TRUE THEN RAISE EXCEPTION USING MESSAGE = "
                            "'the check of 1_x.sql, line 4, is not true'; END IF; END $check$;\n"
                            "DO $check$ BEGIN IF (SELECT false) IS NOT TRUE THEN RAISE EXCEPTION USING MESSAGE = "
                            "'the check of 1_x.sql, line 6, is not true'; END IF; END $check$;\n\n"
                            "-- schema.sql --\n\n-- migration.sql --\na;\n");
    EXPECT_EQ(checked.migration.up.line, 4u);
    EXPECT_EQ(checked.down(), "b;\n");
    EXPECT_TRUE(contains(refusal("atlas", "1_x.sql",
                                 "-- atlas:txtar\n-- checks.sql --\n-- atlas:assert oneof\nSELECT 1;\n"
                                 "-- migration.sql --\na;\n")
                             .message,
                         "1_x.sql, line 3: \"atlas:assert oneof\""));
    EXPECT_TRUE(contains(
        refusal("atlas", "1_x.sql", "-- atlas:txtar\n-- migration.sql --\na;\n-- checks.sql --\nSELECT 1;\n").message,
        "a check after the migration"));
}

TEST(ReadGroup, Liquibase) {
    Files const files({{"db/1.sql", "--liquibase formatted sql\n\n--changeset ann:1\na;\n--rollback b;\n\n"
                                    "--changeset bob:x runInTransaction:false runOnChange:true\nc;\n"
                                    "--changeset bob:y dbms:oracle\nd;\n"}});
    std::vector<mig::SkippedFile> skipped;
    std::vector<MigrationText> const all = files.read("liquibase", {}, &skipped);
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].version, "db/1#1");
    EXPECT_EQ(all[0].name, "ann:1");
    EXPECT_TRUE(contains(text_of(all[0].up), "a;"));
    EXPECT_TRUE(contains(text_of(all[0].down), "b;"));
    EXPECT_EQ(all[1].version, "db/1#2");
    EXPECT_EQ(all[1].kind, Kind::repeatable);
    EXPECT_TRUE(all[1].directives.repeatable && all[1].directives.up.no_transaction);
    EXPECT_EQ(skipped.size(), 1u);
    EXPECT_EQ(files.read("liquibase").size(), 2u);
}

TEST(ReadGroup, SqitchLeavesTheTransactionsOfItsScripts) {
    Files const files({{"sqitch.plan", "%project=p\n\na [!z] 2026-01-08T10:00:00Z A <a@x> # x\n"},
                       {"deploy/a.sql", "BEGIN;\na;\nCOMMIT;\n"},
                       {"verify/a.sql", "BEGIN;\nv;\nROLLBACK;\n"}});
    MigrationText const one = std::move(files.read("sqitch").at(0));
    EXPECT_EQ(text_of(one.up), "BEGIN;\na;\nCOMMIT;\n");
    EXPECT_EQ(text_of(one.verify), "BEGIN;\nv;\nROLLBACK;\n");
    EXPECT_EQ(one.verify->path, "verify/a.sql");
    EXPECT_EQ(text_of(one.down), "none");
    EXPECT_EQ(one.directives.conflicts, std::vector<std::string>{"z"});
}

TEST(ReadGroup, EachDirectoryOfTheFixtures) {
    for (auto const &entry : std::filesystem::directory_iterator("test/fixtures/conventions")) {
        Files const files(entry.path());
        std::string const convention = files.recognized();
        std::size_t statements = 0;
        for (MigrationText const &one : files.read(convention.c_str(), {{"prefix", "flyway"}}))
            statements += !one.up.lexed.tokens.empty();
        EXPECT_GE(statements, 1u) << entry.path();
    }
}

TEST(ReadGroup, TheEndOfABlockEndsItsStatement) {
    for (std::string const tool : {"goose", "sql-migrate"}) {
        std::string const mark = tool == "goose" ? "-- +goose " : "-- +migrate ";
        std::string const text = mark + "Up\n" + mark + "StatementBegin\na\n" + mark + "StatementEnd\nb;\n" + mark +
                                 "StatementBegin\n-- no\n" + mark + "StatementEnd\n" + mark +
                                 "StatementBegin\nc;\nd\n  " + mark + "StatementEnd\n" + mark + "StatementBegin\ne;\n" +
                                 mark + "StatementEnd\nf;\n" + mark + "Down\n" + mark + "StatementBegin\ng\n" + mark +
                                 "StatementEnd\n" + mark + "StatementBegin\nh\n" + mark + "StatementEnd\n";
        Read const read(tool.c_str(), "1_x.sql", text.c_str());
        std::string const begin = mark + "StatementBegin\n", end = mark + "StatementEnd\n";
        EXPECT_EQ(read.up(), begin + "a\n;" + end + "b;\n" + begin + "-- no\n" + end + begin + "c;\nd\n  ;" + end +
                                 begin + "e;\n" + end + "f;\n");
        EXPECT_EQ(read.down(), begin + "g\n;" + end + begin + "h\n" + end);
        EXPECT_EQ(read.migration.down->line, 18u);
    }
    // As it is where nothing is left open, or nothing is behind it.
    Read const whole("goose", "1_x.sql", "-- +goose Up\n-- +goose StatementBegin\na\n-- +goose StatementEnd\n-- b\n");
    EXPECT_EQ(whole.migration.up.owned, nullptr);
}

TEST(ReadGroup, ADownThatCannotBeReadIsThatAlone) {
    Read const home("home", "1_x.sql", "-- UP\na;\n-- DOWN\n'b;\n-- VERIFY\nc;\n");
    EXPECT_EQ(home.up() + home.down() + text_of(home.migration.verify), "a;\n'b;\nc;\n");
    EXPECT_TRUE(contains(home.migration.down_unreadable, "1_x.sql"));
    EXPECT_EQ(home.migration.verify->line, 6u);
    // An apostrophe behind it closes what it leaves open.
    Read const swallowed("home", "1_x.sql", "-- DOWN\n'b;\n-- UP\n-- don't\na;\n");
    EXPECT_EQ(swallowed.up() + swallowed.down(), "-- don't\na;\n'b;\n");
    Read const literal("home", "1_x.sql", "-- UP\na;\n-- DOWN\n$$\n-- VERIFY\n$$;\n");
    EXPECT_EQ(literal.down(), "$$\n-- VERIFY\n$$;\n");
    EXPECT_EQ(literal.migration.down_unreadable, "");
    Read const goose("goose", "1_x.sql", "-- +goose Up\na;\n-- +goose Down\n/* b\n");
    EXPECT_EQ(goose.up() + goose.down(), "a;\n/* b\n");
    EXPECT_NE(goose.migration.down_unreadable, "");
    Read const atlas("atlas", "1_x.sql", "-- atlas:txtar\n\n-- down.sql --\n'b;\n-- migration.sql --\na;\n");
    EXPECT_EQ(atlas.up() + atlas.down(), "a;\n'b;\n");
    EXPECT_NE(atlas.migration.down_unreadable, "");
    Files const pair({{"1_x.up.sql", "a;\n"}, {"1_x.down.sql", "'b;\n"}});
    MigrationText const of_pair = std::move(pair.read("golang-migrate").at(0));
    EXPECT_EQ(text_of(of_pair.down), "'b;\n");
    EXPECT_NE(of_pair.down_unreadable, "");
    Files const changelog(
        {{"a.sql", "--liquibase formatted sql\n--changeset a:1\na;\n--rollback 'b;\n--changeset a:2\nc;\n"}});
    std::vector<MigrationText> const changesets = changelog.read("liquibase");
    EXPECT_NE(changesets.at(0).down_unreadable, "");
    EXPECT_EQ(changesets.at(1).down_unreadable, "");

    for (const char *const open : {"-- UP\n'a;\n-- DOWN\nb;\n", "-- UP\na;\n-- DOWN\n'b;\n-- VERIFY\n\"c;\n",
                                   "-- UP\na;\n-- DOWN\n'b;\n-- UP\nc;\n"})
        EXPECT_STREQ(failure_of([&] {
                         (void) Files({{"1_x.sql", open}}).read("home");
                     }).state,
                     mig::sqlstate::syntax_error);
}

TEST(ReadGroup, SomeToolsRunADownWithoutAStatement) {
    auto const runs = [](const char *convention, std::string_view down) {
        return mig::runs_without_statement(*mig::convention_named(convention), down);
    };
    for (const char *const any : {"golang-migrate", "dbmate", "goose", "sqlx", "sql-migrate", "liquibase", "popx"})
        EXPECT_TRUE(runs(any, "") && runs(any, "-- no\n")) << any;
    EXPECT_TRUE(runs("diesel", " ") && !runs("diesel", ""));
    EXPECT_TRUE(runs("tern", "-- no") && !runs("tern", " \n"));
    EXPECT_FALSE(runs("home", "-- no") || runs("home", ""));
    // What reaches their servers must be a query, and a comment is none.
    for (const char *const empty : {"go-pg", "hasura"})
        EXPECT_TRUE(runs(empty, "") && runs(empty, "\n") && !runs(empty, "-- no\n")) << empty;
    EXPECT_TRUE(runs("slonik", "-- no") && !runs("slonik", "\n"));
    EXPECT_TRUE(runs("shmig", "\n/* no */\n") && runs("shmig", "  -- no\n"));
    EXPECT_FALSE(runs("shmig", "\n-- no\n") || runs("shmig", "-- no\r\n \r\n"));
}

TEST(ReadGroup, EvolutionsOfPlay) {
    Files const files({{"1.sql", "# Ann's\n-- migrator: lock_timeout=1s\n\n# --- !Ups\na ';;' b;\nc;;\nd;;;\n"
                                 "  -- and down: !Downs\ne;;f;\n"},
                       {"2.sql", "-- !Downs\na;\n-- !Ups\nb;\n"},
                       {"3.sql", "--- !Ups\na $evolutions{{{X}}} !$Evolutions{{{x}}};\n"}});
    std::vector<MigrationText> const all = files.read("play", {{"x", "1"}});
    EXPECT_EQ(all.at(0).up.lexed.text, "a ';' b;\nc;\nd;;\n");
    EXPECT_EQ(all.at(0).up.line, 5u);
    EXPECT_EQ(text_of(all.at(0).down), "e;f;\n");
    EXPECT_EQ(all.at(0).down->line, 9u);
    EXPECT_TRUE(all.at(0).directives.up.autocommit);
    EXPECT_EQ(all.at(1).up.lexed.text, "b;\n");
    EXPECT_EQ(text_of(all.at(1).down), "a;\n");
    EXPECT_EQ(all.at(2).up.lexed.text, "a 1 $Evolutions{{{x}}};\n");
    auto const message = [](const char *text) {
        return failure_of([&] { (void) Files({{"1.sql", text}}).read("play"); }).message;
    };
    EXPECT_EQ(message("-- !Ups\n$evolutions{{{y}}};"), "1.sql, line 2: no value for variable \"y\"");
    EXPECT_EQ(message("-- !Ups\n$evolutions{{{y"), "1.sql, line 2: unterminated variable");
    EXPECT_EQ(message("a;"), "1.sql, line 1: no \"--!Ups\", which begins each file of play");
}
