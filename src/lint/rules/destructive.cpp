// Rules: objects and rows that a statement removes.
//
// What a DROP takes with it is in pg_depend, which performDeletion() follows: what depends on the object makes the DROP
// fail, or goes too by CASCADE (lint/read/dependents.cpp). Of functions only BEGIN ATOMIC bodies are in pg_depend, so
// the others are searched for the name. Whether a table is used is what the statistics say since they were reset. An
// object that a pending migration creates is not reported: nothing of value is in it.
#include "lint/rules/rules.hpp"

#include "lint/read/dependents.hpp"
#include "lint/read/routines.hpp"
#include "lint/read/wording.hpp"
#include "server/db/query.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>
#include <unordered_set>

namespace mig::server::lint {

namespace {

// Visits the relations that a DROP names, except those that do not exist or that a pending statement creates.
template <class Visit>
void each_dropped(Subject const &subject, ObjectType type, Visit const &visit) {
    auto const *statement = MIG_AS(DropStmt, subject.node);
    if (!statement || statement->removeType != type)
        return;
    each<List>(statement->objects, [&](List &names) {
        Table *const relation = subject.world.find(&names);
        if (relation && !relation->is_new)
            visit(*relation, *statement);
    });
}

std::string naming_note(std::vector<std::string> const &routines) {
    if (routines.empty())
        return {};
    return "; " + listed(routines) + (routines.size() == 1 ? " names it in its body" : " name it in their bodies");
}

std::unordered_set<std::string> columns_dropped_by(AlterTableStmt const &statement) {
    std::unordered_set<std::string> columns;
    each<AlterTableCmd>(statement.cmds, [&](AlterTableCmd const &command) {
        if (command.subtype == AT_DropColumn)
            columns.insert(command.name);
    });
    return columns;
}

// Whether pg_describe_object() describes one of these columns so: `column c of table t`. The name may contain " of ".
bool is_column_of(std::string const &description, std::unordered_set<std::string> const &columns) {
    constexpr std::string_view column = "column ", of = " of ";
    if (description.compare(0, column.size(), column) != 0)
        return false;
    for (std::size_t end = description.find(of); end != std::string::npos; end = description.find(of, end + 1))
        if (columns.count(description.substr(column.size(), end - column.size())) > 0)
            return true;
    return false;
}

// The catalog and OID of a type, a function or an extension, by which pg_depend knows it; nothing for other objects.
Object object_named(World &world, ObjectType type, Node const *name) {
    const char *catalog = nullptr;
    std::uint32_t oid = 0;
    switch (type) {
    case OBJECT_TYPE:
    case OBJECT_DOMAIN:
        catalog = "pg_type";
        oid = world.type(MIG_AS(TypeName, name)).oid;
        break;
    case OBJECT_FUNCTION:
    case OBJECT_PROCEDURE:
    case OBJECT_ROUTINE:
        catalog = "pg_proc";
        if (auto const *function = MIG_AS(ObjectWithArgs, name)) {
            std::vector<Routine> const all = routines_named(world, function->objname, Place::found);
            Routine const *const found = find_routine(all, world, *function);
            oid = found ? found->oid : 0;
        }
        break;
    case OBJECT_EXTENSION:
        catalog = "pg_extension";
        break;
    default:
        return {};
    }
    static KeptQuery catalog_and_extension("SELECT $1::regclass::oid::bigint, CASE WHEN $1 = 'pg_extension' THEN"
                                           " (SELECT oid FROM pg_extension WHERE extname = $2) END::bigint");
    Rows const rows = catalog_and_extension({catalog, name && IsA(name, String) ? strVal(name) : ""});
    return {static_cast<std::uint32_t>(rows.bigint(0, 0)),
            oid != 0 ? oid : static_cast<std::uint32_t>(rows.bigint(0, 1)), 0};
}

void report_cascade(Report &report, std::string const &what, std::vector<Dependent> const &all,
                    std::unordered_set<std::uint32_t> const &named = {}) {
    std::vector<std::string> removed;
    double rows = 0;
    for (Dependent const &dependent : all)
        if (dependent.cascade && named.count(dependent.relation) == 0) {
            removed.push_back(dependent.name);
            rows += dependent.rows;
        }
    if (!removed.empty())
        report.add(Severity::warning,
                   "CASCADE removes more than " + what + ": " + listed(removed, 10) +
                       (rows >= 1 ? ", with " + counted(rows, "row") : ""),
                   "Drop or redefine each of them by a statement of its own, and leave out CASCADE: then anything that "
                   "nobody thought of stops the migration.");
}

} // namespace

void drop_table(Subject const &subject, Report &report) {
    each_dropped(subject, OBJECT_TABLE, [&](Table const &relation, DropStmt const &) {
        Usage const used = usage(relation);
        std::vector<std::string> const routines = routines_mentioning(subject, relation);
        bool const idle = relation.rows < 1 && !used.any() && routines.empty();
        std::string const text = relation.label() + usage_text(used) + naming_note(routines);
        if (idle)
            report.add(Severity::info, "removes " + text + ": empty and unused", "Nothing, if that is intended.");
        else
            report.add(Severity::warning, "removes " + text,
                       "First deploy a release that does not use it, keep a copy (pg_dump --table=" +
                           relation.qualified() + "), and drop it in a migration of its own.");
    });
}

// Indexes and constraints on the column go without CASCADE; views, policies and generated columns need it.
void drop_column(Subject const &subject, Report &report) {
    std::unordered_set<std::string> dropped; // by this statement; filled when first needed
    each_subcommand(subject, [&](Subcommand const &change) {
        if (change.command.subtype != AT_DropColumn || change.table.is_new)
            return;
        Column const *const column = change.table.column(change.command.name);
        if (!column || column->is_new)
            return;
        std::string const name = quoted(column->name);
        std::vector<Dependent> all = dependents(subject.world, column_object(change.table, column->name));
        if (!all.empty() && dropped.empty())
            dropped = columns_dropped_by(change.statement);
        all.erase(std::remove_if(all.begin(), all.end(), // generated columns, usually
                                 [&](Dependent const &other) {
                                     return other.relation == change.table.oid && is_column_of(other.name, dropped);
                                 }),
                  all.end());
        std::vector<std::string> const with = dependent_names(all, false), in_the_way = dependent_names(all, true);
        std::vector<std::string> const routines = routines_mentioning(subject, change.table, column->name);
        std::string text = "column " + name + " of " + change.table.label();
        if (change.command.behavior != DROP_CASCADE && !in_the_way.empty()) {
            report.add(Severity::error,
                       "DROP COLUMN fails: " + listed(in_the_way) +
                           (in_the_way.size() == 1 ? " depends on " : " depend on ") + text,
                       "Drop or redefine " + listed(in_the_way) + " before it.");
            return;
        }
        Usage const used = usage(change.table);
        if (!with.empty())
            text += "; with it " + std::string(with.size() == 1 ? "goes " : "go ") + listed(with);
        text += naming_note(routines);
        bool const idle = change.table.rows < 1 && !used.any() && routines.empty();
        report.add(idle ? Severity::info : Severity::warning, "removes " + text,
                   idle ? "Nothing, if that is intended: the table is empty and unused."
                        : "First deploy a release that neither reads nor writes " + name +
                              ", and drop it in a later migration. To keep the values: CREATE TABLE "
                              "kept AS SELECT ..., " +
                              name + " FROM " + change.table.qualified() + ".");
    });
}

// Without CASCADE a schema that is not empty cannot be dropped. Rows are the larger of two estimates: reltuples is -1
// before the first VACUUM or ANALYZE, live tuples are 0 after a reset of the statistics. The last subquery counts the
// columns of foreign keys from other schemas, which CASCADE removes from tables that nobody named.
void drop_schema(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(DropStmt, subject.node);
    if (!statement || statement->removeType != OBJECT_SCHEMA || statement->behavior != DROP_CASCADE)
        return;
    each<Node>(statement->objects, [&](Node const &object) {
        if (!IsA(&object, String))
            return;
        const char *const schema = strVal(&object);
        static KeptQuery contents_of_schema(
            "SELECT count(*) FILTER (WHERE c.relkind IN ('r', 'p')),"
            " count(*) FILTER (WHERE c.relkind IN ('v', 'm')),"
            " coalesce(sum(greatest(c.reltuples, pg_stat_get_live_tuples(c.oid), 0))"
            "  FILTER (WHERE c.relkind = 'r'), 0)::float8,"
            " (SELECT count(*) FROM pg_proc WHERE pronamespace = n.oid),"
            " (SELECT count(*) FROM pg_type WHERE typnamespace = n.oid AND typtype IN ('e', 'd')),"
            " (SELECT count(*) FROM pg_class o JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass"
            "  AND d.refobjid = o.oid AND d.classid = 'pg_constraint'::regclass AND d.deptype = 'n'"
            "  JOIN pg_constraint k ON k.oid = d.objid JOIN pg_class r ON r.oid = k.conrelid"
            "  WHERE o.relnamespace = n.oid AND r.relnamespace <> n.oid AND k.contype = 'f' AND d.refobjsubid > 0)"
            " FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid WHERE n.nspname = $1 GROUP BY n.oid");
        struct Contents {
            enum : int { tables, views, rows, functions, types, foreign_keys };
        };
        Rows const rows = contents_of_schema({schema});
        if (rows.size() == 0)
            return;
        std::vector<std::string> parts;
        auto const add = [&](int column, const char *things) {
            if (rows.bigint(0, column) > 0)
                parts.push_back(counted(static_cast<double>(rows.bigint(0, column)), things));
        };
        add(Contents::tables, "table");
        if (rows.bigint(0, Contents::tables) > 0)
            parts.back() += " (" + counted(rows.real(0, Contents::rows), "row") + ")";
        add(Contents::views, "view");
        add(Contents::functions, "function");
        add(Contents::types, "type");
        add(Contents::foreign_keys, "foreign key column of other schemas");
        if (!parts.empty())
            report.add(Severity::warning, "removes schema " + quoted(schema) + " with " + listed(parts, 6),
                       "Drop its contents by name, then the schema without CASCADE; keep a copy: pg_dump --schema=" +
                           quoted(schema) + ".");
    });
}

// The last value, null before the first nextval(). It is read by the owner, so only if the caller ($2) may read it too.
KeptQuery dropped_sequence_query("SELECT may_read, CASE WHEN may_read THEN pg_sequence_last_value($1::oid) END"
                                 " FROM (SELECT has_sequence_privilege($2::oid, c.oid, 'SELECT, USAGE')"
                                 "  AND has_schema_privilege($2::oid, c.relnamespace, 'USAGE') AS may_read FROM "
                                 "pg_class c WHERE c.oid = $1::oid) r");

// Column defaults that call nextval() of the sequence: rows of pg_attrdef that depend on it by its regclass constant. A
// default that an earlier pending statement sets or drops is not the one in the catalog any more.
std::string defaults_of(World &world, Table const &sequence) {
    static KeptQuery defaults_query(
        "SELECT pg_describe_object(d.classid, d.objid, d.objsubid), e.adrelid::bigint, a.attname::text"
        " FROM pg_depend d JOIN pg_attrdef e ON e.oid = d.objid"
        " JOIN pg_attribute a ON a.attrelid = e.adrelid AND a.attnum = e.adnum"
        " WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = $1::oid"
        " AND d.classid = 'pg_attrdef'::regclass AND d.deptype = 'n' ORDER BY 1");
    Rows const rows = defaults_query({static_cast<std::int64_t>(sequence.oid)}, Access::fresh);
    std::string all;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Table *const table = world.find(static_cast<std::uint32_t>(rows.bigint(i, 1)));
        Column const *const column = table ? table->column(rows.text(i, 2)) : nullptr;
        if (column && !column->default_is_new)
            all.append(all.empty() ? "" : ", ").append(rows.text(i, 0));
    }
    return all;
}

