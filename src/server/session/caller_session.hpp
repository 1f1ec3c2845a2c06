// What the caller's session had before the run; after each migration what that one added is taken away again, as a
// new session would not have it (promise 7 of the design).
#pragma once

#include "server/session/session_locks.hpp"
#include "server/session/session_watch.hpp"

#include <string>
#include <unordered_map>

extern "C" {
#include "catalog/objectaddress.h"
#include "datatype/timestamp.h"
}

namespace mig::server {

class CallerSession {
  public:
    CallerSession();
    // Cursors, prepared statements, temporary objects, session advisory locks. What they are counts, not their names:
    // what was put in the place of the caller's is not the caller's.
    void clean_up(session_watch::Seen const &seen);

  private:
    void close_cursors() const;

    std::unordered_map<std::string, TimestampTz> const held_; // cursors WITH HOLD, by name: since when
    SubTransactionId const begun_in_;
    std::vector<ObjectAddress> const temporary_;
    std::vector<HeldLock> const locks_;
};

// The settings and the role of one migration: undone by restore(), or by the abort that an error ends in.
class SettingsScope {
  public:
    SettingsScope();
    void restore();

  private:
    int level_;
};

} // namespace mig::server
