#include "core/body.hpp"

#include "core/failure.hpp"
#include "core/interruption.hpp"

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
                  "COPY ... FROM stdin reads the lines behind its semicolon, up to a line that is \\. alone. "
                  "There is no place that COPY ... TO STDOUT could write to.");
}

[[noreturn]] void refuse_control(Statement const &statement, Origin const &origin) {
    throw Failure(sqlstate::transaction_control,
                  std::string(statement.command) +
                      " is not allowed in a migration: " + describe(origin, statement.line),
                  "The runner begins and ends the transactions. Nothing was run.",
                  "Remove it, or split the migration in two. BEGIN and COMMIT without options are accepted.");
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
                  "The migration runs statement by statement there, each its own commit. Nothing was run.",
                  "Put BEGIN; before it and COMMIT; behind the last statement that belongs to it.");
}

bool none_can_run_inside(std::vector<Statement> const &statements) {
    return std::all_of(statements.begin(), statements.end(),
                       [](Statement const &one) { return one.kind == Kind::not_in_transaction; });
}

// Of a body whose authors had no transaction but where they wrote BEGIN: does one of the runner hold it?
bool one_transaction_will_do(std::vector<Statement> const &statements) {
    bool inside = false, calls = false, adds_value = false, cannot = false;
    for (Statement const &one : statements) {
        inside = one.kind == Kind::begin || (inside && one.kind != Kind::commit);
        if (inside)
            continue;
        if (one.kind == Kind::only_in_transaction)
            return true; // it has to
        calls = calls || one.kind == Kind::call;
        adds_value = adds_value || one.kind == Kind::add_enum_value;
        cannot = cannot || one.kind == Kind::not_in_transaction;
    }
    return !calls && !cannot && (!adds_value || statements.size() == 1);
}

bool begins_inside(std::vector<Statement> const &statements, Transaction transaction) {
    if (transaction == Transaction::none || none_can_run_inside(statements))
        return false;
    return transaction == Transaction::of_runner || one_transaction_will_do(statements);
}

// Goes through a body as the server would, and tells the blocks.
class Blocks {
  public:
    Blocks(Origin const &origin, bool inside) : origin_(origin), inside_(inside) {}

    void take(Statement statement) {
        switch (statement.kind) {
        case Kind::begin: // inside one it is no more than a warning of the server
            if (!inside_ || !explicit_)
                ++block_;
            inside_ = explicit_ = true;
            return;
        case Kind::commit: // outside of one too
            inside_ = explicit_ = false;
            ++block_;
            return;
        case Kind::transaction_control:
            refuse_control(statement, origin_);
        case Kind::copy_with_client:
            refuse_copy(statement, origin_);
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
        statements_.push_back(statement);
    }

    Body body() && {
        bool const one =
            statements_.empty() || std::all_of(statements_.begin(), statements_.end(), [&](Statement const &statement) {
                return statement.block > 0 && statement.block == statements_.front().block;
            });
        return {std::move(statements_), one};
    }

  private:
    Origin const &origin_;
    std::vector<Statement> statements_;
    bool inside_, explicit_ = false;
    std::uint32_t block_ = 1;
};

Body read(std::vector<Statement> const &statements, Origin const &origin, Transaction transaction) {
    Blocks blocks(origin, begins_inside(statements, transaction));
    for (Statement const &statement : statements) {
        look_for_interrupts();
        blocks.take(statement);
    }
    return std::move(blocks).body();
}

bool ends_transactions(std::vector<Statement> const &statements) {
    return std::any_of(statements.begin(), statements.end(),
                       [](Statement const &one) { return one.kind == Kind::commit || one.kind == Kind::begin; });
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

Body runnable(std::vector<Statement> const &statements, Origin const &origin, Transaction transaction, bool began) {
    if (began && !ends_transactions(statements))
        transaction = Transaction::none;
    Body body = read(statements, origin, transaction);
    body.transactional = body.transactional && transaction != Transaction::none && !began;
    return body;
}

void require_transactional(Body const &body, Origin const &origin) {
    if (body.transactional || body.statements.empty())
        return;
    auto const cannot = std::find_if(body.statements.begin(), body.statements.end(),
                                     [](Statement const &one) { return one.kind == Kind::not_in_transaction; });
    auto const other = std::find_if(body.statements.begin(), body.statements.end(),
                                    [&](Statement const &one) { return one.block != body.statements.front().block; });
    std::string what;
    if (cannot != body.statements.end())
        what = std::string(cannot->command) + " cannot run inside a transaction: " + describe(origin, cannot->line);
    else if (other != body.statements.end())
        what = "the migration ends a transaction by itself, and goes on behind it: " + describe(origin, other->line);
    else
        what = describe(origin, body.statements.front().line) + " runs without a transaction, as its file says";
    throw Failure(sqlstate::active_transaction, what, nothing_was_run,
                  "Run it by " + procedure(origin) + ", which commits each migration by itself.");
}

} // namespace mig
