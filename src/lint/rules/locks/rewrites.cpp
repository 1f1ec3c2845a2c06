// Rewrites: statements that rewrite a whole table, under AccessExclusiveLock.
//
// The server writes all rows to a new file, builds all indexes again and drops the old files at commit:
// ATRewriteTable() and finish_heap_swap() for ALTER TABLE, cluster_rel() for CLUSTER and VACUUM FULL. Until then there
// are two copies on the disk, and all of it goes to the WAL as well, which is why messages about large tables mention
// standbys and replication slots. What ALTER COLUMN TYPE does is decided in lint/read/type_change.cpp.
#include "lint/rules/locks/rewrites.hpp"

#include "bridge/compat.hpp"
#include "lint/read/replicas.hpp"
#include "lint/read/type_change.hpp"
#include "lint/read/user_code.hpp"
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "lint/world/raw_tree.hpp"
#include "lint/world/settings_in_force.hpp"
#include "server/db/query.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>

extern "C" {
#include "catalog/pg_type.h"
#include "nodes/value.h"
#include "utils/lsyscache.h"
}

namespace mig::server::lint {

namespace {

// A virtual generated column (since 18) is computed when it is read, so adding one writes nothing.
bool stored(Constraint const *constraint) { return pg::is_stored(constraint); }

// What a rewrite costs is the same whatever the reason for it.
std::string rewrite_message(Subject const &subject, Table const &table, std::string const &why) {
    return why + ": rewrites " + table.label() + " together with its indexes under AccessExclusiveLock: reads and " +
           "writes wait, and as much disk space again is needed until commit" +
           (table.large() ? wal_note(subject.world) : std::string());
}

// Three costs, from the worst to the least: the table is rewritten; only the indexes on the column are; only CHECK
// constraints are checked again, which reads the table. A column whose own type is new has no type_name.
void alter_type(Subject const &subject, Report &report) {
    each_subcommand_of_existing_table(subject, [&](Subcommand const &change) {
        Table &table = change.table;
        AlterTableCmd const *const command = &change.command;
        if (command->subtype != AT_AlterColumnType)
            return;
        Column const *const column = table.column(command->name);
        if (!column)
            return;
        TypeChange const types = type_change(subject.world, table, command);
        std::string const to = raw::type_text(subject.world, MIG_AS(ColumnDef, command->def)->typeName);
        std::string const what = "ALTER COLUMN " + quoted(column->name) + " TYPE " + to + " (from " +
                                 (column->type_name.empty() ? "a new type" : column->type_name) + ")";
        std::string const safe =
            "Add a column of the new type, fill it in batches in later migrations, keep both in step with a trigger, "
            "and then swap their names.";
        // Before the size: ATPrepAlterColumnType() looks for a cast before anything looks at rows, so this fails on an
        // empty table too.
        if (types.effect == TypeChange::Effect::fails) {
            report.add(Severity::error,
                       what + " fails: " + (column->type_name.empty() ? "the type" : column->type_name) +
                           " does not become " + to + " by itself",
                       "Say how with USING: ALTER TABLE " + table.qualified() + " ALTER COLUMN " +
                           quoted(column->name) + " TYPE " + to + " USING " + quoted(column->name) + "::" + to + ".");
            return;
        }
        if (table.small())
            return;
        if (types.effect == TypeChange::Effect::rewrite)
            report.add(table.severity(), rewrite_message(subject, table, what), safe);
        else if (types.effect == TypeChange::Effect::unknown)
            report.add(Severity::warning,
                       what + ": whether this rewrites " + table.label() +
                           " under AccessExclusiveLock cannot be known, because one of the types does not exist yet",
                       "SELECT * FROM migrator.rehearse() shows it.");
        else if (!types.rebuilt.empty())
            report.add(table.severity(),
                       what + " leaves the table as it is, but rebuilds " + quoted_list(types.rebuilt) + " on " +
                           table.label() + " under AccessExclusiveLock: reads and writes wait",
                       "DROP INDEX CONCURRENTLY before it and CREATE INDEX CONCURRENTLY after it, each in a migration "
                       "of its own, when queries can do without the index meanwhile.");
        else if (!types.rechecked.empty())
            report.add(table.severity(),
                       what + " reads all of " + table.label() + " to check " + quoted_list(types.rechecked) +
                           " again, under AccessExclusiveLock: reads and writes wait",
                       "Drop " + quoted_list(types.rechecked) +
                           " in the same migration before it and add it again NOT VALID; VALIDATE CONSTRAINT in a "
                           "later migration.");
    });
}

// Why a new column makes the server write the whole table, and what to do instead; nothing when it does not.
struct Rewrite {
    std::string why, instead;
};

// Since version 11 a DEFAULT that is not volatile is evaluated once and kept in pg_attribute.attmissingval; the rows
// stay as they are (ATExecAddColumn()). What can differ from row to row has to be written into each of them: sequence
// numbers, stored generated columns, volatile defaults. A column of a domain with constraints is written too, as its
// value has to pass their checks even where that is NULL.
Rewrite reason_to_rewrite(World &world, ColumnDef const *column) {
    std::string const name = quoted(column->colname),
                      in_batches = ", and fill the old rows in batches in later migrations.";
    std::string const numbered = "ADD COLUMN " + name + " bigint, CREATE SEQUENCE, ALTER COLUMN " + name +
                                 " SET DEFAULT nextval(...) for new rows" + in_batches;
    // First, as a raw tree has no DEFAULT for it yet: transformColumnDefinition() adds one.
    if (raw::is_serial(column->typeName))
        return {raw::type_text(column->typeName) + " numbers the rows that are there", numbered};
    Rewrite rewrite;
    each<Constraint>(column->constraints, [&](Constraint const &constraint) {
        if (!rewrite.why.empty())
            return;
        if (constraint.contype == CONSTR_IDENTITY)
            rewrite = {"GENERATED AS IDENTITY numbers the rows that are there", numbered};
        else if (constraint.contype == CONSTR_GENERATED && stored(&constraint))
            rewrite = {"GENERATED ALWAYS AS ... STORED is computed for the rows that are there",
                       "ADD COLUMN " + name + " as a plain column, a trigger that fills it for new rows" + in_batches};
        else if (constraint.contype == CONSTR_DEFAULT && world.is_volatile(constraint.raw_expr))
            rewrite = {"its DEFAULT is volatile: a value of its own for each row that is there",
                       "ADD COLUMN " + name + " without default, then ALTER COLUMN " + name +
                           " SET DEFAULT ... for new rows" + in_batches};
    });
    if (!rewrite.why.empty())
        return rewrite;
    // Without an OID, of a domain that a pending statement creates, its constraints are not known: a miss, which
    // rehearse() shows.
    Oid const oid = world.type(column->typeName).oid;
    if (oid && pg::call<domain_has_constraints>(oid))
        return {"its type is a domain with constraints",
                "ADD COLUMN " + name +
                    " of the type below the domain, with a CHECK ... NOT VALID, and VALIDATE "
                    "CONSTRAINT in a later migration."};
    return {};
}

void add_column(Subject const &subject, Report &report) {
    each_subcommand_of_existing_table(subject, [&](Subcommand const &change) {
        Table &table = change.table;
        AlterTableCmd const *const command = &change.command;
        if (command->subtype != AT_AddColumn || table.small())
            return;
        auto const *column = MIG_AS(ColumnDef, command->def);
        // IF NOT EXISTS of a column that is there adds nothing: check_for_column_name_collision().
        if (!column->typeName || (command->missing_ok && table.column(column->colname)))
            return;
        Rewrite const rewrite = reason_to_rewrite(subject.world, column);
        if (!rewrite.why.empty())
            report.add(
                table.severity(),
                rewrite_message(subject, table, "ADD COLUMN " + quoted(column->colname) + ", because " + rewrite.why),
                rewrite.instead);
    });
}

// ALTER COLUMN ... ADD GENERATED AS IDENTITY has no rule: it keeps the values that are there and rewrites nothing.

// What the table has already: then the server does nothing (ATPrepSetAccessMethod(), CheckRelationTableSpaceMove()).
// SET ACCESS METHOD DEFAULT, since 17, means the setting that is in force.
bool has_storage(Subject const &subject, Table const &table, AlterTableCmd const &command) {
    static KeptQuery storage("SELECT coalesce(a.amname, '')::text, coalesce(t.spcname, s.spcname)::text"
                             " FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam"
                             " LEFT JOIN pg_catalog.pg_tablespace t ON t.oid = c.reltablespace,"
                             " pg_catalog.pg_database d JOIN pg_catalog.pg_tablespace s ON s.oid = d.dattablespace"
                             " WHERE c.oid = $1::oid AND d.datname = pg_catalog.current_database()");
    Rows const rows = storage({static_cast<std::int64_t>(table.oid)});
    if (rows.size() == 0)
        return false;
    if (command.subtype == AT_SetTableSpace)
        return rows.text(0, 1) == command.name;
    std::optional<std::string> const method =
        command.name ? std::string(command.name) : subject.world.settings().value("default_table_access_method");
    return method && rows.text(0, 0) == *method;
}

// SET LOGGED, SET UNLOGGED and SET ACCESS METHOD rewrite the table (AT_REWRITE_ALTER_PERSISTENCE and
// AT_REWRITE_ACCESS_METHOD in commands/event_trigger.h); SET TABLESPACE copies its files block by block
// (ATExecSetTableSpace()). All of them hold AccessExclusiveLock meanwhile.
void set_storage(Subject const &subject, Report &report) {
    each_subcommand_of_existing_table(subject, [&](Subcommand const &change) {
        Table &table = change.table;
        AlterTableCmd const *const command = &change.command;
        std::string what;
        switch (command->subtype) {
        case AT_SetLogged:
        case AT_SetUnLogged:
            // Nothing to do: ATPrepChangePersistence() returns false.
            if (table.unlogged == (command->subtype == AT_SetUnLogged))
                return;
            what = command->subtype == AT_SetLogged ? "SET LOGGED" : "SET UNLOGGED";
            break;
        case AT_SetAccessMethod:
            what = "SET ACCESS METHOD " + quoted(command->name ? command->name : "default");
            break;
        case AT_SetTableSpace:
            if (table.kind == 'p')
                return; // a default for partitions to come: moves nothing
            what = "SET TABLESPACE " + quoted(command->name);
            break;
        default:
            return;
        }
        bool const moves = command->subtype == AT_SetAccessMethod || command->subtype == AT_SetTableSpace;
        if (!table.small() && !(moves && has_storage(subject, table, *command)))
            report.add(table.severity(), rewrite_message(subject, table, what),
                       "Create a new table with what is wanted and move the rows in batches, or do it when nobody "
                       "needs the table.");
    });
}

// Without a table VACUUM FULL goes through all that the role may vacuum, a transaction each.
void vacuum_full(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(VacuumStmt, subject.node);
    if (!statement || !has_option(statement->options, "full"))
        return;
    std::string const hint = "VACUUM (without FULL) makes the space available to the table again; pg_repack rewrites a "
                             "table without the lock.";
    if (statement->rels == NIL)
        report.add(Severity::error, "VACUUM FULL rewrites every table of the database, each under AccessExclusiveLock",
                   hint);
    each<VacuumRelation>(statement->rels, [&](VacuumRelation const &target) {
        Table const *const table = target.relation ? subject.world.find(target.relation) : nullptr;
        if (table && !table->small())
            report.add(table->severity(), rewrite_message(subject, *table, "VACUUM FULL"), hint);
    });
}

// CLUSTER without a table rewrites those that have a clustered index (pg_index.indisclustered). From 19 on the grammar
// has REPACK for both: bridge/compat.hpp hides the difference.
void cluster(Subject const &subject, Report &report) {
    if (nodeTag(subject.node) != pg::cluster_tag || has_option(pg::cluster(subject.node)->params, "concurrently"))
        return;
    RangeVar const *const name = pg::cluster_table(subject.node);
    std::string const command = pg::cluster_command(subject.node);
    std::string const hint = "pg_repack writes a table in the order of an index without the lock.";
    if (!name) {
        report.add(Severity::warning,
                   command + " rewrites every table" + (command == "CLUSTER" ? " that has been clustered before" : "") +
                       ", each under AccessExclusiveLock",
                   hint);
        return;
    }
    Table const *const table = subject.world.find(name);
    if (table && !table->small())
        report.add(table->severity(), rewrite_message(subject, *table, command), hint);
}

Table const *larger(Table const *a, Table const *b) { return !a || (b && b->bytes > a->bytes) ? b : a; }

// The largest table in the FROM of a query, subqueries there included; not of CTEs or of subqueries elsewhere.
Table const *largest_source(World &world, Node *query);

Table const *largest_of(World &world, Node *item) {
    if (auto const *name = MIG_AS(RangeVar, item))
        return world.find(name);
    if (auto const *join = MIG_AS(JoinExpr, item))
        return larger(largest_of(world, join->larg), largest_of(world, join->rarg));
    if (auto const *subselect = MIG_AS(RangeSubselect, item))
        return largest_source(world, subselect->subquery);
    return nullptr;
}

Table const *largest_source(World &world, Node *query) {
    auto const *select = MIG_AS(SelectStmt, query);
    if (!select)
        return nullptr;
    if (select->op != SETOP_NONE)
        return larger(largest_source(world, reinterpret_cast<Node *>(select->larg)),
                      largest_source(world, reinterpret_cast<Node *>(select->rarg)));
    Table const *largest = nullptr;
    each<Node>(select->fromClause, [&](Node &item) { largest = larger(largest, largest_of(world, &item)); });
    return largest;
}

// The query that fills the table of CREATE TABLE AS or SELECT INTO; null: neither of them, or WITH NO DATA. CREATE
// TABLE AS EXECUTE has an ExecuteStmt here, which the caller ignores: the query is not in this statement.
Node *filling_query(Node *statement) {
    if (auto const *create = MIG_AS(CreateTableAsStmt, statement))
        return create->into->skipData ? nullptr : create->query;
    auto const *select = MIG_AS(SelectStmt, statement);
    return select && select->intoClause ? statement : nullptr;
}

RangeVar const *target_of(Node const *statement) {
    if (auto const *create = MIG_AS(CreateTableAsStmt, statement))
        return create->into->rel;
    return MIG_AS(SelectStmt, statement)->intoClause->rel;
}

// Locks nothing that others need, but a long transaction holds back VACUUM in the whole database, as no dead row that
// its snapshot could see may be removed. A LIMIT bounds the work, whatever the size of the source.
void create_table_as(Subject const &subject, Report &report) {
    Node *const query = filling_query(subject.node);
    auto const *select = MIG_AS(SelectStmt, query);
    if (!select || select->limitCount)
        return;
    Table const *const source = largest_source(subject.world, query);
    if (!source || source->small())
        return;
    bool const temporary = target_of(subject.node)->relpersistence == RELPERSISTENCE_TEMP; // which has no WAL
    // A WHERE may leave few rows. Estimating how many would not make it more than an info, as nobody waits for a lock.
    report.add(source->large() && !select->whereClause ? Severity::warning : Severity::info,
               "the new table is filled from " + source->label() +
                   " in one transaction, which writes all that it reads, " + (temporary ? "" : "and the WAL for it, ") +
                   "and holds back VACUUM meanwhile" +
                   (source->large() && !temporary ? wal_note(subject.world) : std::string()),
               "WITH NO DATA, and fill it in batches in later migrations.");
}

constexpr Rule entries[] = {
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

bool rewrites_table(World &world, ColumnDef const *column) { return !reason_to_rewrite(world, column).why.empty(); }

Rules rewrite_rules() noexcept { return {std::begin(entries), std::end(entries)}; }

} // namespace mig::server::lint
