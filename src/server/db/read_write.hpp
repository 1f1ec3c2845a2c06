// The record is written whatever a migration has SET: a body that runs statement by statement may have committed
// default_transaction_read_only, which is no concern of the record's.
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
