#include "server/watch/event_rows.hpp"

extern "C" {
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "nodes/execnodes.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/tuplestore.h"
}

namespace mig::server {

namespace {

struct Call {
    ReturnSetInfo result;
    TupleTableSlot *slot;
};

// As ExecMakeTableFunctionResult() calls a function that materializes its result. InitMaterializedSRF() of the two
// functions needs the econtext for its memory, and allowedModes; without expectedDesc it makes the description from
// pg_proc.
void call_set_returning(Oid function, Call *call) {
    FmgrInfo info;
    fmgr_info(function, &info);
    call->result = {};
    call->result.type = T_ReturnSetInfo;
    call->result.econtext = CreateStandaloneExprContext();
    call->result.allowedModes = SFRM_Materialize;
    call->result.returnMode = SFRM_Materialize;
    LOCAL_FCINFO(frame, 0);
    InitFunctionCallInfoData(*frame, &info, 0, InvalidOid, nullptr, reinterpret_cast<Node *>(&call->result));
    FunctionCallInvoke(frame);
    call->slot = MakeSingleTupleTableSlot(call->result.setDesc, &TTSOpsMinimalTuple);
}

// All of it lives in the memory of the event trigger, and would be freed with that; but a trigger can see thousands of
// rows.
void finish(Call *call) {
    ExecDropSingleTupleTableSlot(call->slot);
    tuplestore_end(call->result.setResult);
    FreeExprContext(call->result.econtext, true);
}

char *text_at(TupleTableSlot const *slot, int column) {
    return slot->tts_isnull[column] ? nullptr : TextDatumGetCString(slot->tts_values[column]);
}

// The rows of GRANT and ALTER DEFAULT PRIVILEGES have no object: NULL becomes InvalidOid.
Datum value(TupleTableSlot const *slot, int column) {
    return slot->tts_isnull[column] ? Datum{0} : slot->tts_values[column];
}

template <class Row, class Reader>
// Reading the tuplestore as rows of pg_ddl_command: that type has no output function that works, but its Datum is the
// pointer to the CollectedCommand, which is valid as long as the trigger runs.
EventRows<Row> read(Oid function, Reader reader) {
    return pg::guarded([&] {
        Call call;
        call_set_returning(function, &call);
        EventRows<Row> all{};
        if (auto const size = static_cast<Size>(tuplestore_tuple_count(call.result.setResult)))
            all.rows = static_cast<Row *>(palloc(sizeof(Row) * size));
        while (tuplestore_gettupleslot(call.result.setResult, true, false, call.slot)) {
            slot_getallattrs(call.slot);
            all.rows[all.count++] = reader(call.slot);
        }
        finish(&call);
        return all;
    });
}

// The columns of the two functions, in the order in which event_trigger.c fills them: the same in all versions.
struct CommandColumn {
    enum : int { class_id, object, sub_object, command_tag, object_type, schema, identity, in_extension, command };
};
struct DroppedColumn {
    enum : int {
        class_id,
        object,
        sub_object,
        original,
        normal,
        temporary,
        object_type,
        schema,
        object_name,
        identity
    };
};

} // namespace

// `command` is of the type pg_ddl_command, which only C code can read: a pointer to what
// EventTriggerCollectSimpleCommand() and the like have stored (deparse_utility.h). It is valid until the trigger
// returns.
EventRows<CollectedRow> collected_commands() {
    return read<CollectedRow>(F_PG_EVENT_TRIGGER_DDL_COMMANDS, [](TupleTableSlot const *slot) {
        return CollectedRow{
            DatumGetObjectId(value(slot, CommandColumn::class_id)),
            DatumGetObjectId(value(slot, CommandColumn::object)),
            DatumGetInt32(value(slot, CommandColumn::sub_object)),
            text_at(slot, CommandColumn::command_tag),
            text_at(slot, CommandColumn::object_type),
            text_at(slot, CommandColumn::schema),
            text_at(slot, CommandColumn::identity),
            DatumGetBool(value(slot, CommandColumn::in_extension)),
            reinterpret_cast<CollectedCommand const *>(DatumGetPointer(value(slot, CommandColumn::command)))};
    });
}

EventRows<DroppedRow> dropped_objects() {
    return read<DroppedRow>(F_PG_EVENT_TRIGGER_DROPPED_OBJECTS, [](TupleTableSlot const *slot) {
        return DroppedRow{DatumGetObjectId(value(slot, DroppedColumn::class_id)),
                          DatumGetObjectId(value(slot, DroppedColumn::object)),
                          DatumGetInt32(value(slot, DroppedColumn::sub_object)),
                          DatumGetBool(value(slot, DroppedColumn::original)),
                          DatumGetBool(value(slot, DroppedColumn::normal)),
                          DatumGetBool(value(slot, DroppedColumn::temporary)),
                          text_at(slot, DroppedColumn::object_type),
                          text_at(slot, DroppedColumn::schema),
                          text_at(slot, DroppedColumn::identity)};
    });
}

} // namespace mig::server
