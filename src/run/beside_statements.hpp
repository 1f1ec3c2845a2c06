// What runs for a migration besides its statements: deferred constraints, the clean-up, restoring a session.
#pragma once

#include "bridge/report.hpp"
#include "run/statement_run.hpp"
#include "server/db/owner.hpp"

namespace mig::server {

// The scope of such work: errors get its place as their CONTEXT, and a fenced step stays within its role, since
// deferred triggers run code of the migration too.
class BesideStatements {
  public:
    // `what`: as for StatementRun::set_place().
    BesideStatements(StatementRun &statements, Step const &step, const char *what) {
        statements.set_place(step, what);
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
