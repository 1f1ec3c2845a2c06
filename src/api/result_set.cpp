#include "api/result_set.hpp"

extern "C" {
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"
}

namespace mig::api {

namespace {

Datum datum_of(Cell const &cell) {
    switch (cell.type) {
    case Cell::Type::text:
        return PointerGetDatum(cstring_to_text_with_len(cell.text.data(), static_cast<int>(cell.text.size())));
    case Cell::Type::bigint:
    case Cell::Type::timestamp:
        return Int64GetDatum(cell.number);
    case Cell::Type::integer:
        return Int32GetDatum(static_cast<std::int32_t>(cell.number));
    case Cell::Type::boolean:
        return BoolGetDatum(cell.number != 0);
    case Cell::Type::real:
        return Float8GetDatum(cell.real);
    case Cell::Type::null:
        break;
    }
    return Datum{0};
}

void put(ReturnSetInfo *info, MemoryContext row, Cell const *cells, int count) {
    Datum values[MaxTupleAttributeNumber];
    bool nulls[MaxTupleAttributeNumber];
    MemoryContext const before = MemoryContextSwitchTo(row);
    for (int i = 0; i < count; ++i) {
        nulls[i] = cells[i].type == Cell::Type::null;
        values[i] = datum_of(cells[i]);
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

void ResultSet::add(std::initializer_list<Cell> cells) {
    Cell const *const first = cells.begin();
    int const count = static_cast<int>(cells.size());
    ReturnSetInfo *const info = info_;
    MemoryContext const row = row_;
    pg::guarded([=] { put(info, row, first, count); });
}

} // namespace mig::api
