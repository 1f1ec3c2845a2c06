#include "rehearsal/set_sequences.hpp"

#include "bridge/compat.hpp"
#include "rehearsal/advanced_sequences.hpp"
#include "server/db/subtransaction.hpp"

extern "C" {
#include "access/xact.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/pg_list.h"
#include "optimizer/optimizer.h"
#include "utils/fmgroids.h"
}

namespace mig::server {

namespace {

bool find_calls(Node *node, void *found) {
    if (!node)
        return false;
    if (IsA(node, Query))
        return pg::walk_query(castNode(Query, node), find_calls, found);
    if (IsA(node, FuncExpr)) {
        auto *const call = castNode(FuncExpr, node);
        if (call->funcid == F_SETVAL_REGCLASS_INT8 || call->funcid == F_SETVAL_REGCLASS_INT8_BOOL) {
            auto **const list = static_cast<List **>(found);
            *list = lappend(*list, linitial(call->args));
        }
    }
    return pg::walk_expression(node, find_calls, found);
}

struct Value {
    bool known, null;
    Oid sequence;
};

Value value_of(Node *expression) {
    if (!IsA(expression, Const))
        return {};
    auto const *constant = castNode(Const, expression);
    return {true, constant->constisnull, constant->constisnull ? InvalidOid : DatumGetObjectId(constant->constvalue)};
}

// As the planner would estimate it: stable functions, such as pg_get_serial_sequence(), are evaluated.
Value estimated(Node *expression, ParamListInfo parameters) {
    PlannerGlobal *const global = makeNode(PlannerGlobal);
    global->boundParams = parameters;
    PlannerInfo *const root = makeNode(PlannerInfo);
    root->glob = global;
    return value_of(estimate_expression_value(root, static_cast<Node *>(copyObjectImpl(expression))));
}

// An error counts as an unknown value: the query may never evaluate the expression.
Value evaluate(Node *expression, ParamListInfo parameters) {
    if (IsInParallelMode())
        return {};
    return attempt([=] { return estimated(expression, parameters); }).value_or(Value{});
}

} // namespace

SetSequences sequences_set_by(Query *query, ParamListInfo parameters, SubTransactionId subtransaction) {
    List *const expressions = pg::guarded([=] {
        List *found = NIL;
        (void) find_calls(reinterpret_cast<Node *>(query), &found);
        return found;
    });
    for (int i = 0; i < list_length(expressions); ++i) {
        pg::check_for_interrupts();
        auto *const expression = static_cast<Node *>(list_nth(expressions, i));
        Value value = pg::guarded([=] { return value_of(expression); });
        if (!value.known)
            value = evaluate(expression, parameters);
        if (!value.known || (!value.null && is_lasting_sequence(value.sequence, subtransaction)))
            return SetSequences::lasting;
    }
    return expressions == NIL ? SetSequences::none : SetSequences::own;
}

} // namespace mig::server
