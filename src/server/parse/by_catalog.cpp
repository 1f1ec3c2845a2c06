#include "server/parse/by_catalog.hpp"

#include "bridge/guard.hpp"
#include "core/text/plpgsql_text.hpp"
#include "server/db/quiet.hpp"
#include "server/db/scratch_memory.hpp"
#include "server/parse/lexing.hpp"
#include "server/parse/outside_transaction.hpp"

#include <algorithm>
#include <set>

extern "C" {
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
#include "nodes/value.h"
#include "parser/parser.h"
}

namespace mig::server {

namespace {

using Kind = Statement::Kind;

struct Known {
    Node *node; // in the scratch memory; null: not a single statement
    bool forbids;
};

Known look_up(const char *sql) {
    List *const tree = raw_parser(sql, RAW_PARSE_DEFAULT);
    if (list_length(tree) != 1)
        return {};
    Node *const node = linitial_node(RawStmt, tree)->stmt;
    return {node, catalog_forbids_transaction(node)};
}

// Before the catalogs are read, and after.
bool may_end_transaction(Statement const &statement) {
    return statement.kind == Kind::not_in_transaction || statement.catalog_decides;
}

bool ends_transaction(Statement const &statement) {
    return statement.kind == Kind::not_in_transaction || statement.commits;
}

// Looks for COMMIT and ROLLBACK in the code of a CALL or DO, and in that of the procedures that it CALLs. Functions are
// not followed: the executor calls them without a CallContext, which plpgsql_call_handler() takes for atomic, so that a
// COMMIT in them always fails. Nor is dynamic SQL followed, and which branch runs is not considered.
class EndingSearch {
  public:
    explicit EndingSearch(PendingProcedure const &pending) : pending_(pending) {}

    // A stack of its own instead of recursion: a chain of CALLs is as long as the user makes it.
    TransactionEnds follow(RoutineCode first) {
        open_.push_back({std::move(first), 0});
        while (!open_.empty()) {
            pg::check_for_interrupts();
            Open const unread = std::move(open_.back());
            open_.pop_back();
            if (std::optional<Lexed> const code = lex_code(unread.routine.body))
                for (TransactionEnd &found : transaction_ends_in(*code))
                    note(found, unread);
        }
        return ends_;
    }

  private:
    struct Open {
        RoutineCode routine;
        int depth; // how many DO blocks it is nested in
    };

    void note(TransactionEnd &found, Open const &in) {
        constexpr int max_depth = 8; // because each level scans its text again
        bool const atomic = in.routine.atomic || found.handled;
        if (found.block) { // a DO inside
            if (in.depth < max_depth)
                open_.push_back({{std::move(*found.block), atomic}, in.depth + 1});
        } else if (found.called.name.empty()) { // COMMIT or ROLLBACK itself
            (atomic ? ends_.impossible : ends_.possible) = true;
        } else if (seen_.insert({found.called, atomic}).second) { // a CALL; procedures may call each other in a circle
            if (std::optional<RoutineCode> called = procedure(found.called))
                open_.push_back({{std::move(called->body), called->atomic || atomic}, 0});
        }
    }

    // Pending ones come first: by the time of the CALL they may have replaced what the catalogs have.
    std::optional<RoutineCode> procedure(ProcedureName const &called) {
        if (pending_)
            if (std::optional<RoutineCode> pending = pending_(called.schema, called.name))
                return pending;
        const char *const schema = called.schema.empty() ? nullptr : called.schema.c_str();
        const char *const name = called.name.c_str();
        int const arguments = called.arguments;
        std::optional<RoutineCode> found = routine_of(scratch_.run([=] { return code_of(schema, name, arguments); }));
        scratch_.clear();
        return found;
    }

    PendingProcedure const &pending_;
    ScratchMemory const scratch_{"migrator procedures"};
    std::set<std::pair<ProcedureName, bool>> seen_;
    std::vector<Open> open_;
    TransactionEnds ends_;
};

} // namespace

// Out of the scratch memory, which the next look-up clears.
std::optional<RoutineCode> routine_of(Code const &code) {
    return code.body ? std::optional<RoutineCode>({code.body, code.atomic}) : std::nullopt;
}

// `pending` is asked by the name as it is written: the procedure is in no schema yet that could be searched.
TransactionEnds transaction_ends_of(Node *statement, PendingProcedure const &pending) {
    std::optional<RoutineCode> first;
    if (pending && IsA(statement, CallStmt)) {
        List const *const name = castNode(CallStmt, statement)->funccall->funcname;
        int const parts = list_length(name); // [[database.]schema.]name
        first = pending(parts > 1 ? strVal(list_nth(name, parts - 2)) : "", strVal(llast(name)));
    }
    ScratchMemory const scratch("migrator procedure");
    if (!first)
        first = routine_of(scratch.run([=] { return code_of(statement); }));
    return first ? EndingSearch(pending).follow(std::move(*first)) : TransactionEnds{};
}

void classify_by_catalog(std::vector<Statement> &statements, std::string_view body, Transaction transaction) {
    // none: each statement commits by itself anyway. of_runner: the body stays in one transaction, unless every
    // statement may turn out to need its own.
    if (transaction == Transaction::none || (transaction == Transaction::of_runner &&
                                             !std::all_of(statements.begin(), statements.end(), may_end_transaction)))
        return;
    // Parsed once more, because the trees of the first pass were freed, or belong to whoever asked for them
    // (ParseTrees).
    Quiet const quiet;
    ScratchMemory const scratch("migrator parse tree");
    for (Statement &statement : statements) {
        if (!statement.catalog_decides)
            continue;
        pg::check_for_interrupts();
        std::string const sql(sql_of(body, statement));
        const char *const text = sql.c_str();
        Known const known = scratch.run([=] { return look_up(text); });
        if (known.forbids)
            statement.kind = Kind::not_in_transaction;
        statement.commits = known.node && transaction_ends_of(known.node).possible;
        scratch.clear();
    }
    // Code that can end a transaction need not do so. Unless every statement does, they share a transaction, and the
    // server decides when they run.
    if (transaction == Transaction::of_runner && !std::all_of(statements.begin(), statements.end(), ends_transaction))
        for (Statement &statement : statements)
            statement.commits = false;
}

} // namespace mig::server
