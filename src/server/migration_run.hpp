// Executes one migration in the transaction that is open.
#pragma once

#include "server/run_context.hpp"

namespace mig::server {

class MigrationRun {
  public:
    explicit MigrationRun(RunContext &context) : context_(context) {}

    // Executes the step and notes it for the history; milliseconds that it took. The step must stay alive until the
    // history is written.
    double execute(Step const &step);

    // What no hook shows: a cursor that a trigger opened. Once, at the end of all.
    void finish();

  private:
    void check_constraints(Step const &step);
    void clean_up(Step const &step);

    RunContext &context_;
};

} // namespace mig::server
