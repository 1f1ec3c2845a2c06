// What runs for a migration besides its statements: deferred constraints, clean-up, what is put back.
#pragma once

#include "bridge/report.hpp"
#include "run/statement_run.hpp"
#include "server/db/owner.hpp"

namespace mig::server {

// Around it: its place is the CONTEXT of what is raised, and a role that cannot be left is not left.
class BesideStatements {
  public:
    // `what`: as for StatementRun::enter().
    BesideStatements(StatementRun &statements, Step const &step, const char *what) {
        statements.enter(step, what);
        frame_.set(statements.where().c_str(), nullptr);
        if (step.fenced)
            fence_.emplace();
    }
    BesideStatements(BesideStatements const &) = delete;
    BesideStatements &operator=(BesideStatements const &) = delete;

  private:
    pg::ContextFrame frame_;
    std::optional<RoleFence> fence_;
};

} // namespace mig::server
