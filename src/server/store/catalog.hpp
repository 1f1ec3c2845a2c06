// Reads what the extension's own tables hold about a module.
#pragma once

#include "core/plan/state.hpp"
#include "server/db/query.hpp"

namespace mig::server {

// What is loaded in a module, what has happened to it, and the statuses that follow from both.
class Catalog {
  public:
    enum class Detail : unsigned char {
        plan,  // what a plan needs: no raw checksums, and no times and roles of events
        report // everything
    };
    Catalog(std::string_view module, Access access, Detail detail);
    Catalog(Catalog const &) = delete;
    Catalog &operator=(Catalog const &) = delete;

    std::vector<Migration> const &migrations() const { return migrations_; }
    std::string_view module() const { return module_; }
    // Nothing is loaded, and nothing has ever happened.
    bool empty() const { return loaded_rows_.size() == 0 && event_rows_.size() == 0; }
    Access access() const { return access_; }

  private:
    void read_loaded(Detail detail);
    void read_events(Detail detail);
    void read_statements();

    std::string const module_;
    Access const access_;
    Rows const loaded_rows_, event_rows_, statement_rows_;
    std::vector<Loaded> loaded_;
    std::vector<Event> events_;
    std::vector<StatementEvent> statements_;
    std::vector<Migration> migrations_;
};

} // namespace mig::server
