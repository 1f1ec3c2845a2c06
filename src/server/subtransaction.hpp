// A subtransaction around C++ code, as PL/pgSQL's EXCEPTION block has one.
#pragma once

#include "bridge/guard.hpp"

extern "C" {
#include "utils/resowner.h"
}

namespace mig::server {

class Subtransaction {
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

} // namespace mig::server
