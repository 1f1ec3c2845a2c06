// Reading a body for our own purposes must not repeat what the server says when the body runs ("identifier ... will
// be truncated").
#pragma once

#include "bridge/guard.hpp"

extern "C" {
#include "utils/guc.h"
}

namespace mig::server {

class Quiet {
  public:
    Quiet() : before_(client_min_messages) { client_min_messages = ERROR; }
    ~Quiet() { client_min_messages = before_; }
    Quiet(Quiet const &) = delete;
    Quiet &operator=(Quiet const &) = delete;

  private:
    int const before_;
};

} // namespace mig::server
