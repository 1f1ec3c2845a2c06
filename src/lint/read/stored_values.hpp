// What is in a table, as far as that is cheap to know: a small one is read, of a large one the statistics tell.
#pragma once

#include "lint/world/world.hpp"

namespace mig::server::lint {

enum class Answer : unsigned char { no, yes, unknown };

// Whether a row of a small table fulfils a condition, in which every name is qualified and $ stands for the column.
// Reads as the caller and never waits: unknown when it may not, when row security hides rows, when the table is locked,
// or when it is not there yet.
Answer any_row(World &world, Table const &relation, Column const &column, std::string_view condition);
// Whether two rows of a small table have the same values there, and no NULL.
Answer any_duplicate(World &world, Table &relation, std::vector<std::string> const &columns);

// As of the last ANALYZE, and only what the caller may read.
struct Statistics {
    double null_fraction = 0;
    double distinct = 0;          // as pg_stats.n_distinct; 0: unknown
    double most_common = 0;       // the part of rows with the most common value
    double all_common = 0;        // with one of the most common values
    std::int32_t commons = 0;     // how many these are
    double constant = -1;         // the part of rows with the constant asked for; -1: it is not among the most common
    std::int32_t max_length = -1; // the longest value seen; -1: none
};
std::optional<Statistics> statistics(World &world, Table const &relation, Column const &column,
                                     std::string_view constant = {});

} // namespace mig::server::lint
