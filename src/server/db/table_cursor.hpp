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
    bool presence[max_columns];

    // Scans the rows of migrator.TABLE whose column `module` is `module_name`, which must stay alive. `names`: the
    // columns to read, to which the numbers below refer. `?NAME` is a boolean, whether the column is not null: that is
    // known from the head of the row, without the columns before it.
    void open(Oid schema, const char *table, const char *const *names, int count, std::string_view module_name,
              Access access);
    [[nodiscard]] bool next(); // false at the end
    void close();

    bool is_null(int column) const {
        return !presence[column] && (numbers[column] == 0 || slot->tts_isnull[numbers[column] - 1]);
    }
    bool is_present(int column) const; // of `?NAME`
    // For text and types like it. A toasted value is detoasted into CurrentMemoryContext.
    std::string_view text(int column) const { return text_of(value(column)); }
    static std::string_view text_of(Datum value);
    Datum value(int column) const {
        return presence[column] ? BoolGetDatum(is_present(column)) : slot->tts_values[numbers[column] - 1];
    }
    Form_pg_attribute attribute(int column) const {
        return TupleDescAttr(slot->tts_tupleDescriptor, numbers[column] - 1);
    }
};

} // namespace mig::server
