#include "core/plan/resume.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/plan/plan.hpp"

#include <utility>

namespace mig {

namespace {

[[noreturn]] void refuse_edited(Migration const &migration, std::size_t number) {
    throw Failure(sqlstate::modified,
                  "migration " + label(migration) + " stopped partway, and its statement " + std::to_string(number) +
                      ", which has run, was edited since",
                  "Each of its statements was committed by itself. Nothing was run.",
                  "Restore the statements that ran (migrator.statement_history has them) and load it again; those "
                  "after them may be changed.");
}

} // namespace

Resume resume_of(Migration const &migration, bool down, std::vector<std::string> const &checksums) {
    std::vector<StatementEvent const *> last_end(checksums.size() + 1, nullptr), last(checksums.size() + 1, nullptr);
    std::vector<StatementEvent const *> started(checksums.size() + 1, nullptr);
    bool cleared = true; // no event is noted in the lists above
    for (StatementEvent const *event : migration.unfinished) {
        check_for_interrupts();
        // After a rollback of what was partly applied, an apply starts from the beginning, and the other way round.
        if (event->of_rollback != down) {
            if (!std::exchange(cleared, true)) {
                last_end.assign(last_end.size(), nullptr);
                last.assign(last.size(), nullptr);
            }
            continue;
        }
        cleared = false;
        auto const number = static_cast<std::size_t>(event->number);
        if (number == 0 || number > checksums.size()) {
            if (event->result == StatementEvent::Result::finished)
                refuse_edited(migration, number);
            continue;
        }
        last[number] = event;
        if (event->result == StatementEvent::Result::finished)
            last_end[number] = event;
        if (event->result == StatementEvent::Result::started)
            started[number] = event;
    }
    Resume resume;
    while (resume.done < checksums.size() && last_end[resume.done + 1]) {
        check_for_interrupts();
        ++resume.done;
        resume.ends.push_back(last_end[resume.done]->id);
        if (last_end[resume.done]->checksum != checksums[resume.done - 1])
            refuse_edited(migration, resume.done);
    }
    // A statement that failed before its start was on record has done nothing; one that was edited since is another.
    std::size_t const next = resume.done + 1;
    if (resume.done < checksums.size() && started[next] && started[next]->checksum == checksums[resume.done]) {
        resume.last_start = started[next];
        resume.next =
            last[next]->result == StatementEvent::Result::failed ? Resume::Before::failed : Resume::Before::cut_off;
    }
    return resume;
}

} // namespace mig
