#include "core/migration/verification.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/text/text.hpp"

namespace mig {

namespace {

using Kind = Statement::Kind;

bool ends_transaction(Statement const &statement, std::string_view body) {
    if (statement.kind == Kind::commit)
        return true;
    // Not ROLLBACK TO, which has the same command tag.
    std::string const text = lower_case(sql_of(body, statement));
    return statement.kind == Kind::transaction_control && std::string_view(statement.command) == "ROLLBACK" &&
           text.find("to") == std::string::npos;
}

bool runs_in_transaction(Kind kind) {
    return kind == Kind::ordinary || kind == Kind::only_in_transaction || kind == Kind::call ||
           kind == Kind::add_enum_value;
}

[[noreturn]] void refuse(Statement const &statement, Origin const &origin) {
    std::string const where = ": " + describe(origin, statement.line), command = statement.command;
    if (statement.copies() || statement.kind == Kind::copy_with_client)
        throw Failure(sqlstate::not_supported,
                      command + " cannot exchange data with the client in a verify script" + where, "Nothing was run.",
                      "Write the rows as INSERT ... VALUES, or select what has to be there.");
    switch (statement.kind) {
    case Kind::not_in_transaction:
        throw Failure(sqlstate::active_transaction, command + " cannot run in a verify script" + where,
                      "A verify script is rolled back. Nothing was run.", "Write a query that shows the result.");
    default:
        throw Failure(sqlstate::transaction_control, command + " is not allowed in a verify script" + where,
                      "It runs in a transaction that is rolled back. Nothing was run.",
                      "Remove it. BEGIN as the first and ROLLBACK as the last statement are accepted.");
    }
}

} // namespace

std::vector<Statement> verify_script_statements(std::vector<Statement> statements, std::string_view body,
                                                Origin const &origin) {
    if (statements.size() >= 2 && statements.front().kind == Kind::begin && ends_transaction(statements.back(), body)) {
        statements.pop_back();
        statements.erase(statements.begin());
    }
    for (Statement const &statement : statements) {
        check_for_interrupts();
        if (statement.copies() || !runs_in_transaction(statement.kind))
            refuse(statement, origin);
    }
    return statements;
}

} // namespace mig
