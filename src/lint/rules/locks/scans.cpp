// Constraints: statements that read a whole table, or build an index, under a lock.
//
// A constraint has to hold for the rows that are there, so adding one reads them all under the lock of the subcommand:
// AccessExclusiveLock, for foreign keys ShareRowExclusiveLock (AlterTableGetLockLevel()). The ways around it are in
// "ALTER TABLE" of PostgreSQL's manual: NOT VALID and a later VALIDATE CONSTRAINT, which takes
// ShareUpdateExclusiveLock; for a key an index that was built CONCURRENTLY.
#include "bridge/compat.hpp"
#include "lint/read/foreign_key_text.hpp"
#include "lint/read/leading_columns.hpp"
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "lint/world/partitions_below.hpp"
#include "lint/world/raw_tree.hpp"
#include "server/db/query.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>
#include <unordered_set>

extern "C" {
#include "nodes/value.h"
}

namespace mig::server::lint {

namespace {

std::string alter_table(Table const &table) { return "ALTER TABLE " + table.qualified() + " "; }

// The columns that an ALTER TABLE adds.
std::unordered_set<std::string> columns_added_by(Node const *node) {
    std::unordered_set<std::string> columns;
    each<AlterTableCmd>(MIG_AS(AlterTableStmt, node)->cmds, [&](AlterTableCmd const &command) {
        if (ColumnDef const *const column = added_column(command))
            columns.insert(column->colname);
    });
    return columns;
}

// Since version 12 no row is read when a validated CHECK (c IS NOT NULL) proves the constraint:
// NotNullImpliedByRelConstraints(). The column may be one that the same ALTER TABLE adds; World does not know it yet.
void set_not_null(Subject const &subject, Report &report) {
    std::optional<std::unordered_set<std::string>> added;
    each_subcommand_of_existing_table(subject, [&](Subcommand const &change) {
        Table &table = change.table;
        AlterTableCmd const *const command = &change.command;
        if (command->subtype != AT_SetNotNull || table.small())
            return;
        Column const *const column = table.column(command->name);
        if (!column && !added)
            added = columns_added_by(subject.node);
        if (column ? column->not_null || table.proof_of_not_null(column->name) : added->count(command->name) == 0)
            return;
        std::string const name = quoted(command->name), check = constraint_name(table, {command->name}, "_not_null");
        report.add(table.severity(),
                   "SET NOT NULL reads all of " + table.label() + " under AccessExclusiveLock: reads and writes wait",
                   alter_table(table) + "ADD CONSTRAINT " + check + " CHECK (" + name +
                       " IS NOT NULL) NOT VALID; in a later migration " + alter_table(table) + "VALIDATE CONSTRAINT " +
                       check + "; then SET NOT NULL reads nothing, and " + check + " can go.");
    });
}

// The name of a new constraint: its own, or the one that the server will choose (ChooseConstraintName()).
std::string new_name(Constraint const *constraint, Table const &table, std::vector<std::string> const &columns,
                     const char *suffix) {
    return constraint->conname ? quoted(constraint->conname) : constraint_name(table, columns, suffix);
}

// A constraint that is NOT VALID is enforced for every row written from then on. VALIDATE CONSTRAINT reads the others
// under ShareUpdateExclusiveLock, which neither reads nor writes wait for.
void report_check(Subject const &subject, Table const &table, Constraint const *constraint, Report &report) {
    std::string const name = new_name(constraint, table, raw::columns_of(constraint->raw_expr), "_check");
    report.add(table.severity(),
               "CHECK constraint " + name + ": reads all of " + table.label() +
                   " under AccessExclusiveLock: reads and writes wait",
               alter_table(table) + "ADD CONSTRAINT " + name + " " + check_text(subject, *constraint) +
                   " NOT VALID; in a later migration " + alter_table(table) + "VALIDATE CONSTRAINT " + name + ".");
}

// NOT VALID is refused for a partitioned table before 18. There the keys of the partitions come first: those that are
// valid are taken over, and nothing is read (tryAttachPartitionForeignKey()).
std::string foreign_key_hint(World &world, Table const &table, std::string const &name, std::string const &key) {
    auto const on = [&](std::string const &relation) {
        std::string const alter = "ALTER TABLE " + relation + " ";
        return alter + "ADD CONSTRAINT " + name + " " + key + " NOT VALID; in a later migration " + alter +
               "VALIDATE CONSTRAINT " + name;
    };
    if (table.kind != 'p' || pg::has_not_valid_keys_of_partitioned_tables)
        return on(table.qualified()) + ".";
    std::vector<Table *> const parts = partitions_of(world, table);
    return "NOT VALID does not work on a partitioned table before PostgreSQL 18. For each partition, " +
           on(parts.empty() ? std::string("it") : parts.front()->qualified()) +
           "; then this statement takes over these keys and reads nothing.";
}

bool is_valid_key(TableConstraint const &constraint, Table const *referenced, std::vector<std::string> const &columns) {
    return constraint.type == 'f' && constraint.validated && referenced && referenced->oid != 0 &&
           constraint.referenced == referenced->oid && constraint.columns == columns;
}

// Reads the table by one join with the referenced one (RI_Initial_Check()), under ShareRowExclusiveLock on both.
void report_foreign_key(Subject const &subject, Table const &table, Constraint const *constraint,
                        std::vector<std::string> const &columns, Report &report) {
    Table const *const other = subject.world.find(constraint->pktable);
    std::string const name = new_name(constraint, table, columns, "_fkey");
    if (partitions_have(subject.world, table, [&](Table &partition) {
            return std::any_of(partition.constraints.begin(), partition.constraints.end(),
                               [&](TableConstraint const &key) { return is_valid_key(key, other, columns); });
        }))
        return;
    report.add(table.severity(),
               "FOREIGN KEY " + name + ": reads all of " + table.label() +
                   " under ShareRowExclusiveLock on it and on " +
                   (other ? other->label() : quoted(constraint->pktable->relname)) + ": writes to both wait",
               foreign_key_hint(subject.world, table, name, foreign_key_text(*constraint, columns, other)));
}

// Visits the constraints that the statement adds to existing tables that are not small: visit(table, constraint,
// column), where column is the new one that the constraint is written with, or null. ADD COLUMN IF NOT EXISTS of a
// column that exists adds nothing.
template <class Visit>
void each_added_constraint(Subject const &subject, Visit const &visit) {
    each_subcommand_of_existing_table(subject, [&](Subcommand const &change) {
        Table &table = change.table;
        if (table.small())
            return;
        if (Constraint const *const added = added_constraint(change.command))
            return visit(table, *added, nullptr);
        ColumnDef const *const column = added_column(change.command);
        if (!column || (change.command.missing_ok && table.column(column->colname)))
            return;
        each<Constraint>(column->constraints, [&](Constraint const &constraint) { visit(table, constraint, column); });
    });
}

// A CHECK of a new column is read like any other, though most often all rows have the same value in it: only foreign
// keys may skip the check of what is there (transformAlterTableStmt()).
void add_check(Subject const &subject, Report &report) {
    each_added_constraint(subject, [&](Table &table, Constraint const &constraint, ColumnDef const *) {
        if (constraint.contype == CONSTR_CHECK && !constraint.skip_validation)
            report_check(subject, table, &constraint, report);
    });
}

// ADD COLUMN ... REFERENCES without a default skips the check: transformAlterTableStmt() marks the constraint so.
void add_foreign_key(Subject const &subject, Report &report) {
    each_added_constraint(subject, [&](Table &table, Constraint const &constraint, ColumnDef const *column) {
        if (constraint.contype != CONSTR_FOREIGN || constraint.skip_validation)
            return;
        if (!column)
            report_foreign_key(subject, table, &constraint, strings(constraint.fk_attrs), report);
        else if (has_constraint(*column, CONSTR_DEFAULT))
            report_foreign_key(subject, table, &constraint, {column->colname}, report);
    });
}

// VALIDATE CONSTRAINT needs a weak lock only, but a transaction that has also added the constraint still holds the
// strong lock of ADD CONSTRAINT. A constraint that was added without a name is recorded as "".
void validate(Subject const &subject, Report &report) {
    each_subcommand_of_existing_table(subject, [&](Subcommand const &change) {
        Table &table = change.table;
        AlterTableCmd const *const command = &change.command;
        if (command->subtype != AT_ValidateConstraint || table.small())
            return;
        auto const &added = subject.earlier_in_transaction.not_valid;
        TableConstraint const *const constraint = table.constraint(command->name);
        bool const added_here = added.count({&table, command->name}) > 0 ||
                                (constraint && constraint->is_new && added.count({&table, ""}) > 0);
        if (!added_here)
            return;
        bool const foreign = constraint && constraint->type == 'f';
        report.add(table.severity(),
                   "VALIDATE CONSTRAINT " + quoted(command->name) + " reads all of " + table.label() +
                       " while this transaction still holds " +
                       (foreign ? "ShareRowExclusiveLock on it and on the referenced table, from adding the "
                                  "constraint: writes wait"
                                : "AccessExclusiveLock on it, from adding the constraint: reads and writes wait"),
                   "In a later migration: " + alter_table(table) + "VALIDATE CONSTRAINT " + quoted(command->name) +
                       ". Alone it blocks neither reads nor writes.");
    });
}

// PRIMARY KEY USING INDEX makes its columns NOT NULL, for which it reads the table unless that is proven.
std::string not_null_first(Table &table, std::vector<std::string> const &columns) {
    std::vector<std::string> nullable;
    for (std::string const &name : columns)
        if (Column const *const column = table.column(name);
            column && !column->not_null && !table.proof_of_not_null(name))
            nullable.push_back(name);
    if (nullable.empty())
        return {};
    std::string const check = constraint_name(table, nullable, "_not_null");
    std::string condition;
    for (std::string const &name : nullable)
        condition += (condition.empty() ? "" : " AND ") + quoted(name) + " IS NOT NULL";
    return alter_table(table) + "ADD CONSTRAINT " + check + " CHECK (" + condition +
           ") NOT VALID; in a later migration " + alter_table(table) + "VALIDATE CONSTRAINT " + check + "; then ";
}

// Indexes of partitions that are there already are taken over, if each has a constraint of its own (DefineIndex()).
std::string unique_of_partitions(World &world, Table const &table, std::string const &name, const char *kind,
                                 std::vector<std::string> const &columns) {
    std::vector<Table *> const parts = partitions_of(world, table);
    if (parts.empty())
        return "Before there are rows.";
    Table &part = *parts.front();
    std::string const index = constraint_name(part, columns, "_key");
    bool const primary = std::string_view(kind) == "PRIMARY KEY";
    return "For each partition, " + (primary ? not_null_first(part, columns) : std::string()) +
           "CREATE UNIQUE INDEX CONCURRENTLY " + index + " ON " + part.qualified() + " (" + quoted_list(columns) +
           "), in a migration of its own; then " + alter_table(part) + "ADD CONSTRAINT " + index + " " + kind +
           " USING INDEX " + index + ". Then " + alter_table(table) + "ADD CONSTRAINT " + name + " " + kind + " (" +
           quoted_list(columns) + ") takes over those indexes.";
}

// USING INDEX turns an existing index into the constraint and builds nothing. PRIMARY KEY first makes its columns NOT
// NULL, as SET NOT NULL does, and so reads the table unless each is NOT NULL already or proven to be.
void report_index(World &world, Table &table, Constraint const *constraint, std::vector<std::string> const &columns,
                  Report &report) {
    bool const primary = constraint->contype == CONSTR_PRIMARY;
    const char *const kind = primary ? "PRIMARY KEY" : "UNIQUE";
    if (constraint->indexname) {
        TableIndex const *const index = table.index(constraint->indexname);
        if (!primary || !index)
            return;
        for (std::string const &name : index->columns) {
            Column const *const column = table.column(name);
            if (!column || column->not_null || table.proof_of_not_null(name))
                continue;
            std::string const check = constraint_name(table, {name}, "_not_null");
            report.add(table.severity(),
                       "PRIMARY KEY USING INDEX makes " + quoted(name) + " NOT NULL and reads all of " + table.label() +
                           " for it under AccessExclusiveLock: reads and writes wait",
                       "Before it: " + alter_table(table) + "ADD CONSTRAINT " + check + " CHECK (" + quoted(name) +
                           " IS NOT NULL) NOT VALID; in a later migration " + alter_table(table) +
                           "VALIDATE CONSTRAINT " + check + "; then PRIMARY KEY USING INDEX reads nothing.");
            return;
        }
        return;
    }
    // That ADD PRIMARY KEY reads the table once more for NOT NULL is not worth a finding of its own: building the index
    // takes longer, under the same lock.
    if (partitions_have(world, table, [&](Table &partition) {
            return std::any_of(partition.indexes.begin(), partition.indexes.end(), [&](TableIndex const &index) {
                return index.of_constraint && (primary ? index.primary : index.unique && !index.primary) &&
                       index.valid && index.columns == columns;
            });
        }))
        return;
    std::string const name = primary ? constraint->conname ? quoted(constraint->conname) : quoted(table.name + "_pkey")
                                     : new_name(constraint, table, columns, "_key");
    report.add(table.severity(),
               std::string("ADD ") + kind + " builds its index on " + table.label() +
                   " under AccessExclusiveLock: reads and writes wait",
               table.kind == 'p'
                   ? unique_of_partitions(world, table, name, kind, columns)
                   : (primary ? not_null_first(table, columns) : std::string()) + "CREATE UNIQUE INDEX CONCURRENTLY " +
                         name + " ON " + table.qualified() + " (" + quoted_list(columns) +
                         "), in a migration of its own; then " + alter_table(table) + "ADD CONSTRAINT " + name + " " +
                         kind + " USING INDEX " + name + ".");
}

void add_unique(Subject const &subject, Report &report) {
    each_added_constraint(subject, [&](Table &table, Constraint const &constraint, ColumnDef const *column) {
        if (constraint.contype == CONSTR_PRIMARY || constraint.contype == CONSTR_UNIQUE)
            report_index(subject.world, table, &constraint,
                         column ? std::vector<std::string>{column->colname} : strings(constraint.keys), report);
    });
}

// The server cannot build the index of an exclusion constraint concurrently, and there is neither USING INDEX nor NOT
// VALID for one: see "ALTER TABLE" in the manual.
void add_exclusion(Subject const &subject, Report &report) {
    each_added_constraint(subject, [&](Table &table, Constraint const &constraint, ColumnDef const *) {
        if (constraint.contype != CONSTR_EXCLUSION)
            return;
        report.add(table.severity(),
                   "EXCLUDE builds its index on " + table.label() +
                       " and compares all rows, under AccessExclusiveLock: reads and writes wait",
                   "There is no concurrent way: add it to a new table and move the rows over in batches, or do it when "
                   "nobody needs the table.");
    });
}

// As ChooseConstraintName() names the CHECK of a domain.
std::string check_name(std::uint32_t domain, std::string const &of) {
    static KeptQuery checks("SELECT conname::text FROM pg_catalog.pg_constraint WHERE contypid = $1::oid");
    Rows const rows = checks({static_cast<std::int64_t>(domain)}, Access::fresh);
    std::unordered_set<std::string> taken;
    for (std::size_t i = 0; i < rows.size(); ++i)
        taken.emplace(rows.text(i, 0));
    std::string name = of + "_check";
    for (int i = 1; taken.count(name) > 0; ++i)
        name = of + "_check" + std::to_string(i);
    return quoted(name);
}

std::string domain_hint(Subject const &subject, AlterDomainStmt const &statement, std::uint32_t domain_oid) {
    auto const *constraint = MIG_AS(Constraint, statement.def);
    std::string domain;
    for (std::string const &part : strings(statement.typeName))
        domain += (domain.empty() ? "" : ".") + quoted(part);
    std::string const alter = "ALTER DOMAIN " + domain + " ",
                      name = constraint->conname ? quoted(constraint->conname)
                                                 : check_name(domain_oid, strings(statement.typeName).back());
    return alter + "ADD CONSTRAINT " + name + " " + check_text(subject, *constraint) +
           " NOT VALID; in a later migration, at a quiet hour, " + alter + "VALIDATE CONSTRAINT " + name + ".";
}

// The server takes ShareLock on each table that has a column of the domain, or of a domain over it, reads the tables
// one after the other, and keeps all locks until commit (get_rels_with_domain() and its callers in typecmds.c). The
// query goes up from the domain: by pg_type.typbasetype to domains over it, by typelem to true arrays (typlen -1).
void domain_constraint(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(AlterDomainStmt, subject.node);
    if (!statement)
        return;
    // AlterDomainStmt.subtype: C is ADD CONSTRAINT, O is SET NOT NULL, V is VALIDATE CONSTRAINT.
    bool const adds_valid = statement->subtype == 'C' && !MIG_AS(Constraint, statement->def)->skip_validation;
    if (!adds_valid && statement->subtype != 'O' && statement->subtype != 'V')
        return;
    TypeName const name = raw::make_type_name(statement->typeName);
    std::uint32_t const domain = subject.world.type(&name).oid;
    if (domain == 0)
        return;
    static KeptQuery tables_with_domain(
        "WITH RECURSIVE d AS (SELECT $1::oid AS oid UNION SELECT t.oid FROM pg_catalog.pg_type t JOIN d"
        " ON t.typbasetype = d.oid OR t.typelem = d.oid AND t.typlen = -1)"
        " SELECT DISTINCT c.oid::int8 FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c"
        " ON c.oid = a.attrelid JOIN d ON d.oid = a.atttypid"
        " WHERE NOT a.attisdropped AND a.attnum > 0 AND c.relkind = 'r'");
    Rows const tables = tables_with_domain({static_cast<std::int64_t>(domain)});
    Table const *largest = nullptr;
    std::size_t count = 0;
    for (std::size_t i = 0; i < tables.size(); ++i)
        if (Table const *const found = subject.world.find(static_cast<std::uint32_t>(tables.bigint(i, 0)))) {
            ++count;
            if (!largest || found->bytes > largest->bytes)
                largest = found;
        }
    if (!largest || largest->small())
        return;
    std::string const what = statement->subtype == 'O'   ? "SET NOT NULL"
                             : statement->subtype == 'V' ? "VALIDATE CONSTRAINT"
                                                         : "ADD CONSTRAINT";
    // Info for VALIDATE CONSTRAINT: validateDomainConstraint() takes ShareLock too, so there is nothing better to
    // suggest.
    report.add(statement->subtype == 'V' ? Severity::info : largest->severity(),
               "ALTER DOMAIN " + what + " reads every table with a column of the domain under ShareLock, " +
                   largest->label() + (count > 1 ? " and " + std::to_string(count - 1) + " more" : std::string()) +
                   ": writes wait",
               statement->subtype == 'C' ? domain_hint(subject, *statement, domain) : "At a quiet hour.");
}

constexpr Rule entries[] = {
    {"set-not-null-scans-table", "the table is read under AccessExclusiveLock", set_not_null},
    {"add-check-without-not-valid", "the table is read under AccessExclusiveLock", add_check},
    {"add-foreign-key-without-not-valid", "the table is read while writes to both tables wait", add_foreign_key},
    {"validate-in-same-transaction", "the table is read under the lock of ADD CONSTRAINT", validate},
    {"add-unique-without-using-index", "an index is built under AccessExclusiveLock", add_unique},
    {"add-exclusion-constraint", "an index is built under AccessExclusiveLock", add_exclusion},
    {"domain-constraint-scans-tables", "all tables with the domain are read while writes wait", domain_constraint},
};

} // namespace

Rules scan_rules() noexcept { return {std::begin(entries), std::end(entries)}; }

} // namespace mig::server::lint
