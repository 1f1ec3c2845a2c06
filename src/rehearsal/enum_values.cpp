#include "rehearsal/enum_values.hpp"

#include "bridge/compat.hpp"
#include "server/db/owner.hpp"
#include "server/db/query.hpp"
#include "server/db/scratch_memory.hpp"

#include <algorithm>

extern "C" {
#include "catalog/pg_enum.h"
}

namespace mig::server {

namespace {

// The enum types whose values an index may store: from the types of the indexed columns, and of the index's own
// columns, down to their elements, base types, range subtypes and attributes. An expression under an operator class
// that stores another type (pg_opclass.opckeytype, as in btree_gist) hides its own: then all enum types count.
constexpr const char *in_index_sql =
    "WITH RECURSIVE used (type) AS ("
    "   SELECT a.atttypid FROM pg_index i JOIN pg_attribute a"
    "       ON a.attrelid = i.indexrelid OR a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
    "       WHERE i.indexrelid >= 16384"
    "   UNION SELECT e.oid FROM pg_type e WHERE e.typtype = 'e' AND EXISTS ("
    "       SELECT FROM pg_index i JOIN pg_opclass c ON c.oid = ANY (i.indclass)"
    "       WHERE i.indexprs IS NOT NULL AND c.opckeytype NOT IN (0, c.opcintype)"
    "           AND c.opcintype IN ('anyenum'::regtype, 'anyarray'::regtype, 'anyrange'::regtype))"
    "   UNION SELECT part.type FROM used JOIN pg_type t ON t.oid = used.type, LATERAL ("
    "       SELECT t.typelem UNION ALL SELECT t.typbasetype"
    "       UNION ALL SELECT r.rngsubtype FROM pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)"
    "       UNION ALL SELECT a.atttypid FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0"
    "   ) AS part (type) WHERE part.type <> 0"
    ") SELECT t.oid::bigint FROM pg_type t JOIN used ON used.type = t.oid WHERE t.typtype = 'e'";

// Most databases have no enum type of their own, and the other query reads all indexes.
constexpr const char *has_enums_sql = "SELECT FROM pg_type WHERE typtype = 'e' AND oid >= 16384 LIMIT 1";

constexpr const char *types_sql = "SELECT DISTINCT enumtypid::bigint FROM pg_enum WHERE oid = ANY ($1::oid[])";

struct Oids {
    Oid *list;
    std::size_t count;
};

// The server's list of uncommitted values is static. This is how parallel workers get it.
Oids uncommitted() {
    Size const size = EstimateUncommittedEnumsSpace();
    auto *const list = static_cast<Oid *>(palloc0(size));
    SerializeUncommittedEnums(list, size);
    return {list, size / sizeof(Oid)};
}

std::vector<Oid> oids_of(Rows const &rows) {
    std::vector<Oid> oids;
    for (std::size_t i = 0; i < rows.size(); ++i)
        oids.push_back(static_cast<Oid>(rows.bigint(i, 0)));
    return oids;
}

} // namespace

EnumValues::EnumValues(bool enabled) : enabled_(enabled && !pg::has_uncommitted_enums()) {
    if (!enabled_)
        return;
    AsOwner const owner;
    if (query(has_enums_sql, {}, Access::fresh).size() > 0)
        in_index_ = oids_of(query(in_index_sql, {}, Access::fresh));
}

void EnumValues::commit() {
    if (!enabled_ || !pg::has_uncommitted_enums())
        return;
    ScratchMemory const scratch("migrator enum values");
    Oids const values = scratch.run(uncommitted);
    std::vector<Value> list;
    for (std::size_t i = 0; i < values.count; ++i)
        list.push_back(static_cast<std::int64_t>(values.list[i]));
    AsOwner const owner;
    for (Oid const type : oids_of(query(types_sql, {Value::array(list)}, Access::fresh)))
        if (std::find(in_index_.begin(), in_index_.end(), type) != in_index_.end()) {
            held_back_ = true;
            return;
        }
    AtEOXact_Enum(); // forgets which values are not committed
}

} // namespace mig::server
