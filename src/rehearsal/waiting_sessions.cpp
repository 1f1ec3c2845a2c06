#include "rehearsal/waiting_sessions.hpp"

#include "server/db/owner.hpp"
#include "server/db/query.hpp"
#include "server/db/scratch_memory.hpp"

extern "C" {
#include "access/xact.h"
#include "miscadmin.h"
}

namespace mig::server {

namespace {

struct List {
    WaitingSession *sessions;
    int count;
};

List find() {
    LockData const *const all = GetLockStatusData();
    List list{static_cast<WaitingSession *>(palloc(sizeof(WaitingSession) * static_cast<Size>(all->nelements + 1))), 0};
    for (int i = 0; i < all->nelements; ++i) {
        LockInstanceData const &lock = all->locks[i];
        if (lock.waitLockMode == NoLock || lock.pid == MyProcPid)
            continue;
        LOCKTAG const &tag = lock.locktag;
        if (tag.locktag_type == LOCKTAG_RELATION && tag.locktag_field1 == MyDatabaseId)
            list.sessions[list.count++] = {lock.pid, tag.locktag_field2, lock.waitLockMode};
        else if (tag.locktag_type == LOCKTAG_TRANSACTION && TransactionIdIsCurrentTransactionId(tag.locktag_field1))
            list.sessions[list.count++] = {lock.pid, InvalidOid, lock.waitLockMode};
    }
    return list;
}

} // namespace

std::vector<WaitingSession> waiting_sessions() {
    ScratchMemory const scratch("migrator waiting sessions");
    List const list = scratch.run(find);
    return {list.sessions, list.sessions + list.count};
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
