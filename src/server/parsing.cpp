#include "server/parsing.hpp"

#include "bridge/compat.hpp"
#include "bridge/guard.hpp"
#include "core/copy_data.hpp"
#include "core/failure.hpp"
#include "core/statement_ends.hpp"
#include "server/lexing.hpp"
#include "server/quiet.hpp"
#include "server/scratch_memory.hpp"

extern "C" {
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
#include "parser/parser.h"
#include "tcop/cmdtag.h"
#include "tcop/utility.h"
}

namespace mig::server {

namespace {

using Kind = Statement::Kind;

bool has_option(List *options, const char *name) {
    ListCell *cell;
    foreach (cell, options)
        if (strcmp(lfirst_node(DefElem, cell)->defname, name) == 0)
            return true;
    return false;
}

Kind kind_of(TransactionStmt const *statement) {
    switch (statement->kind) {
    case TRANS_STMT_BEGIN:
    case TRANS_STMT_START:
        return statement->options == NIL ? Kind::begin : Kind::transaction_control;
    case TRANS_STMT_COMMIT:
        return statement->chain ? Kind::transaction_control : Kind::commit;
    default:
        return Kind::transaction_control;
    }
}

bool detaches_concurrently(AlterTableStmt const *statement) {
    ListCell *cell;
    foreach (cell, statement->cmds) {
        auto const *command = lfirst_node(AlterTableCmd, cell);
        if (command->subtype == AT_DetachPartition && castNode(PartitionCmd, command->def)->concurrent)
            return true;
    }
    return false;
}

// What PreventInTransactionBlock() would refuse, as far as the parse tree tells. What depends on the catalogs
// (REINDEX or CLUSTER of a partitioned table, some ALTER SUBSCRIPTION) the server refuses when it runs.
bool not_in_transaction(Node *node) {
    switch (nodeTag(node)) {
    case T_IndexStmt:
        return castNode(IndexStmt, node)->concurrent;
    case T_DropStmt:
        return castNode(DropStmt, node)->concurrent;
    case T_ReindexStmt: {
        auto const *statement = castNode(ReindexStmt, node);
        return statement->kind == REINDEX_OBJECT_SCHEMA || statement->kind == REINDEX_OBJECT_SYSTEM ||
               statement->kind == REINDEX_OBJECT_DATABASE || has_option(statement->params, "concurrently");
    }
    case T_AlterTableStmt:
        return detaches_concurrently(castNode(AlterTableStmt, node));
    case T_VacuumStmt:
        return castNode(VacuumStmt, node)->is_vacuumcmd;
    case pg::cluster_tag:
        return !pg::cluster_table(node) || has_option(pg::cluster(node)->params, "concurrently");
    case T_DiscardStmt:
        return castNode(DiscardStmt, node)->target == DISCARD_ALL;
    case T_AlterDatabaseStmt:
        return has_option(castNode(AlterDatabaseStmt, node)->options, "tablespace");
    case T_CreateSubscriptionStmt: {
        List *const options = castNode(CreateSubscriptionStmt, node)->options;
        return !has_option(options, "create_slot") && !has_option(options, "connect");
    }
    case T_CreatedbStmt:
    case T_DropdbStmt:
    case T_CreateTableSpaceStmt:
    case T_DropTableSpaceStmt:
    case T_AlterSystemStmt:
        return true;
    default:
        return false;
    }
}

Kind kind_of(Node *node) {
    if (IsA(node, TransactionStmt))
        return kind_of(castNode(TransactionStmt, node));
    if (not_in_transaction(node))
        return Kind::not_in_transaction;
    switch (nodeTag(node)) {
    case T_CopyStmt:
        return castNode(CopyStmt, node)->filename ? Kind::ordinary : Kind::copy_with_client;
    case T_LockStmt:
        return Kind::only_in_transaction;
    case T_DeclareCursorStmt:
        return castNode(DeclareCursorStmt, node)->options & CURSOR_OPT_HOLD ? Kind::ordinary
                                                                            : Kind::only_in_transaction;
    case T_CallStmt:
        return Kind::call;
    case T_AlterEnumStmt: // a new value, not another name for one
        return castNode(AlterEnumStmt, node)->oldVal ? Kind::ordinary : Kind::add_enum_value;
    default:
        return Kind::ordinary;
    }
}

// What a refusal calls it: the command tag leaves out the word that matters.
const char *name_of(Node *node, Kind kind) {
    if (kind == Kind::not_in_transaction)
        switch (nodeTag(node)) {
        case T_IndexStmt:
            return "CREATE INDEX CONCURRENTLY";
        case T_DropStmt:
            return "DROP INDEX CONCURRENTLY";
        case T_AlterTableStmt:
            return "ALTER TABLE ... DETACH PARTITION CONCURRENTLY";
        case T_ReindexStmt:
            if (has_option(castNode(ReindexStmt, node)->params, "concurrently"))
                return "REINDEX CONCURRENTLY";
            break;
        default:
            break;
        }
    if (IsA(node, VariableSetStmt)) { // which ends with the transaction
        auto const *statement = castNode(VariableSetStmt, node);
        if (statement->is_local)
            return "SET LOCAL";
        if (statement->kind == VAR_SET_MULTI && strcmp(statement->name, "TRANSACTION") == 0)
            return "SET TRANSACTION";
    }
    return GetCommandTagName(CreateCommandTag(node));
}

struct Parsed {
    int count; // of statements
    Kind kind;
    const char *command;
};

Parsed raw_parse(const char *text) {
    List *const tree = raw_parser(text, RAW_PARSE_DEFAULT);
    if (list_length(tree) != 1)
        return {list_length(tree), Kind::ordinary, nullptr};
    Node *const node = linitial_node(RawStmt, tree)->stmt;
    Kind const kind = kind_of(node);
    return {1, kind, name_of(node, kind)};
}

class Parser {
  public:
    Parser(Lexed const &body, std::string_view source, std::uint32_t first_line)
        : body_(body), source_(source), first_line_(first_line) {}