void drop_sequence(Subject const &subject, Report &report) {
    each_dropped(subject, OBJECT_SEQUENCE, [&](Table const &sequence, DropStmt const &statement) {
        if (sequence.oid == 0)
            return;
        Rows const rows = dropped_sequence_query(
            {static_cast<std::int64_t>(sequence.oid), static_cast<std::int64_t>(subject.world.caller())});
        std::string const name = sequence.qualified(), defaults = defaults_of(subject.world, sequence);
        bool const may_read = rows.boolean(0, 0), used = !may_read || !rows.is_null(0, 1);
        std::string const last = may_read && used ? ", whose last value is " + std::to_string(rows.bigint(0, 1)) : "";
        if (!defaults.empty() && statement.behavior != DROP_CASCADE)
            report.add(Severity::error, "DROP SEQUENCE fails: " + defaults + " takes its values from " + name,
                       "ALTER TABLE ... ALTER COLUMN ... DROP DEFAULT before it.");
        else if (used)
            report.add(Severity::warning,
                       "removes sequence " + name + last + (defaults.empty() ? "" : ", with " + defaults),
                       "A sequence that is created again starts at 1: keep the value, and START WITH it.");
    });
}

void drop_database(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(DropdbStmt, subject.node);
    static KeptQuery database_named("SELECT 1 FROM pg_database WHERE datname = $1");
    if (statement && database_named({statement->dbname}).size() > 0)
        report.add(Severity::error, "removes the database " + quoted(statement->dbname) + " with all that is in it",
                   "This is not a schema change: leave it to whoever runs the server, with a backup at hand.");
}

