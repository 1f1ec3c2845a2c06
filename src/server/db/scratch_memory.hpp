// A temporary memory context.
#pragma once

#include "bridge/guard.hpp"

namespace mig::server {

class [[nodiscard]] ScratchMemory {
  public:
    explicit ScratchMemory(const char *name)
        : context_(pg::guarded([=] {
              MemoryContext const context =
                  AllocSetContextCreateInternal(CurrentMemoryContext, "migrator scratch", ALLOCSET_DEFAULT_SIZES);
              MemoryContextSetIdentifier(context, name); // a literal: it is not copied
              return context;
          })) {}
    ~ScratchMemory() { MemoryContextDelete(context_); }
    ScratchMemory(ScratchMemory const &) = delete;
    ScratchMemory &operator=(ScratchMemory const &) = delete;

    // As pg::guarded(), with this as the current memory context.
    template <class Body>
    auto run(Body &&body) const -> decltype(body()) {
        MemoryContext const context = context_;
        return pg::guarded([&] {
            MemoryContext const before = MemoryContextSwitchTo(context);
            if constexpr (std::is_void_v<decltype(body())>) {
                body();
                MemoryContextSwitchTo(before);
            } else {
                auto const result = body();
                MemoryContextSwitchTo(before);
                return result;
            }
        });
    }

    Size allocated() const { return MemoryContextMemAllocated(context_, false); }

    // Frees what was allocated in it; it can be used again.
    void clear() const { MemoryContextReset(context_); }

  private:
    MemoryContext context_;
};

} // namespace mig::server
