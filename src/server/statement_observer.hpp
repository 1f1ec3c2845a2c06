// Is told of each statement that a run executes, and of what a run takes back in the middle of it.
#pragma once

#include "server/statement.hpp"
#include "server/steps.hpp"

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
    // A verify script, which is always undone.
    virtual void verification_begins() = 0;
    virtual void verification_undone() = 0;

  protected:
    ~StatementObserver() = default;
};

} // namespace mig::server
