// Foreign tables whose use lasts: writes that a rollback does not reach, and programs that rows are read from.
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
    struct Use {
        std::string deed, remark; // `foreign table far is written through w`; to be refused, to be told; empty: nothing
    };
    // Of a query that needs such rights, as the server's hook on permissions gets them: of the first table that has
    // any.
    Use of(List *needs);
    Use of_written(Oid table) { return look_up(table, true); }
    // What was looked up, as it may have changed.
    void forget() { known_.clear(); }

  private:
    Use const &look_up(Oid table, bool write);
    std::map<std::pair<Oid, bool>, Use> known_; // by table, and whether it is written
};

} // namespace mig::server
