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
    Node *node; // in the scratch memory; null: not one statement
    bool forbids;
};

Known look_up(const char *sql) {
    List *const tree = raw_parser(sql, RAW_PARSE_DEFAULT);
    if (list_length(tree) != 1)
        return {};
    Node *const node = linitial_node(RawStmt, tree)->stmt;
    return {node, catalog_forbids_transaction(node)};
}

bool is_candidate(Statement const &one) { return one.kind == Kind::not_in_transaction || one.catalog_decides; }

bool ends(Statement const &one) { return one.kind == Kind::not_in_transaction || one.commits; }

// Follows the CALLs.
class EndingSearch {
  public:
    explicit EndingSearch(MadeProcedure const &made) : made_(made) {}

    TransactionEnds follow(RoutineCode first) {
        open_.push_back({std::move(first), 0});
        while (!open_.empty()) {
            pg::check_for_interrupts();
            Open const one = std::move(open_.back());
            open_.pop_back();
            if (std::optional<Lexed> const code = lex_code(one.routine.body))
                for (Ending &found : endings_in(*code))
                    see(found, one);
        }
        return ends_;
    }

  private:
    struct Open {
        RoutineCode routine;
        int depth; // of DO blocks in its text
    };

    void see(Ending &found, Open const &in) {
        constexpr int deepest = 8; // each is read again
        bool const atomic = in.routine.atomic || found.handled;
        if (found.block) {
            if (in.depth < deepest)
                open_.push_back({{std::move(*found.block), atomic}, in.depth + 1});
        } else if (found.called.name.empty()) {
            (atomic ? ends_.impossible : ends_.possible) = true;
        } else if (seen_.insert({found.called, atomic}).second) {
            if (std::optional<RoutineCode> called = procedure(found.called))
                open_.push_back({{std::move(called->body), called->atomic || atomic}, 0});
        }
    }

    std::optional<RoutineCode> procedure(ProcedureName const &called) {
        if (made_)
            if (std::optional<RoutineCode> made = made_(called.schema, called.name))
                return made;
        const char *const schema = called.schema.empty() ? nullptr : called.schema.c_str();
        const char *const name = called.name.c_str();
        int const arguments = called.arguments;
        std::optional<RoutineCode> found = routine_of(scratch_.run([=] { return code_of(schema, name, arguments); }));
        scratch_.clear();
        return found;
    }

    MadeProcedure const &made_;
    ScratchMemory const scratch_{"migrator procedures"};
    std::set<std::pair<ProcedureName, bool>> seen_;
    std::vector<Open> open_;
    TransactionEnds ends_;
};

} // namespace

std::optional<RoutineCode> routine_of(Code const &code) {
    return code.body ? std::optional<RoutineCode>({code.body, code.atomic}) : std::nullopt;
}

TransactionEnds transaction_ends_of(Node *statement, MadeProcedure const &made) {
    std::optional<RoutineCode> first;
    if (made && IsA(statement, CallStmt)) {
        List const *const name = castNode(CallStmt, statement)->funccall->funcname;
        first = made(list_length(name) > 1 ? strVal(linitial(name)) : "", strVal(llast(name)));
    }
    ScratchMemory const scratch("migrator procedure");
    if (!first)
        first = routine_of(scratch.run([=] { return code_of(statement); }));
    return first ? EndingSearch(made).follow(std::move(*first)) : TransactionEnds{};
}

void settle(std::vector<Statement> &statements, std::string_view body, Transaction transaction) {
    if (transaction == Transaction::none ||
        (transaction == Transaction::of_runner && !std::all_of(statements.begin(), statements.end(), is_candidate)))
        return;
    Quiet const quiet;
    ScratchMemory const scratch("migrator parse tree");
    for (Statement &one : statements) {
        if (!one.catalog_decides)
            continue;
        pg::check_for_interrupts();
        std::string const sql(sql_of(body, one));
        const char *const text = sql.c_str();
        Known const known = scratch.run([=] { return look_up(text); });
        if (known.forbids)
            one.kind = Kind::not_in_transaction;
        one.commits = known.node && transaction_ends_of(known.node).possible;
        scratch.clear();
    }
    // Some code ends transactions only now and then: beside other calls it is left to what it does.
    if (transaction == Transaction::of_runner && !std::all_of(statements.begin(), statements.end(), ends))
        for (Statement &one : statements)
            one.commits = false;
}

} // namespace mig::server
