// Executes one statement the way the server executes a client's: parse, analyze, plan, portal. Every hook sees it
// (pg_stat_statements, pgaudit), event triggers fire, and log_statement applies.
#pragma once

#include "bridge/guard.hpp"
#include "server/parse/parse_trees.hpp"
#include "server/watch/copy_from_body.hpp"

namespace mig::server {

enum class Level : unsigned char {
    function,  // as a function of the client's statement would: the server refuses what cannot run in a transaction
    rehearsal, // as function, but without CONCURRENTLY
    top,       // as if the client had sent it: it may commit. No SPI connection and no snapshot of ours may be open
};

struct Completion {
    bool counts_rows; // INSERT, SELECT, COPY, ...
    std::uint64_t rows;
};

// `sql` is one statement; `tree`, or null, is what it was parsed into; `where` goes to the server's log with it; `rows` are
// what COPY ... FROM stdin reads, or null. Rows that it returns are discarded. On return its effects are visible to the
// next statement.
Completion execute_statement(const char *sql, KeptTree const *tree, const char *where, Level level, CopyRows *rows);

} // namespace mig::server