    std::vector<Statement> run() {
        std::vector<StatementSpan> const spans = split_statements(body_);
        std::vector<Statement> statements;
        statements.reserve(spans.size());
        for (StatementSpan const &span : spans) {
            pg::check_for_interrupts();
            statements.push_back(parse(span));
        }
        return statements;
    }

  private:
    Statement parse(StatementSpan const &span) {
        std::size_t const begin = body_.tokens[span.first].begin, end = body_.tokens[span.last - 1].end;
        Parsed const parsed = parse(begin, end);
        if (parsed.count != 1)
            throw Failure(sqlstate::syntax_error,
                          place(body_.text, begin, source_, first_line_) +
                              ": psql takes this for one statement, and "
                              "the server for " +
                              std::to_string(parsed.count),
                          {}, "A function or procedure whose name is BEGIN or CASE is to be written in double quotes.");
        Statement statement{parsed.kind, begin, end, lines_.at(begin), parsed.command};
        if (span.data) {
            Token const &data = body_.tokens[*span.data];
            statement.data_begin = data.begin;
            statement.data_end = data.begin + copy_rows(body_.at(data)).size();
            if (parsed.kind == Kind::copy_with_client)
                statement.kind = Kind::ordinary;
        }
        return statement;
    }

    Parsed parse(std::size_t begin, std::size_t end) {
        text_.assign(body_.text.substr(begin, end - begin)); // the grammar wants a NUL
        const char *const chars = text_.c_str();
        try {
            Parsed const parsed = scratch_.run([=] { return raw_parse(chars); });
            scratch_.clear();
            return parsed;
        } catch (pg::Error &error) {
            locate(error, body_.text, begin, source_, first_line_);
            throw;
        }
    }

    Lexed const &body_;
    std::string_view const source_;
    std::uint32_t const first_line_;
    LineCounter lines_{body_.text};
    ScratchMemory const scratch_{"migrator parse tree"};
    std::string text_;
};

} // namespace

std::vector<Statement> parse(Lexed const &body, std::string_view source, std::uint32_t first_line) {
    Quiet const quiet;
    return Parser(body, source, first_line).run();
}

} // namespace mig::server
