// Rules: advice, never more than info (the group Design).
#pragma once

#include "server/lint/rule.hpp"

namespace mig::server::lint {

void small_primary_key(Subject const &subject, Report &report);
void serial_column(Subject const &subject, Report &report);
void column_type(Subject const &subject, Report &report);
void table_without_primary_key(Subject const &subject, Report &report);
void foreign_key_without_index(Subject const &subject, Report &report);
void duplicate_index(Subject const &subject, Report &report);
void long_name(Subject const &subject, Report &report);
void mixed_case_name(Subject const &subject, Report &report);
void unlogged_table(Subject const &subject, Report &report);
void autovacuum_off(Subject const &subject, Report &report);
void volatile_check(Subject const &subject, Report &report);
void analyze_expression_index(Subject const &subject, Report &report);
void merge_alter_table(Subject const &subject, Report &report);

} // namespace mig::server::lint
