// The rules of lint(). rules.cpp lists the groups; the file that ends in the table of a group lists its rules. A rule
// is called for every pending statement and asks first whether the statement is of its kind. An object that it does not
// find makes no finding: the statement itself will say so.
#pragma once

#include "lint/rules/rule.hpp"

namespace mig::server::lint {

// All groups. The rules' names are what `-- migrator: allow=NAME reason` and docs/lint-rules.md use.
std::vector<Rules> rules();

Rules lock_rules() noexcept;
Rules lock_order_rules() noexcept;
Rules partition_rules() noexcept;
Rules rewrite_rules() noexcept;
Rules scan_rules() noexcept;
Rules non_transactional_rules() noexcept;
Rules destructive_rules() noexcept;
Rules client_compatibility_rules() noexcept;
Rules replication_rules() noexcept;
Rules security_rules() noexcept;
Rules history_rules() noexcept;
Rules design_rules() noexcept;

// --- locks -----------------------------------------------------------------------------------------------------------
// In files of their own; the rest of the groups about locks is in that of each group (rules/locks).

// brief_locks.cpp
void brief_exclusive_lock(Subject const &subject, Report &report);

// detached_partition.cpp
void detach_scans_referencing_table(Subject const &subject, Report &report);

// --- client compatibility --------------------------------------------------------------------------------------------
// What breaks programs that keep running while a migration is applied (the group Client compatibility).

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

// --- destructive -----------------------------------------------------------------------------------------------------
// What a statement loses (the group Destructive).

// Objects and rows (destructive.cpp).
void drop_table(Subject const &subject, Report &report);
void drop_column(Subject const &subject, Report &report);
void drop_schema(Subject const &subject, Report &report);
void drop_sequence(Subject const &subject, Report &report);
void drop_database(Subject const &subject, Report &report);
void drop_owned(Subject const &subject, Report &report);
void drop_cascade(Subject const &subject, Report &report);
void truncate(Subject const &subject, Report &report);

// Constraints and indexes that guard the data (guards.cpp).
void drop_constraint(Subject const &subject, Report &report);
void drop_not_null(Subject const &subject, Report &report);
void drop_used_index(Subject const &subject, Report &report);

// Values that a narrower type cannot hold (narrowing.cpp).
void narrow_type(Subject const &subject, Report &report);

// Very many rows written by one statement (bulk_writes.cpp).
void unbatched_write(Subject const &subject, Report &report);
void backfill_with_ddl(Subject const &subject, Report &report);
std::vector<Write> const &writes_of(Subject const &subject);

// --- replication -----------------------------------------------------------------------------------------------------
// Subscribers, extensions, and what only some roles may do (the group Replication and platform).

void replica_identity_lost(Subject const &subject, Report &report);
void replica_identity_full(Subject const &subject, Report &report);
void ddl_of_published_table(Subject const &subject, Report &report);
void table_not_published(Subject const &subject, Report &report);

// platform.cpp
void extension_unavailable(Subject const &subject, Report &report);
void extension_without_version(Subject const &subject, Report &report);
void needs_superuser(Subject const &subject, Report &report);
void managed_table(Subject const &subject, Report &report);

// --- security --------------------------------------------------------------------------------------------------------
// Who may do what afterwards (the group Security). These rules apply to new tables as to old ones.

void grant_to_public(Subject const &subject, Report &report);
void grant_all(Subject const &subject, Report &report);
void grant_option(Subject const &subject, Report &report);
void password_in_body(Subject const &subject, Report &report);
void created_in_own_schema(Subject const &subject, Report &report);

// row_security.cpp
void rls_without_policy(Subject const &subject, Report &report);
void rls_disabled(Subject const &subject, Report &report);
void rls_owner_exempt(Subject const &subject, Report &report);
void policy_dropped(Subject const &subject, Report &report);
void policy_for_everyone(Subject const &subject, Report &report);

// hidden_rows.cpp
void rows_hidden_by_policy(Subject const &subject, Report &report);

// definer.cpp
void security_definer_search_path(Subject const &subject, Report &report);
void dynamic_sql(Subject const &subject, Report &report);

// --- design ----------------------------------------------------------------------------------------------------------
// Advice, never more than info (the group Design).

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

// --- history ---------------------------------------------------------------------------------------------------------
// What the history says about the pending migrations (the group History).

void future_version(PlanSubject const &subject, PlanReport &report);
void version_gap(PlanSubject const &subject, PlanReport &report);
void out_of_order(PlanSubject const &subject, PlanReport &report);
void unmet_requirement(PlanSubject const &subject, PlanReport &report);
void modified_after_apply(PlanSubject const &subject, PlanReport &report);
void changed_outside(PlanSubject const &subject, PlanReport &report);
void irreversible(PlanSubject const &subject, PlanReport &report);

} // namespace mig::server::lint
