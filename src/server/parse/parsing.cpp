#include "server/parse/parsing.hpp"

#include "bridge/compat.hpp"
#include "bridge/guard.hpp"
#include "core/base/failure.hpp"
#include "core/migration/enum_use.hpp"
#include "core/text/copy_data.hpp"
#include "core/text/statement_ends.hpp"
#include "server/db/quiet.hpp"
#include "server/db/scratch_memory.hpp"
#include "server/parse/about_extension.hpp"
#include "server/parse/lexing.hpp"
#include "server/parse/outside_transaction.hpp"
#include "server/parse/statement_options.hpp"

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

// Only a plain BEGIN ... COMMIT can stand for the runner's own transaction. One with an isolation level or READ ONLY,
// and AND CHAIN, which begins another one, would have to be executed.
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

Kind kind_of(Node *node) {
    if (IsA(node, TransactionStmt))
        return kind_of(castNode(TransactionStmt, node));
    if (cannot_run_in_transaction(node))
        return Kind::not_in_transaction;
    if (about_extension(node) == AboutExtension::data)
        return Kind::data_of_extension;
    switch (nodeTag(node)) {
    // `filename` is also the command of PROGRAM; it is null for stdin and stdout.
    case T_CopyStmt:
        return castNode(CopyStmt, node)->filename ? Kind::ordinary : Kind::copy_with_client;
    // LOCK and DECLARE call RequireTransactionBlock(): by itself, the lock or cursor would be gone at the end of the
    // statement. A cursor WITH HOLD survives it.
    case T_LockStmt:
        return Kind::only_in_transaction;
    case T_DeclareCursorStmt:
        return castNode(DeclareCursorStmt, node)->options & CURSOR_OPT_HOLD ? Kind::ordinary
                                                                            : Kind::only_in_transaction;
    case T_CallStmt:
        return Kind::call;
    // The transaction that adds a value cannot use it (ALTER TYPE in the manual), unless the type is as new: whoever
    // plans a body must know.
    case T_AlterEnumStmt: // a new value, not another name for one
        return castNode(AlterEnumStmt, node)->oldVal ? Kind::ordinary : Kind::add_enum_value;
    default:
        return Kind::ordinary;
    }
}

// The name in a refusal. The command tag would leave out the word that matters, such as CONCURRENTLY. All are literals,
// those of GetCommandTagName() too (tag_behavior in cmdtag.c), and so outlive the parse tree.
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
    if (IsA(node, VariableSetStmt)) { // these two end with the transaction, unlike SET
        auto const *statement = castNode(VariableSetStmt, node);
        if (statement->is_local)
            return "SET LOCAL";
        if (statement->kind == VAR_SET_MULTI && strcmp(statement->name, "TRANSACTION") == 0)
            return "SET TRANSACTION";
    }
    return GetCommandTagName(CreateCommandTag(node));
}

// What is kept of a parse tree before its memory is freed.
struct Parsed {
    int count; // of statements
    Kind kind;
    const char *command;
    bool catalog_decides;
    const char *value, *type; // of ALTER TYPE ... ADD VALUE, in the memory of the tree
    RawStmt *tree;
    AboutExtension about;
};

// Raw parsing accesses no catalogs and depends on no settings but those of the scanner, as the head of gram.y demands:
// what an earlier statement of the body creates or sets makes no difference.
Parsed raw_parse(const char *text) {
    List *const tree = raw_parser(text, RAW_PARSE_DEFAULT);
    if (list_length(tree) != 1)
        return {list_length(tree), Kind::ordinary, nullptr, false, nullptr, nullptr, nullptr, AboutExtension::nothing};
    auto *const statement = linitial_node(RawStmt, tree);
    Node *const node = statement->stmt;
    Kind const kind = kind_of(node);
    Parsed parsed{1,       kind,    name_of(node, kind), catalog_decides(node),
                  nullptr, nullptr, statement,           about_extension(node)};
    if (kind == Kind::add_enum_value) {
        parsed.value = castNode(AlterEnumStmt, node)->newVal;
        parsed.type = strVal(llast(castNode(AlterEnumStmt, node)->typeName));
    }
    return parsed;
}

class Parser {
  public:
    Parser(Lexed const &body, std::string_view source, std::uint32_t first_line, ParseTrees *trees)
        : body_(body), source_(source), first_line_(first_line), trees_(trees) {}