// pg_shdepend covers all databases and all dependencies on roles: dbid limits it to this one, deptype 'o' to ownership.
void drop_owned(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(DropOwnedStmt, subject.node);
    if (!statement)
        return;
    each<RoleSpec>(statement->roles, [&](RoleSpec const &role) {
        if (role.roletype != ROLESPEC_CSTRING)
            return;
        static KeptQuery owned_by(
            "SELECT count(*), count(c.oid), (SELECT min(oid::text)::bigint FROM pg_roles WHERE rolname = $1)"
            " FROM pg_shdepend d LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass"
            " AND c.oid = d.objid AND c.relkind IN ('r', 'p')"
            " WHERE d.deptype = 'o' AND d.refclassid = 'pg_authid'::regclass"
            " AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND d.refobjid = (SELECT oid FROM pg_roles WHERE rolname = $1)");
        Rows const rows = owned_by({role.rolename});
        if (rows.bigint(0, 0) > 0)
            report.add(Severity::warning,
                       "removes all that " + quoted(role.rolename) +
                           " owns in this database: " + counted(static_cast<double>(rows.bigint(0, 0)), "object") +
                           ", " + counted(static_cast<double>(rows.bigint(0, 1)), "table") + " among them",
                       "REASSIGN OWNED BY " + quoted(role.rolename) + " TO another role before it.");
    });
}

