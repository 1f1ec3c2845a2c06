#include "call/separate_run.hpp"

#include "core/base/failure.hpp"
#include "server/db/quiet.hpp"

namespace mig::server {

void SeparateRun::execute_kept(Step const &step) {
    constexpr std::size_t most = 64;
    if (!first_) {
        subtransaction_.emplace();
        first_ = &step;
    }
    if (!execute_inside(step)) {
        rows_.push_back(rehearsal_.take_rows());
        if (rows_.size() == most)
            end_batch();
        return;
    }
    (void) rehearsal_.take_rows();
    rows_.clear();
    Quiet const quiet; // they have said it already
    for (Step const *again = std::exchange(first_, nullptr); again <= &step; ++again) {
        std::optional<Touches::Stop> stop = execute_alone(*again, Work::kept);
        ended(*again, rehearsal_.take_rows(), std::move(stop));
    }
}

void SeparateRun::end_batch() {
    if (!first_)
        return;
    subtransaction_->commit();
    Step const *step = std::exchange(first_, nullptr);
    for (std::vector<Rehearsed> &rows : std::exchange(rows_, {}))
        ended(*step++, std::move(rows), std::nullopt);
}

std::optional<Touches::Stop> SeparateRun::try_out(Step const &step) {
    std::optional<Touches::Stop> stop = execute_alone(step, Work::undone);
    (void) rehearsal_.take_rows();
    return stop;
}

void SeparateRun::finish() {
    end_batch();
    rehearsal_.report_sequences();
}

std::optional<Touches::Stop> SeparateRun::execute_alone(Step const &step, Work work) {
    subtransaction_.emplace();
    std::optional<Touches::Stop> stop = execute_inside(step);
    if (!stop && work == Work::kept)
        subtransaction_->commit();
    else if (!stop)
        undo();
    return stop;
}

// After a failure, the subtransaction that was begun last is rolled back.
std::optional<Touches::Stop> SeparateRun::execute_inside(Step const &step) {
    try {
        bad_alloc_as_failure([&] {
            (void) rehearsal_.execute(step);
            succeeded(step);
        });
    } catch (AnyError const &error) {
        undo();
        if (error.must_propagate())
            throw;
        return Touches::Stop{error.sqlstate_text(), error.what(), error.detail_text()};
    }
    return std::nullopt;
}

} // namespace mig::server
