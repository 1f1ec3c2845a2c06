#include "server/parsing.hpp"

#include "bridge/guard.hpp"
#include "core/failure.hpp"
#include "core/psql_command.hpp"
#include "server/lexing.hpp"
#include "server/quiet.hpp"
#include "server/scratch_memory.hpp"

#include <algorithm>

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
    case T_ClusterStmt:
        return castNode(ClusterStmt, node)->relation == nullptr;
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
    if (IsA(node, CopyStmt) && !castNode(CopyStmt, node)->filename)
        return Kind::copy_from_client;
    return not_in_transaction(node) ? Kind::not_in_transaction : Kind::ordinary;
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
    return GetCommandTagName(CreateCommandTag(node));
}

struct Span { // a Statement before its tokens are known
    Kind kind;
    int begin, length; // length 0: to the end
    const char *command;
};

struct Parsed {
    Span *spans;
    int count;
};

Parsed raw_parse(const char *text) {
    List *const tree = raw_parser(text, RAW_PARSE_DEFAULT);
    Parsed parsed{static_cast<Span *>(palloc(sizeof(Span) * (list_length(tree) + 1))), 0};
    ListCell *cell;
    foreach (cell, tree) {
        auto const *raw = lfirst_node(RawStmt, cell);
        Kind const kind = kind_of(raw->stmt);
        parsed.spans[parsed.count++] = {kind, raw->stmt_location, raw->stmt_len, name_of(raw->stmt, kind)};
    }
    return parsed;
}

void refuse_psql_commands(Lexed const &body, std::string_view source, std::uint32_t first_line) {
    for (Token const &token : body.tokens)
        if (token.kind == Token::Kind::backslash)
            throw Failure(sqlstate::syntax_error,
                          place(body.text, token.begin, source, first_line) + ": " +
                              psql_command_at(body.text, token.begin) + " is a command of psql, not SQL",
                          {}, instead_of_psql_command(body.text, token.begin));
}

// COPY ... FROM STDIN ; with more behind it: psql would read that as data, the grammar reads nonsense.
bool holds_copy_data(Lexed const &body) {
    bool copy = false;
    for (std::size_t i = 0; i + 2 < body.tokens.size(); ++i) {
        copy = copy || same_word(body.at(body.tokens[i]), "copy");
        if (copy && same_word(body.at(body.tokens[i]), "from") && same_word(body.at(body.tokens[i + 1]), "stdin"))
            return true;
    }
    return false;
}

// From its first token to the end of its last one.
Statement statement_of(Lexed const &body, Span const &span, LineCounter &lines) {
    auto const by_begin = [](Token const &token, std::size_t offset) { return token.begin < offset; };
    std::size_t const begin = static_cast<std::size_t>(span.begin),
                      end = span.length > 0 ? begin + static_cast<std::size_t>(span.length) : body.text.size();
    auto first = std::lower_bound(body.tokens.begin(), body.tokens.end(), begin, by_begin);
    auto last = std::lower_bound(first, body.tokens.end(), end, by_begin);
    while (first != last && first->kind == Token::Kind::semicolon)
        ++first;
    while (last != first && std::prev(last)->kind == Token::Kind::semicolon)
        --last;
    Statement statement{span.kind, begin, end, 0, span.command};
    if (first != last) {
        statement.begin = first->begin;
        statement.end = std::prev(last)->end;
    }
    statement.line = lines.at(statement.begin);
    return statement;
}

} // namespace

std::vector<Statement> parse(Lexed const &body, std::string_view source, std::uint32_t first_line) {
    refuse_psql_commands(body, source, first_line);
    std::string const text(body.text); // the grammar wants a NUL
    const char *const chars = text.c_str();
    Quiet const quiet;
    ScratchMemory const scratch("migrator parse tree");
    try {
        Parsed const parsed = scratch.run([=] { return raw_parse(chars); });
        std::vector<Statement> statements;
        statements.reserve(static_cast<std::size_t>(parsed.count));
        LineCounter lines(body.text);
        for (int i = 0; i < parsed.count; ++i)
            statements.push_back(statement_of(body, parsed.spans[i], lines));
        return statements;
    } catch (pg::Error &error) {
        locate(error, body.text, source, first_line);
        if (holds_copy_data(body))
            error.set_hint(instead_of_copy_data);
        throw;
    }
}

} // namespace mig::server
