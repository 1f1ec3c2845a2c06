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

void finish(Call *call) {
    ExecDropSingleTupleTableSlot(call->slot);
    tuplestore_end(call->result.setResult);
    FreeExprContext(call->result.econtext, true);
}

char *text_at(TupleTableSlot const *slot, int column) {
    return slot->tts_isnull[column] ? nullptr : TextDatumGetCString(slot->tts_values[column]);
}

Datum value(TupleTableSlot const *slot, int column) {
    return slot->tts_isnull[column] ? Datum{0} : slot->tts_values[column];
}

template <class Row, class Reader>
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

} // namespace

EventRows<CollectedRow> collected_commands() {
    return read<CollectedRow>(F_PG_EVENT_TRIGGER_DDL_COMMANDS, [](TupleTableSlot const *slot) {
        return CollectedRow{DatumGetObjectId(value(slot, 0)),
                            DatumGetObjectId(value(slot, 1)),
                            DatumGetInt32(value(slot, 2)),
                            text_at(slot, 3),
                            text_at(slot, 4),
                            text_at(slot, 5),
                            text_at(slot, 6),
                            DatumGetBool(value(slot, 7)),
                            reinterpret_cast<CollectedCommand const *>(DatumGetPointer(value(slot, 8)))};
    });
}

EventRows<DroppedRow> dropped_objects() {
    return read<DroppedRow>(F_PG_EVENT_TRIGGER_DROPPED_OBJECTS, [](TupleTableSlot const *slot) {
        return DroppedRow{DatumGetObjectId(value(slot, 0)),
                          DatumGetObjectId(value(slot, 1)),
                          DatumGetInt32(value(slot, 2)),
                          DatumGetBool(value(slot, 3)),
                          DatumGetBool(value(slot, 4)),
                          DatumGetBool(value(slot, 5)),
                          text_at(slot, 6),
                          text_at(slot, 7),
                          text_at(slot, 9)};
    });
}

} // namespace mig::server
