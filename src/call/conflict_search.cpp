#include "call/conflict_search.hpp"

#include "call/touch_log.hpp"
#include "core/base/failure.hpp"
#include "rehearsal/rehearsal.hpp"
#include "run/run.hpp"
#include "server/db/preconditions.hpp"
#include "server/db/subtransaction.hpp"
#include "server/db/untaken_settings.hpp"
#include "server/lock/run_lock.hpp"
#include "server/prepare/prepare.hpp"

namespace mig::server {

namespace {

// A run that is undone, in which a failing migration does not stop the others.
class Search final : public Run {
  public:
    Search(std::string_view module, TouchLog &touches)
        : Run(module, Direction::up, Effect::undone), touches_(touches) {}
    void run(std::vector<Step> const &steps) { execute_all(steps); }

  private:
    void execute(Step const &step) override {
        std::optional<Touches::Stop> stop = stop_of(step);
        std::vector<Rehearsed> const rows = rehearsal_.take_rows();
        touches_.add(step.origin.version, rows.begin(), rows.end(), std::move(stop));
    }

    // Executes the step; the reason for its failure, if it fails.
    std::optional<Touches::Stop> stop_of(Step const &step) {
        subtransaction_.emplace();
        try {
            bad_alloc_as_failure([&] {
                (void) rehearsal_.execute(step);
                touches_.note_uses(step);
                subtransaction_->commit();
            });
        } catch (AnyError const &error) {
            undo();
            if (error.must_propagate())
                throw;
            return Touches::Stop{error.sqlstate_text(), error.what(), error.detail_text()};
        }
        return std::nullopt;
    }

    void finish() override { rehearsal_.report_sequences(); }
    void roll_back() override { subtransaction_->roll_back(); }

    Rehearsal rehearsal_{context_, Rehearsal::Detail::objects};
    std::optional<Subtransaction> subtransaction_; // of the migration that runs
    TouchLog &touches_;
};

// Everything that is pending, in version order, regardless of migrator.out_of_order.
Request request_to_compare(std::string const &module) {
    return {module, Direction::up,
            [](Catalog const &catalog) { return plan_apply(catalog.migrations(), std::nullopt, OutOfOrder::allow); }};
}

std::vector<Conflict> search(std::string const &module) {
    take_run_lock();
    auto const prepared = prepare(request_to_compare(module), Scope::everything, InTransaction::of_caller);
    if (!prepared)
        return {};
    TouchLog touches(prepared->catalog, prepared->steps.list);
    Search(module, touches).run(prepared->steps.list);
    return touches.conflicts();
}

} // namespace

std::vector<Conflict> find_conflicts(std::string const &module) {
    untaken_settings::refuse();
    require_writable("migrator.conflicts()");
    require_current_snapshots("migrator.conflicts()");
    RunInProgress const in_progress;
    Subtransaction subtransaction;
    std::vector<Conflict> conflicts = search(module);
    subtransaction.roll_back();
    return conflicts;
}

} // namespace mig::server
