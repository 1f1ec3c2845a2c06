#include "run/transaction_hint.hpp"

#include "bridge/postgres.hpp"

#include <algorithm>
#include <cstring>

extern "C" {
#include "utils/errcodes.h"
}

namespace mig::server {

namespace {

bool begins_with(std::string_view text, std::string_view beginning) {
    return text.substr(0, beginning.size()) == beginning;
}

// Whether the statement itself raised it: no directive helps what a function or DO block executes. Then our line is the
// first of the CONTEXT. Only REINDEX puts one of its own before it, "while reindexing partitioned index".
bool raised_by_statement(pg::Error const &error, Statement const &statement, std::string const &where) {
    std::string_view context = error.context_text();
    if (std::strcmp(statement.command, "REINDEX") == 0 && !begins_with(context, where))
        context.remove_prefix(std::min(context.find('\n'), context.size() - 1) + 1);
    return begins_with(context, where);
}

bool refused_in_transaction(pg::Error const &error) {
    std::string_view const id = error.message_id();
    return error.sqlstate() == ERRCODE_ACTIVE_SQL_TRANSACTION &&
           (begins_with(id, "%s cannot run inside a ") || begins_with(id, "%s cannot be executed "));
}

// A logical slot must be created before the transaction has written anything.
bool needs_fresh_transaction(pg::Error const &error) {
    return error.sqlstate() == ERRCODE_ACTIVE_SQL_TRANSACTION &&
           begins_with(error.message_id(), "cannot create logical replication slot in transaction");
}

// SET TRANSACTION and the like under apply(), whose transaction began long before.
bool must_be_first(pg::Error const &error, Statement const &statement) {
    return error.sqlstate() == ERRCODE_ACTIVE_SQL_TRANSACTION && begins_with(statement.command, "SET");
}

bool ends_transaction(pg::Error const &error, Statement const &statement) {
    return error.sqlstate() == ERRCODE_INVALID_TRANSACTION_TERMINATION &&
           error.message_id() == std::string_view("invalid transaction termination") &&
           (std::strcmp(statement.command, "CALL") == 0 || std::strcmp(statement.command, "DO") == 0);
}

bool uses_new_value(pg::Error const &error) { return error.sqlstate() == ERRCODE_UNSAFE_NEW_ENUM_VALUE_USAGE; }

std::string directive(Step const &step) {
    std::string text = "Write \"-- migrator: no-transaction\" above the first statement";
    text += step.origin.down ? " of the down body" : " of the migration";
    if (step.has_begin)
        text += ", remove BEGIN and COMMIT around this one";
    return text + ", load it again and run it with CALL migrator." +
           (step.origin.down ? "rollback_each()" : "apply_each()") + ": each statement then commits by itself.";
}

} // namespace

void advise_no_transaction(pg::Error &error, Step const &step, std::size_t index, Level level,
                           std::string const &where) {
    if (level == Level::top)
        return;
    Statement const &statement = step.statements[index];
    if (must_be_first(error, statement) && !*error.hint_text())
        error.set_hint(std::string("It works only as the first statement of its transaction. CALL migrator.") +
                       (step.origin.down ? "rollback_each()" : "apply_each()") +
                       " gives each migration a transaction of its own.");
    bool const commits = ends_transaction(error, statement);
    bool const refused = (refused_in_transaction(error) || needs_fresh_transaction(error)) &&
                         raised_by_statement(error, statement, where);
    if (!commits && !refused && !uses_new_value(error))
        return;
    std::string hint =
        !step.transactional ? "Remove BEGIN and COMMIT around it: it then commits by itself." : directive(step);
    if (commits)
        hint +=
            " A function, a procedure in SQL or with SECURITY DEFINER or SET, and a block with EXCEPTION cannot end a "
            "transaction, wherever they run.";
    error.set_hint(hint);
}

} // namespace mig::server
