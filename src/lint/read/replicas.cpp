#include "lint/read/replicas.hpp"

#include "lint/world/world.hpp"
#include "lint/world/world_contents.hpp"
#include "server/db/query.hpp"

namespace mig::server::lint {

std::string wal_note(World &world) {
    std::optional<std::string> &note = world.contents().wal_note;
    if (note)
        return *note;
    // Subscribers are counted as standbys: each has a walsender, too. An inactive slot keeps WAL until somebody reads
    // it.
    static KeptQuery replicas_query(
        "SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_replication),"
        " (SELECT pg_catalog.count(*) FROM pg_catalog.pg_replication_slots WHERE NOT active)");
    Rows const found = replicas_query({});
    std::int64_t const standbys = found.bigint(0, 0), slots = found.bigint(0, 1);
    note.emplace();
    if (standbys > 0)
        *note += "; " + std::to_string(standbys) +
                 (standbys == 1 ? " standby has to receive that much WAL, and lags meanwhile"
                                : " standbys have to receive that much WAL, and lag meanwhile");
    if (slots > 0)
        *note += "; " + std::to_string(slots) +
                 (slots == 1 ? " inactive replication slot keeps" : " inactive replication slots keep") +
                 " that much WAL on disk";
    return *note;
}

} // namespace mig::server::lint
