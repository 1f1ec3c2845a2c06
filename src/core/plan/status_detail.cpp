#include "core/plan/status_detail.hpp"

#include "core/base/interruption.hpp"
#include "core/plan/plan.hpp"

#include <algorithm>

namespace mig {

namespace {

std::string numbered(std::int32_t number) { return "statement " + std::to_string(number); }

std::string last_failure(Event const &failure) {
    std::string text = "the last attempt failed";
    if (failure.statement > 0 || failure.line > 0)
        text += " at " + (failure.statement > 0 ? numbered(failure.statement) : std::string("its verification")) +
                ", line " + std::to_string(failure.line);
    return text + " (SQLSTATE " + std::string(failure.sqlstate) + "): " + std::string(failure.error);
}

// How much has run, how much is left, and why it stopped.
std::string progress_of(Migration const &migration) {
    StatementEvent const &last = *migration.unfinished.back();
    using Result = StatementEvent::Result;
    std::int32_t done = 0;
    for (StatementEvent const *event : migration.unfinished) {
        check_for_interrupts();
        if (event->result == Result::finished && event->of_rollback == last.of_rollback)
            done = std::max(done, event->number);
    }
    std::string text = last.of_rollback ? "rolled back " : "applied ";
    text += std::to_string(done) + " of " + std::to_string(last.total) + " statements; ";
    if (done >= last.total)
        return text + (migration.failure && migration.failure->id > last.id
                           ? "its verification is left, which failed: " + std::string(migration.failure->error)
                           : "only its end is left");
    text += done + 1 == last.total
                ? numbered(last.total) + " is left"
                : "statements " + std::to_string(done + 1) + " to " + std::to_string(last.total) + " are left";
    if (last.result == Result::failed)
        return text + ", " + (last.number == done + 1 ? "the first" : numbered(last.number)) +
               " failed: " + std::string(last.error); // if not the first, then one within a block, which was undone
    return last.result == Result::started ? text + ", the first was cut off" : text;
}

std::optional<std::string> detail_of(Migration const &migration, Migration const *newest) {
    switch (migration.status) {
    case Status::modified:
        return "the loaded body differs from the applied one: apply() refuses";
    case Status::out_of_order:
        return "older than " + label(*newest) + ", which is applied";
    case Status::failed:
        return last_failure(*migration.failure);
    case Status::partial:
        return progress_of(migration);
    case Status::missing:
        return "applied, and no body is loaded";
    case Status::absent:
        return "not run until it is back" +
               (migration.failure ? "; " + last_failure(*migration.failure) : std::string());
    case Status::pending:
        if (migration.changed())
            return "changed since it was applied: it runs again";
        break;
    case Status::baseline:
        if (migration.passed_over)
            return "does not run: a snapshot runs only where nothing is applied, and of several the newest";
        break;
    default:
        break;
    }
    if (migration.corrected())
        return "corrected since it became the baseline; nothing has run on top of it";
    if (migration.cosmetic_change())
        return "comments, white space or the down body changed since it was applied";
    return std::nullopt;
}

} // namespace

std::optional<std::string> status_detail(Migration const &migration, Migration const *newest) {
    std::optional<std::string> const detail = detail_of(migration, newest);
    if (!migration.file_is_gone())
        return detail;
    return "its file is gone" + (detail ? (migration.set_aside() ? ": " : "; ") + *detail : std::string());
}

} // namespace mig
