// Scans a table of the extension without the executor. Each run reads every row, and through SPI 10,000 migrations took
// longer than connecting does. No privilege is checked and the search_path does not matter.
//
// A POD whose functions raise ERRORs as the server does. Call them inside pg::guarded().
#pragma once

#include "server/db/query.hpp"

extern "C" {
#include "access/tableam.h"
#include "executor/tuptable.h"
#include "utils/rel.h"
#include "utils/snapshot.h"
}

namespace mig::server {

struct TableCursor {
    static constexpr int max_columns = 16;

    Relation relation;
    Snapshot snapshot;
    TableScanDesc scan;
    TupleTableSlot *slot;
    const char *module;
    std::size_t module_length;
    AttrNumber module_number, last_number, numbers[max_columns]; // 0: the table does not have the column yet

    // Scans the rows of migrator.TABLE whose column `module` is `module_name`, which must stay alive. `names`: the
    // columns to read, to which the numbers below refer.
    void open(Oid schema, const char *table, const char *const *names, int count, std::string_view module_name,
              Access access);
    [[nodiscard]] bool next(); // false at the end
    void close();

    bool is_null(int column) const { return numbers[column] == 0 || slot->tts_isnull[numbers[column] - 1]; }
    // For text and types like it. A toasted value is detoasted into CurrentMemoryContext.
    std::string_view text(int column) const { return text_of(value(column)); }
    static std::string_view text_of(Datum value);
    Datum value(int column) const { return slot->tts_values[numbers[column] - 1]; }
    Form_pg_attribute attribute(int column) const {
        return TupleDescAttr(slot->tts_tupleDescriptor, numbers[column] - 1);
    }
};

} // namespace mig::server
