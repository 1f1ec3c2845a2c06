// Statements that write a table anew, under AccessExclusiveLock.
#include "bridge/compat.hpp"
#include "lint/read/parse_tree.hpp"
#include "lint/read/replicas.hpp"
#include "lint/read/type_change.hpp"
#include "lint/read/user_code.hpp"
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "lint/world/raw_tree.hpp"

#include <algorithm>

extern "C" {
#include "catalog/pg_type.h"
#include "nodes/value.h"
#include "utils/lsyscache.h"
}

namespace mig::server::lint {

namespace {

// A virtual generated column (18) is computed when it is read.
bool stored(::Constraint const *constraint) { return pg::is_stored(constraint); }

// What a rewrite costs: the same of every one, but for its reason.
std::string rewrites(Subject const &subject, Relation const &table, std::string const &why) {
    return why + ": writes all of " + table.label() + " and its indexes anew under AccessExclusiveLock: reads and " +
           "writes wait, and until commit as much disk space again is needed" +
           (table.large() ? wal_note(subject.world) : std::string());
}

void alter_type(Subject const &subject, Report &report) {
    each_change(subject, [&](Relation &table, AlterTableCmd const *command) {
        if (command->subtype != AT_AlterColumnType)
            return;
        Column const *const column = table.column(command->name);
        if (!column)
            return;
        TypeChange const change = type_change(subject.world, table, command);
        std::string const to = raw::type_text(subject.world, castNode(ColumnDef, command->def)->typeName);
        std::string const what = "ALTER COLUMN " + quoted(column->name) + " TYPE " + to + " (from " +
                                 (column->type_name.empty() ? "a new type" : column->type_name) + ")";
        std::string const safe =
            "Add a column of the new type, fill it in batches in later migrations, keep both in step with a trigger, "
            "and then swap their names.";
        if (change.effect == TypeChange::Effect::fails) {
            report.add(Severity::error,
                       what + " fails: " + (column->type_name.empty() ? "the type" : column->type_name) +
                           " does not become " + to + " by itself",
                       "USING says how: ALTER COLUMN " + quoted(column->name) + " TYPE " + to + " USING " +
                           quoted(column->name) + "::" + to + ".");
            return;
        }
        if (table.small())
            return;
        if (change.effect == TypeChange::Effect::rewrite)
            report.add(table.severity(), rewrites(subject, table, what), safe);
        else if (change.effect == TypeChange::Effect::unknown)
            report.add(Severity::warning,
                       what + ": whether this rewrites " + table.label() +
                           " under AccessExclusiveLock cannot be told, because a type in it is not there yet",
                       "SELECT * FROM migrator.rehearse() tells.");
        else if (!change.rebuilt.empty())
            report.add(table.severity(),
                       what + " leaves the table as it is, but builds " + joined(change.rebuilt) + " on " +
                           table.label() + " anew under AccessExclusiveLock: reads and writes wait",
                       "DROP INDEX CONCURRENTLY before it and CREATE INDEX CONCURRENTLY behind it, each in a migration "
                       "of its own, when queries can do without the index meanwhile.");
        else if (!change.rechecked.empty())
            report.add(table.severity(),
                       what + " reads all of " + table.label() + " to check " + joined(change.rechecked) +
                           " again, under AccessExclusiveLock: reads and writes wait",
                       "Drop " + joined(change.rechecked) +
                           " in the same migration before it and add it again NOT VALID; VALIDATE CONSTRAINT in a "
                           "later migration.");
    });
}

// Why a new column makes the server write the whole table, and what to do instead; nothing when it does not.
struct Rewrite {
    std::string why, instead;
};

Rewrite reason_to_rewrite(World &world, ColumnDef const *column) {
    std::string const name = quoted(column->colname),
                      in_batches = ", and fill the old rows in batches in later migrations.";
    std::string const numbered = "ADD COLUMN " + name + " bigint, CREATE SEQUENCE, ALTER COLUMN " + name +
                                 " SET DEFAULT nextval(...) for new rows" + in_batches;
    if (raw::is_serial(column->typeName))
        return {raw::type_text(column->typeName) + " numbers the rows that are there", numbered};
    ListCell *cell;
    foreach (cell, column->constraints) {
        auto const *constraint = lfirst_node(::Constraint, cell);
        if (constraint->contype == CONSTR_IDENTITY)
            return {"GENERATED AS IDENTITY numbers the rows that are there", numbered};
        if (constraint->contype == CONSTR_GENERATED && stored(constraint))
            return {"GENERATED ALWAYS AS ... STORED is computed for the rows that are there",
                    "ADD COLUMN " + name + " as a plain column, a trigger that fills it for new rows" + in_batches};
        if (constraint->contype == CONSTR_DEFAULT && world.is_volatile(constraint->raw_expr))
            return {"its DEFAULT is volatile: a value of its own for each row that is there",
                    "ADD COLUMN " + name + " without default, then ALTER COLUMN " + name +
                        " SET DEFAULT ... for new rows" + in_batches};
    }
    Oid const oid = world.type(column->typeName).oid;
    if (oid && pg::call<domain_has_constraints>(oid))
        return {"its type is a domain with constraints",
                "ADD COLUMN " + name +
                    " of the type below the domain, with a CHECK ... NOT VALID, and VALIDATE "
                    "CONSTRAINT in a later migration."};
    return {};
}

void add_column(Subject const &subject, Report &report) {
    each_change(subject, [&](Relation &table, AlterTableCmd const *command) {
        if (command->subtype != AT_AddColumn || table.small())
            return;
        auto const *column = castNode(ColumnDef, command->def);
        if (!column->typeName || (command->missing_ok && table.column(column->colname)))
            return;
        Rewrite const rewrite = reason_to_rewrite(subject.world, column);
        if (!rewrite.why.empty())
            report.add(table.severity(),
                       rewrites(subject, table, "ADD COLUMN " + quoted(column->colname) + ", because " + rewrite.why),
                       rewrite.instead);
    });
}

// ALTER TABLE ... ADD GENERATED AS IDENTITY keeps the values that are there: no rewrite.

void set_storage(Subject const &subject, Report &report) {
    each_change(subject, [&](Relation &table, AlterTableCmd const *command) {
        std::string what;
        switch (command->subtype) {
        case AT_SetLogged:
        case AT_SetUnLogged:
            if (table.unlogged == (command->subtype == AT_SetUnLogged))
                return;
            what = command->subtype == AT_SetLogged ? "SET LOGGED" : "SET UNLOGGED";
            break;
        case AT_SetAccessMethod:
            what = "SET ACCESS METHOD " + quoted(command->name ? command->name : "default");
            break;
        case AT_SetTableSpace:
            if (table.kind == 'p')
                return; // for partitions to come
            what = "SET TABLESPACE " + quoted(command->name);
            break;
        default:
            return;
        }
        if (!table.small())
            report.add(table.severity(), rewrites(subject, table, what),
                       "Make a new table with what is wanted and move the rows in batches, or do it when nobody needs "
                       "the table.");
    });
}

void vacuum_full(Subject const &subject, Report &report) {
    if (!IsA(subject.node, VacuumStmt) || !has_option(castNode(VacuumStmt, subject.node)->options, "full"))
        return;
    List *const relations = castNode(VacuumStmt, subject.node)->rels;
    std::string const hint = "VACUUM (without FULL) gives the space back to the table; pg_repack writes a table anew "
                             "without the lock.";
    if (relations == NIL)
        report.add(Severity::error,
                   "VACUUM FULL writes every table of the database anew, each under AccessExclusiveLock", hint);
    ListCell *cell;
    foreach (cell, relations) {
        RangeVar const *const name = lfirst_node(VacuumRelation, cell)->relation;
        Relation const *const table = name ? subject.world.find(name) : nullptr;
        if (table && !table->small())
            report.add(table->severity(), rewrites(subject, *table, "VACUUM FULL"), hint);
    }
}

void cluster(Subject const &subject, Report &report) {
    if (nodeTag(subject.node) != pg::cluster_tag || has_option(pg::cluster(subject.node)->params, "concurrently"))
        return;
    RangeVar const *const name = pg::cluster_table(subject.node);
    std::string const command = pg::cluster_command(subject.node);
    std::string const hint = "pg_repack writes a table in an order without the lock.";
    if (!name) {
        report.add(Severity::warning,
                   command + " writes every table" + (command == "CLUSTER" ? " that was clustered before" : "") +
                       " anew, each under AccessExclusiveLock",
                   hint);
        return;
    }
    Relation const *const table = subject.world.find(name);
    if (table && !table->small())
        report.add(table->severity(), rewrites(subject, *table, command), hint);
}

Relation const *larger(Relation const *one, Relation const *other) {
    return !one || (other && other->bytes > one->bytes) ? other : one;
}

// The largest table that a query reads.
Relation const *largest_source(World &world, Node *query);

Relation const *largest_of(World &world, Node *item) {
    switch (nodeTag(item)) {
    case T_RangeVar:
        return world.find(castNode(RangeVar, item));
    case T_JoinExpr:
        return larger(largest_of(world, castNode(JoinExpr, item)->larg),
                      largest_of(world, castNode(JoinExpr, item)->rarg));
    case T_RangeSubselect:
        return largest_source(world, castNode(RangeSubselect, item)->subquery);
    default:
        return nullptr;
    }
}

Relation const *largest_source(World &world, Node *query) {
    if (!query || !IsA(query, SelectStmt))
        return nullptr;
    auto const *select = castNode(SelectStmt, query);
    if (select->op != SETOP_NONE)
        return larger(largest_source(world, reinterpret_cast<Node *>(select->larg)),
                      largest_source(world, reinterpret_cast<Node *>(select->rarg)));
    Relation const *largest = nullptr;
    ListCell *cell;
    foreach (cell, select->fromClause)
        largest = larger(largest, largest_of(world, static_cast<Node *>(lfirst(cell))));
    return largest;
}

void create_table_as(Subject const &subject, Report &report) {
    Node *query = nullptr;
    if (IsA(subject.node, CreateTableAsStmt) && !castNode(CreateTableAsStmt, subject.node)->into->skipData)
        query = castNode(CreateTableAsStmt, subject.node)->query;
    else if (IsA(subject.node, SelectStmt) && castNode(SelectStmt, subject.node)->intoClause)
        query = subject.node;
    if (!query || !IsA(query, SelectStmt) || castNode(SelectStmt, query)->limitCount)
        return;
    Relation const *const source = largest_source(subject.world, query);
    if (!source || source->small())
        return;
    report.add(source->large() && !castNode(SelectStmt, query)->whereClause ? Severity::warning : Severity::info,
               "the new table is filled from " + source->label() +
                   " in one transaction: it writes what it reads and its WAL, and holds back VACUUM meanwhile" +
                   (source->large() ? wal_note(subject.world) : std::string()),
               "WITH NO DATA, and fill it in batches in later migrations.");
}

constexpr Rule table[] = {
    {"alter-column-type", "the table is rewritten or read under AccessExclusiveLock, or the cast is missing",
     alter_type},
    {"add-column-rewrites-table", "the table is rewritten for the values of the new column", add_column},
    {"change-of-storage-rewrites-table", "SET LOGGED, UNLOGGED, ACCESS METHOD or TABLESPACE rewrites the table",
     set_storage},
    {"vacuum-full", "the table is rewritten under AccessExclusiveLock", vacuum_full},
    {"cluster", "the table is rewritten under AccessExclusiveLock", cluster},
    {"create-table-as-from-big-table", "a big table is copied in one transaction", create_table_as},
};

} // namespace

Rules rewrite_rules() noexcept { return {std::begin(table), std::end(table)}; }

} // namespace mig::server::lint
