// Watches each statement that a run executes, and each part that it undoes in the middle of the run.
#pragma once

#include "run/statement.hpp"
#include "server/prepare/steps.hpp"

namespace mig::server {

struct BegunStatement {
    Step const &step;
    Statement const &statement;
    std::int32_t number, line; // number counts from 1; the line is of the file
    bool verify;               // it belongs to the verify script
    std::string_view sql;
};

class StatementObserver {
  public:
    virtual void statement_begins(BegunStatement const &statement) = 0;
    virtual void statement_ended(Completion const &completion) = 0; // not after an error
    // True: the statement runs in a subtransaction of its own, which is rolled back after an error.
    virtual bool can_leave_out(BegunStatement const &statement) = 0;
    // True: the run continues after that error; statement_left_out() is called, not statement_ended().
    virtual bool can_continue_after(pg::Error const &error) = 0;
    virtual void statement_left_out(std::string const &why) = 0;
    // In place of statement_ended(): it is not executed. False: the caller is to say so.
    virtual bool statement_passed_over(std::string const &why) = 0;
    // Around a verify script, which is always rolled back.
    virtual void verification_begins() = 0;
    virtual void verification_undone() = 0;

  protected:
    ~StatementObserver() = default;
};

} // namespace mig::server
