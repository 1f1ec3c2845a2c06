#include "server/db/table_cursor.hpp"

#include "bridge/compat.hpp"

#include <cstring>

extern "C" {
#include "access/htup_details.h"
#include "access/table.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
}

namespace mig::server {

namespace {

AttrNumber number_of(TupleDesc description, const char *name) {
    for (int i = 0; i < description->natts; ++i)
        if (strcmp(NameStr(TupleDescAttr(description, i)->attname), name) == 0)
            return static_cast<AttrNumber>(i + 1);
    return InvalidAttrNumber; // ALTER EXTENSION ... UPDATE, which adds the column, has not been run
}

} // namespace

void TableCursor::open(Oid schema, const char *table, const char *const *names, int count, std::string_view module_name,
                       Access access) {
    relation = table_open(get_relname_relid(table, schema), AccessShareLock);
    module = module_name.data();
    module_length = module_name.size();
    module_number = last_number = number_of(RelationGetDescr(relation), "module");
    for (int i = 0; i < count; ++i) {
        presence[i] = names[i][0] == '?';
        numbers[i] = number_of(RelationGetDescr(relation), names[i] + presence[i]);
        if (!presence[i])
            last_number = Max(last_number, numbers[i]);
    }
    // In READ COMMITTED, GetTransactionSnapshot() takes a new one.
    snapshot = RegisterSnapshot(access == Access::read ? GetActiveSnapshot() : GetTransactionSnapshot());
    scan = pg::begin_table_scan(relation, snapshot);
    slot = table_slot_create(relation, nullptr);
}

bool TableCursor::next() {
    while (table_scan_getnextslot(scan, ForwardScanDirection, slot)) {
        CHECK_FOR_INTERRUPTS();
        slot_getsomeattrs(slot, last_number); // deforms no column after the last one that is read
        if (text_of(slot->tts_values[module_number - 1]) == std::string_view(module, module_length))
            return true;
    }
    return false;
}

bool TableCursor::is_present(int column) const {
    if (numbers[column] == 0)
        return false;
    bool copied = false;
    HeapTuple const tuple = ExecFetchSlotHeapTuple(slot, false, &copied);
    bool const present = !heap_attisnull(tuple, numbers[column], slot->tts_tupleDescriptor);
    if (copied)
        heap_freetuple(tuple);
    return present;
}

std::string_view TableCursor::text_of(Datum value) {
    const struct varlena *const flat = PG_DETOAST_DATUM_PACKED(value);
    return {VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat)};
}

void TableCursor::close() {
    ExecDropSingleTupleTableSlot(slot);
    table_endscan(scan);
    UnregisterSnapshot(snapshot);
    table_close(relation, AccessShareLock);
}

} // namespace mig::server
