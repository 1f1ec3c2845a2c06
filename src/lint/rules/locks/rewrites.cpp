// Statements that write a table anew, under AccessExclusiveLock.
#include "bridge/compat.hpp"
#include "lint/read/replicas.hpp"
#include "lint/read/type_change.hpp"
#include "lint/read/user_code.hpp"
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "lint/world/raw_tree.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>

extern "C" {
#include "catalog/pg_type.h"
#include "nodes/value.h"
#include "utils/lsyscache.h"
}

namespace mig::server::lint {

namespace {

// A virtual generated column (18) is computed when it is read.
bool stored(Constraint const *constraint) { return pg::is_stored(constraint); }

// What a rewrite costs: the same of every one, but for its reason.
std::string rewrites(Subject const &subject, Table const &table, std::string const &why) {
    return why + ": writes all of " + table.label() + " and its indexes anew under AccessExclusiveLock: reads and " +
           "writes wait, and until commit as much disk space again is needed" +
           (table.large() ? wal_note(subject.world) : std::string());
}

void alter_type(Subject const &subject, Report &report) {
    each_subcommand_of_old_table(subject, [&](Subcommand const &change) {
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
        if (types.effect == TypeChange::Effect::fails) {
            report.add(Severity::error,
                       what + " fails: " + (column->type_name.empty() ? "the type" : column->type_name) +
                           " does not become " + to + " by itself",
                       "USING says how: ALTER COLUMN " + quoted(column->name) + " TYPE " + to + " USING " +
                           quoted(column->name) + "::" + to + ".");
            return;
        }
        if (table.small())
            return;
        if (types.effect == TypeChange::Effect::rewrite)
            report.add(table.severity(), rewrites(subject, table, what), safe);
        else if (types.effect == TypeChange::Effect::unknown)
            report.add(Severity::warning,
                       what + ": whether this rewrites " + table.label() +
                           " under AccessExclusiveLock cannot be told, because a type in it is not there yet",
                       "SELECT * FROM migrator.rehearse() tells.");
        else if (!types.rebuilt.empty())
            report.add(table.severity(),
                       what + " leaves the table as it is, but builds " + joined(types.rebuilt) + " on " +
                           table.label() + " anew under AccessExclusiveLock: reads and writes wait",
                       "DROP INDEX CONCURRENTLY before it and CREATE INDEX CONCURRENTLY behind it, each in a migration "
                       "of its own, when queries can do without the index meanwhile.");
        else if (!types.rechecked.empty())
            report.add(table.severity(),
                       what + " reads all of " + table.label() + " to check " + joined(types.rechecked) +
                           " again, under AccessExclusiveLock: reads and writes wait",
                       "Drop " + joined(types.rechecked) +
                           " in the same migration before it and add it again NOT VALID; VALIDATE CONSTRAINT in a "
                           "later migration.");
    });
}

// Why a new column makes the server write the whole table, and what to do instead; nothing when it does not.
struct Rewrite {
    std::string why, instead;
};

// A DEFAULT that is the same for all rows is kept in pg_attribute.attmissingval, since 11, and the rows stay as they
// are. What differs by row has to be written into each.
Rewrite reason_to_rewrite(World &world, ColumnDef const *column) {
    std::string const name = quoted(column->colname),
                      in_batches = ", and fill the old rows in batches in later migrations.";
    std::string const numbered = "ADD COLUMN " + name + " bigint, CREATE SEQUENCE, ALTER COLUMN " + name +
                                 " SET DEFAULT nextval(...) for new rows" + in_batches;
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
    Oid const oid = world.type(column->typeName).oid;
    if (oid && pg::call<domain_has_constraints>(oid))
        return {"its type is a domain with constraints",
                "ADD COLUMN " + name +
                    " of the type below the domain, with a CHECK ... NOT VALID, and VALIDATE "
                    "CONSTRAINT in a later migration."};
    return {};
}

void add_column(Subject const &subject, Report &report) {
    each_subcommand_of_old_table(subject, [&](Subcommand const &change) {
        Table &table = change.table;
        AlterTableCmd const *const command = &change.command;
        if (command->subtype != AT_AddColumn || table.small())
            return;
        auto const *column = MIG_AS(ColumnDef, command->def);
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

// A table that becomes logged has to be in the WAL as a whole, and another access method or tablespace is another file:
// the server writes the rows anew, or copies them.
void set_storage(Subject const &subject, Report &report) {
    each_subcommand_of_old_table(subject, [&](Subcommand const &change) {
        Table &table = change.table;
        AlterTableCmd const *const command = &change.command;
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
    auto const *statement = MIG_AS(VacuumStmt, subject.node);
    if (!statement || !has_option(statement->options, "full"))
        return;
    std::string const hint = "VACUUM (without FULL) gives the space back to the table; pg_repack writes a table anew "
                             "without the lock.";
    if (statement->rels == NIL)
        report.add(Severity::error,
                   "VACUUM FULL writes every table of the database anew, each under AccessExclusiveLock", hint);
    each<VacuumRelation>(statement->rels, [&](VacuumRelation const &one) {
        Table const *const table = one.relation ? subject.world.find(one.relation) : nullptr;
        if (table && !table->small())
            report.add(table->severity(), rewrites(subject, *table, "VACUUM FULL"), hint);
    });
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
    Table const *const table = subject.world.find(name);
    if (table && !table->small())
        report.add(table->severity(), rewrites(subject, *table, command), hint);
}

Table const *larger(Table const *one, Table const *other) {
    return !one || (other && other->bytes > one->bytes) ? other : one;
}

// The largest table that a query reads.
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

// What CREATE TABLE AS or SELECT INTO reads; null: neither, or WITH NO DATA.
Node *filling_query(Node *statement) {
    if (auto const *create = MIG_AS(CreateTableAsStmt, statement))
        return create->into->skipData ? nullptr : create->query;
    auto const *select = MIG_AS(SelectStmt, statement);
    return select && select->intoClause ? statement : nullptr;
}

void create_table_as(Subject const &subject, Report &report) {
    Node *const query = filling_query(subject.node);
    auto const *select = MIG_AS(SelectStmt, query);
    if (!select || select->limitCount)
        return;
    Table const *const source = largest_source(subject.world, query);
    if (!source || source->small())
        return;
    report.add(source->large() && !select->whereClause ? Severity::warning : Severity::info,
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
