// For parsing a body without executing it. Its messages ("identifier ... will be truncated") would repeat those of the
// execution, and error context callbacks of our caller, such as SPI's, would take the position of an error for one in
// their own query.
#pragma once

#include "bridge/guard.hpp"

extern "C" {
#include "utils/guc.h"
}

namespace mig::server {

class [[nodiscard]] Quiet {
  public:
    Quiet() : level_(client_min_messages), context_(error_context_stack) {
        client_min_messages = ERROR;
        error_context_stack = nullptr;
    }
    ~Quiet() {
        client_min_messages = level_;
        error_context_stack = context_;
    }
    Quiet(Quiet const &) = delete;
    Quiet &operator=(Quiet const &) = delete;

  private:
    int const level_;
    ErrorContextCallback *const context_;
};

} // namespace mig::server
