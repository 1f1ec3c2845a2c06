#include "core/migration/body.hpp"
#include "failure_of.hpp"

using mig::describe;
using mig::Failure;
using mig::Origin;
using mig::plan_body;
using mig::Statement;
using mig::Transaction;
using mig::test::contains;
using mig::test::failure_of;
using Kind = mig::Statement::Kind;

namespace {

// One statement a line.
std::vector<Statement> body(std::vector<Kind> const &kinds, const char *command = "COMMAND") {
    std::vector<Statement> statements;
    for (Kind const kind : kinds) {
        auto const i = static_cast<std::uint32_t>(statements.size());
        statements.push_back({kind, 10 * i, 10 * i + 9, i + 1, command});
    }
    return statements;
}

// By letters as below; `u` ADD VALUE whose value is used, `p` CALL of a procedure that commits.
std::vector<Statement> marked(std::string const &letters);

Origin const file{"7", "init", "7_init.sql", false, 3};

std::size_t run_of(std::vector<Kind> const &kinds) {
    return plan_body(body(kinds), file, Transaction::of_runner).statements.size();
}

Failure refusal(std::vector<Kind> const &kinds, const char *command, Origin const &origin = file,
                Transaction transaction = Transaction::of_runner) {
    return failure_of([&] { plan_body(body(kinds, command), origin, transaction); });
}

// `i` a statement, `B` BEGIN, `C` COMMIT, `n` not in a transaction, `l` LOCK, `c` CALL, `v` ADD VALUE.
std::vector<Kind> kinds_of(std::string const &letters) {
    std::vector<Kind> kinds;
    for (char const letter : letters)
        kinds.push_back(letter == 'B'   ? Kind::begin
                        : letter == 'C' ? Kind::commit
                        : letter == 'n' ? Kind::not_in_transaction
                        : letter == 'l' ? Kind::only_in_transaction
                        : letter == 'c' ? Kind::call
                        : letter == 'p' ? Kind::call
                        : letter == 'v' ? Kind::add_enum_value
                        : letter == 'u' ? Kind::add_enum_value
                                        : Kind::ordinary);
    return kinds;
}

// The units of a body: its statements by their lines, those of a block in brackets; `one:` before it when all of it is
// one transaction.
std::string units(std::string const &letters, Transaction transaction = Transaction::of_runner, bool began = false) {
    mig::Body const runs = plan_body(marked(letters), file, transaction, began);
    std::string text = runs.transactional ? "one:" : "";
    std::uint32_t block = 0;
    for (Statement const &statement : runs.statements) {
        if (statement.block != block && block > 0)
            text += "]";
        if (statement.block != block && statement.block > 0)
            text += "[";
        block = statement.block;
        text += std::to_string(statement.line);
    }
    return text + (block > 0 ? "]" : "");
}

std::vector<Statement> marked(std::string const &letters) {
    std::vector<Statement> statements = body(kinds_of(letters));
    for (std::size_t i = 0; i < letters.size(); ++i) {
        statements[i].value_in_use = letters[i] == 'u';
        statements[i].commits = letters[i] == 'p';
    }
    return statements;
}

// Why apply() refuses it.
std::string why(std::string const &letters, Transaction transaction, bool began = false) {
    return failure_of([&] { require_transactional(plan_body(marked(letters), file, transaction, began), file); })
        .message;
}

std::string refused(std::string const &letters, Transaction transaction = Transaction::of_runner) {
    return refusal(kinds_of(letters), "COMMAND", file, transaction).state;
}

} // namespace

TEST(Describe, NamesMigrationFileAndLineOfTheFile) {
    EXPECT_EQ(describe(file, 1), "migration 7 (init), file 7_init.sql line 3");
    EXPECT_EQ(describe(file, 10), "migration 7 (init), file 7_init.sql line 12");
}

TEST(Describe, WithoutAFileNamesTheBody) {
    EXPECT_EQ(describe({"7", "init", "", false, 1}, 2), "migration 7 (init), up line 2");
    EXPECT_EQ(describe({"7", "init", "", true, 1}, 2), "migration 7 (init), down line 2");
    EXPECT_EQ(describe({"7", "", "", false, 1}, 1), "migration 7, up line 1");
}

