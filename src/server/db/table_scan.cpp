#include "server/db/table_scan.hpp"

#include "server/db/owner.hpp"
#include "server/db/table_cursor.hpp"

#include <cstring>

extern "C" {
#include "utils/datum.h"
}

namespace mig::server {

namespace {

struct Scan {
    RowBuffer rows;
    Oid schema;
    const char *table;
    const char *const *names;
    std::string_view module;
    Access access;
};

// Copies a value, detoasted. One with a short header is copied as it is, packed with others, since it needs no
// alignment. The test for external comes first, because VARATT_IS_SHORT() is true of a TOAST pointer as well: it looks
// at a bit of the first byte, and VARSIZE_SHORT() would then make no sense.
Datum keep(RowBuffer &rows, Datum value, Form_pg_attribute attribute) {
    if (attribute->attbyval)
        return value;
    if (attribute->attlen != -1)
        return datumCopy(value, false, attribute->attlen);
    auto *const stored = reinterpret_cast<struct varlena *>(DatumGetPointer(value));
    if (VARATT_IS_EXTERNAL(stored) || !VARATT_IS_SHORT(stored))
        return PointerGetDatum(pg_detoast_datum_copy(stored));
    Size const size = VARSIZE_SHORT(stored);
    return PointerGetDatum(memcpy(rows.take(size), stored, size));
}

void run(Scan &scan) {
    RowBuffer &rows = scan.rows;
    MemoryContext const before = MemoryContextSwitchTo(rows.memory);
    TableCursor cursor;
    cursor.open(scan.schema, scan.table, scan.names, rows.columns, scan.module, scan.access);
    while (cursor.next()) {
        std::size_t const row = rows.add();
        for (int i = 0; i < rows.columns; ++i) {
            rows.nulls.items[row + i] = cursor.is_null(i);
            rows.values.items[row + i] = cursor.is_null(i)    ? Datum{0}
                                         : cursor.presence[i] ? cursor.value(i)
                                                              : keep(rows, cursor.value(i), cursor.attribute(i));
        }
    }
    cursor.close();
    MemoryContextSwitchTo(before);
}

} // namespace

Rows scan_table(const char *table, std::vector<const char *> const &columns, std::string_view module, Access access) {
    MemoryContext const memory = pg::guarded(
        [] { return AllocSetContextCreate(CurrentMemoryContext, "migrator table", ALLOCSET_DEFAULT_SIZES); });
    Rows result(memory);
    Scan scan{};
    scan.rows.memory = memory;
    scan.schema = extension_schema();
    scan.table = table;
    scan.names = columns.data();
    scan.rows.columns = static_cast<int>(columns.size());
    scan.module = module;
    scan.access = access;
    Scan *const state = &scan;
    pg::guarded([=] { run(*state); });
    result.set(scan.rows);
    return result;
}

} // namespace mig::server
