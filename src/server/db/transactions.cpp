#include "server/db/transactions.hpp"

#include "core/base/failure.hpp"

extern "C" {
#include "access/xact.h"
#include "executor/spi.h"
#include "nodes/parsenodes.h"
#include "tcop/pquery.h"
#include "utils/portal.h"
}

namespace mig::server {

namespace {

MemoryContext make_memory(const char *name) {
    // A child of the CALL's portal, which survives commits: they delete everything below TopTransactionContext.
    return AllocSetContextCreateInternal(PortalContext, name, ALLOCSET_DEFAULT_SIZES);
}

// Through SPI, because a commit within a portal needs what SPI_commit() does for it: pinned portals are held and the
// portal's snapshot is dropped. The connection is closed again, since statements that commit by themselves
// (CONCURRENTLY, VACUUM) would destroy one that is open.
void commit_and_begin(MemoryContext memory) {
    SPI_connect_ext(SPI_OPT_NONATOMIC);
    SPI_commit();
    SPI_finish();
    MemoryContextSwitchTo(memory);
}

// As SPI_rollback() does, without refusing because of a snapshot that the failed statement left active.
void abort_and_begin(MemoryContext memory) {
    AbortCurrentTransaction();
    // If a function that ran in the transaction needed one, the CALL's portal has a snapshot
    // (EnsurePortalSnapshotExists()). The abort has freed it.
    ActivePortal->portalSnapshot = nullptr;
    StartTransactionCommand();
    MemoryContextSwitchTo(memory);
}

// As PL/pgSQL decides whether a procedure may end transactions (plpgsql_call_handler()).
bool may_commit(FunctionCallInfo call) {
    auto *const context = call->context;
    return context && IsA(context, CallContext) && !castNode(CallContext, context)->atomic;
}

} // namespace

void require_top_level(FunctionCallInfo call, const char *procedure) {
    const char *where = nullptr;
    if (SPI_inside_nonatomic_context()) // within the open SPI connection of code that may commit itself
        where = "a procedure or DO block";
    else if (!may_commit(call) || (MyXactFlags & XACT_FLAGS_PIPELINING)) // since 18 a pipeline is atomic as well
        where = "a transaction block, a pipeline, a function or a multi-command string";
    if (where)
        throw Failure(sqlstate::active_transaction, std::string(procedure) + " cannot be called in " + where,
                      "It commits each migration by itself, and would end the transaction that is open.",
                      "CALL it as a statement of its own, outside of BEGIN ... COMMIT (autocommit on); "
                      "SELECT * FROM migrator.apply() runs in the transaction of its caller.");
}

Transactions::Transactions() : before_(CurrentMemoryContext), memory_(nullptr) {
    memory_ = pg::guarded([] { return make_memory("migrator run"); });
    MemoryContextSwitchTo(memory_);
    commit();
}

Transactions::~Transactions() {
    MemoryContextSwitchTo(before_);
    MemoryContextDelete(memory_);
}

// Here and below, the current memory context may be one that the end of the transaction deletes. It is left before,
// because call() returns to the current one after an ERROR.
void Transactions::commit() {
    MemoryContextSwitchTo(memory_);
    pg::call<commit_and_begin>(memory_);
}

void Transactions::roll_back() {
    MemoryContextSwitchTo(memory_);
    pg::call<abort_and_begin>(memory_);
}

StepMemory::StepMemory(Transactions &transactions)
    : transactions_(transactions), before_(transactions.memory_),
      memory_(pg::guarded([] { return make_memory("migrator step"); })) {
    transactions_.memory_ = memory_;
    MemoryContextSwitchTo(memory_);
}

StepMemory::~StepMemory() {
    transactions_.memory_ = before_;
    MemoryContextSwitchTo(before_);
    MemoryContextDelete(memory_);
}

} // namespace mig::server
