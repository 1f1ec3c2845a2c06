// Executes one migration in the open transaction.
#pragma once

#include "run/run_context.hpp"

namespace mig::server {

class MigrationRun {
  public:
    explicit MigrationRun(RunContext &context) : context_(context) {}
    virtual ~MigrationRun() = default;

    // Executes the step and appends it to the history; returns the milliseconds that it took. The step must stay alive
    // until the history is written.
    virtual double execute(Step const &step);

    // Cleans up what no hook reports, such as a cursor that a trigger opened. Once, after the last migration.
    virtual void finish();

  protected:
    virtual void run_statements(Step const &step);
    void check_constraints(Step const &step);
    RunContext &context() const { return context_; }

  private:
    void clean_up(Step const &step);

    RunContext &context_;
};

} // namespace mig::server
