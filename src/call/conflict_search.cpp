#include "call/conflict_search.hpp"

#include "call/failure_causes.hpp"
#include "call/separate_run.hpp"
#include "server/db/preconditions.hpp"
#include "server/db/untaken_settings.hpp"
#include "server/lock/run_lock.hpp"
#include "server/prepare/prepare.hpp"

namespace mig::server {

namespace {

class Search final : public SeparateRun {
  public:
    Search(std::string_view module, TouchLog &touches) : SeparateRun(module), touches_(touches) {}
    void run(std::vector<Step> const &steps) { execute_all(steps); }

  private:
    void execute(Step const &step) override { execute_kept(step); }
    void succeeded(Step const &step) override { touches_.note_uses(step); }
    void ended(Step const &step, std::vector<Rehearsed> &&rows, std::optional<Touches::Stop> &&stop) override {
        touches_.add(step.origin.version, rows.begin(), rows.end(), std::move(stop));
    }

    TouchLog &touches_;
};

// Everything that is pending, in version order, regardless of migrator.out_of_order.
Request request_to_compare(std::string const &module) {
    return {module, Direction::up,
            [](Catalog const &catalog) { return plan_apply(catalog.migrations(), std::nullopt, OutOfOrder::allow); }};
}

} // namespace

std::vector<Conflict> find_conflicts(Catalog const &catalog, std::vector<Step> const &steps) {
    TouchLog touches(catalog, steps);
    Subtransaction subtransaction;
    Search(catalog.module(), touches).run(steps);
    subtransaction.roll_back();
    return touches.conflicts(find_failure_causes(catalog.module(), steps, touches));
}

std::vector<Conflict> find_conflicts(std::string const &module) {
    untaken_settings::refuse();
    require_writable("migrator.conflicts()");
    require_current_snapshots("migrator.conflicts()");
    RunInProgress const in_progress;
    Subtransaction subtransaction;
    take_run_lock();
    std::vector<Conflict> conflicts;
    if (auto const prepared = prepare(request_to_compare(module), Scope::everything, InTransaction::of_caller))
        conflicts = find_conflicts(prepared->catalog, prepared->steps.list);
    subtransaction.roll_back();
    return conflicts;
}

} // namespace mig::server