// Except for schemas, which have a rule of their own. What the statement names is no surprise and left out.
void drop_cascade(Subject const &subject, Report &report) {
    each_subcommand(subject, [&](Subcommand const &change) {
        if (change.command.behavior != DROP_CASCADE || change.table.is_new)
            return;
        if (change.command.subtype == AT_DropColumn)
            report_cascade(report, "column " + quoted(change.command.name) + " of " + change.table.qualified(),
                           dependents(subject.world, column_object(change.table, change.command.name)));
        else if (change.command.subtype == AT_DropConstraint)
            report_cascade(report, "constraint " + quoted(change.command.name) + " of " + change.table.qualified(),
                           dependents(subject.world, constraint_object(change.table, change.command.name)));
    });
    auto const *statement = MIG_AS(DropStmt, subject.node);
    if (!statement || statement->behavior != DROP_CASCADE || statement->removeType == OBJECT_SCHEMA)
        return;
    std::unordered_set<std::uint32_t> named; // by the statement itself
    if (is_relation(statement->removeType))
        each<List>(statement->objects, [&](List &object) {
            Table const *const relation = subject.world.find(&object);
            if (relation && relation->oid != 0)
                named.insert(relation->oid);
        });
    each<Node>(statement->objects, [&](Node &object) {
        if (IsA(&object, List)) {
            if (!is_relation(statement->removeType))
                return; // triggers, policies, rules: nothing depends on them
            Table const *const relation = subject.world.find(MIG_AS(List, &object));
            if (relation && !relation->is_new)
                report_cascade(report, relation->qualified(), dependents(subject.world, table_object(*relation)),
                               named);
            return;
        }
        std::string name = "it";
        if (IsA(&object, String))
            name = quoted(strVal(&object));
        else if (auto const *type = MIG_AS(TypeName, &object))
            name = dotted(type->names);
        else if (auto const *function = MIG_AS(ObjectWithArgs, &object))
            name = dotted(function->objname);
        report_cascade(report, name,
                       dependents(subject.world, object_named(subject.world, statement->removeType, &object)));
    });
}

