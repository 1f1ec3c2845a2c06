#include "server/db/subtransaction.hpp"

extern "C" {
#include "access/xact.h"
}

namespace mig::server {

namespace {

// Rolls back the subtransaction at this level and any that an ERROR left open inside it.
//
// Each is aborted first by AbortCurrentTransaction(), which is safe in any state. If one failed while it was starting,
// that also pops it and aborts the one around it, and RollbackAndReleaseCurrentSubTransaction() must not be called: it
// ends the session by a FATAL error in that state.
void roll_back_from(int level) {
    while (GetCurrentTransactionNestLevel() >= level) {
        AbortCurrentTransaction();
        if (GetCurrentTransactionNestLevel() >= level)
            RollbackAndReleaseCurrentSubTransaction();
    }
}

} // namespace

Subtransaction::Subtransaction() : memory_(CurrentMemoryContext), owner_(CurrentResourceOwner) {
    MemoryContext const memory = memory_;
    level_ = pg::guarded([=] {
        BeginInternalSubTransaction(nullptr);
        MemoryContextSwitchTo(memory); // so that what is allocated inside outlives the subtransaction
        return GetCurrentTransactionNestLevel();
    });
}

void Subtransaction::leave() noexcept {
    level_ = 0;
    MemoryContextSwitchTo(memory_);
    CurrentResourceOwner = owner_;
}

// Here and below, the current memory context may be one that the end of the subtransaction deletes. It is left before,
// because guarded() returns to the current one after an ERROR.
void Subtransaction::commit() {
    MemoryContextSwitchTo(memory_);
    pg::guarded([] { ReleaseCurrentSubTransaction(); });
    leave();
}

void Subtransaction::roll_back() {
    int const level = level_;
    MemoryContextSwitchTo(memory_);
    pg::guarded([=] { roll_back_from(level); });
    leave();
}

Subtransaction::~Subtransaction() {
    if (level_ == 0)
        return;
    // A rollback that runs out of memory resumes where it stopped when it is tried again. If the subtransaction
    // stayed open, everything that the session does next would run inside it.
    int const level = level_;
    constexpr int tries = 3;
    MemoryContextSwitchTo(memory_);
    for (int i = 0; i < tries && GetCurrentTransactionNestLevel() >= level; ++i)
        pg::guarded_or_warn("migrator: a subtransaction could not be rolled back", [=] { roll_back_from(level); });
    leave();
}

} // namespace mig::server
