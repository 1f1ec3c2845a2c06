#include "server/table_scan.hpp"

#include "server/owner.hpp"

#include <cstring>

extern "C" {
#include "access/table.h"
#include "access/tableam.h"
#include "executor/tuptable.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
}

namespace mig::server {

namespace {

constexpr int most_columns = 16;

struct Scan {
    MemoryContext memory;
    Oid schema;
    const char *table;
    const char *const *names;
    int columns;
    const char *module;
    std::size_t module_length;
    Access access;

    AttrNumber numbers[most_columns], module_number, last_number;
    Datum *values;
    bool *nulls;
    std::uint64_t count, capacity;
    char *free; // of the block that texts are copied to: one allocation for a thousand of them
    Size free_size;
};

AttrNumber number_of(TupleDesc description, const char *name) {
    for (int i = 0; i < description->natts; ++i)
        if (strcmp(NameStr(TupleDescAttr(description, i)->attname), name) == 0)
            return static_cast<AttrNumber>(i + 1);
    return InvalidAttrNumber; // the update script of a later release has not been run
}

void find_columns(Scan &scan, TupleDesc description) {
    scan.module_number = scan.last_number = number_of(description, "module");
    for (int i = 0; i < scan.columns; ++i) {
        scan.numbers[i] = number_of(description, scan.names[i]);
        scan.last_number = Max(scan.last_number, scan.numbers[i]);
    }
}

char *take(Scan &scan, Size size) {
    constexpr Size block = 1 << 17;
    if (scan.free_size < size) {
        scan.free_size = Max(block, size);
        scan.free = static_cast<char *>(MemoryContextAllocHuge(scan.memory, scan.free_size));
    }
    char *const result = scan.free;
    scan.free += size;
    scan.free_size -= size;
    return result;
}

// Text and its like are copied as they are stored; one with a long header needs its alignment.
Datum keep(Scan &scan, Datum value, Form_pg_attribute attribute) {
    if (attribute->attbyval)
        return value;
    auto *const stored = reinterpret_cast<struct varlena *>(DatumGetPointer(value));
    if (!VARATT_IS_SHORT(stored))
        return PointerGetDatum(pg_detoast_datum_copy(stored));
    Size const size = VARSIZE_SHORT(stored);
    return PointerGetDatum(memcpy(take(scan, size), stored, size));
}

bool of_module(Scan const &scan, TupleTableSlot *slot) {
    const char *const name = DatumGetPointer(slot->tts_values[scan.module_number - 1]);
    return VARSIZE_ANY_EXHDR(name) == scan.module_length &&
           memcmp(VARDATA_ANY(name), scan.module, scan.module_length) == 0;
}

void grow(Scan &scan) {
    scan.capacity = scan.capacity == 0 ? 256 : 2 * scan.capacity;
    Size const cells = scan.capacity * static_cast<Size>(scan.columns);
    scan.values = static_cast<Datum *>(scan.values ? repalloc_huge(scan.values, cells * sizeof(Datum))
                                                   : palloc(cells * sizeof(Datum)));
    scan.nulls = static_cast<bool *>(scan.nulls ? repalloc_huge(scan.nulls, cells) : palloc(cells));
}

void take_row(Scan &scan, TupleTableSlot *slot) {
    if (scan.count == scan.capacity)
        grow(scan);
    std::size_t const row = scan.count++ * static_cast<std::size_t>(scan.columns);
    for (int i = 0; i < scan.columns; ++i) {
        int const column = scan.numbers[i] - 1;
        scan.nulls[row + i] = column < 0 || slot->tts_isnull[column];
        scan.values[row + i] = scan.nulls[row + i] ? Datum{0}
                                                   : keep(scan, slot->tts_values[column],
                                                          TupleDescAttr(slot->tts_tupleDescriptor, column));
    }
}

void run(Scan &scan) {
    MemoryContext const before = MemoryContextSwitchTo(scan.memory);
    Relation const relation = table_open(get_relname_relid(scan.table, scan.schema), AccessShareLock);
    find_columns(scan, RelationGetDescr(relation));
    Snapshot const snapshot =
        RegisterSnapshot(scan.access == Access::read ? GetActiveSnapshot() : GetTransactionSnapshot());
    TableScanDesc const rows = table_beginscan(relation, snapshot, 0, nullptr);
    TupleTableSlot *const slot = table_slot_create(relation, nullptr);
    while (table_scan_getnextslot(rows, ForwardScanDirection, slot)) {
        slot_getsomeattrs(slot, scan.last_number);
        if (of_module(scan, slot))
            take_row(scan, slot);
        if (scan.count % 1024 == 0)
            CHECK_FOR_INTERRUPTS();
    }
    ExecDropSingleTupleTableSlot(slot);
    table_endscan(rows);
    UnregisterSnapshot(snapshot);
    table_close(relation, AccessShareLock);
    MemoryContextSwitchTo(before);
}

} // namespace

Rows scan_table(const char *table, std::initializer_list<const char *> columns, std::string_view module,
                Access access) {
    MemoryContext const memory = pg::guarded(
        [] { return AllocSetContextCreate(CurrentMemoryContext, "migrator table", ALLOCSET_DEFAULT_SIZES); });
    Rows result(memory);
    Scan scan{};
    scan.memory = memory;
    scan.schema = schema();
    scan.table = table;
    scan.names = columns.begin();
    scan.columns = static_cast<int>(columns.size());
    scan.module = module.data();
    scan.module_length = module.size();
    scan.access = access;
    Scan *const state = &scan;
    pg::guarded([=] { run(*state); });
    result.set(scan.values, scan.nulls, scan.columns, scan.count);
    return result;
}

} // namespace mig::server
