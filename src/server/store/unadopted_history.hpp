// Notices that another tool keeps a history in this database which has not been adopted: what it has run would run
// again.
#pragma once

#include "server/store/catalog.hpp"
#include "server/store/tool_history.hpp"

namespace mig::server {

class OtherHistories {
  public:
    OtherHistories();
    OtherHistories(OtherHistories const &) = delete;
    OtherHistories &operator=(OtherHistories const &) = delete;

    bool none() const { return histories_.empty(); }
    // Their tables, as SQL takes them.
    std::vector<std::string> tables() const;

    // A WARNING, and true, if one of them says that some of `pending` has run: see core/adopt/unadopted.hpp. At the
    // first run of a module also if the current role may not read one. Silent about what adopt() has marked, and about
    // a history from which another module has adopted. Waits for no lock, and fails for nothing that it finds.
    bool warn_of_repetition(Catalog const &catalog, std::vector<Migration const *> const &pending) const;

  private:
    std::vector<FoundTable> const found_;
    std::vector<HistoryTable> const histories_; // of found_
};

// The same after a load, about all that is pending in the module.
void warn_of_repetition(std::string_view module);

} // namespace mig::server
