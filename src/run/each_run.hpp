// The run of apply_each() and rollback_each(), which commits each migration. One that cannot run in a transaction runs
// statement by statement.
#pragma once

#include "run/migration_run.hpp"
#include "run/run.hpp"
#include "server/db/transactions.hpp"
#include "server/lock/run_lock.hpp"

namespace mig::server {

class EachRun final : public Run {
  public:
    EachRun(std::string_view module, Direction direction, Transactions &transactions, SessionRunLock &lock);

    // The first failure is recorded and thrown; earlier migrations stay committed.
    void run(std::vector<Step> const &steps) { execute_all(steps); }

  private:
    void execute(Step const &step) override;
    void finish() override;
    void roll_back() override;
    void execute_in_one_transaction(Step const &step);
    [[nodiscard]] bool try_once(Step const &step, int retry, int retries);

    Transactions &transactions_;
    SessionRunLock &lock_;
    MigrationRun migrations_{context_};
};

} // namespace mig::server
