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

std::string call_again(bool down) {
    return std::string("CALL migrator.") + (down ? "rollback_each()" : "apply_each()") + " again.";
}

// Errors about something that exists already or does not exist (any more).
bool is_about_existence(int sqlstate) {
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

// Whether it can call functions, or commit in the middle: what other statements do is undone with their transaction.
bool may_reach_outside(std::string_view command) {
    return command == "SELECT" || command == "CALL" || command == "DO" || command == "INSERT" || command == "UPDATE" ||
           command == "DELETE" || command == "MERGE" || command == "COPY" || command == "EXECUTE";
}

// Empty: the error has nothing to do with an earlier attempt. The message ids are those of CreateTableSpace(),
// CreateSubscription() and ReplicationSlotDropAtPubNode() before they are translated.
std::string hint(pg::Error const &error, Statement const &statement, bool down) {
    std::string_view const command = statement.command;
    const char *const id = error.message_id();
    if (command == "CREATE TABLESPACE" && begins_with(id, "directory \"%s\" already in use"))
        return "An earlier attempt was cut off, and may have left this directory. If no tablespace uses it (SELECT "
               "spcname, pg_tablespace_location(oid) FROM pg_tablespace), remove it and " +
               call_again(down);
    if (command == "CREATE SUBSCRIPTION" && begins_with(id, "could not create replication slot"))
        return "An earlier attempt was cut off, and may have left the slot at the publisher. If no subscription uses "
               "it, SELECT pg_drop_replication_slot('...') there and " +
               call_again(down);
    if (command == "DROP SUBSCRIPTION" && begins_with(id, "could not drop replication slot"))
        return "An earlier attempt was cut off, and may have dropped the slot at the publisher already. If it is gone, "
               "ALTER SUBSCRIPTION ... DISABLE, ALTER SUBSCRIPTION ... SET (slot_name = NONE), and " +
               call_again(down);
    if (may_reach_outside(command) && is_about_existence(error.sqlstate()))
        return "An earlier attempt at this statement was cut off, and what it did outside of its transaction (a "
               "replication slot, dblink, a COMMIT of its own) may remain. If so, undo that, or change the statement, "
               "which has not run according to the record, load it again, and " +
               call_again(down);
    return {};
}

} // namespace

Attempt attempt_of(Step const &step, std::size_t index) {
    Attempt attempt;
    Statement const &statement = step.statements[index];
    if (index == step.resume.done && step.resume.next != Resume::Before::never_began) {
        attempt.prior = step.resume.next == Resume::Before::failed ? Attempt::Prior::failed : Attempt::Prior::cut_off;
        attempt.objects_before = recorded_objects(*step.resume.last_start);
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

void explain_missing_end(pg::Error &error, bool committed, bool down) {
    error.add_detail(committed ? "The statement ran and its effects are committed, but its end could not be recorded."
                               : "The statement ran, but was rolled back because its end could not be recorded.");
    if (!*error.hint_text())
        error.set_hint("Remove the cause and " + call_again(down) + " It resumes from here.");
}

} // namespace mig::server
