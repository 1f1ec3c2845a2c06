// What the migrations of one run share, however each of them is executed.
#pragma once

#include "run/statement_run.hpp"
#include "server/lock/lock_wait_watch.hpp"
#include "server/session/caller_session.hpp"
#include "server/session/deferred_constraints.hpp"
#include "server/session/progress.hpp"
#include "server/store/history.hpp"
#include "server/watch/lock_hold.hpp"

namespace mig::server {

struct RunContext {
    RunContext(std::string_view module_name, Direction run_direction, bool is_dry_run);

    // After the rollback, which undoes neither prepared statements nor session advisory locks.
    void clean_up_after_error();
    // A NOTICE that the step begins, one that it is done.
    void report_begin(Step const &step);
    void report_done(Step const &step, double ms);

    std::string const module, run_by;
    Direction const direction;
    bool const dry_run;
    bool rehearses = false; // for the NOTICEs
    History history;
    CallerSession session;
    DeferredConstraints constraints;
    Progress progress;
    StatementRun statements;
    LockWaitWatch lock_waits{statements.where()};
    LockHoldWatch lock_holds;
};

// The history entry of a step that succeeds, still without its times.
Entry entry_of(Step const &step, Direction direction);

// Measures in milliseconds, to the microsecond: anything finer is noise.
class Stopwatch {
  public:
    double ms() const;
    std::int64_t started_at() const { return started_at_; } // a TimestampTz, by the server's clock

  private:
    std::int64_t const started_at_ = now();
    std::chrono::steady_clock::time_point const start_ = std::chrono::steady_clock::now();
    static std::int64_t now();
};

// Appends to the history, not yet written, that the step and the migrations that it covers are done.
void record_done(RunContext &context, Step const &step, Stopwatch const &stopwatch, double ms);

} // namespace mig::server