TEST(Body, OrdinaryStatementsRunAsTheyAre) {
    EXPECT_EQ(run_of({}), 0u);
    EXPECT_EQ(run_of({Kind::ordinary, Kind::ordinary}), 2u);
    Statement const same =
        plan_body(body({Kind::ordinary, Kind::ordinary}), file, Transaction::of_runner).statements[1];
    EXPECT_EQ(same.begin, 10u);
    EXPECT_EQ(same.end, 19u);
    EXPECT_EQ(same.line, 2u);
}

TEST(Body, BeginAndCommitAroundTheWholeAreSubsumed) {
    std::vector<Statement> const rest =
        plan_body(body({Kind::begin, Kind::ordinary, Kind::ordinary, Kind::commit}), file, Transaction::of_runner)
            .statements;
    ASSERT_EQ(rest.size(), 2u);
    EXPECT_EQ(rest[0].line, 2u);
    EXPECT_EQ(rest[1].line, 3u);
    EXPECT_EQ(run_of({Kind::begin, Kind::commit}), 0u);
}

TEST(Body, OneBlockIsOneTransaction) {
    EXPECT_EQ(units("iii"), "one:[123]");
    EXPECT_EQ(units("BiiC"), "one:[23]");
    EXPECT_EQ(units("Bii"), "one:[23]"); // the end of the body ends it
    EXPECT_EQ(units("iiC"), "one:[12]");
    EXPECT_EQ(units("CBii"), "one:[34]");
    EXPECT_EQ(units("BBiC"), "one:[3]"); // the second is a warning of the server
    EXPECT_EQ(units("BiCC"), "one:[2]");
    EXPECT_EQ(units("BCBiC"), "one:[4]");
    EXPECT_EQ(units(""), "one:");
    EXPECT_EQ(units("BC"), "one:");
}

TEST(Body, ACommitEndsTheRunnersTransaction) {
    EXPECT_EQ(units("iCi"), "[1]3");
    EXPECT_EQ(units("iiCiin"), "[12]456");
    EXPECT_EQ(units("BiCii"), "[2]45");
    EXPECT_EQ(units("CiC"), "2");
    EXPECT_EQ(units("BiCn"), "[2]4");
}

TEST(Body, EachBlockIsATransaction) {
    EXPECT_EQ(units("BiiCBiC"), "[23][6]");
    EXPECT_EQ(units("iBiC"), "[1][3]");
    EXPECT_EQ(units("iBiCiBii"), "[1][3]5[78]");
    EXPECT_EQ(units("BiCnBlC"), "[2]4[6]");
}

TEST(Body, WithoutATransactionEachStatementIsOneButForBlocks) {
    EXPECT_EQ(units("ii", Transaction::none), "12");
    EXPECT_EQ(units("iBiiCi", Transaction::none), "1[34]6");
    EXPECT_EQ(units("BiiC", Transaction::none), "[23]"); // as its file says
    EXPECT_EQ(units("niv", Transaction::none), "123");
}

TEST(Body, ATransactionIfPossible) {
    EXPECT_EQ(units("ii", Transaction::if_possible), "one:[12]");
    EXPECT_EQ(units("BiC", Transaction::if_possible), "one:[2]");
    EXPECT_EQ(units("in", Transaction::if_possible), "12");
    EXPECT_EQ(units("c", Transaction::if_possible), "1");
    EXPECT_EQ(units("ic", Transaction::if_possible), "12");
    EXPECT_EQ(units("v", Transaction::if_possible), "one:[1]");
    EXPECT_EQ(units("vi", Transaction::if_possible), "one:[12]");
    EXPECT_EQ(units("vv", Transaction::if_possible), "one:[12]");
    EXPECT_EQ(units("ui", Transaction::if_possible), "12");
    EXPECT_EQ(units("BuiC", Transaction::if_possible), "one:[23]");
    EXPECT_EQ(units("ip", Transaction::if_possible), "12");
    EXPECT_EQ(units("BvC", Transaction::if_possible), "one:[2]");
    EXPECT_EQ(units("nBilC", Transaction::if_possible), "1[34]");
    EXPECT_EQ(units("lic", Transaction::if_possible), "one:[123]"); // LOCK TABLE would be refused
    EXPECT_EQ(refused("ln", Transaction::if_possible), "25001");
    EXPECT_EQ(units("vi"), "one:[12]");
    EXPECT_EQ(units("c"), "one:[1]");
}

