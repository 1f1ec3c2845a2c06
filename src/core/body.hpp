// What may be run of a body, and whether in one transaction or statement by statement (promises 2 and 6 of the design).
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
        copy_from_client,    // COPY ... FROM STDIN, COPY ... TO STDOUT
    };
    Kind kind;
    std::size_t begin, end; // bytes of the body, from its first token to before its semicolon
    std::uint32_t line;     // of the body, 1-based
    const char *command;    // command tag, as the server names it: static storage
};

// Where a body came from, for messages.
struct Origin {
    std::string version, name, source; // source: file name, or empty when it was loaded as text
    bool down = false;
    std::uint32_t first_line = 1; // of the source, on which the body begins
    bool verify = false;          // of a verify script
};

// `migration 7 (init), file 7_init.sql line 12`
std::string describe(Origin const &origin, std::uint32_t body_line);

// What runs of a body.
struct Body {
    std::vector<Statement> statements;
    bool transactional = true; // false: each statement is a transaction of its own, or several
};

// BEGIN and COMMIT around the whole body are subsumed by the transaction that it runs in. It runs without one when its
// file says no-transaction, or when every statement is of the kind that cannot run in one. Failure transaction_control,
// active_transaction (a mixture of both kinds) or not_supported, naming the statement and its line.
Body runnable(std::vector<Statement> statements, Origin const &origin, bool no_transaction);

// For a call that runs in its caller's transaction: Failure active_transaction unless the body is transactional.
void require_transactional(Body const &body, Origin const &origin);

} // namespace mig
