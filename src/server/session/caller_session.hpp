// What the caller's session had before the run. After each migration, what that migration added is removed again, since
// a new session would not have it (promise 7 of the design).
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
    // Removes cursors, prepared statements, temporary objects and session advisory locks. Names do not count: what has
    // replaced something of the caller's under its name is not the caller's.
    void clean_up(session_watch::Seen const &seen);

  private:
    void close_cursors() const;

    std::unordered_map<std::string, TimestampTz> const held_; // cursors WITH HOLD: name, time of creation
    SubTransactionId const begun_in_;
    std::vector<ObjectAddress> const temporary_;
    std::vector<HeldLock> const locks_;
};

// The settings and the role of one migration: undone by restore(), or by the abort that follows an error.
class SettingsScope {
  public:
    SettingsScope();
    void restore();

  private:
    int level_;
};

} // namespace mig::server
