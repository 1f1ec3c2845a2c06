// For parsing a body without executing it. Its messages ("identifier ... will be truncated") would repeat those of the
// execution, and error context callbacks of our caller, such as SPI's, would take the position of an error for one in
// their own query.
#pragma once

#include "bridge/compat.hpp"

#include <utility>

extern "C" {
#include "utils/elog.h"
#include "utils/guc.h"
}

namespace mig::server {

class [[nodiscard]] Quiet {
  public:
    Quiet()
        : client_level_(client_min_messages), log_level_(pg::log_level()), log_hook_(emit_log_hook),
          context_(error_context_stack) {
        client_min_messages = ERROR;
        // The server asks the hook only about messages that it would log.
        if (log_level_ > NOTICE || log_level_ == LOG)
            pg::log_level() = NOTICE;
        if (log_hook_ != drop)
            next_hook_ = log_hook_;
        emit_log_hook = drop;
        heard_ = false;
        error_context_stack = nullptr;
    }
    ~Quiet() {
        client_min_messages = client_level_;
        pg::log_level() = log_level_;
        emit_log_hook = log_hook_;
        error_context_stack = context_;
    }
    Quiet(Quiet const &) = delete;
    Quiet &operator=(Quiet const &) = delete;

    // Whether there was a message since this was called last, or ever.
    static bool heard() noexcept { return std::exchange(heard_, false); }

  private:
    static void drop(ErrorData *message) {
        if (message->elevel == NOTICE || message->elevel == WARNING) {
            message->output_to_server = false;
            heard_ = true;
        } else if (next_hook_) {
            next_hook_(message);
        }
    }

    inline static bool heard_ = false;
    inline static emit_log_hook_type next_hook_ = nullptr; // of another library
    int const client_level_, log_level_;
    emit_log_hook_type const log_hook_;
    ErrorContextCallback *const context_;
};

} // namespace mig::server
