// Rules: what is lost by a statement (the group Destructive).
#pragma once

#include "server/lint/rule.hpp"

namespace mig::server::lint {

// What is removed for good.
void drop_table(Subject const &subject, Report &report);
void drop_column(Subject const &subject, Report &report);
void drop_schema(Subject const &subject, Report &report);
void drop_sequence(Subject const &subject, Report &report);
void drop_database(Subject const &subject, Report &report);
void drop_owned(Subject const &subject, Report &report);
void drop_cascade(Subject const &subject, Report &report);
void truncate(Subject const &subject, Report &report);

// What protected the data (guards.cpp).
void drop_constraint(Subject const &subject, Report &report);
void drop_not_null(Subject const &subject, Report &report);
void drop_used_index(Subject const &subject, Report &report);

// What values lose (narrowing.cpp).
void narrow_type(Subject const &subject, Report &report);

// Rows in great number (bulk_writes.cpp).
void unbatched_write(Subject const &subject, Report &report);
void backfill_with_ddl(Subject const &subject, Report &report);

} // namespace mig::server::lint
