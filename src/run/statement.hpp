// Executes one statement the way the server executes a client's: parse, analyze, plan, portal. Every hook sees it
// (pg_stat_statements, pgaudit), event triggers fire, and log_statement applies.
#pragma once

#include "bridge/guard.hpp"
#include "server/watch/copy_from_body.hpp"

namespace mig::server {

enum class Level : unsigned char {
    function,  // inside the client's statement: what cannot run in a transaction is refused by the server
    rehearsal, // as function, but CONCURRENTLY in its plain form
    top,       // as if the client had sent it: it may commit. No SPI connection and no snapshot of ours may be open
};

struct Completion {
    bool counts_rows; // INSERT, SELECT, COPY, ...
    std::uint64_t rows;
};

// `sql` is one statement; `where` goes to the log beside it; `rows` are what COPY ... FROM stdin reads, or null. Rows
// that it returns are discarded. Its effects are visible to the next statement on return.
Completion execute_statement(const char *sql, const char *where, Level level, CopyRows *rows);

} // namespace mig::server
