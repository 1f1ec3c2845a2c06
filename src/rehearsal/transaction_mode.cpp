#include "rehearsal/transaction_mode.hpp"

#include <cstring>

extern "C" {
#include "nodes/parsenodes.h"
}

namespace mig::server::transaction_mode {

namespace {

bool is(const char *a, const char *b) { return pg_strcasecmp(a, b) == 0; }

bool read_only_alone(VariableSetStmt const &set) {
    for (int i = 0; i < list_length(set.args); ++i)
        if (!is(static_cast<DefElem *>(list_nth(set.args, i))->defname, "transaction_read_only"))
            return false;
    return true;
}

} // namespace

const char *set_by(Node const *statement, bool first) {
    if (!IsA(statement, VariableSetStmt))
        return nullptr;
    auto const &set = *reinterpret_cast<VariableSetStmt const *>(statement);
    if (set.kind == VAR_RESET || set.kind == VAR_RESET_ALL)
        return nullptr;
    if (set.kind == VAR_SET_MULTI) {
        if (is(set.name, "TRANSACTION"))
            return first || read_only_alone(set) ? "SET TRANSACTION" : nullptr;
        if (is(set.name, "TRANSACTION SNAPSHOT"))
            return first ? "SET TRANSACTION SNAPSHOT" : nullptr;
        return is(set.name, "SESSION CHARACTERISTICS") ? "SET SESSION CHARACTERISTICS" : nullptr;
    }
    for (const char *const name : {"SET default_transaction_isolation", "SET default_transaction_read_only",
                                   "SET default_transaction_deferrable"})
        if (is(set.name, name + std::strlen("SET ")))
            return name;
    if (is(set.name, "transaction_read_only"))
        return "SET transaction_read_only";
    if (is(set.name, "transaction_isolation"))
        return first ? "SET transaction_isolation" : nullptr;
    if (is(set.name, "transaction_deferrable"))
        return first ? "SET transaction_deferrable" : nullptr;
    return nullptr;
}

// Those that PlannedStmtRequiresSnapshot() exempts (pquery.c), as far as a migration can run them. The server refuses
// SET TRANSACTION once the transaction has taken a snapshot.
bool needs_no_snapshot(Statement const &statement) noexcept {
    for (const char *const command : {"SET", "SET LOCAL", "SET TRANSACTION", "SET CONSTRAINTS", "RESET", "SHOW",
                                      "LOCK TABLE", "LISTEN", "UNLISTEN", "NOTIFY", "CHECKPOINT"})
        if (std::strcmp(statement.command, command) == 0)
            return true;
    return false;
}

} // namespace mig::server::transaction_mode
