// Resumes a migration in another session than the one in which its first statements ran: what those had set is restored
// before the next one.
#pragma once

#include "core/migration/session_change.hpp"
#include "run/run_context.hpp"

#include <functional>

namespace mig::server {

class ResumedSession {
  public:
    // Executes a statement that has run before, and ends its transaction. With `may_fail`, an error is undone and
    // returned as false.
    using Execute = std::function<bool(std::size_t index, bool may_fail)>;

    // Reads the records of the statements that have run.
    explicit ResumedSession(Step const &step);

    // Sets everything again, with the rights of the session and no more. A setting that those do not allow is an Error
    // with a HINT; what cannot be restored at all is a WARNING. Releases before 1.1 recorded no changes: of their
    // statements SET, RESET and DISCARD ALL are executed again, in order.
    void restore(RunContext &context, Step const &step, Execute const &execute);

    // After a statement that may have RESET a setting whose default differs between this session and the first.
    void keep_defaults() const;

    // Adds a HINT to an error that may only mean that something was lost with the other session. `number`: of the
    // statement that failed, from 1.
    void explain(Step const &step, pg::Error &error, std::optional<std::int32_t> number) const;

  private:
    void execute_again(Step const &step, Execute const &execute);
    std::string lost() const;

    SessionChanges changes_;
    std::vector<std::size_t> unknown_; // indexes of statements whose changes are not on record
};

// restore() for a rehearsal: in the open transaction, as the role that the step runs as.
void restore_session_in_transaction(RunContext &context, Step const &step);

} // namespace mig::server
