// A run that is undone, and that a failing migration does not stop.
//
// A subtransaction for each migration would do, but at the end of each the server walks all files that the transaction
// has created (AtSubCommit_smgr()): so a batch of migrations has one, and only those of a batch in which one fails are
// executed again, each in its own.
#pragma once

#include "core/conflict/touches.hpp"
#include "rehearsal/rehearsal.hpp"
#include "run/run.hpp"
#include "server/db/subtransaction.hpp"

namespace mig::server {

class SeparateRun : public Run {
  protected:
    explicit SeparateRun(std::string_view module) : Run(module, Direction::up, Effect::undone) {}

    // Executes the step, keeping its work for those that follow unless it fails.
    void execute_kept(Step const &step);
    // Before anything else is executed: ends the batch.
    void end_batch();
    // Executes the step by itself and undoes it; the reason for its failure, if it fails.
    std::optional<Touches::Stop> try_out(Step const &step);

    // Called for each step that execute_kept() has been given, in order: when it has succeeded, before its end ...
    virtual void succeeded(Step const &) {}
    // ... and when its outcome is final; with the reason if it has failed.
    virtual void ended(Step const &step, std::vector<Rehearsed> &&rows, std::optional<Touches::Stop> &&stop) = 0;

  private:
    void finish() override;
    void roll_back() override { subtransaction_->roll_back(); }
    enum class Work : unsigned char { kept, undone };
    std::optional<Touches::Stop> execute_alone(Step const &step, Work work);
    std::optional<Touches::Stop> execute_inside(Step const &step);

    Rehearsal rehearsal_{context_, Rehearsal::Detail::objects};
    std::optional<Subtransaction> subtransaction_;
    Step const *first_ = nullptr;              // of the batch; null: none has begun
    std::vector<std::vector<Rehearsed>> rows_; // of each step of the batch
};

} // namespace mig::server
