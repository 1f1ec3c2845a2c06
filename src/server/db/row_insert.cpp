#include "server/db/row_insert.hpp"

#include "core/base/failure.hpp"
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
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
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

// Sets for which columns values are given, by name: a table that was updated from 1.0 has them in another order.
// Returns the name of one that the table lacks, or null.
const char *match_names(Insert const &insert, TupleDesc description, Target *targets) {
    for (int i = 0; i < description->natts; ++i)
        targets[i].attribute = TupleDescAttr(description, i);
    for (std::size_t column = 0; column < insert.columns; ++column) {
        int i = 0;
        while (i < description->natts && strcmp(NameStr(targets[i].attribute->attname), insert.names[column]) != 0)
            ++i;
        if (i == description->natts)
            return insert.names[column];
        targets[i].first = &insert.values[column];
    }
    return nullptr;
}

// The defaults of a table's columns, as expressions that the planner has seen. Reading and planning them would cost
// more than the rest of a row does, so they are kept until the server says that something about the table has changed.
class Defaults {
  public:
    // Of a relation that is locked, so that nobody changes them meanwhile.
    static Defaults const &of(Relation relation) {
        static Defaults kept[2]; // there are two tables that rows are inserted into
        static bool registered = false;
        if (!registered)
            CacheRegisterRelcacheCallback(forget, PointerGetDatum(kept));
        registered = true;
        Oid const table = RelationGetRelid(relation);
        bool const first = kept[0].table_ == table || (kept[1].table_ != table && kept[0].table_ == InvalidOid);
        Defaults &defaults = kept[first ? 0 : 1];
        if (defaults.table_ != table)
            defaults.read(relation);
        return defaults;
    }

    Expr *operator[](int column) const { return expressions_[column]; } // null: it has none

  private:
    // As BeginCopyFrom() in commands/copyfrom.c does for the columns that a file does not have.
    void read(Relation relation) {
        table_ = InvalidOid;
        if (!memory_)
            memory_ = AllocSetContextCreate(CacheMemoryContext, "migrator defaults", ALLOCSET_SMALL_SIZES);
        MemoryContextReset(memory_);
        MemoryContext const before = MemoryContextSwitchTo(memory_);
        TupleDesc const description = RelationGetDescr(relation);
        expressions_ = static_cast<Expr **>(palloc0(sizeof(Expr *) * static_cast<Size>(description->natts)));
        for (int i = 0; i < description->natts; ++i) {
            Form_pg_attribute const attribute = TupleDescAttr(description, i);
            if (attribute->attisdropped || attribute->attgenerated)
                continue;
            if (Node *const expression = build_column_default(relation, i + 1))
                expressions_[i] = expression_planner(reinterpret_cast<Expr *>(expression));
        }
        MemoryContextSwitchTo(before);
        table_ = RelationGetRelid(relation);
    }

    static void forget(Datum kept, Oid relation) {
        auto *const all = reinterpret_cast<Defaults *>(DatumGetPointer(kept));
        for (int i = 0; i < 2; ++i)
            if (relation == InvalidOid || relation == all[i].table_)
                all[i].table_ = InvalidOid;
    }

    Oid table_ = InvalidOid; // nothing is kept
    MemoryContext memory_ = nullptr;
    Expr **expressions_ = nullptr;
};

// Those of the columns for which no value is given.
void prepare_defaults(Relation relation, Target *targets) {
    Defaults const &defaults = Defaults::of(relation);
    for (int i = 0; i < RelationGetDescr(relation)->natts; ++i)
        if (!targets[i].first && defaults[i])
            targets[i].expression = ExecInitExpr(defaults[i], nullptr);
}

// The value as its column has it. A text becomes any other type as a literal does.
Datum converted(Value const &value, Form_pg_attribute attribute) {
    Datum const datum = datum_of(value);
    if (type_of(value) == attribute->atttypid)
        return datum;
    Assert(type_of(value) == TEXTOID);
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
void insert_each(Insert const &insert, Relation relation, Target *targets, EState *state, ResultRelInfo *result) {
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

void insert_all(Insert const &insert, Relation relation, Target *targets) {
    PushActiveSnapshot(GetTransactionSnapshot()); // for triggers
    EState *const state = CreateExecutorState();
    MemoryContext const before = MemoryContextSwitchTo(state->es_query_cxt);
    state->es_output_cid = GetCurrentCommandId(true);
    ResultRelInfo *const result = makeNode(ResultRelInfo);
    InitResultRelInfo(result, relation, 0, nullptr, 0);
    ExecOpenIndices(result, false);
    AfterTriggerBeginQuery();
    ExecBSInsertTriggers(state, result);
    insert_each(insert, relation, targets, state, result);
    ExecASInsertTriggers(state, result, nullptr);
    AfterTriggerEndQuery(state);
    ExecCloseIndices(result);
    ExecCloseResultRelations(state);
    ExecResetTupleTable(state->es_tupleTable, false);
    MemoryContextSwitchTo(before);
    FreeExecutorState(state);
    PopActiveSnapshot();
    CommandCounterIncrement();
}

// Returns the name of a column that the table lacks, or null.
const char *run(Insert const &insert) {
    PreventCommandIfReadOnly("INSERT");
    PreventCommandIfParallelMode("INSERT");
    Relation const relation = table_open(insert.table, RowExclusiveLock);
    auto const columns = static_cast<Size>(RelationGetDescr(relation)->natts);
    auto *const targets = static_cast<Target *>(palloc0(sizeof(Target) * columns));
    const char *const missing = match_names(insert, RelationGetDescr(relation), targets);
    if (!missing)
        insert_all(insert, relation, targets);
    pfree(targets);
    table_close(relation, NoLock);
    return missing;
}

} // namespace

void insert_rows(const char *table, std::vector<const char *> const &columns, std::vector<Value> const &values) {
    Oid const schema = extension_schema();
    Insert insert{InvalidOid, columns.data(), columns.size(), values.data(), values.size() / columns.size()};
    Insert *const pointer = &insert;
    const char *const missing = pg::guarded([=] {
        pointer->table = get_relname_relid(table, schema);
        return run(*pointer);
    });
    if (missing)
        throw Failure(sqlstate::undefined_column,
                      std::string("table migrator.") + table + " lacks the column \"" + missing + "\"");
}

} // namespace mig::server
