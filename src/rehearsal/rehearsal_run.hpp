// A run that is undone: a dry run, rehearse(), and what report() shows.
#pragma once

#include "rehearsal/rehearsal.hpp"
#include "run/transaction_run.hpp"
#include "server/db/settings.hpp"

#include <functional>

namespace mig::server {

class RehearsalRun final : public TransactionRun {
  public:
    // A migration's failure is the last outcome, or is thrown if `errors` says so; a cancel is always thrown.
    RehearsalRun(std::string_view module, Direction direction, Rehearsal::Detail detail,
                 settings::RehearsalErrors errors, Subtransaction &subtransaction);

    // Called after each migration that has succeeded, before it is undone.
    void after_each(std::function<void(Step const &)> call) { after_each_ = std::move(call); }
    // A row for each statement; the last one holds the failure.
    [[nodiscard]] std::vector<Rehearsed> take_rows() { return rehearsal_.take_rows(); }

  private:
    double execute_migration(Step const &step) override;
    void finish() override;
    void roll_back() override;
    void explain(AnyError &error) const override;
    bool becomes_outcome(AnyError const &error, Step const &step) override;

    settings::RehearsalErrors const errors_;
    Rehearsal rehearsal_;
    std::function<void(Step const &)> after_each_;
};

} // namespace mig::server