// TRUNCATE fires no row triggers, so no foreign key is checked: heap_truncate_check_FKs() refuses a table that others
// refer to, unless they are truncated too.
void truncate(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(TruncateStmt, subject.node);
    if (!statement)
        return;
    std::unordered_set<std::uint32_t> named;
    each<RangeVar>(statement->relations, [&](RangeVar const &name) {
        if (Table const *const relation = subject.world.find(&name))
            named.insert(relation->oid);
    });
    each<RangeVar>(statement->relations, [&](RangeVar const &name) {
        Table const *const relation = subject.world.find(&name);
        if (!relation || relation->is_new)
            return;
        std::vector<std::string> others;
        double rows = relation->rows;
        for (Table const *other : referencing_tables(subject.world, *relation))
            if (named.count(other->oid) == 0) {
                others.push_back(other->label());
                rows += other->rows;
            }
        if (!others.empty() && statement->behavior != DROP_CASCADE)
            report.add(Severity::error,
                       "TRUNCATE fails: " + listed(others) + (others.size() == 1 ? " has" : " have") +
                           " a foreign key to " + relation->qualified(),
                       "DELETE FROM " + relation->qualified() + ", or name the others in the same TRUNCATE.");
        else if (rows >= 1)
            report.add(Severity::warning,
                       "removes every row of " + relation->label() +
                           (others.empty() ? "" : " and, by CASCADE, of " + listed(others)),
                       "Keep a copy first (pg_dump --table=" + relation->qualified() +
                           "), or DELETE only what is known to be useless" +
                           (others.empty() ? "." : "; leave out CASCADE and name each table."));
    });
}

namespace {

constexpr Rule entries[] = {
    {"drop-table", "rows are lost", drop_table},
    {"drop-column", "values are lost", drop_column},
    {"drop-schema", "all that is in it is lost", drop_schema},
    {"drop-sequence", "its value is lost", drop_sequence},
    {"drop-database", "everything is lost", drop_database},
    {"drop-owned", "all that a role owns is lost", drop_owned},
    {"drop-cascade", "more goes than is named", drop_cascade},
    {"truncate", "rows are lost", truncate},
    {"narrow-type", "values do not fit, or lose a part", narrow_type},
    {"drop-constraint", "rows that break it can enter", drop_constraint},
    {"drop-not-null", "NULL can enter", drop_not_null},
    {"drop-used-index", "queries and ON CONFLICT need it", drop_used_index},
    {"unbatched-write", "rows stay locked, WAL and dead rows pile up", unbatched_write},
    {"backfill-with-ddl", "a strong lock is held while rows are written", backfill_with_ddl},
};

} // namespace

Rules destructive_rules() noexcept { return {std::begin(entries), std::end(entries)}; }

} // namespace mig::server::lint
