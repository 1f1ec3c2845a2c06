// The transactions of a procedure that the client called at top level. Each commit ends one and begins the next.
#pragma once

#include "bridge/guard.hpp"

extern "C" {
#include "fmgr.h"
}

namespace mig::server {

// Failure active_transaction unless the procedure may end the transaction that it was called in: not in a transaction
// block, a function, a DO block, another procedure, or a pipeline. Each of them would lose its state, and the server
// with it. `procedure`: for the message, `migrator.apply_each()`.
void require_top_level(FunctionCallInfo call, const char *procedure);

class Transactions {
  public:
    // Ends the caller's transaction: from here on no snapshot is held unless a statement takes one. Memory that is
    // allocated while it lives is gone when it dies.
    Transactions();
    ~Transactions();
    Transactions(Transactions const &) = delete;
    Transactions &operator=(Transactions const &) = delete;

    // What the commit raises (a deferred constraint) has rolled back, and a new transaction has begun. Either way the
    // memory of the run or its step is the current one then, whichever was.
    void commit();
    // Also after an ERROR; a new transaction has begun then. The memory as with commit().
    void roll_back();

  private:
    friend class MemoryOfStep;
    MemoryContext before_, memory_; // the latter: of the run, or of its step while there is one
};

// Memory of one migration of a run, given back behind it.
class MemoryOfStep {
  public:
    explicit MemoryOfStep(Transactions &transactions);
    ~MemoryOfStep();
    MemoryOfStep(MemoryOfStep const &) = delete;
    MemoryOfStep &operator=(MemoryOfStep const &) = delete;

  private:
    Transactions &transactions_;
    MemoryContext const before_, memory_;
};

} // namespace mig::server
