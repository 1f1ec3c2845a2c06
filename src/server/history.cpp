#include "server/history.hpp"

#include "server/owner.hpp"

namespace mig::server {

// Qualified, and without operators or functions: it means the same under any search_path (AsOwner::Path::inherited).
const char *const History::insert_sql =
    "INSERT INTO migrator.history_entry (module, version, name, action, result, up, down, up_line, down_line,"
    " reversible, source, checksum, raw_checksum, checksum_algorithm, started_at, finished_at, execution_time_ms,"
    " run_by, reason)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";

void History::append(Entry const &e) {
    AsOwner const owner(AsOwner::Path::inherited);
    insert_({module_, e.version, e.name, e.action, e.result, e.up, e.down, e.up_line, e.down_line, e.reversible,
             e.source, e.checksum, e.raw_checksum, e.algorithm, Parameter::timestamp(e.started_at),
             Parameter::timestamp(e.finished_at), e.execution_time_ms, run_by_, e.reason});
}

} // namespace mig::server
