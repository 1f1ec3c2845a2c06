// What the migrations of one run share, whether they run in one transaction each or statement by statement.
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
    RunContext(std::string_view of_module, Direction of_direction, bool is_dry_run);

    // Once the rollback is done: a rollback takes back neither prepared statements nor session advisory locks.
    void clean_up_after_error();
    void tell_done(Step const &step, double ms);

    std::string const module, run_by;
    Direction const direction;
    bool const dry_run;
    const char *told = nullptr; // `rehearsed `: how a NOTICE begins, or by what is done
    History history;
    CallerSession session;
    DeferredConstraints constraints;
    Progress progress;
    StatementRun statements;
    LockWaitWatch lock_waits;
    LockHoldWatch lock_holds;
};

// What the history says of the step, but for the outcome and the times.
Entry entry_of(Step const &step, Direction direction);

// Milliseconds since then, to the microsecond: what is finer is noise.
class Stopwatch {
  public:
    double ms() const;
    std::int64_t started_at() const { return started_at_; } // of the server's clock

  private:
    std::int64_t const started_at_ = now();
    std::chrono::steady_clock::time_point const start_ = std::chrono::steady_clock::now();
    static std::int64_t now();
};

// Notes for the history that the step, and what it covers, came to its end.
void note_done(RunContext &context, Step const &step, Stopwatch const &stopwatch, double ms);

} // namespace mig::server
