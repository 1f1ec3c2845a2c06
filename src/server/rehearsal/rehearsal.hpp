// Runs migrations in a subtransaction that will be rolled back, and sees what each statement does: the one engine of
// rehearse() and of dry_run.
#pragma once

#include "core/rehearsed.hpp"
#include "server/migration_run.hpp"
#include "server/rehearsal/enum_values.hpp"
#include "server/rehearsal/known_relations.hpp"
#include "server/statement_timer.hpp"

#include <chrono>
#include <memory>
#include <set>

extern "C" {
#include "executor/instrument.h"
}

namespace mig::server {

class Rehearsal final : private MigrationRun, private StatementObserver {
  public:
    enum class Look : unsigned char {
        at_outcome,   // what apply() would say of it
        at_objects,   // what its statements touch; and as the next
        at_everything // and the bodies that run statement by statement, which apply() refuses
    };
    // In the subtransaction.
    Rehearsal(RunContext &context, std::vector<Step> const &steps, Look look);
    ~Rehearsal() override;

    // Milliseconds that it took. What it throws ends the rehearsal.
    double execute(Step const &step);
    void finish();

    // Its own limit says so.
    void explain(pg::Error &error) const;
    // The error is a finding, not a cancel of the caller's.
    bool is_finding(pg::Error const &error) const;
    // After the rollback that the error ended in.
    void note_failure(Step const &step, std::string const &message, const char *sqlstate);

    std::vector<Rehearsed> take_rows() { return std::move(rows_); }

  private:
    void run_statements(Step const &step) override;
    void run_by_itself(Step const &step, std::size_t index);
    void begins(BegunStatement const &statement) override;
    void ended(Completion const &completion) override;
    void verification_begins() override;
    void verification_undone() override;

    void note(std::string const &text); // of the last row
    void pass_over(Step const &step, std::size_t index, std::string const &why);
    void limit_lock_wait();
    void look_at_locks();
    std::vector<std::string> look_at_storage(); // what it emptied
    void look_at_own_wait(bool in_vain);
    void look_for_waiting_sessions();
    void tell_sequences();

    Look const look_;
    RehearsalTimer timer_;
    std::unique_ptr<KnownRelations> relations_; // unless only the outcome counts
    EnumValues enums_;
    std::vector<Rehearsed> rows_;
    bool open_ = false;          // the last row's statement has begun and not ended
    bool lock_wait_cut_ = false; // by our setting
    std::uint64_t wal_before_ = 0;
    std::chrono::steady_clock::time_point began_, last_look_;
    std::set<std::pair<std::int32_t, Oid>> told_waiting_;
    std::vector<std::string> sequences_; // advanced
};

} // namespace mig::server