    std::vector<Statement> run() {
        // Statement by statement, and not the body at once: the trees of a dump would take many times its size.
        std::vector<StatementSpan> const spans = split_statements(body_);
        std::vector<Statement> statements;
        statements.reserve(spans.size());
        for (StatementSpan const &span : spans) {
            pg::check_for_interrupts();
            statements.push_back(parse(span));
        }
        // Once all are known: any statement may use any value, whatever its place in the body.
        added_.mark(body_, statements, pg::check_for_interrupts);
        if (any_trait_ && !creates_extension_)
            execute_traits(statements);
        return statements;
    }

  private:
    // Where the body is no dump, they are what somebody wants.
    static void execute_traits(std::vector<Statement> &statements) {
        for (Statement &statement : statements) {
            pg::check_for_interrupts();
            if (statement.passed_over == Statement::PassedOver::trait)
                statement.passed_over = Statement::PassedOver::no;
        }
    }

    void note(Parsed const &parsed, Statement &statement) {
        creates_extension_ = creates_extension_ || parsed.about == AboutExtension::creation;
        if (parsed.about == AboutExtension::creation || parsed.about == AboutExtension::comment)
            statement.passed_over = Statement::PassedOver::setup;
        if (parsed.about != AboutExtension::trait)
            return;
        statement.passed_over = Statement::PassedOver::trait;
        any_trait_ = true;
    }

    Statement parse(StatementSpan const &span) {
        std::uint32_t const begin = body_.tokens[span.first].begin, end = body_.tokens[span.last - 1].end;
        bool const keep = trees_ && !trees_->full() && !loads_rows(body_.at(body_.tokens[span.first]));
        Parsed const parsed = parse(begin, end, keep ? trees_->memory() : scratch_);
        // psql goes by the words BEGIN and CASE in the code of a function (psqlscan.l), the server by its grammar: a
        // function with such a name is where they can disagree.
        if (parsed.count != 1)
            throw Failure(sqlstate::syntax_error,
                          position_text(body_.text, begin, source_, first_line_) +
                              ": psql reads this as one statement, and "
                              "the server as " +
                              std::to_string(parsed.count),
                          {}, "Write a function or procedure named BEGIN or CASE in double quotes.");
        Statement statement{parsed.kind, begin, end, lines_.at(begin), parsed.command};
        statement.catalog_decides = parsed.catalog_decides;
        note(parsed, statement);
        bool const silent = !Quiet::heard();
        if (keep)
            statement.tree = trees_->keep(parsed.tree, silent);
        // COPY whose rows follow in the body needs no client.
        if (span.data) {
            Token const &data = body_.tokens[span.data];
            statement.data_begin = data.begin;
            statement.data_end = statement.data_begin + static_cast<std::uint32_t>(copy_rows(body_.at(data)).size());
            if (parsed.kind == Kind::copy_with_client)
                statement.kind = Kind::ordinary;
        }
        return statement;
    }

    // Where lint() reads one of these, it parses it again, and keeps no more than one such tree.
    static bool loads_rows(std::string_view first_word) {
        return same_word(first_word, "insert") || same_word(first_word, "copy");
    }

    Parsed parse(std::size_t begin, std::size_t end, ScratchMemory const &memory) {
        text_.assign(body_.text.substr(begin, end - begin)); // raw_parser() needs a NUL
        const char *const chars = text_.c_str();
        try {
            Parsed const parsed = memory.run([=] { return raw_parse(chars); });
            if (parsed.value)
                added_.add(parsed.value, parsed.type);
            scratch_.clear();
            return parsed;
        } catch (pg::Error &error) {
            // The whole body, because the SET that is to blame, or the literal, may be in an earlier statement.
            explain_escapes(error, body_.text);
            locate(error, body_.text, begin, source_, first_line_);
            throw;
        }
    }

    Lexed const &body_;
    std::string_view const source_;
    std::uint32_t const first_line_;
    ParseTrees *const trees_; // null: nobody reads them again
    LineCounter lines_{body_.text};
    ScratchMemory const scratch_{"migrator parse tree"};
    std::string text_;
    AddedValues added_;
    bool creates_extension_ = false, any_trait_ = false;
};

} // namespace

std::vector<Statement> parse(Lexed const &body, std::string_view source, std::uint32_t first_line, ParseTrees *trees) {
    Quiet const quiet;
    return Parser(body, source, first_line, trees).run();
}

} // namespace mig::server
