// The run of apply(), rollback() and rollback_to(), in the caller's transaction.
#pragma once

#include "run/migration_run.hpp"
#include "run/run.hpp"
#include "server/db/subtransaction.hpp"

#include <memory>

namespace mig::server {

struct Outcome {
    std::string version, name;
    const char *status; // applied, rolled_back, baseline, skipped, failed
    double execution_time_ms;
    std::optional<std::string> error;
};

class TransactionRun : public Run {
  public:
    // Works in the subtransaction and rolls it back on failure; otherwise the caller ends it.
    TransactionRun(std::string_view module, Direction direction, Subtransaction &subtransaction);

    // The first error ends the run: it is thrown, or becomes the last outcome (see becomes_outcome()).
    std::vector<Outcome> run(std::vector<Step> const &steps);

  protected:
    TransactionRun(std::string_view module, Direction direction, Effect effect, Subtransaction &subtransaction);

    virtual double execute_migration(Step const &step); // milliseconds that it took
    void finish() override;
    void roll_back() override;
    void explain(AnyError &error) const override;
    // Whether a failure, undone and explained, is a result of the run, not to be thrown: a rehearsal looks for
    // failures.
    virtual bool becomes_outcome(AnyError const &error, Step const &step);

  private:
    void execute(Step const &step) final;

    Subtransaction &subtransaction_;
    MigrationRun migrations_{context_};
    Step const *current_ = nullptr; // the step that was begun last
    std::vector<Outcome> outcomes_;
};

} // namespace mig::server
