// Foreign tables whose use lasts: those that a rollback does not reach, and those that run a program.
#pragma once

#include "bridge/postgres.hpp"

#include <map>
#include <string>

extern "C" {
#include "nodes/pg_list.h"
}

namespace mig::server {

class ForeignWrites {
  public:
    // Of a query that needs such rights, as the server's hook on permissions gets them: what it does; empty: nothing.
    std::string deed_of(List *needs);
    std::string deed_of(Oid table); // that is written
    // What was looked up, as it may have changed.
    void forget() { known_.clear(); }

  private:
    std::string const &look_up(Oid table, bool write);
    std::map<std::pair<Oid, bool>, std::string> known_; // by table, and whether it is written
};

} // namespace mig::server
