// A run: the steps of a plan, one after the other. What keeps their work and what takes it back is for each kind of run
// to say: all in the caller's transaction (transaction_run.hpp), each in its own (each_run.hpp), or undone
// (rehearsal/).
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
    // To where its work is kept, or undone.
    virtual void execute(Step const &step) = 0;
    // Behind the last one.
    virtual void finish() = 0;

    // After an error: what the transaction holds is taken back, then what no rollback takes back.
    void undo();
    virtual void roll_back() = 0;
    // Then: the error says why it came, where, and what to do.
    virtual void explain(AnyError &error) const;

    RunContext context_;
};

} // namespace mig::server
