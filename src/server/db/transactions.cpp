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

MemoryContext make(const char *name) {
    // Below the portal of the CALL: it survives commits, which take all that belongs to a transaction.
    return AllocSetContextCreateInternal(PortalContext, name, ALLOCSET_DEFAULT_SIZES);
}

// By SPI, because a commit in the middle of a portal needs what SPI does for it. It must be the only connection:
// CONCURRENTLY and VACUUM commit by themselves later, and would pull an open one down.
void commit_and_begin(MemoryContext memory) {
    SPI_connect_ext(SPI_OPT_NONATOMIC);
    SPI_commit();
    SPI_finish();
    MemoryContextSwitchTo(memory);
}

// What SPI_rollback() does beneath, without its complaint about a snapshot that the failed statement left.
void abort_and_begin(MemoryContext memory) {
    AbortCurrentTransaction();
    // A function that ran in the transaction may have had the portal of the CALL take a snapshot, which is gone now.
    ActivePortal->portalSnapshot = nullptr;
    StartTransactionCommand();
    MemoryContextSwitchTo(memory);
}

bool may_commit(FunctionCallInfo call) {
    auto *const context = call->context;
    return context && IsA(context, CallContext) && !castNode(CallContext, context)->atomic;
}

} // namespace

void require_top_level(FunctionCallInfo call, const char *procedure) {
    const char *where = nullptr;
    if (SPI_inside_nonatomic_context())
        where = "a procedure or DO block";
    else if (!may_commit(call) || (MyXactFlags & XACT_FLAGS_PIPELINING)) // a pipeline is a transaction block from 18 on
        where = "a transaction block, a pipeline, a function or a statement with others beside it";
    if (where)
        throw Failure(sqlstate::active_transaction, std::string(procedure) + " cannot be called in " + where,
                      "It commits each migration by itself, and would end the transaction that is open.",
                      "CALL it as a statement of its own, outside of BEGIN ... COMMIT (autocommit on); "
                      "SELECT * FROM migrator.apply() runs in the transaction of its caller.");
}

Transactions::Transactions() : before_(CurrentMemoryContext), memory_(nullptr) {
    memory_ = pg::guarded([] { return make("migrator run"); });
    MemoryContextSwitchTo(memory_);
    commit();
}

Transactions::~Transactions() {
    MemoryContextSwitchTo(before_);
    MemoryContextDelete(memory_);
}

// Whatever context is current may be one that the end of the transaction takes away: it is left before, so that an
// ERROR does not lead back to it either.
void Transactions::commit() {
    MemoryContextSwitchTo(memory_);
    pg::call<commit_and_begin>(memory_);
}

void Transactions::roll_back() {
    MemoryContextSwitchTo(memory_);
    pg::call<abort_and_begin>(memory_);
}

MemoryOfStep::MemoryOfStep(Transactions &transactions)
    : transactions_(transactions), before_(transactions.memory_),
      memory_(pg::guarded([] { return make("migrator step"); })) {
    transactions_.memory_ = memory_;
    MemoryContextSwitchTo(memory_);
}

MemoryOfStep::~MemoryOfStep() {
    transactions_.memory_ = before_;
    MemoryContextSwitchTo(before_);
    MemoryContextDelete(memory_);
}

} // namespace mig::server
