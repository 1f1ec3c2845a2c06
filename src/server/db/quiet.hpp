// Reading a body for our own purposes must not repeat what the server says when the body runs ("identifier ... will
// be truncated"); and whoever called us must not take the position of an error for one in its own query, as SPI does.
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
