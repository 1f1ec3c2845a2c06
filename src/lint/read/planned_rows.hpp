// How many rows a query returns, as the server's planner estimates it: by the selectivity functions of operators and
// the statistics of the columns, as EXPLAIN does.
#pragma once

#include "lint/world/world.hpp"

namespace mig::server::lint {

// A query to be planned: a SELECT, or what an UPDATE, DELETE, MERGE or INSERT ... SELECT reads.
struct RowSource {
    Node *statement;            // of a raw parse tree
    WithClause const *around;   // the WITH that the statement is in; null: none
    bool has_variables = false; // a name that is no column may be a variable or an argument, whose value is not known
};

// Executes nothing but functions that come with the server, and waits for no lock. The caller's privileges decide which
// statistics are read and which rows policies leave. Nothing where that cannot be had: a name means an object of an
// earlier pending statement, a function, operator or type is not the server's own, a table has more partitions than
// are worth the time, somebody has locked it, or analysis fails.
struct PlannedRows {
    double rows;
    bool of_variables; // some condition depends on a variable or a parameter
};
std::optional<PlannedRows> planned_rows(World &world, RowSource const &source);

} // namespace mig::server::lint
