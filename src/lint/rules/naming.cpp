// Rules: advice on names, storage options, CHECK constraints, and what belongs with an index or an ALTER TABLE.
#include "core/text/lexed.hpp"
#include "lint/read/new_columns.hpp"
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "lint/world/raw_tree.hpp"
#include "server/parse/lexing.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_set>

namespace mig::server::lint {

namespace {

constexpr std::size_t longest = NAMEDATALEN - 1; // bytes; truncate_identifier() cuts at this, with a NOTICE only

// Statements that give something a name. In others a long name refers to what has been cut before.
bool creates(Node const *node) {
    switch (nodeTag(node)) {
    case T_CreateStmt:
    case T_CreateTableAsStmt:
    case T_IndexStmt:
    case T_ViewStmt:
    case T_CreateSeqStmt:
    case T_CreateFunctionStmt:
    case T_CreateTrigStmt:
    case T_CreateEnumStmt:
    case T_CompositeTypeStmt:
    case T_CreateDomainStmt:
    case T_CreateSchemaStmt:
    case T_CreatePolicyStmt:
    case T_AlterTableStmt:
    case T_RenameStmt:
        return true;
    default:
        return false;
    }
}

} // namespace

void long_name(Subject const &subject, Report &report) {
    // The scanner has cut the names in the parse tree: only the text has all of them.
    if (!creates(subject.node) || subject.sql.size() <= longest)
        return;
    std::vector<std::string> cut;
    Lexed const lexed = lex(subject.sql);
    for (Token const &token : lexed.tokens) {
        std::string_view name = lexed.at(token);
        bool const is_quoted = token.kind == Token::Kind::exact && name.size() > 2 && name.front() == '"';
        if (is_quoted)
            name = name.substr(1, name.size() - 2);
        if ((is_quoted || token.kind == Token::Kind::word) && name.size() > longest)
            cut.emplace_back(name.substr(0, longest));
    }
    if (!cut.empty())
        report.add(Severity::info,
                   "the server keeps " + std::to_string(longest) + " bytes of a name, so it will be called " +
                       listed(cut),
                   "Choose one that fits: another one with the same beginning would collide with it.");
}

// The scanner folds names to lower case unless they are quoted, so upper case in the parse tree was quoted. Only ASCII
// letters are looked at: others are folded in single-byte encodings at most (downcase_identifier()).
void mixed_case_name(Subject const &subject, Report &report) {
    std::vector<std::string> mixed;
    std::unordered_set<std::string> known;
    auto const check = [&](const char *name) {
        if (name && std::any_of(name, name + std::strlen(name), [](char c) { return c >= 'A' && c <= 'Z'; }) &&
            known.insert(name).second)
            mixed.emplace_back(name);
    };
    if (auto const *create = MIG_AS(CreateStmt, subject.node); create && !subject.world.find(create->relation))
        check(create->relation->relname);
    each_new_column(subject, [&](ColumnDef const &column, const char *) { check(column.colname); });
    if (!mixed.empty())
        report.add(Severity::info,
                   listed(mixed) + (mixed.size() == 1 ? " has" : " have") +
                       " upper case letters, and must be written in double quotes wherever it is used",
                   "Write it in lower case, with _ between words.");
}

// What is not in the WAL is truncated by crash recovery, and is neither on standbys nor in a base backup.
void unlogged_table(Subject const &subject, Report &report) {
    auto const *create = MIG_AS(CreateStmt, subject.node);
    if (create && create->relation->relpersistence == 'u' && !subject.world.find(create->relation))
        report.add(Severity::info,
                   "unlogged table " + quoted(create->relation->relname) +
                       " is empty after a crash, on standbys and in a backup by pg_basebackup",
                   "Leave out UNLOGGED, unless its rows can be computed again.");
}

// autovacuum_enabled = off still lets autovacuum freeze the table when its transaction IDs are about to wrap around; by
// then it has everything to do at once.
void autovacuum_off(Subject const &subject, Report &report) {
    auto const off = [](List const *options) {
        DefElem const *const element = option_named(options, "autovacuum_enabled");
        return element && !is_on(*element);
    };
    std::string table;
    if (auto const *create = MIG_AS(CreateStmt, subject.node); create && off(create->options))
        table = quoted(create->relation->relname);
    each_subcommand(subject, [&](Subcommand const &change) {
        if (change.command.subtype == AT_SetRelOptions && off(reinterpret_cast<List const *>(change.command.def)))
            table = change.table.label();
    });
    if (!table.empty())
        report.add(Severity::info,
                   "without autovacuum, dead rows of " + table +
                       " stay and its statistics go stale, until it is turned "
                       "on again or transaction IDs run out",
                   "Lower its thresholds instead: autovacuum_vacuum_scale_factor = 0.01.");
}

namespace {

// now() and its like are STABLE, which is_volatile() lets pass, but a CHECK that compares with them can be true today
// and false tomorrow. Only the forms in which a CHECK usually compares are searched, not CASE, COALESCE and the like: a
// miss costs an advice.
bool depends_on_time(Node const *node) {
    if (!node)
        return false;
    if (IsA(node, SQLValueFunction)) {
        auto const op = reinterpret_cast<SQLValueFunction const *>(node)->op;
        // The enum begins with the date and the times; roles, catalog and schema follow (SQLValueFunctionOp in
        // primnodes.h).
        return op <= SVFOP_LOCALTIMESTAMP_N;
    }
    if (auto const *call = MIG_AS(FuncCall, node)) {
        std::string_view const name = last_name(call->funcname);
        return name == "now" || name == "clock_timestamp" || name == "statement_timestamp" ||
               name == "transaction_timestamp" || name == "timeofday" ||
               any<Node>(call->args, [](Node const &argument) { return depends_on_time(&argument); });
    }
    if (auto const *expression = MIG_AS(A_Expr, node))
        return depends_on_time(expression->lexpr) || depends_on_time(expression->rexpr);
    if (auto const *logic = MIG_AS(BoolExpr, node))
        return any<Node>(logic->args, [](Node const &argument) { return depends_on_time(&argument); });
    if (auto const *cast = MIG_AS(TypeCast, node))
        return depends_on_time(cast->arg);
    return false;
}

} // namespace

// "Check Constraints" in the manual: the server assumes that the condition always gives the same result for the same
// row, and checks it only when the row is written. Restoring a dump writes all rows again.
void volatile_check(Subject const &subject, Report &report) {
    auto const check = [&](Constraint const &constraint) {
        if (constraint.contype == CONSTR_CHECK && constraint.raw_expr &&
            (depends_on_time(constraint.raw_expr) || subject.world.is_volatile(constraint.raw_expr)))
            report.add(
                Severity::info,
                std::string("CHECK ") + (constraint.conname ? quoted(constraint.conname) + " " : "") +
                    "depends on more than its row: rows that pass now can break it later, and restoring a dump fails",
                "Check it in a trigger, or compare with a column that is filled by DEFAULT now().");
    };
    each_new_column(subject,
                    [&](ColumnDef const &column, const char *) { each<Constraint>(column.constraints, check); });
    if (auto const *create = MIG_AS(CreateStmt, subject.node))
        each<Node>(create->tableElts, [&](Node const &element) {
            if (IsA(&element, Constraint))
                check(reinterpret_cast<Constraint const &>(element));
        });
    each_subcommand(subject, [&](Subcommand const &change) {
        if (Constraint const *const added = added_constraint(change.command))
            check(*added);
    });
}

// ANALYZE also collects statistics on the expressions of indexes, which CREATE INDEX does not: see its page in the
// manual.
void analyze_expression_index(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(IndexStmt, subject.node);
    if (!statement || !statement->relation ||
        !any<IndexElem>(statement->indexParams, [](IndexElem const &element) { return element.expr != nullptr; }))
        return;
    Table const *const relation = subject.world.find(statement->relation);
    // An ANALYZE without a table is noted under the empty name. Autovacuum does not come soon: it counts changed rows
    // (autovacuum_analyze_threshold), and an index changes none.
    if (!relation || relation->is_new || relation->small() || done_later(subject, Lookahead::Effect::analyze, "") ||
        done_later(subject, Lookahead::Effect::analyze, relation->name))
        return;
    report.add(Severity::info,
               "the planner has no statistics on the expression, and may not use the index, until " +
                   relation->label() + " is analyzed",
               "ANALYZE " + relation->qualified() + " after it.");
}

namespace {

// Subcommands that read or rewrite the whole table. Several in one ALTER TABLE share a pass: ATRewriteTables() runs
// once, after all of them. A foreign key is not among them: ATRewriteTables() checks it after that pass, by a query of
// its own.
bool passes_over_table(AlterTableStmt const &statement) {
    return any<AlterTableCmd>(statement.cmds, [](AlterTableCmd const &command) {
        Constraint const *const added = added_constraint(command);
        return command.subtype == AT_AlterColumnType || command.subtype == AT_SetNotNull ||
               (added && added->contype == CONSTR_CHECK && !added->skip_validation);
    });
}

} // namespace

// Only of statements that follow each other directly in one transaction: anything between them may be needed there.
void merge_alter_table(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(AlterTableStmt, subject.node);
    if (!statement || statement->objtype != OBJECT_TABLE || !subject.in_transaction || !passes_over_table(*statement))
        return;
    Table const *const relation = subject.world.find(statement->relation);
    std::vector<Statement> const &all = subject.step.statements;
    // Trees has no INSERT and no COPY. So the next tree is that of the next statement only if that one is an ALTER
    // TABLE. Of code it has all statements.
    bool const adjacent = !subject.later_in_transaction.empty() &&
                          (subject.in_routine || (subject.index + 1 < all.size() &&
                                                  all[subject.index + 1].command == std::string_view("ALTER TABLE")));
    auto const *next = adjacent ? MIG_AS(AlterTableStmt, subject.later_in_transaction.front()) : nullptr;
    if (!relation || relation->is_new || relation->small() || !next || !passes_over_table(*next) ||
        subject.world.find(next->relation) != relation || !subject.first_time("merge " + relation->qualified()))
        return;
    report.add(Severity::info, "this ALTER TABLE and the next each read or write the whole of " + relation->label(),
               "Write them as one: ALTER TABLE " + relation->qualified() + " ..., ... does everything in one pass.");
}

} // namespace mig::server::lint
