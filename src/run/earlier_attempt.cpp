#include "run/earlier_attempt.hpp"

#include "server/store/statement_log.hpp"

extern "C" {
#include "utils/errcodes.h"
}

namespace mig::server {

namespace {

bool begins_with(const char *text, std::string_view beginning) {
    return std::string_view(text).substr(0, beginning.size()) == beginning;
}

std::string again(bool down) {
    return std::string("CALL migrator.") + (down ? "rollback_each()" : "apply_each()") + " again.";
}

bool is_there_or_gone(int sqlstate) {
    switch (sqlstate) {
    case ERRCODE_DUPLICATE_OBJECT:
    case ERRCODE_DUPLICATE_DATABASE:
    case ERRCODE_DUPLICATE_TABLE:
    case ERRCODE_DUPLICATE_SCHEMA:
    case ERRCODE_DUPLICATE_FUNCTION:
    case ERRCODE_DUPLICATE_COLUMN:
    case ERRCODE_DUPLICATE_FILE:
    case ERRCODE_UNIQUE_VIOLATION:
    case ERRCODE_UNDEFINED_OBJECT:
    case ERRCODE_UNDEFINED_DATABASE:
    case ERRCODE_UNDEFINED_TABLE:
    case ERRCODE_UNDEFINED_FILE:
    case ERRCODE_OBJECT_IN_USE:
        return true;
    default:
        return false;
    }
}

// What calls functions, or commits in its middle: all else is undone with its transaction.
bool may_reach_outside(std::string_view command) {
    return command == "SELECT" || command == "CALL" || command == "DO" || command == "INSERT" || command == "UPDATE" ||
           command == "DELETE" || command == "MERGE" || command == "COPY" || command == "EXECUTE";
}

// Empty: it is not about that.
std::string hint(pg::Error const &error, Statement const &statement, bool down) {
    std::string_view const command = statement.command;
    const char *const id = error.message_id();
    if (command == "CREATE TABLESPACE" && begins_with(id, "directory \"%s\" already in use"))
        return "An earlier attempt was cut off, and may have left this directory. If no tablespace uses it (SELECT "
               "spcname, pg_tablespace_location(oid) FROM pg_tablespace), remove it and " +
               again(down);
    if (command == "CREATE SUBSCRIPTION" && begins_with(id, "could not create replication slot"))
        return "An earlier attempt was cut off, and may have left the slot at the publisher. If no subscription uses "
               "it, "
               "SELECT pg_drop_replication_slot('...') there and " +
               again(down);
    if (command == "DROP SUBSCRIPTION" && begins_with(id, "could not drop replication slot"))
        return "An earlier attempt was cut off, and may have dropped the slot at the publisher already. If it is gone, "
               "ALTER SUBSCRIPTION ... DISABLE, ALTER SUBSCRIPTION ... SET (slot_name = NONE), and " +
               again(down);
    if (may_reach_outside(command) && is_there_or_gone(error.sqlstate()))
        return "An earlier attempt at this statement was cut off, and what it did outside of its transaction (a "
               "replication slot, dblink, a COMMIT of its own) may have stayed. If that is so, undo it, or change the "
               "statement, which has not run as far as the record knows, load it again, and " +
               again(down);
    return {};
}

} // namespace

Attempt attempt_of(Step const &step, std::size_t index) {
    Attempt attempt;
    Statement const &statement = step.statements[index];
    if (index == step.resume.done && step.resume.next != Resume::Before::never_began) {
        attempt.prior = step.resume.next == Resume::Before::failed ? Attempt::Prior::failed : Attempt::Prior::cut_off;
        attempt.objects_before = objects_on_record(*step.resume.began);
    } else if (leaves_traces(statement)) {
        std::string const sql(sql_of(step.body, statement));
        attempt.objects_before = objects_of(sql.c_str());
    }
    return attempt;
}

void explain_earlier_attempt(pg::Error &error, Statement const &statement, bool down) {
    if (*error.hint_text())
        return;
    if (std::string const text = hint(error, statement, down); !text.empty())
        error.set_hint(text);
}

void explain_missing_end(pg::Error &error, bool stands, bool down) {
    error.add_detail(stands ? "The statement has run, and what it did is committed: only the record of its end failed."
                            : "The statement had run, and was rolled back because the record of its end failed.");
    if (!*error.hint_text())
        error.set_hint("Remove the cause and " + again(down) + " It goes on from here.");
}

} // namespace mig::server
