#include "server/db/subtransaction.hpp"

extern "C" {
#include "access/xact.h"
}

namespace mig::server {

namespace {

// Also those that an ERROR left open inside. One that failed while it began can only be aborted, which takes it away
// and aborts the one around it; the server ends the session that rolls it back.
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
        MemoryContextSwitchTo(memory); // what is made inside outlives its end
        return GetCurrentTransactionNestLevel();
    });
}

void Subtransaction::leave() noexcept {
    level_ = 0;
    MemoryContextSwitchTo(memory_);
    CurrentResourceOwner = owner_;
}

// Before each end, what is current is left, as its end may take that away: an ERROR must not lead back to it.
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
    // What fails half-way, for want of memory, goes on where it stopped. Without an end to it, what the session does
    // next would run inside.
    int const level = level_;
    constexpr int tries = 3;
    MemoryContextSwitchTo(memory_);
    for (int i = 0; i < tries && GetCurrentTransactionNestLevel() >= level; ++i)
        pg::guarded_or_warn("migrator: a subtransaction could not be rolled back", [=] { roll_back_from(level); });
    leave();
}

} // namespace mig::server
