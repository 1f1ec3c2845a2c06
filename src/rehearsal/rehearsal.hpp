// Runs migrations in a subtransaction that will be rolled back, and records what each statement does: the engine of
// rehearse() and of dry runs.
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
    enum class Detail : unsigned char {
        outcome, // whether apply() would succeed
        // These also run bodies statement by statement, which apply() refuses.
        objects,   // which objects the statements touch
        everything // and which locks, rewrites, scans and waits there are
    };
    // To be created in the subtransaction.
    Rehearsal(RunContext &context, Detail detail);
    ~Rehearsal() override;

    // Returns its duration in milliseconds. Any exception ends the rehearsal.
    double execute(Step const &step) override;
    void finish() override;
    // Before the end, however it comes about: a NOTICE about sequences that stay advanced.
    void report_sequences() const;

    // Names migrator.rehearse_timeout if that canceled it.
    void explain(AnyError &error) const;
    // Whether the error is a finding, rather than a cancel by the caller.
    bool is_finding(AnyError const &error) const;
    // After the rollback that followed the error.
    void note_failure(Step const &step, AnyError const &error);

    [[nodiscard]] std::vector<Rehearsed> take_rows() { return std::move(rows_); }

  private:
    void run_statements(Step const &step) override;
    void run_by_itself(Step const &step, std::size_t index);
    void statement_begins(BegunStatement const &statement) override;
    void statement_ended(Completion const &completion) override;
    bool can_leave_out(BegunStatement const &statement) override;
    bool can_continue_after(pg::Error const &error) override;
    void statement_left_out(std::string const &why) override;
    bool statement_passed_over(std::string const &why) override;
    void verification_begins() override;
    void verification_undone() override;

    void note(std::string const &text); // adds it to the last row
    void note_watched(std::string_view known = {});
    void track_first_of_transaction(BegunStatement const &begun);
    void warn(std::string const &text) const;
    void skip(Step const &step, std::size_t index, std::string const &why);
    void limit_lock_wait();
    void note_locks();
    std::chrono::steady_clock::time_point taken_since(std::vector<NewLock> const &locks) const;
    void note_release(std::size_t from = 0);
    void note_sequences();
    std::vector<std::string> note_storage();                   // returns the tables that were truncated
    std::string table_of(KnownRelation const &relation) const; // empty unless it is an index
    bool is_rewrite_to_tell(KnownRelation const &relation) const;
    enum class Wait : unsigned char { over, failed };
    void note_own_wait(Wait wait);
    void note_waiting_sessions();

    Detail const detail_;
    RehearsalTimer timer_;
    std::unique_ptr<KnownRelations> relations_; // null unless everything
    AdvancedSequences advanced_;
    EnumValues enums_;
    std::vector<Rehearsed> rows_;
    bool open_ = false;          // the last row's statement has not ended
    bool lock_wait_cut_ = false; // to migrator.rehearse_lock_timeout
    std::string left_out_;       // the place of the first statement that was left out
    std::uint32_t block_ = 0;    // of the last statement
    bool block_has_begun_ = false;
    std::uint64_t wal_before_ = 0;
    std::optional<Stopwatch> stopwatch_; // of the statement
    struct TakenLocks {
        std::size_t row;
        std::chrono::steady_clock::time_point since;
    };
    std::vector<TakenLocks> held_;  // until the migration that runs would commit
    std::size_t verified_from_ = 0; // first row of the verify script
    std::chrono::steady_clock::time_point statement_began_;
    std::chrono::steady_clock::time_point last_wait_check_;
    std::set<std::pair<std::int32_t, Oid>> reported_waiting_; // pid, relation
    std::vector<std::string> sequences_;                      // advanced
    // Statements that could have been left out and were not: those that create or write something, and others.
    std::size_t kept_writing_ = 0, kept_other_ = 0;
    std::size_t *kept_ = nullptr; // of the two, that of the last statement
};

} // namespace mig::server
