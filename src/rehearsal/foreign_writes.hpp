// Foreign tables whose use has lasting effects: writes that no rollback reaches, and programs that rows are read from.
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
        std::string effect; // to be refused: `foreign table far is written through w`; may be empty
        std::string remark; // to be reported; may be empty
    };
    // For the tables that a query needs rights on, as the hook on permissions gets them: the first use with an effect
    // or a remark.
    Use use_of(List *needs);
    Use use_of_written(Oid table) { return look_up(table, true); }
    // Forgets what was looked up, since it may have changed.
    void forget() { known_.clear(); }

  private:
    Use const &look_up(Oid table, bool write);
    std::map<std::pair<Oid, bool>, Use> known_; // by table, and whether it is written
};

} // namespace mig::server
