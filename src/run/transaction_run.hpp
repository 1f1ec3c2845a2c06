// A run in the caller's transaction: what apply(), rollback() and rollback_to() do.
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
    // In the subtransaction, which a failure rolls back; to commit it, or to roll it back, is the caller's.
    TransactionRun(std::string_view module, Direction direction, Subtransaction &subtransaction);

    // The first error ends it: it is thrown, unless it is an outcome (see is_outcome()), the last one.
    std::vector<Outcome> run(std::vector<Step> const &steps);

  protected:
    TransactionRun(std::string_view module, Direction direction, Effect effect, Subtransaction &subtransaction);

    virtual double execute_migration(Step const &step); // milliseconds that it took
    void finish() override;
    void roll_back() override;
    void explain(AnyError &error) const override;
    // Of a failure that is undone and explained: whether it is what was to be found out.
    virtual bool is_outcome(AnyError const &error, Step const &step);

  private:
    void execute(Step const &step) final;

    Subtransaction &subtransaction_;
    MigrationRun migrations_{context_};
    Step const *at_ = nullptr; // the step that was begun last
    std::vector<Outcome> outcomes_;
};

} // namespace mig::server
