#include "rehearsal/waiting_sessions.hpp"

#include "bridge/pod_list.hpp"
#include "server/db/owner.hpp"
#include "server/db/query.hpp"
#include "server/db/scratch_memory.hpp"

extern "C" {
#include "access/xact.h"
#include "miscadmin.h"
#include "storage/proc.h"
}

namespace mig::server {

namespace {

void read_processes(pg::PodList<WaitingSession> &list) {
    for (std::uint32_t i = 0; i < ProcGlobal->allProcCount; ++i) {
        PGPROC const &process = ProcGlobal->allProcs[i];
        if (!process.waitLock || process.pid == MyProcPid)
            continue;
        LOCKTAG const &tag = process.waitLock->tag;
        if (tag.locktag_type == LOCKTAG_RELATION && tag.locktag_field1 == MyDatabaseId)
            list.add({process.pid, tag.locktag_field2, process.waitLockMode});
        // A session that wants a row that we have written waits for our transaction ID's lock (XactLockTableWait()).
        else if (tag.locktag_type == LOCKTAG_TRANSACTION && TransactionIdIsCurrentTransactionId(tag.locktag_field1))
            list.add({process.pid, InvalidOid, process.waitLockMode});
    }
}

// Reads the processes and not the locks, as pg_locks would: a rehearsal holds more locks with each statement, and checks
// again and again. Who waits changes under the lock of a partition of the lock table.
pg::PodList<WaitingSession> find_waiting() {
    pg::PodList<WaitingSession> list{};
    (void) list.extend(ProcGlobal->allProcCount); // room for all: nothing may fail while the locks are held
    list.count = 0;
    for (int i = 0; i < NUM_LOCK_PARTITIONS; ++i)
        LWLockAcquire(LockHashPartitionLockByIndex(i), LW_SHARED);
    read_processes(list);
    for (int i = NUM_LOCK_PARTITIONS; --i >= 0;)
        LWLockRelease(LockHashPartitionLockByIndex(i));
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
