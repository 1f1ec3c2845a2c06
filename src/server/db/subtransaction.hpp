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

// Runs the body in a subtransaction of its own: true. What it fails by is handed to `failed`, which may throw it on,
// and then taken back: false. What nobody may swallow goes on.
template <class Body, class Failed>
bool run_or_undo(Body &&body, Failed &&failed) {
    Subtransaction subtransaction;
    try {
        body();
    } catch (AnyError const &error) {
        if (error.must_propagate())
            throw;
        failed(error);
        subtransaction.roll_back();
        return false;
    }
    subtransaction.commit();
    return true;
}

// For the `failed` of run_or_undo(), in its catch block: only what the server raised is taken back.
inline void throw_refusal_on(AnyError const &error) {
    if (!pg::as_error(error))
        throw; // cppcheck-suppress rethrowNoCurrentException
}

// What server code returns, in a subtransaction of its own; nothing where it raises an ERROR that is no cancel or the
// like.
template <class Code>
[[nodiscard]] auto attempt(Code code) -> std::optional<decltype(code())> {
    std::optional<decltype(code())> value;
    (void) run_or_undo([&] { value = pg::guarded(code); }, throw_refusal_on);
    return value;
}

} // namespace mig::server
