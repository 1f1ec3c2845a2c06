// A run executes the steps of a plan in order. Each kind of run decides how their work is kept or undone: all of it in
// the caller's transaction (transaction_run.hpp), each step in a transaction of its own (each_run.hpp), or nothing kept
// at all (rehearsal/).
#pragma once

#include "run/run_context.hpp"

namespace mig::server {

enum class Effect : unsigned char { lasting, undone };

class Run {
  public:
    virtual ~Run() = default;
    Run(Run const &) = delete;
    Run &operator=(Run const &) = delete;

  protected:
    Run(std::string_view module, Direction direction, Effect effect);

    void execute_all(std::vector<Step> const &steps);
    // Executes one step; its work is kept or undone as this kind of run does it.
    virtual void execute(Step const &step) = 0;
    // After the last step.
    virtual void finish() = 0;

    // After an error: rolls back, then cleans up what no rollback undoes.
    void undo();
    virtual void roll_back() = 0;
    // After undo(): adds to the error its cause, its place and what to do about it.
    virtual void explain(AnyError &error) const;

    RunContext context_;
};

} // namespace mig::server
