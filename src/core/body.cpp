#include "core/body.hpp"

#include "core/failure.hpp"

namespace mig {

namespace {

using Kind = Statement::Kind;

std::string procedure(Origin const &origin) {
    return std::string("CALL migrator.") + (origin.down ? "rollback_each()" : "apply_each()");
}

[[noreturn]] void refuse(Statement const &statement, Origin const &origin) {
    std::string const command = statement.command, where = describe(origin, statement.line);
    switch (statement.kind) {
    case Kind::copy_from_client:
        throw Failure(sqlstate::not_supported, command + " cannot exchange data with the client here: " + where,
                      "Nothing was run.", "Write the rows as INSERT ... VALUES, or COPY a file of the server.");
    default:
        throw Failure(sqlstate::transaction_control, command + " is not allowed in a migration: " + where,
                      "The runner begins and ends the transactions. Nothing was run.",
                      "Remove it, or split the migration in two. BEGIN as the first and COMMIT as the last statement "
                      "of a body are accepted, unless it runs without a transaction.");
    }
}

[[noreturn]] void refuse_mixture(Statement const &statement, Origin const &origin) {
    throw Failure(sqlstate::active_transaction,
                  std::string(statement.command) +
                      " cannot run inside a transaction: " + describe(origin, statement.line),
                  "Other statements of the migration can. Nothing was run.",
                  "Put it into a migration of its own, or write \"-- migrator: no-transaction\" above the first "
                  "statement: " +
                      procedure(origin) + " then commits statement by statement.");
}

// Takes BEGIN and COMMIT around the whole body away.
bool unwrap(std::vector<Statement> &statements) {
    if (statements.size() < 2 || statements.front().kind != Kind::begin || statements.back().kind != Kind::commit)
        return false;
    statements.pop_back();
    statements.erase(statements.begin());
    return true;
}

} // namespace

std::string describe(Origin const &origin, std::uint32_t body_line) {
    std::string text = "migration " + origin.version;
    if (!origin.name.empty())
        text += " (" + origin.name + ")";
    if (!origin.source.empty())
        text += ", file " + origin.source;
    else
        text += origin.down ? ", down" : origin.verify ? ", verify" : ", up";
    return text + " line " + std::to_string(origin.first_line + body_line - 1);
}

Body runnable(std::vector<Statement> statements, Origin const &origin, bool no_transaction) {
    bool const wrapped = !no_transaction && unwrap(statements);
    Statement const *outside = nullptr;
    bool inside = wrapped;
    for (Statement const &statement : statements) {
        if (statement.kind != Kind::ordinary && statement.kind != Kind::not_in_transaction)
            refuse(statement, origin);
        if (statement.kind == Kind::ordinary)
            inside = true;
        else if (!outside)
            outside = &statement;
    }
    if (outside && inside && !no_transaction)
        refuse_mixture(*outside, origin);
    return {std::move(statements), !outside && !no_transaction};
}

void require_transactional(Body const &body, Origin const &origin) {
    if (body.transactional || body.statements.empty())
        return;
    Statement const &first = body.statements.front();
    bool const cannot = first.kind == Kind::not_in_transaction;
    throw Failure(sqlstate::active_transaction,
                  cannot
                      ? std::string(first.command) + " cannot run inside a transaction: " + describe(origin, first.line)
                      : describe(origin, first.line) + " runs without a transaction, as its file says",
                  "Nothing was run.", "Run it by " + procedure(origin) + ", which commits each migration by itself.");
}

} // namespace mig
