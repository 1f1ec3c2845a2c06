#include "call/failure_causes.hpp"

#include "call/separate_run.hpp"
#include "core/base/failure.hpp"
#include "core/conflict/cause_search.hpp"
#include "server/db/quiet.hpp"

#include <algorithm>

namespace mig::server {

namespace {

// Executes the steps, and on the way, after some of them, one that comes later, which is undone.
class Pass final : public SeparateRun {
  public:
    Pass(std::string_view module, std::vector<Step> const &steps, std::vector<CauseSearch::Probe> probes,
         TouchLog const &touches, CauseSearch &search)
        : SeparateRun(module), steps_(steps), probes_(std::move(probes)), next_(probes_.begin()), touches_(touches),
          search_(search) {}
    void run() { execute_all(steps_); }

  private:
    void execute(Step const &step) override {
        auto const done = static_cast<std::size_t>(&step - steps_.data());
        for (; next_ != probes_.end() && next_->after == done; ++next_)
            search_.note(*next_, outcome_of(next_->failed));
        if (next_ != probes_.end())
            execute_kept(step);
    }
    void ended(Step const &, std::vector<Rehearsed> &&, std::optional<Touches::Stop> &&) override {}

    Trial outcome_of(std::size_t number) {
        end_batch();
        std::optional<Touches::Stop> const stop = try_out(steps_[number]);
        if (!stop)
            return Trial::succeeds;
        Touches::Stop const &then = touches_.stop_of(number);
        return stop->sqlstate == then.sqlstate && stop->message == then.message ? Trial::fails_alike
                                                                                : Trial::fails_otherwise;
    }

    std::vector<Step> const &steps_;
    std::vector<CauseSearch::Probe> const probes_; // ascending by `after`
    std::vector<CauseSearch::Probe>::const_iterator next_;
    TouchLog const &touches_;
    CauseSearch &search_;
};

// What ends when time is up says nothing about the other migrations, and would take that time again.
bool is_limit_of_time(Touches::Stop const &stop) {
    namespace state = mig::sqlstate;
    return stop.sqlstate == state::query_canceled || stop.sqlstate == state::lock_held_too_long ||
           stop.sqlstate == state::lock_not_available;
}

} // namespace

std::vector<FailureCause> find_failure_causes(std::string_view module, std::vector<Step> const &steps,
                                              TouchLog const &touches) {
    std::vector<std::size_t> failed = touches.failed();
    failed.erase(std::remove_if(failed.begin(), failed.end(),
                                [&](std::size_t step) { return is_limit_of_time(touches.stop_of(step)); }),
                 failed.end());
    Quiet const quiet; // the rehearsal has said it already
    CauseSearch search(failed);
    bool first = true;
    for (std::vector<CauseSearch::Probe> probes; !(probes = search.next_pass()).empty();) {
        Subtransaction subtransaction;
        Pass(module, steps, std::move(probes), touches, search).run();
        subtransaction.roll_back();
        if (std::exchange(first, false))
            for (std::size_t const step : touches.explained())
                if (std::binary_search(failed.begin(), failed.end(), step))
                    search.give_up(step);
    }
    std::vector<FailureCause> causes;
    causes.reserve(failed.size());
    for (std::size_t const step : failed)
        causes.push_back({step, search.fails_alone(step), search.cause(step)});
    return causes;
}

} // namespace mig::server
