// A run goes on in another session than the one in which the first statements of a migration ran: what those had set is
// put back before the next one.
#pragma once

#include "core/migration/session_change.hpp"
#include "run/run_context.hpp"

#include <functional>

namespace mig::server {

class ResumedSession {
  public:
    // Executes a statement that has run already, and ends its transaction. `may_fail`: false instead of an Error, and
    // what it did is undone.
    using Execute = std::function<bool(std::size_t index, bool may_fail)>;

    // Reads the records of the statements that have run.
    explicit ResumedSession(Step const &step);

    // With the rights of the session and no more. What an older release has recorded nothing of is executed again: SET,
    // RESET and DISCARD ALL, in their order. What cannot be set is an Error with a HINT. Tells the user what cannot be
    // put back. Leaves its place in the body (RunContext::statements) as the CONTEXT of what is raised.
    void put_back(RunContext &context, Step const &step, Execute const &execute);

    // Behind a statement that may have RESET what has another default in this session than in the first.
    void keep_defaults() const;

    // Adds a HINT to what may be no more than the want of what went with the other session. `number`: of the statement
    // that failed, from 1.
    void explain(Step const &step, pg::Error &error, std::optional<std::int32_t> number) const;

  private:
    void execute_again(Step const &step, Execute const &execute);
    std::string gone() const;

    SessionChanges changes_;
    std::vector<std::size_t> unknown_; // indexes of statements whose changes are not on record
};

// In the transaction that is open, which stays open: for a rehearsal. As the role that the step runs as.
void put_back_in_transaction(RunContext &context, Step const &step);

} // namespace mig::server
