#include "server/by_catalog.hpp"

#include "bridge/guard.hpp"
#include "core/plpgsql_text.hpp"
#include "server/outside_transaction.hpp"
#include "server/quiet.hpp"
#include "server/scratch_memory.hpp"

#include <algorithm>
#include <set>

extern "C" {
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
#include "parser/parser.h"
}

namespace mig::server {

namespace {

using Kind = Statement::Kind;

struct Known {
    bool forbids;
    const char *code; // that may commit; in the scratch memory
};

Known look_up(const char *sql) {
    List *const tree = raw_parser(sql, RAW_PARSE_DEFAULT);
    if (list_length(tree) != 1)
        return {};
    Node *const node = linitial_node(RawStmt, tree)->stmt;
    return {catalog_forbids_transaction(node), code_that_may_commit(node)};
}

bool is_candidate(Statement const &one) { return one.kind == Kind::not_in_transaction || one.catalog_decides; }

bool ends(Statement const &one) { return one.kind == Kind::not_in_transaction || one.commits; }

} // namespace

bool code_ends_transactions(std::string const &code) {
    ScratchMemory const scratch("migrator procedures");
    std::set<ProcedureName> seen;
    std::vector<std::string> open{code};
    while (!open.empty()) {
        pg::check_for_interrupts();
        std::string const body = std::move(open.back());
        open.pop_back();
        if (ends_transactions(body))
            return true;
        for (ProcedureName const &called : called_procedures(body)) {
            if (!seen.insert(called).second)
                continue;
            const char *const schema = called.schema.empty() ? nullptr : called.schema.c_str();
            const char *const name = called.name.c_str();
            if (const char *const found = scratch.run([=] { return procedure_that_may_commit(schema, name); }))
                open.emplace_back(found);
            scratch.clear();
        }
    }
    return false;
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
        std::string const sql(body.substr(one.begin, one.end - one.begin));
        const char *const text = sql.c_str();
        Known const known = scratch.run([=] { return look_up(text); });
        if (known.forbids)
            one.kind = Kind::not_in_transaction;
        one.commits = known.code && code_ends_transactions(known.code);
        scratch.clear();
    }
    // Some code ends transactions only now and then: beside other calls it is left to what it does.
    if (transaction == Transaction::of_runner && !std::all_of(statements.begin(), statements.end(), ends))
        for (Statement &one : statements)
            one.commits = false;
}

} // namespace mig::server
