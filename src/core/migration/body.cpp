#include "core/migration/body.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"

#include <algorithm>

namespace mig {

namespace {

using Kind = Statement::Kind;

constexpr const char *nothing_was_run = "Nothing was run.";

std::string procedure(Origin const &origin) {
    return std::string("CALL migrator.") + (origin.down ? "rollback_each()" : "apply_each()");
}

[[noreturn]] void refuse_copy(Statement const &statement, Origin const &origin) {
    throw Failure(sqlstate::not_supported,
                  std::string(statement.command) +
                      " cannot exchange data with the client here: " + describe(origin, statement.line),
                  nothing_was_run,
                  "COPY ... FROM stdin reads the lines after its semicolon, up to a line with \\. alone. "
                  "There is nothing that COPY ... TO STDOUT could write to.");
}

// They would be taken for what was loaded and what has run in this database.
[[noreturn]] void refuse_data_of_extension(Statement const &statement, Origin const &origin) {
    throw Failure(
        sqlstate::not_supported,
        std::string(statement.command) + " would change migrator's own records: " + describe(origin, statement.line),
        "They are the history of the database that was dumped, not of this one. Nothing was run.",
        "Dump with pg_dump --schema-only, or remove these statements with their rows. To take a database with "
        "its history to another server, restore the dump with psql or pg_restore.");
}

[[noreturn]] void refuse_control(Statement const &statement, Origin const &origin) {
    std::string_view const command = statement.command;
    bool const begins = command == "BEGIN" || command == "START TRANSACTION";
    throw Failure(sqlstate::transaction_control,
                  std::string(statement.command) +
                      " is not allowed in a migration: " + describe(origin, statement.line),
                  "The runner begins and ends the transactions. Nothing was run.",
                  begins ? "Write BEGIN without options, followed by SET TRANSACTION with them."
                         : "Remove it, or split the migration in two. BEGIN and COMMIT without options are accepted.");
}

[[noreturn]] void refuse_inside(Statement const &statement, Origin const &origin) {
    throw Failure(sqlstate::active_transaction,
                  std::string(statement.command) +
                      " cannot run inside a transaction: " + describe(origin, statement.line),
                  "Other statements of the migration can. Nothing was run.",
                  "Put it into a migration of its own, or outside of BEGIN ... COMMIT, or write "
                  "\"-- migrator: no-transaction\" above the first statement: " +
                      procedure(origin) + " then commits statement by statement.");
}

[[noreturn]] void refuse_outside(Statement const &statement, Origin const &origin) {
    throw Failure(sqlstate::no_transaction,
                  std::string(statement.command) + " needs a transaction: " + describe(origin, statement.line),
                  "The migration runs statement by statement there, with a commit after each. Nothing was run.",
                  "Put BEGIN; before it and COMMIT; after the last statement that belongs to it.");
}

bool none_can_run_inside(std::vector<Statement> const &statements) {
    return std::all_of(statements.begin(), statements.end(), [](Statement const &statement) {
        return statement.kind == Kind::not_in_transaction || statement.commits;
    });
}

// Keeps the whole body from running in one transaction.
bool needs_more_than_one(Statement const &statement) {
    return statement.kind == Kind::not_in_transaction || statement.kind == Kind::call || statement.commits ||
           (statement.kind == Kind::add_enum_value && statement.value_in_use);
}

// For a body that was written for a tool that opens no transaction: only its own BEGINs did. Can it run in one?
bool one_transaction_will_do(std::vector<Statement> const &statements) {
    bool inside = false, more = false;
    for (Statement const &statement : statements) {
        inside = statement.kind == Kind::begin || (inside && statement.kind != Kind::commit);
        if (inside)
            continue;
        if (statement.kind == Kind::only_in_transaction)
            return true; // it has to
        more = more || needs_more_than_one(statement);
    }
    return !more;
}

// Whether the first statement finds a transaction of the runner.
bool begins_inside(std::vector<Statement> const &statements, Transaction transaction) {
    if (transaction == Transaction::none || none_can_run_inside(statements))
        return false;
    return transaction == Transaction::of_runner || one_transaction_will_do(statements);
}

// Goes through a body as the server would, and assigns its statements to transaction blocks.
class Blocks {
  public:
    Blocks(Origin const &origin, bool inside) : origin_(origin), inside_(inside) {}

