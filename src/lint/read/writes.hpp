// The tables whose rows a statement writes, wherever in it: also by INSERT, UPDATE and DELETE in WITH, and by COPY.
#pragma once

#include "lint/world/world.hpp"

#include <vector>

namespace mig::server::lint {

struct Write {
    const char *command = nullptr; // UPDATE
    Table *relation = nullptr;     // null: unknown
    double rows = 0;               // estimated
    bool changes = false;          // existing rows, rather than only adding new ones
    bool restricted = false;       // by a condition, a join or a LIMIT
    bool guessed = false;          // as the table has no statistics, `rows` are all that there can be
    bool of_variables = false;     // a condition depends on a variable, whose value is not known
    bool unknown = false;          // COPY from a file or a program: nobody knows how many
};

// How a statement is read.
struct WriteContext {
    bool has_variables = false; // it is in a routine: see RowSource
    double copied_rows = 0;     // the lines of data after a COPY FROM stdin
};
std::vector<Write> writes_of(World &world, Node *statement, WriteContext const &context);

// The query or the write that a statement consists of, such as that of CREATE TABLE AS, COPY or DECLARE; else the
// statement itself.
Node *query_of(Node *statement);
// Whether it is a SELECT, INSERT, UPDATE, DELETE or MERGE.
bool is_query(Node const *statement);
// The WITH of a query or a write; null: none.
WithClause const *with_of(Node const *statement);

} // namespace mig::server::lint
