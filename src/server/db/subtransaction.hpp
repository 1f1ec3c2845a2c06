// A subtransaction around C++ code, as PL/pgSQL's EXCEPTION block has one.
#pragma once

#include "bridge/guard.hpp"

#include <optional>

extern "C" {
#include "utils/resowner.h"
}

namespace mig::server {

class [[nodiscard]] Subtransaction {
  public:
    Subtransaction();
    // Rolls back what neither commit() nor roll_back() has ended; only when an exception passes through.
    ~Subtransaction();
    Subtransaction(Subtransaction const &) = delete;
    Subtransaction &operator=(Subtransaction const &) = delete;

    bool open() const noexcept { return level_ != 0; }
    void commit();
    // Nothing of it stays, its locks included. After an ERROR inside, the server can be called again.
    void roll_back();

  private:
    void leave() noexcept;
    MemoryContext memory_;
    ResourceOwner owner_;
    int level_ = 0; // 0: ended
};

// What server code returns, in a subtransaction of its own; nothing where it raises an ERROR that is no cancel or the
// like.
template <class Code>
[[nodiscard]] auto attempt(Code code) -> std::optional<decltype(code())> {
    Subtransaction subtransaction;
    try {
        auto const value = pg::guarded(code);
        subtransaction.commit();
        return value;
    } catch (pg::Error const &error) {
        if (error.must_propagate())
            throw;
    }
    subtransaction.roll_back();
    return std::nullopt;
}

} // namespace mig::server
