#include "core/body.hpp"
#include "failure_of.hpp"

using mig::describe;
using mig::Failure;
using mig::Origin;
using mig::runnable;
using mig::Statement;
using mig::test::contains;
using mig::test::failure_of;
using Kind = mig::Statement::Kind;

namespace {

// One statement a line.
std::vector<Statement> body(std::vector<Kind> const &kinds, const char *command = "COMMAND") {
    std::vector<Statement> statements;
    for (Kind const kind : kinds) {
        std::size_t const i = statements.size();
        statements.push_back({kind, 10 * i, 10 * i + 9, static_cast<std::uint32_t>(i + 1), command});
    }
    return statements;
}

Origin const file{"7", "init", "7_init.sql", false, 3};

std::size_t run_of(std::vector<Kind> const &kinds) { return runnable(body(kinds), file, false).statements.size(); }

Failure refusal(std::vector<Kind> const &kinds, const char *command, Origin const &origin = file) {
    return failure_of([&] { runnable(body(kinds, command), origin, false); });
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
    Statement const same = runnable(body({Kind::ordinary, Kind::ordinary}), file, false).statements[1];
    EXPECT_EQ(same.begin, 10u);
    EXPECT_EQ(same.end, 19u);
    EXPECT_EQ(same.line, 2u);
}

TEST(Body, BeginAndCommitAroundTheWholeAreSubsumed) {
    std::vector<Statement> const rest =
        runnable(body({Kind::begin, Kind::ordinary, Kind::ordinary, Kind::commit}), file, false).statements;
    ASSERT_EQ(rest.size(), 2u);
    EXPECT_EQ(rest[0].line, 2u);
    EXPECT_EQ(rest[1].line, 3u);
    EXPECT_EQ(run_of({Kind::begin, Kind::commit}), 0u);
}

TEST(Body, AnywhereElseTheyAreRefused) {
    for (std::vector<Kind> const &kinds : std::vector<std::vector<Kind>>{
             {Kind::begin},
             {Kind::commit},
             {Kind::commit, Kind::begin},
             {Kind::begin, Kind::ordinary},
             {Kind::ordinary, Kind::commit},
             {Kind::ordinary, Kind::begin, Kind::ordinary, Kind::commit},
             {Kind::begin, Kind::ordinary, Kind::commit, Kind::ordinary},
             {Kind::begin, Kind::commit, Kind::begin, Kind::commit},
             {Kind::begin, Kind::begin, Kind::commit, Kind::commit},
             {Kind::begin, Kind::transaction_control},
             {Kind::transaction_control, Kind::commit},
         })
        EXPECT_STREQ(refusal(kinds, "COMMIT").state, mig::sqlstate::transaction_control);
}

TEST(Body, ARefusalNamesTheFirstOffender) {
    EXPECT_TRUE(contains(refusal({Kind::ordinary, Kind::commit, Kind::begin}, "COMMIT").message, "line 4"));
    // Between a BEGIN and a COMMIT that are subsumed.
    EXPECT_TRUE(contains(refusal({Kind::begin, Kind::commit, Kind::begin, Kind::commit}, "COMMIT").message, "line 4"));
    EXPECT_TRUE(contains(refusal({Kind::begin, Kind::ordinary}, "BEGIN").message, "line 3"));
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
    EXPECT_TRUE(runnable(body({Kind::ordinary}), file, false).transactional);
    EXPECT_TRUE(runnable(body({}), file, false).transactional);
    EXPECT_FALSE(runnable(body({Kind::not_in_transaction}), file, false).transactional);
    EXPECT_FALSE(runnable(body({Kind::not_in_transaction, Kind::not_in_transaction}), file, false).transactional);
    EXPECT_FALSE(runnable(body({Kind::ordinary}), file, true).transactional);
    EXPECT_FALSE(runnable(body({Kind::ordinary, Kind::not_in_transaction}), file, true).transactional);
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

TEST(Body, WithoutATransactionItsOwnBeginIsRefused) {
    Failure const failure = failure_of([] {
        runnable(body({Kind::begin, Kind::ordinary, Kind::commit}, "BEGIN"), file, true);
    });
    EXPECT_STREQ(failure.state, "2D000");
}

TEST(Body, ACallInItsCallersTransactionTakesOnlyTransactionalBodies) {
    mig::require_transactional(runnable(body({Kind::ordinary}), file, false), file);
    mig::require_transactional(runnable(body({}), file, true), file);
    Failure const build = failure_of(
        [] { require_transactional(runnable(body({Kind::not_in_transaction}, "VACUUM"), file, false), file); });
    EXPECT_STREQ(build.state, "25001");
    EXPECT_EQ(build.message, "VACUUM cannot run inside a transaction: migration 7 (init), file 7_init.sql line 3");
    EXPECT_TRUE(contains(build.hint, "apply_each"));
    Failure const said = failure_of([] { mig::require_transactional(runnable(body({Kind::ordinary}), file, true), file); });
    EXPECT_TRUE(contains(said.message, "runs without a transaction"));
}

TEST(Body, CopyFromTheClientIsRefusedByName) {
    Failure const failure = refusal({Kind::copy_from_client}, "COPY", {"7", "init", "", true, 1});
    EXPECT_STREQ(failure.state, "0A000");
    EXPECT_EQ(failure.message, "COPY cannot exchange data with the client here: migration 7 (init), down line 1");
    EXPECT_TRUE(contains(failure.detail, "Nothing was run"));
    EXPECT_TRUE(contains(failure.hint, "INSERT"));
}
