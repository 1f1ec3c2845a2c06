// The transactions of a procedure that the client called at top level. A commit ends one and begins the next.
#pragma once

#include "bridge/guard.hpp"

extern "C" {
#include "fmgr.h"
}

namespace mig::server {

// Failure active_transaction unless the procedure may end the transaction that it was called in. It may not in a
// transaction block, a function, a DO block, another procedure, or a pipeline: the commit would destroy state that
// these still use, and could crash the server. `procedure`, such as migrator.apply_each(), is for the message.
void require_top_level(FunctionCallInfo call, const char *procedure);

class Transactions {
  public:
    // Ends the caller's transaction. From then on no snapshot is held unless a statement takes one. Memory that is
    // allocated while this lives is freed with it.
    Transactions();
    ~Transactions();
    Transactions(Transactions const &) = delete;
    Transactions &operator=(Transactions const &) = delete;

    // An error of the commit, such as that of a deferred constraint, has rolled the transaction back and begun a new
    // one. Either way the memory of the step, or of the run, is the current memory context afterwards.
    void commit();
    // Also after an ERROR. Begins a new transaction, with the same memory context as commit().
    void roll_back();

  private:
    friend class StepMemory;
    MemoryContext before_, memory_; // memory_: that of the run, or of its current step
};

// The memory of one migration of a run, freed after it.
class StepMemory {
  public:
    explicit StepMemory(Transactions &transactions);
    ~StepMemory();
    StepMemory(StepMemory const &) = delete;
    StepMemory &operator=(StepMemory const &) = delete;

  private:
    Transactions &transactions_;
    MemoryContext const before_, memory_;
};

} // namespace mig::server
