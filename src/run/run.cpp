#include "run/run.hpp"

#include "run/run_failure.hpp"

namespace mig::server {

Run::Run(std::string_view module, Direction direction, Effect effect)
    : context_(module, direction, effect == Effect::undone) {}

void Run::execute_all(std::vector<Step> const &steps) {
    std::uint32_t number = 0;
    for (Step const &step : steps) {
        context_.statements.set_place_in_run({++number, static_cast<std::uint32_t>(steps.size())});
        execute(step);
    }
    context_.progress.flush();
    finish();
}

void Run::undo() {
    lock_hold::pause(); // before the rollback: it asks which locks are still held
    roll_back();
    context_.clean_up_after_error();
}

void Run::explain(AnyError &error) const {
    explain_failure(error);
    advise_correction(error, context_, false);
    context_.statements.add_place(error);
}

} // namespace mig::server
