// Which statements of a body run, and in which transactions (promises 2 and 6 of the design).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mig {

struct Statement {
    enum class Kind : unsigned char {
        ordinary,
        begin,               // BEGIN or START TRANSACTION without options
        commit,              // COMMIT or END without options
        transaction_control, // any other
        not_in_transaction,  // CREATE INDEX CONCURRENTLY, VACUUM, ...
        only_in_transaction, // LOCK TABLE, DECLARE CURSOR
        call,                // CALL: the procedure may commit
        add_enum_value,      // ALTER TYPE ... ADD VALUE, which cannot be used before it is committed
        copy_with_client,    // COPY ... TO STDOUT, COPY ... FROM STDIN without data after it
        data_of_extension,   // of migrator's own tables, as pg_dump writes it
    };
    Kind kind;
    std::uint32_t begin, end; // bytes of the body, from its first token to before its semicolon
    std::uint32_t line;       // of the body, 1-based
    const char *command;      // as the server names it: static storage
    // Of COPY ... FROM stdin: bytes of the body, the data lines after it.
    std::uint32_t data_begin = 0, data_end = 0;
    // Statements with the same number share a transaction; 0: this one has a transaction of its own, or several.
    std::uint32_t block = 0;
    // REINDEX, CLUSTER, DROP SUBSCRIPTION, CALL, DO: it depends on the catalogs whether it can run in a transaction.
    bool catalog_decides = false;
    // A CALL or DO whose code ends transactions.
    bool commits = false;
    // Of add_enum_value: another statement of the body may use the value.
    bool value_in_use = false;
    // Not executed, because it is about the extension migrator itself: server/parse/about_extension.hpp has the kinds.
    enum class PassedOver : unsigned char { no, setup, trait } passed_over = PassedOver::no;

    void *tree = nullptr; // the server's parse tree, where it is kept: see server/parse/parse_trees.hpp

    bool copies() const { return data_begin > 0; }
};

inline std::string_view sql_of(std::string_view body, Statement const &statement) {
    return body.substr(statement.begin, statement.end - statement.begin);
}

// Where a body came from, for messages.
struct Origin {
    std::string version, name, source; // source: file name, or empty when it was loaded as text
    bool down = false;
    std::uint32_t first_line = 1; // of the source, on which the body begins
    bool verify = false;          // of a verify script
};

// `migration 7 (init), file 7_init.sql line 12`
std::string describe(Origin const &origin, std::uint32_t body_line);

// The transaction in which a body begins.
enum class Transaction : unsigned char {
    of_runner,   // that which the runner has begun
    if_possible, // the same, or none if the body cannot run in it: the tool that it was written for opens none
    none,        // each statement commits by itself
};

// A body, ready to run.
struct Body {
    std::vector<Statement> statements; // without BEGIN and COMMIT
    bool transactional = true;         // all in one transaction; false: statement by statement and block by block
    bool begins = false;               // it had a BEGIN of its own
    std::string why = {};              // why it is not: `..., as its file specifies`
};

// BEGIN and COMMIT have the effect that they have in psql: the first COMMIT ends the runner's transaction too, and what
// follows commits statement by statement until the next BEGIN. A body that is a single block, or that consists of
// statements that cannot run in a transaction or that end it, is recognized without a directive. `began`: it stopped
// partway, and resumes statement by statement as it began. Failure transaction_control, active_transaction (a statement
// that cannot run in the transaction that it is in), no_transaction (a statement that needs one) or not_supported,
// naming the statement and its line.
Body plan_body(std::vector<Statement> statements, Origin const &origin, Transaction transaction, bool began = false);

// For a call that runs in its caller's transaction: Failure active_transaction unless the body is transactional.
void require_transactional(Body const &body, Origin const &origin);

} // namespace mig
