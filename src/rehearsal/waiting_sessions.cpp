#include "rehearsal/waiting_sessions.hpp"

#include "bridge/pod_list.hpp"
#include "server/db/owner.hpp"
#include "server/db/query.hpp"
#include "server/db/scratch_memory.hpp"
#include "server/lock/lock_table.hpp"

extern "C" {
#include "access/xact.h"
#include "miscadmin.h"
}

namespace mig::server {

namespace {

pg::PodList<WaitingSession> find_waiting() {
    pg::PodList<WaitingSession> list{};
    visit_locks_pg([&](LockInstanceData const &lock) {
        if (lock.waitLockMode == NoLock || lock.pid == MyProcPid)
            return;
        LOCKTAG const &tag = lock.locktag;
        if (tag.locktag_type == LOCKTAG_RELATION && tag.locktag_field1 == MyDatabaseId)
            list.add({lock.pid, tag.locktag_field2, lock.waitLockMode});
        // A session that wants a row that we have written waits for our transaction ID's lock (XactLockTableWait()).
        else if (tag.locktag_type == LOCKTAG_TRANSACTION && TransactionIdIsCurrentTransactionId(tag.locktag_field1))
            list.add({lock.pid, InvalidOid, lock.waitLockMode});
    });
    return list;
}

} // namespace

std::vector<WaitingSession> waiting_sessions() {
    ScratchMemory const scratch("migrator waiting sessions");
    auto const list = scratch.run(find_waiting);
    return {list.begin(), list.end()};
}

std::string describe_session(std::int32_t pid) {
    AsOwner const owner;
    Rows const rows =
        query("SELECT concat_ws(', ', coalesce(usename::text, backend_type), nullif(application_name, ''))"
              " FROM pg_stat_activity WHERE pid = $1",
              {pid}, Access::fresh);
    std::string text = "pid " + std::to_string(pid);
    if (rows.size() > 0 && !rows.text(0, 0).empty())
        text.append(" (").append(rows.text(0, 0)).append(")");
    return text;
}

} // namespace mig::server
