// What a table contains, as far as that is cheap to find out: small tables are read, for large ones there are
// statistics.
#pragma once

#include "lint/world/world.hpp"

namespace mig::server::lint {

enum class Answer : unsigned char { no, yes, unknown };

// Whether a row of a small table satisfies a condition, in which every name is qualified and $ represents the column.
// Reads only what the caller may read, and never waits. Unknown if the caller lacks the privilege, if row security
// hides rows, if the table is locked, or if it does not exist yet.
Answer any_row(World &world, Table const &relation, Column const &column, std::string_view condition);
// Whether two rows of a small table have the same values in these columns, and no NULL.
Answer any_duplicate(World &world, Table &relation, std::vector<std::string> const &columns);

// From pg_stats, as of the last ANALYZE; only of columns that the caller may read. Fractions are of all rows.
struct Statistics {
    double null_fraction = 0;
    double distinct = 0;            // n_distinct: a number, or negated a fraction of the rows; 0: unknown
    double most_common = 0;         // fraction with the most common value
    double common_fraction = 0;     // fraction with any of the most common values
    std::int32_t common_values = 0; // how many those are
    double constant = -1;           // fraction with `constant`; -1: it is not among the most common values
    std::int32_t max_length = -1;   // of the longest value in the statistics; -1: none
};
std::optional<Statistics> statistics(World &world, Table const &relation, Column const &column,
                                     std::string_view constant = {});

// Whether a table, or one of its partitions, has statistics of its columns. Without them the planner assumes constant
// fractions.
bool has_statistics(World &world, Table const &relation);

} // namespace mig::server::lint
