// Rules: changes of columns that make the statement itself fail, or statements of programs that keep running.
//
// Whether a statement fails on rows that are there is found out beforehand: a small table is read, for a large one the
// statistics of the last ANALYZE have to do (lint/read/stored_values.hpp). Neither knows the rows that the migration
// itself writes, so tables that it has written are left out.
#include "lint/rules/rules.hpp"

#include "lint/read/dependents.hpp"
#include "lint/read/stored_values.hpp"
#include "lint/read/wording.hpp"
#include "lint/world/raw_tree.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>

extern "C" {
#include "catalog/pg_type.h"
#include "utils/lsyscache.h"
}

namespace mig::server::lint {

namespace {

// An earlier pending statement writes to it: its rows will differ from those that are there now.
bool written(Subject const &subject, Table const &relation) {
    return subject.earlier_in_migration.written.count(&relation) > 0 || subject.world.was_written(relation);
}

} // namespace

// ALTER TYPE is refused while a view, a rule, a policy or a generated column uses the column, because their stored
// trees hold its old type (ATExecAlterColumnType(), from 17 on RememberAllDependentForRebuilding()); indexes and
// constraints are rebuilt instead. A prepared statement whose result would change its type fails:
// RevalidateCachedQuery(). From varchar to text nothing changes for clients.
void change_type(Subject const &subject, Report &report) {
    each_subcommand(subject, [&](Subcommand const &change) {
        if (change.command.subtype != AT_AlterColumnType || change.table.is_new)
            return;
        Column const *const column = change.table.column(change.command.name);
        auto const *definition = reinterpret_cast<ColumnDef const *>(change.command.def);
        if (!column || column->is_new || !definition || !definition->typeName)
            return;
        DataType const type = subject.world.type(definition->typeName);
        if (type.oid == column->type && type.typmod == column->typmod)
            return;
        std::vector<std::string> const users =
            blockers_of_type_change(subject.world, column_object(change.table, column->name));
        if (!users.empty())
            report.add(Severity::error,
                       "ALTER TYPE fails: " + listed(users) + (users.size() == 1 ? " uses" : " use") + " column " +
                           quoted(column->name) + " of " + change.table.qualified(),
                       "Drop " + listed(users) + " before it and create " + (users.size() == 1 ? "it" : "them") +
                           " again after it, in the same migration.");
        else if (type.oid != 0 && type.oid != column->type &&
                 !(column->type == VARCHAROID && type.oid == TEXTOID && definition->raw_default == nullptr))
            report.add(Severity::info,
                       "column " + quoted(column->name) + " of " + change.table.label() + " becomes " +
                           type_name(type) + ", was " + column->type_name +
                           ": prepared statements that return it fail until the client prepares them again (\"cached "
                           "plan must not change result type\"), and programs read another type",
                       "Deploy clients that can read both types first; reconnect their pools after it.");
    });
}

// A new column without a default is NULL in all rows that are there, so NOT NULL fails on the first of them. In an
// empty table it succeeds, but programs that insert without the column then fail; writes since the statistics were
// reset are a sign of such programs. A PRIMARY KEY is NOT NULL too, and a serial, identity or generated column has
// values of its own.
void add_not_null_column(Subject const &subject, Report &report) {
    each_subcommand(subject, [&](Subcommand const &change) {
        if (change.command.subtype != AT_AddColumn || change.table.is_new || !change.command.def)
            return;
        auto const *definition = reinterpret_cast<ColumnDef const *>(change.command.def);
        bool not_null = definition->is_not_null, filled = definition->typeName && raw::is_serial(definition->typeName);
        each<Constraint>(definition->constraints, [&](Constraint const &constraint) {
            not_null = not_null || constraint.contype == CONSTR_NOTNULL || constraint.contype == CONSTR_PRIMARY;
            filled = filled || constraint.contype == CONSTR_DEFAULT || constraint.contype == CONSTR_IDENTITY ||
                     constraint.contype == CONSTR_GENERATED;
        });
        if (!not_null || filled || change.table.column(definition->colname))
            return;
        std::uint32_t const type = subject.world.type(definition->typeName).oid;
        if (type == 0 || pg::call<get_typtype>(type) == TYPTYPE_DOMAIN) // a domain may have a default
            return;
        std::string const name = quoted(definition->colname), table = change.table.qualified();
        if (change.table.rows >= 1)
            report.add(Severity::error,
                       "ADD COLUMN fails: " + change.table.label() + " has rows, and column " + name +
                           " is NOT NULL without a DEFAULT",
                       "Give it a constant DEFAULT; or add it without NOT NULL, fill it in batches, then ALTER TABLE " +
                           table + " ADD CHECK (" + name + " IS NOT NULL) NOT VALID, VALIDATE, SET NOT NULL.");
        else if (usage(change.table).writes > 0)
            report.add(Severity::warning,
                       "running programs insert into " + table + " without column " + name + ": that fails from now on",
                       "Give it a DEFAULT, and drop that when every program sets the column.");
    });
}

// The fraction of NULLs is pg_stats.null_frac, which ANALYZE takes from a sample: any at all is enough to fail.
void set_not_null_of_nulls(Subject const &subject, Report &report) {
    each_subcommand(subject, [&](Subcommand const &change) {
        if (change.command.subtype != AT_SetNotNull || change.table.is_new || written(subject, change.table))
            return;
        Column const *const column = change.table.column(change.command.name);
        if (!column || column->is_new || column->not_null || change.table.proof_of_not_null(column->name))
            return;
        std::string const name = quoted(column->name);
        Answer const found = any_row(subject.world, change.table, *column, "$ IS NULL");
        // Where the table may not be read, the sample of ANALYZE decides. It may show NULLs that are gone by now:
        // autovacuum analyzes a table only after a tenth of its rows has changed (autovacuum_analyze_scale_factor).
        double nulls = 0; // as of the last ANALYZE
        if (found == Answer::unknown)
            if (std::optional<Statistics> const known = statistics(subject.world, change.table, *column))
                nulls = known->null_fraction * change.table.rows;
        if (found == Answer::yes || nulls > 0)
            report.add(Severity::error,
                       "SET NOT NULL fails: " + (nulls > 0 ? "about " + counted(nulls, "row") : "rows") + " of " +
                           change.table.label() + " have NULL in column " + name +
                           (nulls > 0 ? ", as of the last ANALYZE" : ""),
                       "Fill them in an earlier migration: UPDATE " + change.table.qualified() + " SET " + name +
                           " = ... WHERE " + name + " IS NULL.");
    });
}

namespace {

// The first entry of pg_stats.most_common_freqs is the fraction of rows with the most common value of a column: from
// two rows on that is a duplicate. For several columns together there are no such statistics.
void report_duplicates(Subject const &subject, Report &report, Table &relation, const char *what,
                       std::vector<std::string> const &columns) {
    if (relation.is_new || columns.empty() || written(subject, relation))
        return;
    for (std::string const &column : columns)
        if (Column const *const found = relation.column(column); !found || found->is_new)
            return;
    Answer const found = any_duplicate(subject.world, relation, columns);
    double times = 0; // of one value, as of the last ANALYZE
    if (found == Answer::unknown && columns.size() == 1)
        if (std::optional<Statistics> const known =
                statistics(subject.world, relation, *relation.column(columns.front())))
            times = known->most_common * relation.rows;
    if (found != Answer::yes && times < 2)
        return;
    std::string const list = quoted_list(columns);
    report.add(Severity::error,
               std::string(what) + " fails: (" + list + ") of " + relation.label() + " has duplicates" +
                   (times >= 2 ? ", one value about " + counted(times, "time") + " as of the last ANALYZE" : ""),
               "Find and resolve them first: SELECT " + list + ", count(*) FROM " + relation.qualified() +
                   " GROUP BY " + list + " HAVING count(*) > 1.");
}

} // namespace

// USING INDEX is left out: duplicates would have been found when that index was built. So are indexes with expressions,
// collations or operator classes of their own, which decide what is equal.
void unique_of_duplicates(Subject const &subject, Report &report) {
    each_subcommand(subject, [&](Subcommand const &change) {
        Constraint const *const added = added_constraint(change.command);
        if (added && (added->contype == CONSTR_UNIQUE || added->contype == CONSTR_PRIMARY) && !added->indexname)
            report_duplicates(subject, report, change.table,
                              added->contype == CONSTR_PRIMARY ? "ADD PRIMARY KEY" : "ADD UNIQUE",
                              strings(added->keys));
    });
    auto const *statement = MIG_AS(IndexStmt, subject.node);
    if (!statement || !statement->unique || statement->whereClause || !statement->relation)
        return;
    Table *const relation = subject.world.find(statement->relation);
    std::vector<std::string> columns;
    bool plain = true;
    each<IndexElem>(statement->indexParams, [&](IndexElem const &element) {
        plain = plain && element.name && element.collation == NIL && element.opclass == NIL;
        columns.emplace_back(element.name ? element.name : "");
    });
    if (relation && plain)
        report_duplicates(subject, report, *relation, "CREATE UNIQUE INDEX", columns);
}

namespace {

constexpr Rule entries[] = {
    {"rename-table", "running programs know the old name", rename_relation},
    {"rename-column", "running programs know the old name", rename_column},
    {"rename-schema", "running programs know the old name", rename_schema},
    {"rename-type", "running programs know the old name", rename_type},
    {"rename-enum-value", "running programs know the old value", rename_enum_value},
    {"rename-function", "running programs know the old name", rename_routine},
    {"set-schema", "running programs look where it was", set_schema},
    {"change-type", "views refuse it, prepared statements fail", change_type},
    {"add-not-null-column", "rows, and INSERTs of running programs, have no value for it", add_not_null_column},
    {"set-not-null-of-nulls", "it fails on the rows that are there", set_not_null_of_nulls},
    {"unique-of-duplicates", "it fails on the rows that are there", unique_of_duplicates},
    {"function-attributes", "OR REPLACE forgets what it does not say again", routine_attributes},
    {"function-of-index", "an index keeps what the old body said", routine_of_index},
    {"overload-left-behind", "OR REPLACE replaces nothing", overload_left_behind},
};

} // namespace

Rules client_compatibility_rules() noexcept { return {std::begin(entries), std::end(entries)}; }

} // namespace mig::server::lint
