// Makes the current transaction read-write, for writing the history. A body that runs statement by statement may have
// committed SET default_transaction_read_only, which must not keep the extension from recording what it did.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "access/xact.h"
}

namespace mig::server {

class ReadWrite {
  public:
    ReadWrite() : before_(XactReadOnly) { XactReadOnly = false; }
    ~ReadWrite() { XactReadOnly = before_; }
    ReadWrite(ReadWrite const &) = delete;
    ReadWrite &operator=(ReadWrite const &) = delete;

  private:
    bool const before_;
};

} // namespace mig::server