TEST(Body, WhatEndsTransactionsByItselfNeedsNone) {
    EXPECT_EQ(units("p"), "1");
    EXPECT_EQ(units("pp"), "12");
    EXPECT_EQ(units("pn"), "12");
    EXPECT_EQ(units("ip"), "one:[12]"); // it may not come to it; if so, the error says what to do
    EXPECT_EQ(units("BpC"), "one:[2]");
}

TEST(Body, SaysWhyItRunsStatementByStatement) {
    std::string const begins = "migration 7 (init), file 7_init.sql line 3";
    EXPECT_EQ(why("ii", Transaction::none),
              begins + " runs without a transaction, as its file or the configuration of its tool specifies");
    EXPECT_EQ(why("ii", Transaction::of_runner, true),
              begins + " stopped partway in a run statement by statement, and resumes like that");
    EXPECT_EQ(why("ic", Transaction::if_possible),
              begins + " runs without a transaction, as with its tool, because CALL may end one: line 4");
    EXPECT_EQ(why("ui", Transaction::if_possible),
              begins + " runs without a transaction, as with its tool, because it may use the value that "
                       "COMMAND ... ADD VALUE adds before it is committed: line 3");
    EXPECT_EQ(why("ip", Transaction::if_possible),
              "COMMAND ends the transaction that it runs in: migration 7 (init), file 7_init.sql line 4");
    EXPECT_EQ(why("in", Transaction::if_possible),
              "COMMAND cannot run inside a transaction: migration 7 (init), file 7_init.sql line 4");
}

TEST(Body, WhatNeedsATransactionIsRefusedOutsideOfOne) {
    for (const char *const letters : {"iCl", "BiCl", "nBCl"})
        EXPECT_EQ(refused(letters, Transaction::none), "25P01") << letters;
    EXPECT_EQ(refused("l", Transaction::none), "25P01");
    Failure const failure = refusal({Kind::only_in_transaction}, "LOCK TABLE", file, Transaction::none);
    EXPECT_EQ(failure.message, "LOCK TABLE needs a transaction: migration 7 (init), file 7_init.sql line 3");
    EXPECT_TRUE(contains(failure.hint, "COMMIT;"));
    EXPECT_EQ(units("BlC", Transaction::none), "[2]");
    EXPECT_EQ(units("l"), "one:[1]");
}

TEST(Body, WhatStoppedHalfWayGoesOnAsItBegan) {
    EXPECT_EQ(units("ii", Transaction::of_runner, true), "12");
    EXPECT_EQ(units("in", Transaction::of_runner, true), "12");
    EXPECT_EQ(units("iCi", Transaction::of_runner, true), "[1]3");
    EXPECT_EQ(units("iiC", Transaction::of_runner, true), "[12]");
}

TEST(Body, TransactionControlIsRefusedByName) {
    Failure const failure = refusal({Kind::ordinary, Kind::transaction_control, Kind::ordinary}, "ROLLBACK");
    EXPECT_STREQ(failure.state, "2D000");
    EXPECT_EQ(failure.message, "ROLLBACK is not allowed in a migration: migration 7 (init), file 7_init.sql line 4");
    EXPECT_TRUE(contains(failure.detail, "Nothing was run"));
    EXPECT_TRUE(contains(failure.hint, "split the migration"));
}

TEST(Body, WhatCannotRunInATransactionIsRefusedByName) {
    Failure const failure = refusal({Kind::begin, Kind::not_in_transaction, Kind::commit}, "VACUUM");
    EXPECT_STREQ(failure.state, "25001");
    EXPECT_EQ(failure.message, "VACUUM cannot run inside a transaction: migration 7 (init), file 7_init.sql line 4");
    EXPECT_TRUE(contains(failure.detail, "Nothing was run"));
    EXPECT_TRUE(contains(failure.hint, "apply_each"));
}

