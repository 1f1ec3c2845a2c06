// One run's engine: executes the statements of one migration after the other.
#pragma once

#include "bridge/report.hpp"
#include "server/caller_session.hpp"
#include "server/deferred_constraints.hpp"
#include "server/history.hpp"
#include "server/progress.hpp"
#include "server/steps.hpp"

namespace mig::server {

class MigrationRun {
  public:
    MigrationRun(std::string_view module, Direction direction, bool dry_run);

    // Executes the step; milliseconds that it took. The step must stay alive until finish().
    double execute(Step const &step);

    // Tells and writes what is still to be told and written.
    void finish();

    // Once the rollback is done: a rollback takes back neither prepared statements nor session advisory locks.
    void clean_up_after_error();

    // `migration 7 (init), file 7_init.sql line 12, statement 3 of 7`: what is or was last executed.
    std::string const &where() const { return where_; }

  private:
    void execute_statements(Step const &step);
    void check_constraints(Step const &step);
    void clean_up(Step const &step);
    void record(Step const &step, std::int64_t started_at, std::int64_t finished_at, double ms);

    Direction const direction_;
    bool const dry_run_;
    History history_;
    CallerSession session_;
    DeferredConstraints constraints_;
    Progress progress_;
    std::string where_, sql_;
};

} // namespace mig::server
