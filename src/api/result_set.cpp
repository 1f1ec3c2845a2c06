#include "api/result_set.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"

extern "C" {
#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/tuplestore.h"
}

namespace mig::api {

namespace {

void put(ReturnSetInfo *info, MemoryContext row, server::Value const *cells, int count) {
    Datum values[MaxTupleAttributeNumber];
    bool nulls[MaxTupleAttributeNumber];
    MemoryContext const before = MemoryContextSwitchTo(row);
    for (int i = 0; i < count; ++i) {
        nulls[i] = cells[i].is_null;
        values[i] = server::datum_of(cells[i]);
    }
    tuplestore_putvalues(info->setResult, info->setDesc, values, nulls);
    MemoryContextSwitchTo(before);
    MemoryContextReset(row);
}

} // namespace

ResultSet::ResultSet(FunctionCallInfo call)
    : info_(reinterpret_cast<ReturnSetInfo *>(call->resultinfo)), row_(nullptr) {
    row_ = pg::guarded([=] {
        InitMaterializedSRF(call, 0);
        return AllocSetContextCreate(CurrentMemoryContext, "migrator result row", ALLOCSET_SMALL_SIZES);
    });
}

void ResultSet::add(std::initializer_list<server::Value> values) {
    look_for_interrupts();
    server::Value const *const first = values.begin();
    int const count = static_cast<int>(values.size());
    ReturnSetInfo *const info = info_;
    MemoryContext const row = row_;
    if (count != info->setDesc->natts)
        throw Failure(sqlstate::datatype_mismatch,
                      "a function of migrator has " + std::to_string(count) + " columns and is declared with " +
                          std::to_string(info->setDesc->natts),
                      "The library and the SQL of the extension are of different releases.",
                      "Connect anew, and ALTER EXTENSION migrator UPDATE.");
    pg::guarded([=] { put(info, row, first, count); });
}

} // namespace mig::api
