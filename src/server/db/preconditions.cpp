#include "server/db/preconditions.hpp"

#include "core/base/failure.hpp"

extern "C" {
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_authid.h"
#include "utils/acl.h"
}

namespace mig::server {

bool read_only() { return XactReadOnly || pg::call<RecoveryInProgress>(); }

// A standby comes first, as all its transactions are read-only too.
void require_writable(const char *function) {
    if (pg::call<RecoveryInProgress>())
        throw Failure(sqlstate::read_only, std::string("cannot execute ") + function + " on a read-only standby", {},
                      "Connect to the primary. status(), summary(), plan(), lint() and history work here too.");
    if (XactReadOnly)
        throw Failure(sqlstate::read_only, std::string("cannot execute ") + function + " in a read-only transaction",
                      {},
                      "Use a READ WRITE transaction, or see default_transaction_read_only. status(), summary(), "
                      "plan(), lint() and history work here too.");
}

void require_current_snapshots(const char *function) {
    if (IsolationUsesXactSnapshot())
        throw Failure(sqlstate::invalid_transaction_state,
                      std::string("cannot execute ") + function + " in a REPEATABLE READ or SERIALIZABLE transaction",
                      "Its snapshot may be older than what another run has applied.",
                      "Use READ COMMITTED: BEGIN ISOLATION LEVEL READ COMMITTED, or see "
                      "default_transaction_isolation.");
}

void require_server_file_access() {
    bool const may = pg::guarded([] { return has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES); });
    if (!may)
        throw Failure(sqlstate::insufficient_privilege, "permission denied to read files of the server",
                      "Only roles with the privileges of \"pg_read_server_files\" may use load_dir().",
                      "Send the files from the client with migrator.load_file().");
}

} // namespace mig::server