TEST(Body, RunsStatementByStatementWhenAllOfItMustOrItsFileSaysSo) {
    EXPECT_TRUE(plan_body(body({Kind::ordinary}), file, Transaction::of_runner).transactional);
    EXPECT_TRUE(plan_body(body({}), file, Transaction::of_runner).transactional);
    EXPECT_FALSE(plan_body(body({Kind::not_in_transaction}), file, Transaction::of_runner).transactional);
    EXPECT_FALSE(plan_body(body({Kind::not_in_transaction, Kind::not_in_transaction}), file, Transaction::of_runner)
                     .transactional);
    EXPECT_FALSE(plan_body(body({Kind::ordinary}), file, Transaction::none).transactional);
    EXPECT_FALSE(plan_body(body({Kind::ordinary, Kind::not_in_transaction}), file, Transaction::none).transactional);
}

TEST(Body, AMixtureIsRefusedUnlessItsFileSaysSo) {
    for (std::vector<Kind> const &kinds : std::vector<std::vector<Kind>>{
             {Kind::ordinary, Kind::not_in_transaction},
             {Kind::not_in_transaction, Kind::ordinary},
             {Kind::begin, Kind::not_in_transaction, Kind::commit},
         }) {
        Failure const failure = refusal(kinds, "VACUUM");
        EXPECT_STREQ(failure.state, "25001");
        EXPECT_TRUE(contains(failure.hint, "no-transaction"));
    }
}

TEST(Body, ACallInItsCallersTransactionTakesOnlyTransactionalBodies) {
    mig::require_transactional(plan_body(body({Kind::ordinary}), file, Transaction::of_runner), file);
    mig::require_transactional(plan_body(body({}), file, Transaction::none), file);
    Failure const build = failure_of([] {
        require_transactional(plan_body(body({Kind::not_in_transaction}, "VACUUM"), file, Transaction::of_runner),
                              file);
    });
    EXPECT_STREQ(build.state, "25001");
    EXPECT_EQ(build.message, "VACUUM cannot run inside a transaction: migration 7 (init), file 7_init.sql line 3");
    EXPECT_TRUE(contains(build.hint, "apply_each"));
    Failure const said = failure_of(
        [] { mig::require_transactional(plan_body(body({Kind::ordinary}), file, Transaction::none), file); });
    EXPECT_TRUE(contains(said.message, "runs without a transaction"));
    Failure const blocks = failure_of(
        [] { require_transactional(plan_body(body(kinds_of("BiCBiC")), file, Transaction::of_runner), file); });
    EXPECT_STREQ(blocks.state, "25001");
    EXPECT_EQ(blocks.message, "the migration ends a transaction itself, and continues after that: migration 7 (init), "
                              "file 7_init.sql line 7");
}

TEST(Body, RowsOfTheExtensionItselfAreRefusedWhereverTheyAre) {
    for (Transaction const transaction : {Transaction::of_runner, Transaction::if_possible, Transaction::none}) {
        Failure const failure = refusal({Kind::ordinary, Kind::data_of_extension}, "COPY", file, transaction);
        EXPECT_STREQ(failure.state, "0A000");
        EXPECT_EQ(failure.message,
                  "COPY would change migrator's own records: migration 7 (init), file 7_init.sql line 4");
        EXPECT_TRUE(contains(failure.hint, "pg_dump --schema-only"));
    }
}

TEST(Body, CopyFromTheClientIsRefusedByName) {
    Failure const failure = refusal({Kind::copy_with_client}, "COPY", {"7", "init", "", true, 1});
    EXPECT_STREQ(failure.state, "0A000");
    EXPECT_EQ(failure.message, "COPY cannot exchange data with the client here: migration 7 (init), down line 1");
    EXPECT_TRUE(contains(failure.detail, "Nothing was run"));
    EXPECT_TRUE(contains(failure.hint, "stdin"));
}
