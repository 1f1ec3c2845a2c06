#include "server/db/row_insert.hpp"

#include "server/db/owner.hpp"

#include <cstring>

extern "C" {
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
}

namespace mig::server {

namespace {

// Everything here is a POD, for a guarded frame.
struct Insert {
    Oid table;
    const char *const *names;
    std::size_t columns;
    Value const *values;
    std::size_t rows;
};

// A column of the table: a value is given for it, or its default is evaluated for each row; without either it is null.
struct Target {
    Form_pg_attribute attribute;
    Value const *first; // of the first row
    ExprState *expression;
};

// Sets for which columns values are given. By name: a table that was updated from 1.0 has them in another order.
void match_names(Insert const &insert, Relation relation, Target *targets) {
    TupleDesc const description = RelationGetDescr(relation);
    std::size_t matched = 0;
    for (int i = 0; i < description->natts; ++i) {
        Target &target = targets[i];
        target.attribute = TupleDescAttr(description, i);
        for (std::size_t column = 0; column < insert.columns && !target.first; ++column)
            if (strcmp(NameStr(target.attribute->attname), insert.names[column]) == 0)
                target.first = &insert.values[column];
        matched += target.first != nullptr;
    }
    if (matched < insert.columns)
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                        errmsg("table \"%s\" lacks a column that migrator writes", RelationGetRelationName(relation))));
}

// As the planner of COPY FROM does for the columns that a file does not have (BeginCopyFrom() in commands/copyfrom.c).
void prepare_defaults(Relation relation, Target *targets) {
    for (int i = 0; i < RelationGetDescr(relation)->natts; ++i) {
        Target &target = targets[i];
        if (target.first || target.attribute->attisdropped || target.attribute->attgenerated)
            continue;
        if (Node *const expression = build_column_default(relation, i + 1))
            target.expression = ExecInitExpr(expression_planner(reinterpret_cast<Expr *>(expression)), nullptr);
    }
}

// The value as its column has it. A text becomes any other type as a literal does.
Datum converted(Value const &value, Form_pg_attribute attribute) {
    Datum const datum = datum_of(value);
    if (type_of(value) == attribute->atttypid)
        return datum;
    if (type_of(value) != TEXTOID)
        elog(ERROR, "a value of type %u for column \"%s\"", type_of(value), NameStr(attribute->attname));
    Oid input, parameter;
    getTypeInputInfo(attribute->atttypid, &input, &parameter);
    return OidInputFunctionCall(input, TextDatumGetCString(datum), parameter, attribute->atttypmod);
}

void fill(TupleTableSlot *slot, Target const *targets, std::size_t offset, ExprContext *context) {
    ExecClearTuple(slot);
    for (int i = 0; i < slot->tts_tupleDescriptor->natts; ++i) {
        Target const &target = targets[i];
        slot->tts_isnull[i] = target.first ? target.first[offset].is_null : !target.expression;
        slot->tts_values[i] = Datum{0};
        if (target.expression)
            slot->tts_values[i] = ExecEvalExpr(target.expression, context, &slot->tts_isnull[i]);
        else if (!slot->tts_isnull[i])
            slot->tts_values[i] = converted(target.first[offset], target.attribute);
    }
    ExecStoreVirtualTuple(slot);
}

// Inserts the rows one by one as a subscription does (replication/logical/worker.c): ExecSimpleRelationInsert() sees to
// constraints, indexes and the triggers of each row.
void insert_each(Insert const &insert, Relation relation, EState *state, ResultRelInfo *result) {
    TupleDesc const description = RelationGetDescr(relation);
    auto *const targets = static_cast<Target *>(palloc0(sizeof(Target) * static_cast<Size>(description->natts)));
    match_names(insert, relation, targets);
    prepare_defaults(relation, targets);
    TupleTableSlot *const slot = table_slot_create(relation, &state->es_tupleTable);
    ExprContext *const context = GetPerTupleExprContext(state);
    for (std::size_t row = 0; row < insert.rows; ++row) {
        CHECK_FOR_INTERRUPTS();
        ResetPerTupleExprContext(state);
        MemoryContext const before = MemoryContextSwitchTo(GetPerTupleMemoryContext(state));
        fill(slot, targets, row * insert.columns, context);
        ExecSimpleRelationInsert(result, state, slot);
        MemoryContextSwitchTo(before);
    }
}

void run(Insert const &insert) {
    PreventCommandIfReadOnly("INSERT");
    PreventCommandIfParallelMode("INSERT");
    Relation const relation = table_open(insert.table, RowExclusiveLock);
    PushActiveSnapshot(GetTransactionSnapshot()); // for triggers
    EState *const state = CreateExecutorState();
    MemoryContext const before = MemoryContextSwitchTo(state->es_query_cxt);
    state->es_output_cid = GetCurrentCommandId(true);
    ResultRelInfo *const result = makeNode(ResultRelInfo);
    InitResultRelInfo(result, relation, 0, nullptr, 0);
    ExecOpenIndices(result, false);
    AfterTriggerBeginQuery();
    ExecBSInsertTriggers(state, result);
    insert_each(insert, relation, state, result);
    ExecASInsertTriggers(state, result, nullptr);
    AfterTriggerEndQuery(state);
    ExecCloseIndices(result);
    ExecCloseResultRelations(state);
    ExecResetTupleTable(state->es_tupleTable, false);
    MemoryContextSwitchTo(before);
    FreeExecutorState(state);
    PopActiveSnapshot();
    table_close(relation, NoLock);
    CommandCounterIncrement();
}

} // namespace

void insert_rows(const char *table, std::vector<const char *> const &columns, std::vector<Value> const &values) {
    Oid const schema = extension_schema();
    Insert insert{InvalidOid, columns.data(), columns.size(), values.data(), values.size() / columns.size()};
    Insert *const pointer = &insert;
    pg::guarded([=] {
        pointer->table = get_relname_relid(table, schema);
        run(*pointer);
    });
}

} // namespace mig::server
