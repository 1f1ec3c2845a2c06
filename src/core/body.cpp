#include "core/body.hpp"

#include "core/failure.hpp"

namespace mig {

namespace {

[[noreturn]] void refuse(Statement const &statement, Origin const &origin) {
    std::string const command = statement.command, where = describe(origin, statement.line);
    switch (statement.kind) {
    case Statement::Kind::not_in_transaction:
        throw Failure(
            sqlstate::active_transaction, command + " cannot run inside a transaction: " + where, "Nothing was run.",
            std::string("Put it into a migration of its own and run it by CALL migrator.") +
                (origin.down ? "rollback_each()" : "apply_each()") + ", which commits each migration by itself.");
    case Statement::Kind::copy_from_client:
        throw Failure(sqlstate::not_supported, command + " cannot exchange data with the client here: " + where,
                      "Nothing was run.", "Write the rows as INSERT ... VALUES, or COPY a file of the server.");
    default:
        throw Failure(sqlstate::transaction_control, command + " is not allowed in a migration: " + where,
                      "The migration runs in the transaction of the call. Nothing was run.",
                      "Remove it, or split the migration in two. BEGIN as the first and COMMIT as the last statement "
                      "of a body are accepted.");
    }
}

} // namespace

std::string describe(Origin const &origin, std::uint32_t body_line) {
    std::string text = "migration " + origin.version;
    if (!origin.name.empty())
        text += " (" + origin.name + ")";
    if (!origin.source.empty())
        text += ", file " + origin.source;
    else
        text += origin.down ? ", down" : ", up";
    return text + " line " + std::to_string(origin.first_line + body_line - 1);
}

std::vector<Statement> runnable(std::vector<Statement> statements, Origin const &origin) {
    using Kind = Statement::Kind;
    if (statements.size() >= 2 && statements.front().kind == Kind::begin && statements.back().kind == Kind::commit) {
        statements.pop_back();
        statements.erase(statements.begin());
    }
    for (Statement const &statement : statements)
        if (statement.kind != Kind::ordinary)
            refuse(statement, origin);
    return statements;
}

} // namespace mig
