// Is told of each statement that a run executes, and of what a run takes back in the middle of it.
#pragma once

#include "run/statement.hpp"
#include "server/prepare/steps.hpp"

namespace mig::server {

struct BegunStatement {
    Step const &step;
    Statement const &statement;
    std::int32_t number, line; // number counts from 1; the line is of the file
    bool verify;               // of the verify script
    std::string_view sql;
};

class StatementObserver {
  public:
    virtual void begins(BegunStatement const &statement) = 0;
    virtual void ended(Completion const &completion) = 0; // not after an error
    // The statement runs in a subtransaction of its own: after an error that leaves_out() takes, the run goes on behind
    // it, and left_out() is called instead of ended().
    virtual bool can_leave_out(BegunStatement const &statement) = 0;
    virtual bool leaves_out(pg::Error const &error) = 0;
    virtual void left_out(std::string const &why) = 0;
    // A verify script, which is always undone.
    virtual void verification_begins() = 0;
    virtual void verification_undone() = 0;

  protected:
    ~StatementObserver() = default;
};

} // namespace mig::server