    // Whether it runs: BEGIN and COMMIT do not.
    bool add(Statement &statement) {
        switch (statement.kind) {
        case Kind::begin: // after another BEGIN the server only warns
            if (!inside_ || !explicit_)
                ++block_;
            inside_ = explicit_ = true;
            return false;
        case Kind::commit: // even outside of a block: the server only warns
            inside_ = explicit_ = false;
            ++block_;
            return false;
        case Kind::transaction_control:
            refuse_control(statement, origin_);
        case Kind::copy_with_client:
            refuse_copy(statement, origin_);
        case Kind::data_of_extension:
            refuse_data_of_extension(statement, origin_);
        case Kind::not_in_transaction:
            if (inside_)
                refuse_inside(statement, origin_);
            break;
        case Kind::only_in_transaction:
            if (!inside_)
                refuse_outside(statement, origin_);
            break;
        default:
            break;
        }
        statement.block = inside_ ? block_ : 0;
        return true;
    }

  private:
    Origin const &origin_;
    bool inside_, explicit_ = false;
    std::uint32_t block_ = 1;
};

bool share_a_block(std::vector<Statement> const &statements) {
    return std::all_of(statements.begin(), statements.end(), [&](Statement const &statement) {
        return statement.block > 0 && statement.block == statements.front().block;
    });
}

// In place: a body may have millions.
Body read(std::vector<Statement> statements, Origin const &origin, Transaction transaction) {
    Blocks blocks(origin, begins_inside(statements, transaction));
    auto kept = statements.begin();
    for (Statement &statement : statements) {
        check_for_interrupts();
        if (blocks.add(statement))
            *kept++ = statement;
    }
    statements.erase(kept, statements.end());
    bool const single = share_a_block(statements);
    return {std::move(statements), single};
}

bool ends_transactions(std::vector<Statement> const &statements) {
    return std::any_of(statements.begin(), statements.end(), [](Statement const &statement) {
        return statement.kind == Kind::commit || statement.kind == Kind::begin;
    });
}

// The first reason that applies. What the body cannot do comes before what its file asks for.
std::string why_statement_by_statement(std::vector<Statement> const &statements, Origin const &origin,
                                       Transaction transaction, bool began) {
    auto const first = [&](auto const &test) { return std::find_if(statements.begin(), statements.end(), test); };
    auto const none = statements.end();
    auto const cannot = first([](Statement const &statement) { return statement.kind == Kind::not_in_transaction; });
    if (cannot != none)
        return std::string(cannot->command) + " cannot run inside a transaction: " + describe(origin, cannot->line);
    auto const commits = first([](Statement const &statement) { return statement.commits; });
    if (commits != none)
        return std::string(commits->command) +
               " ends the transaction that it runs in: " + describe(origin, commits->line);
    auto const other = first([&](Statement const &statement) { return statement.block != statements.front().block; });
    if (other != none)
        return "the migration ends a transaction itself, and continues after that: " + describe(origin, other->line);
    std::string const begins = statements.empty() ? "" : describe(origin, statements.front().line);
    if (transaction == Transaction::none)
        return begins + " runs without a transaction, as its file or the configuration of its tool specifies";
    if (began)
        return begins + " stopped partway in a run statement by statement, and resumes like that";
    auto const call = first([](Statement const &statement) { return statement.kind == Kind::call; });
    if (call != none)
        return begins + " runs without a transaction, as with its tool, because CALL may end one: line " +
               std::to_string(origin.first_line + call->line - 1);
    auto const value = first([](Statement const &statement) { return statement.value_in_use; });
    if (value != none)
        return begins + " runs without a transaction, as with its tool, because it may use the value that " +
               value->command + " ... ADD VALUE adds before it is committed: line " +
               std::to_string(origin.first_line + value->line - 1);
    return begins + " runs without a transaction";
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

Body plan_body(std::vector<Statement> statements, Origin const &origin, Transaction transaction, bool began) {
    // A body that began without a transaction has to resume without one. If it has BEGIN and COMMIT of its own, these
    // put its statements into the same blocks as before.
    bool const control = ends_transactions(statements);
    Transaction const found = began && !control ? Transaction::none : transaction;
    bool const begins = std::any_of(statements.begin(), statements.end(),
                                    [](Statement const &statement) { return statement.kind == Kind::begin; });
    Body body = read(std::move(statements), origin, found);
    body.transactional = body.transactional && found != Transaction::none && !began;
    body.begins = begins;
    if (!body.transactional)
        body.why = why_statement_by_statement(body.statements, origin, transaction, began);
    return body;
}

void require_transactional(Body const &body, Origin const &origin) {
    if (body.transactional || body.statements.empty())
        return;
    throw Failure(sqlstate::active_transaction, body.why, nothing_was_run,
                  "Run it with " + procedure(origin) + ", which commits each migration by itself.");
}

} // namespace mig
