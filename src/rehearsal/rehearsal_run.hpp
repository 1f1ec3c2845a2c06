// A run that is undone: a dry run, rehearse(), and what report() shows.
#pragma once

#include "rehearsal/rehearsal.hpp"
#include "run/transaction_run.hpp"
#include "server/db/settings.hpp"

namespace mig::server {

class RehearsalRun final : public TransactionRun {
  public:
    // A migration's failure is the last outcome, or is thrown if `errors` says so; a cancel is always thrown.
    RehearsalRun(std::string_view module, Direction direction, Rehearsal::Detail detail,
                 settings::RehearsalErrors errors, Subtransaction &subtransaction);

    // A row for each statement; the last one holds the failure.
    [[nodiscard]] std::vector<Rehearsed> take_rows() { return rehearsal_.take_rows(); }

  private:
    double execute_migration(Step const &step) override { return rehearsal_.execute(step); }
    void finish() override;
    void roll_back() override;
    void explain(AnyError &error) const override;
    bool becomes_outcome(AnyError const &error, Step const &step) override;

    settings::RehearsalErrors const errors_;
    Rehearsal rehearsal_;
};

} // namespace mig::server
