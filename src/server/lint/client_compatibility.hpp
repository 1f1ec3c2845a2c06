// Rules: what breaks the programs that are running while a migration is applied (the group Client compatibility).
#pragma once

#include "server/lint/rule.hpp"

namespace mig::server::lint {

void rename_relation(Subject const &subject, Report &report);
void rename_column(Subject const &subject, Report &report);
void rename_schema(Subject const &subject, Report &report);
void rename_type(Subject const &subject, Report &report);
void rename_enum_value(Subject const &subject, Report &report);
void rename_routine(Subject const &subject, Report &report);
void set_schema(Subject const &subject, Report &report);
void change_type(Subject const &subject, Report &report);
void add_not_null_column(Subject const &subject, Report &report);
void set_not_null_of_nulls(Subject const &subject, Report &report);
void unique_of_duplicates(Subject const &subject, Report &report);

// Functions (routine_changes.cpp).
void routine_attributes(Subject const &subject, Report &report);
void routine_of_index(Subject const &subject, Report &report);
void overload_left_behind(Subject const &subject, Report &report);

} // namespace mig::server::lint
