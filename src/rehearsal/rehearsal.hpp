// Runs migrations in a subtransaction that will be rolled back, and sees what each statement does: the one engine of
// rehearse() and of dry_run.
#pragma once

#include "core/conflict/rehearsed.hpp"
#include "rehearsal/advanced_sequences.hpp"
#include "rehearsal/enum_values.hpp"
#include "rehearsal/known_relations.hpp"
#include "run/migration_run.hpp"
#include "run/run_context.hpp"
#include "server/session/statement_timer.hpp"

#include <chrono>
#include <memory>
#include <set>

extern "C" {
#include "executor/instrument.h"
}

namespace mig::server {

class Rehearsal final : public MigrationRun, private StatementObserver {
  public:
    enum class Look : unsigned char {
        at_outcome,   // what apply() would say of it
        at_objects,   // what its statements touch; and as the next
        at_everything // and the bodies that run statement by statement, which apply() refuses
    };
    // In the subtransaction.
    Rehearsal(RunContext &context, Look look);
    ~Rehearsal() override;

    // Milliseconds that it took. What it throws ends the rehearsal.
    double execute(Step const &step) override;
    void finish() override;
    // Before the end, however it comes: which sequences keep the values that it took.
    void tell_sequences() const;

    // Its own limit says so.
    void explain(AnyError &error) const;
    // The error is a finding, not a cancel of the caller's.
    bool is_finding(AnyError const &error) const;
    // After the rollback that the error ended in.
    void note_failure(Step const &step, AnyError const &error);

    [[nodiscard]] std::vector<Rehearsed> take_rows() { return std::move(rows_); }

  private:
    void run_statements(Step const &step) override;
    void run_by_itself(Step const &step, std::size_t index);
    void begins(BegunStatement const &statement) override;
    void ended(Completion const &completion) override;
    bool can_leave_out(BegunStatement const &statement) override;
    bool leaves_out(pg::Error const &error) override;
    void left_out(std::string const &why) override;
    void verification_begins() override;
    void verification_undone() override;

    void note(std::string const &text); // of the last row
    void note_watched(std::string_view known = {});
    void look_for_first_of_transaction(BegunStatement const &begun);
    void tell(std::string const &text) const;
    void pass_over(Step const &step, std::size_t index, std::string const &why);
    void limit_lock_wait();
    void look_at_locks();
    void look_at_sequences();
    std::vector<std::string> look_at_storage(); // what it emptied
    enum class Wait : unsigned char { over, in_vain };
    void look_at_own_wait(Wait wait);
    void look_for_waiting_sessions();

    Look const look_;
    RehearsalTimer timer_;
    std::unique_ptr<KnownRelations> relations_; // at everything
    AdvancedSequences advanced_;
    EnumValues enums_;
    std::vector<Rehearsed> rows_;
    bool open_ = false;          // the last row's statement has begun and not ended
    bool lock_wait_cut_ = false; // by our setting
    std::string left_out_;       // where the first statement is that was
    std::uint32_t block_ = 0;    // of the last statement
    bool block_has_begun_ = false;
    std::uint64_t wal_before_ = 0;
    std::optional<Stopwatch> stopwatch_; // of the statement
    std::chrono::steady_clock::time_point last_look_;
    std::set<std::pair<std::int32_t, Oid>> told_waiting_;
    std::vector<std::string> sequences_; // advanced
};

} // namespace mig::server
