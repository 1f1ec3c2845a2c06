#include "call/conflict_search.hpp"

#include "core/base/failure.hpp"
#include "core/base/version.hpp"
#include "rehearsal/rehearsal.hpp"
#include "server/db/preconditions.hpp"
#include "server/db/subtransaction.hpp"
#include "server/db/untaken_settings.hpp"
#include "server/lock/run_lock.hpp"
#include "server/parse/recorded_touches.hpp"
#include "server/prepare/loader_gate.hpp"
#include "server/watch/use_watch.hpp"

namespace mig::server {

namespace {

class WatchUses {
  public:
    WatchUses() { use_watch::start(); }
    ~WatchUses() { use_watch::stop(); }
    WatchUses(WatchUses const &) = delete;
    WatchUses &operator=(WatchUses const &) = delete;
};

class Search {
  public:
    explicit Search(std::string const &module)
        : context_(module, Direction::up, true), rehearsal_(context_, Rehearsal::Look::at_objects) {}

    // `all`: the applied ones, to which the pending ones are added.
    void run(std::vector<Step> const &steps, std::vector<Touches> &all) {
        Creations creations;
        for (Touches const &one : all)
            creations.add(one);
        for (std::size_t i = 0; i < steps.size(); ++i) {
            Touches touches;
            touches.version = steps[i].origin.version;
            execute(steps[i], touches);
            std::vector<Rehearsed> const rows = rehearsal_.take_rows();
            for (Rehearsed const &row : rows) {
                touches.objects.insert(touches.objects.end(), row.objects.begin(), row.objects.end());
                if (!row.objects.empty())
                    continue;
                if (std::optional<TouchedObject> object = creations.silent(row.command, row.sql))
                    touches.objects.push_back(std::move(*object));
            }
            touches.objects.insert(touches.objects.end(), used_.begin(), used_.end());
            creations.add(touches);
            all.push_back(std::move(touches));
        }
        rehearsal_.tell_sequences();
    }

  private:
    void execute(Step const &step, Touches &touches) {
        Subtransaction subtransaction;
        used_.clear();
        try {
            with_failures([&] {
                (void) rehearsal_.execute(step);
                used_ = use_watch::take();
                subtransaction.commit();
            });
        } catch (pg::Error const &error) {
            subtransaction.roll_back();
            context_.clean_up_after_error();
            if (!rehearsal_.is_finding(error) || error.must_propagate())
                throw;
            touches.stop = {error.sqlstate_text(), error.what(), error.detail()};
        } catch (Failure const &failure) {
            subtransaction.roll_back();
            context_.clean_up_after_error();
            if (failure.must_propagate())
                throw;
            touches.stop = {failure.state, failure.message, failure.detail};
        }
    }

    RunContext context_;
    Rehearsal rehearsal_;
    WatchUses const uses_{};
    std::vector<TouchedObject> used_;
};

// Those that are newer than a pending one: for that, it is out of order.
std::vector<Touches> touches_of_newer(Catalog const &catalog, std::string_view oldest) {
    std::vector<Touches> all;
    for (Migration const &one : catalog.migrations()) {
        if (!one.applied() || one.kind() != Kind::versioned || one.run->result == Event::Result::baseline ||
            version::compare(one.version(), oldest) < 0)
            continue;
        StoredTexts const texts = StoredTexts::on_record(one.record->id);
        std::optional<StoredText> const text = texts.find(one.version());
        Touches touches;
        touches.version = one.version();
        touches.applied = true;
        if (text)
            touches.objects = recorded_touches(text->up);
        all.push_back(std::move(touches));
    }
    return all;
}

std::vector<Touches> touches_of_all(std::string const &module) {
    take_run_lock();
    Catalog const catalog(module, Access::fresh, Catalog::Detail::plan);
    RunPlan const plan = plan_apply(catalog.migrations(), std::nullopt, OutOfOrder::allow);
    Steps prepared = steps(catalog, plan, Direction::up, Scope::everything);
    if (prepared.list.empty())
        return {};
    guard_bodies(prepared, InTransaction::of_caller);
    std::string_view oldest = prepared.list.front().origin.version;
    for (Step const &step : prepared.list)
        if (version::compare(step.origin.version, oldest) < 0)
            oldest = step.origin.version;
    std::vector<Touches> all = touches_of_newer(catalog, oldest);
    Search(module).run(prepared.list, all);
    return all;
}

} // namespace

std::vector<Conflict> find_conflicts(std::string const &module) {
    untaken_settings::refuse();
    require_writable("migrator.conflicts()");
    require_current_snapshots("migrator.conflicts()");
    InFlight const in_flight;
    Subtransaction subtransaction;
    std::vector<Touches> const touches = touches_of_all(module);
    subtransaction.roll_back();
    return conflicts(touches);
}

} // namespace mig::server
