// A subtransaction around C++ code, as in an EXCEPTION block of PL/pgSQL.
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
    // Rolls back if neither commit() nor roll_back() has been called, as happens when an exception passes through.
    ~Subtransaction();
    Subtransaction(Subtransaction const &) = delete;
    Subtransaction &operator=(Subtransaction const &) = delete;

    bool open() const noexcept { return level_ != 0; }
    void commit();
    // Undoes everything and releases its locks. After an ERROR inside, the server can be called again.
    void roll_back();

  private:
    void leave() noexcept;
    MemoryContext memory_;
    ResourceOwner owner_;
    int level_ = 0; // 0: ended
};

// Runs the body in a subtransaction of its own and returns true. If the body fails, calls `failed` with the error,
// which it may rethrow, rolls back and returns false. An error that nobody may swallow is always rethrown.
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

// As the `failed` of run_or_undo(): a Failure of our own is rethrown, and only an ERROR of the server is undone.
inline void rethrow_failure(AnyError const &error) {
    if (!pg::as_error(error))
        throw; // cppcheck-suppress rethrowNoCurrentException
}

// Runs server code in a subtransaction of its own and returns its value, or nothing if it raises an ERROR. A cancel and
// the like are rethrown.
template <class Code>
[[nodiscard]] auto attempt(Code code) -> std::optional<decltype(code())> {
    std::optional<decltype(code())> value;
    (void) run_or_undo([&] { value = pg::guarded(code); }, rethrow_failure);
    return value;
}

} // namespace mig::server
