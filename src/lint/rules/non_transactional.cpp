// Rules: statements that fail, or are not undone, because of the transaction that they run in.
//
// Some commands refuse to run in a transaction block (PreventInTransactionBlock()), some refuse what the same
// transaction has done before, and a procedure may COMMIT only where nothing around it needs the transaction. The plan
// refuses the first kind when the parse tree alone shows it (lint/read/refusals.hpp); the rules here also look at the
// catalog and at the code of procedures.
#include "bridge/compat.hpp"
#include "core/text/text.hpp"
#include "lint/code/executed.hpp"
#include "lint/read/lock_modes.hpp"
#include "lint/read/refusals.hpp"
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "lint/world/raw_tree.hpp"
#include "lint/world/world_contents.hpp"
#include "server/db/query.hpp"
#include "server/db/scratch_memory.hpp"
#include "server/parse/by_catalog.hpp"
#include "server/parse/lexing.hpp"
#include "server/parse/outside_transaction.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <unordered_set>

extern "C" {
#include "nodes/value.h"
}

namespace mig::server::lint {

namespace {

// `-- migrator: no-transaction` lets both kinds run, but a failure leaves the migration partly applied.
void mixed_kinds(Subject const &subject, Report &report) {
    if (subject.step.transactional || subject.count < 2)
        return;
    std::size_t outside = 0;
    for (Statement const &statement : subject.step.statements)
        outside += statement.kind == Statement::Kind::not_in_transaction;
    if (outside == 0 || outside == subject.count)
        return;
    report.add(Severity::info,
               std::to_string(outside) + " of the " + std::to_string(subject.count) +
                   " statements cannot run in a transaction, so each commits by itself: when one fails, those before "
                   "it stay",
               "A migration for what cannot run in a transaction, another one for the rest.");
}

// The values of the string constants in a statement. Doubled quotes are undone, escapes of E'' are not.
std::vector<std::string> constants_of(std::string_view sql) {
    std::vector<std::string> values;
    Lexed const lexed = lex(sql);
    for (Token const &token : lexed.tokens) {
        std::string_view const text = lexed.at(token);
        if (text.size() < 2 || text.front() != '\'' || text.back() != '\'')
            continue;
        std::string value;
        for (std::size_t i = 1; i + 1 < text.size(); ++i) {
            value += text[i];
            i += text[i] == '\'' ? 1 : 0;
        }
        values.push_back(std::move(value));
    }
    return values;
}

// check_safe_enum_use() refuses a value whose row in pg_enum is not committed, because an index may keep it when the
// transaction is rolled back. Any statement that can hold a constant of the enum is searched for the value; its type is
// not checked.
void enum_value_in_use(Subject const &subject, Report &report) {
    if (subject.earlier_in_transaction.enum_values.empty())
        return;
    switch (nodeTag(subject.node)) {
    case T_InsertStmt:
    case T_UpdateStmt:
    case T_DeleteStmt:
    case T_MergeStmt:
    case T_SelectStmt:
    case T_AlterTableStmt:
    case T_CreateStmt:
    case T_IndexStmt:
    case T_ViewStmt:
    case T_CreateTableAsStmt:
    case T_CreateTrigStmt:
    case T_CreatePolicyStmt:
        break;
    default:
        return;
    }
    std::unordered_set<std::string> reported;
    for (std::string const &value : constants_of(subject.sql))
        if (subject.earlier_in_transaction.enum_values.count(value) > 0 && reported.insert(value).second)
            report.add(Severity::error,
                       sql_literal(value) +
                           " was added to its enum in this transaction and cannot be used before it commits: "
                           "the statement fails with \"unsafe use of new value\"",
                       "ALTER TYPE ... ADD VALUE in an earlier migration; apply_each() commits it, apply() needs a "
                       "call for each.");
}

// CheckTableNotInUse() refuses to change a table that has trigger events of this transaction pending: deferred foreign
// keys of either side, deferred unique keys, constraint triggers (lint/read/pending_checks.hpp). Which commands call it
// is measured by sql/lint_pending_checks.sql. Reported once per table, and again when the possible becomes certain.
void pending_trigger_events(Subject const &subject, Report &report) {
    auto const check = [&](Table const *table) {
        if (!table)
            return;
        PendingChecks::Check const waiting = subject.earlier_in_transaction.checks.pending_on(*table);
        if (waiting.constraint.empty() ||
            !subject.first_time((waiting.certain ? "pending events " : "events ") + table->qualified()))
            return;
        std::string const name = quoted(waiting.constraint);
        std::string const message =
            waiting.certain ? "rows of " + table->label() + " were written in this transaction, and the check of " +
                                  name + " waits for its end: the statement fails with \"pending trigger events\""
            : waiting.unique
                ? "if a key of " + name +
                      " was duplicate for a while, its check waits for the end of this transaction: "
                      "the statement then fails with \"pending trigger events\""
                : "if a row of " + table->label() + " was written in this transaction, the check of " + name +
                      " waits for its end: the statement then fails with \"pending trigger events\"";
        report.add(waiting.certain ? Severity::error : Severity::warning, message,
                   "SET CONSTRAINTS ALL IMMEDIATE before it, or two migrations.");
    };
    if (auto const *alter = MIG_AS(AlterTableStmt, subject.node)) {
        check(subject.world.find(alter->relation));
    } else if (auto const *index = MIG_AS(IndexStmt, subject.node)) {
        check(subject.world.find(index->relation));
    } else if (auto const *truncate = MIG_AS(TruncateStmt, subject.node)) {
        each<RangeVar>(truncate->relations, [&](RangeVar const &name) { check(subject.world.find(&name)); });
    } else if (auto const *drop = MIG_AS(DropStmt, subject.node)) {
        // Not DROP INDEX and REINDEX, which pass: CheckTableNotInUse() does not ask for the trigger events of an index.
        if (drop->removeType == OBJECT_TABLE)
            each<List>(drop->objects, [&](List const &names) { check(subject.world.find(&names)); });
    } else if (nodeTag(subject.node) == pg::cluster_tag && pg::cluster_table(subject.node)) {
        check(subject.world.find(pg::cluster_table(subject.node)));
    }
}

// A CREATE INDEX CONCURRENTLY that fails leaves its index behind with pg_index.indisvalid = false ("Building Indexes
// Concurrently" in the manual), and IF NOT EXISTS compares the name only.
void hidden_invalid_index(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(IndexStmt, subject.node);
    if (!statement || !statement->if_not_exists || !statement->idxname)
        return;
    Table *const table = subject.world.find(statement->relation);
    TableIndex const *const index = table ? table->index(statement->idxname) : nullptr;
    if (!index || index->valid || index->is_new)
        return;
    std::string const name = quoted(table->schema) + "." + quoted(index->name);
    report.add(Severity::warning,
               "IF NOT EXISTS finds the index " + name +
                   ", which an earlier attempt left INVALID: no query will use it, and nothing says so",
               "DROP INDEX CONCURRENTLY " + name + " in an earlier migration.");
}

// REINDEX or CLUSTER of a partitioned table, which works through the partitions in a transaction each and so refuses to
// run in a block: ReindexPartitions(), cluster() in the server.
bool is_partitioned(Subject const &subject) {
    Table const *table = nullptr;
    if (auto const *reindex = MIG_AS(ReindexStmt, subject.node)) {
        if (reindex->kind == REINDEX_OBJECT_INDEX)
            table = subject.world.find_index(reindex->relation).table;
        else if (reindex->kind == REINDEX_OBJECT_TABLE)
            table = subject.world.find(reindex->relation);
    } else if (nodeTag(subject.node) == pg::cluster_tag && pg::cluster_table(subject.node)) {
        table = subject.world.find(pg::cluster_table(subject.node));
    }
    return table && table->kind == 'p';
}

// DROP SUBSCRIPTION of a subscription that has a replication slot, which is dropped at the publisher as well. A
// migration that alters the subscription may have SET (slot_name = NONE), the safe way, and is not reported.
bool drops_slot(Subject const &subject) {
    auto const *drop = MIG_AS(DropSubscriptionStmt, subject.node);
    if (!drop || subject.ahead.last_statement(Lookahead::Effect::subscription, drop->subname))
        return false;
    static KeptQuery subscription_with_slot(
        "SELECT 1 FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
        " WHERE s.subname = $1 AND d.datname = current_database() AND s.subslotname IS NOT NULL");
    return subscription_with_slot({drop->subname}).size() > 0;
}

// The code of a procedure that the migration creates before this statement.
std::optional<RoutineCode> created_before(Subject const &subject, std::string const &name) {
    if (!subject.ahead.occurs(subject.all.first, subject.later_in_migration.first, Lookahead::Effect::function, name))
        return std::nullopt;
    auto const *made = MIG_AS(CreateFunctionStmt, subject.ahead.last_statement(Lookahead::Effect::function, name));
    if (!made)
        return std::nullopt;
    ScratchMemory const scratch("migrator procedure");
    return routine_of(scratch.run([=] { return code_of(made); }));
}

// What the code of a CALL or DO does to its transaction. Read once per statement, for two rules, with the rights of the
// owner: the body is only parsed, nothing of it is executed.
TransactionEnds ends_of(Subject const &subject) {
    if (!MIG_AS(CallStmt, subject.node) && !MIG_AS(DoStmt, subject.node))
        return {};
    if (!subject.transaction_ends) {
        AsBody const as_body(subject.world.contents(), AsBody::Role::owner);
        subject.transaction_ends = transaction_ends_of(
            subject.node, [&](std::string const &, std::string const &name) { return created_before(subject, name); });
    }
    return *subject.transaction_ends;
}

// Only of a statement that shares a transaction (Statement::block is not 0); by itself it succeeds. What the parse tree
// alone shows is refused by the plan already.
void fails_in_transaction(Subject const &subject, Report &report) {
    Node *const node = subject.node;
    if (subject.in_routine && pg::guarded([=] { return cannot_run_in_transaction(node); })) {
        report.add(Severity::error,
                   command_of(node) + " cannot be executed from a DO block, a function or a procedure, and fails",
                   "Write it as a statement of a migration of its own.");
        return;
    }
    Statement const &statement = subject.step.statements[subject.index];
    if (statement.block == 0)
        return;
    std::string const hint = "\"-- migrator: no-transaction\" above the first statement, outside of BEGIN ... COMMIT; "
                             "CALL migrator.apply_each() then commits statement by statement.";
    if (is_partitioned(subject))
        report.add(Severity::error,
                   std::string(statement.command) +
                       " of a partitioned table or index commits after each partition, and fails in a transaction",
                   hint);
    else if (drops_slot(subject))
        report.add(Severity::error,
                   "DROP SUBSCRIPTION drops the slot at the publisher, which no rollback brings back, and fails in a "
                   "transaction",
                   hint);
    else if (TransactionEnds const ends = ends_of(subject); ends.possible && !ends.impossible)
        report.add(Severity::warning,
                   "its code ends the transaction that it runs in, which fails where other statements share it: "
                   "\"invalid transaction termination\"",
                   hint);
}

// "Transaction Management" in the chapter on PL/pgSQL: a procedure can end its transaction only if everything between
// the top level and its COMMIT is CALL or DO, and not inside a block with EXCEPTION, which is a subtransaction. "CREATE
// PROCEDURE" forbids it with SECURITY DEFINER and SET.
void cannot_end(Subject const &subject, Report &report) {
    if (ends_of(subject).impossible)
        report.add(Severity::warning,
                   "its code has a COMMIT or ROLLBACK where no transaction can end: in a procedure in SQL or with "
                   "SECURITY DEFINER or SET, in what that calls, or in a block with EXCEPTION; it fails when that is "
                   "reached, in a transaction or not",
                   "Take the COMMIT out of it, or remove SECURITY DEFINER, SET or EXCEPTION around it.");
}

// Dynamic SQL, also in what the statement calls: its text is not known before it runs.
void opaque_code(Subject const &subject, Report &report) {
    Executed const *const part = subject.opaque;
    if (!part)
        return;
    std::string const place = part->place.empty()
                                  ? "on line " + std::to_string(subject.step.origin.first_line + part->line - 1)
                                  : "in " + part->place;
    report.add(Severity::info, "what the dynamic SQL " + place + " does cannot be told from its text",
               "SELECT * FROM migrator.rehearse() runs it, shows its locks, rewrites and objects, and rolls back.");
}

constexpr Rule entries[] = {
    {"mixed-with-non-transactional", "a failure leaves the migration partly applied", mixed_kinds,
     Rule::Scope::migration},
    {"enum-value-used-before-commit", "the statement fails: unsafe use of new value", enum_value_in_use},
    {"pending-trigger-events", "the statement fails: pending trigger events", pending_trigger_events},
    {"if-not-exists-hides-invalid-index", "an invalid index is mistaken for the wanted one", hidden_invalid_index},
    {"cannot-run-in-transaction", "the statement fails: it commits by itself", fails_in_transaction},
    {"cannot-end-transaction", "the statement fails: invalid transaction termination", cannot_end},
    {"do-block", "what its dynamic SQL does cannot be told from its text", opaque_code},
};

} // namespace

Rules non_transactional_rules() noexcept { return {std::begin(entries), std::end(entries)}; }

} // namespace mig::server::lint
