#include "call/conflict_search.hpp"

#include "core/base/failure.hpp"
#include "core/base/version.hpp"
#include "rehearsal/rehearsal.hpp"
#include "run/run.hpp"
#include "server/db/preconditions.hpp"
#include "server/db/subtransaction.hpp"
#include "server/db/untaken_settings.hpp"
#include "server/lock/run_lock.hpp"
#include "server/parse/recorded_touches.hpp"
#include "server/prepare/prepare.hpp"
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

// A run that is undone, in which a failing migration does not stop the others.
class Search final : public Run {
  public:
    // `all` has the applied migrations; the run adds the pending ones.
    Search(std::string_view module, std::vector<Touches> &all) : Run(module, Direction::up, Effect::undone), all_(all) {
        for (Touches const &touches : all)
            creations_.add(touches);
    }
    void run(std::vector<Step> const &steps) { execute_all(steps); }

  private:
    void execute(Step const &step) override {
        Touches touches;
        touches.version = step.origin.version;
        touches.stop = stop_of(step);
        for (Rehearsed const &row : rehearsal_.take_rows()) {
            touches.objects.insert(touches.objects.end(), row.objects.begin(), row.objects.end());
            if (!row.objects.empty())
                continue;
            // IF NOT EXISTS of something that an earlier migration created touches nothing, and still depends on it.
            if (std::optional<TouchedObject> object = creations_.skipped_by(row.command, row.sql))
                touches.objects.push_back(std::move(*object));
        }
        touches.objects.insert(touches.objects.end(), used_.begin(), used_.end());
        creations_.add(touches);
        all_.push_back(std::move(touches));
    }

    // Executes the step; the reason for its failure, if it fails.
    std::optional<Touches::Stop> stop_of(Step const &step) {
        used_.clear();
        subtransaction_.emplace();
        try {
            bad_alloc_as_failure([&] {
                (void) rehearsal_.execute(step);
                used_ = use_watch::take_used();
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
    WatchUses const uses_{};
    std::optional<Subtransaction> subtransaction_; // of the migration that runs
    std::vector<TouchedObject> used_;
    std::vector<Touches> &all_;
    Creations creations_;
};

// Of applied migrations newer than the oldest pending one, which is out of order because of them. They cannot be
// rehearsed: what they touched is read from their recorded texts.
std::vector<Touches> touches_of_newer(Catalog const &catalog, std::string_view oldest) {
    std::vector<Touches> all;
    for (Migration const &migration : catalog.migrations()) {
        if (!migration.applied() || migration.kind() != Kind::versioned ||
            migration.run->result == Event::Result::baseline || version::compare(migration.version(), oldest) < 0)
            continue;
        StoredTexts const texts = StoredTexts::on_record(migration.record->id);
        std::optional<StoredText> const text = texts.find(migration.version());
        Touches touches;
        touches.version = migration.version();
        touches.applied = true;
        if (text)
            touches.objects = recorded_touches(text->content.up.sql);
        all.push_back(std::move(touches));
    }
    return all;
}

// Everything that is pending, in version order, regardless of migrator.out_of_order.
Request request_to_compare(std::string const &module) {
    return {module, Direction::up,
            [](Catalog const &catalog) { return plan_apply(catalog.migrations(), std::nullopt, OutOfOrder::allow); }};
}

std::vector<Touches> touches_of_all(std::string const &module) {
    take_run_lock();
    auto const prepared = prepare(request_to_compare(module), Scope::everything, InTransaction::of_caller);
    if (!prepared)
        return {};
    std::vector<Step> const &steps = prepared->steps.list;
    std::string_view oldest = steps.front().origin.version;
    for (Step const &step : steps)
        if (version::compare(step.origin.version, oldest) < 0)
            oldest = step.origin.version;
    std::vector<Touches> all = touches_of_newer(prepared->catalog, oldest);
    Search(module, all).run(steps);
    return all;
}

} // namespace

std::vector<Conflict> find_conflicts(std::string const &module) {
    untaken_settings::refuse();
    require_writable("migrator.conflicts()");
    require_current_snapshots("migrator.conflicts()");
    RunInProgress const in_progress;
    Subtransaction subtransaction;
    std::vector<Touches> const touches = touches_of_all(module);
    subtransaction.roll_back();
    return find_conflicts(touches);
}

} // namespace mig::server
