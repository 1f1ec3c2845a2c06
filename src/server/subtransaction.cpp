#include "server/subtransaction.hpp"

extern "C" {
#include "access/xact.h"
}

namespace mig::server {

namespace {

// Also those that an ERROR left open inside.
void roll_back_from(int level) {
    while (GetCurrentTransactionNestLevel() >= level)
        RollbackAndReleaseCurrentSubTransaction();
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

void Subtransaction::commit() {
    pg::guarded([] { ReleaseCurrentSubTransaction(); });
    leave();
}

void Subtransaction::roll_back() {
    int const level = std::exchange(level_, 0);
    pg::guarded([=] { roll_back_from(level); });
    leave();
}

Subtransaction::~Subtransaction() {
    if (level_ == 0)
        return;
    int const level = level_;
    pg::guarded_or_warn("migrator: a subtransaction could not be rolled back", [=] { roll_back_from(level); });
    leave();
}

} // namespace mig::server
