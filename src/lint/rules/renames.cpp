// Rules: names that running programs use.
//
// Inside the server a rename breaks nothing that is in the catalog: views, keys and policies refer to objects by OID
// and column number. Only text is resolved by name when it runs: queries of clients, and bodies of functions that are
// strings. Clients cannot be seen from here, so any object that is in use is a finding; functions are searched for the
// name (routines_mentioning()).
#include "core/text/text.hpp"
#include "lint/read/dependents.hpp"
#include "lint/read/routines.hpp"
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "lint/world/raw_tree.hpp"
#include "server/db/query.hpp"
#include "server/parse/tree.hpp"

#include <cstring>

namespace mig::server::lint {

namespace {

std::string naming_note(std::vector<std::string> const &routines) {
    return routines.empty()
               ? std::string()
               : "; " + listed(routines) +
                     (routines.size() == 1 ? " names it in its body and breaks" : " name it in their bodies and break");
}

// The same migration creates a view of the old name, through which programs continue to work.
bool view_takes_over(Subject const &subject, Table const &relation) {
    return done_later(subject, Lookahead::Effect::view, relation);
}

// It has no rows and no reads or writes since the statistics were reset, and no function names it. Views and sequences
// always count as used: of views the server keeps no statistics (pgstat_init_relation()), and a sequence always has its
// one row.
bool unused(Table const &relation, std::vector<std::string> const &routines) {
    return relation.is_table() && relation.rows < 1 && routines.empty() && !usage(relation).any();
}

} // namespace

void rename_relation(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(RenameStmt, subject.node);
    if (!statement || !is_relation(statement->renameType) || !statement->relation)
        return;
    Table const *const relation = subject.world.find(statement->relation);
    if (!relation || relation->is_new || relation->temporary || view_takes_over(subject, *relation))
        return;
    std::vector<std::string> const routines = routines_mentioning(subject, *relation);
    if (unused(*relation, routines))
        return;
    std::string const to = quoted(relation->schema) + "." + quoted(statement->newname);
    report.add(
        Severity::warning, "running programs know " + relation->label() + " by its old name" + naming_note(routines),
        relation->is_table() ? "Leave a view of the old name in the same transaction: CREATE VIEW " +
                                   relation->qualified() + " AS SELECT * FROM " + to + "; drop it when nothing uses it."
                             : "Create " + to + " beside it, and drop the old one when nothing uses it.");
}

// Unlike the name of a table, the old name of a column cannot be kept alive by a view.
void rename_column(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(RenameStmt, subject.node);
    if (!statement || statement->renameType != OBJECT_COLUMN || !statement->relation)
        return;
    Table *const relation = subject.world.find(statement->relation);
    Column const *const column = relation ? relation->column(statement->subname) : nullptr;
    if (!column || relation->is_new || relation->temporary || column->is_new)
        return;
    std::vector<std::string> const routines = routines_mentioning(subject, *relation, column->name);
    if (unused(*relation, routines))
        return;
    std::string const name = quoted(column->name);
    report.add(Severity::warning,
               "running programs know column " + name + " of " + relation->label() + " by its old name" +
                   naming_note(routines),
               "Add column " + quoted(statement->newname) +
                   ", let a trigger keep both in step, fill it in batches, and "
                   "drop " +
                   name + " when nothing uses it.");
}

// A schema without relations and functions may be renamed: nobody can be using it.
void rename_schema(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(RenameStmt, subject.node);
    if (!statement || statement->renameType != OBJECT_SCHEMA)
        return;
    static KeptQuery contents_of_schema(
        "SELECT count(*) FILTER (WHERE c.relkind IN ('r', 'p')), count(*) +"
        " (SELECT count(*) FROM pg_proc p JOIN pg_namespace m ON m.oid = p.pronamespace"
        "  WHERE m.nspname = $1)"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1");
    Rows const rows = contents_of_schema({statement->subname});
    // Of the catalog, without pending statements: what counts is what clients use today.
    std::int64_t const tables = rows.bigint(0, 0), all = rows.bigint(0, 1);
    if (all == 0)
        return;
    report.add(Severity::warning,
               "running programs, and every search_path, know schema " + quoted(statement->subname) + " (" +
                   counted(static_cast<double>(tables), "table") + ") by its old name" +
                   naming_note(routines_mentioning(subject, std::string_view(statement->subname))),
               "Create schema " + quoted(statement->newname) +
                   " beside it, with a view of each table, and move them when "
                   "nothing uses the old names.");
}

// Enums and composite types, and domains, for which the grammar has another renameType.
void rename_type(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(RenameStmt, subject.node);
    if (!statement || (statement->renameType != OBJECT_TYPE && statement->renameType != OBJECT_DOMAIN) ||
        !statement->object)
        return;
    TypeName const name = raw::make_type_name(reinterpret_cast<List *>(statement->object));
    // 0 for a type that a pending statement creates: nobody uses it yet.
    if (subject.world.type(&name).oid != 0)
        report.add(Severity::warning,
                   "running programs know type " + dotted(name.names) + " by its old name, in casts and parameters" +
                       naming_note(routines_mentioning(subject, std::string_view(last_name(name.names)))),
                   "Keep the name, or create a type of the new name beside it.");
}

// ALTER TYPE ... RENAME VALUE changes pg_enum.enumlabel only: rows hold the OID of the value, clients its label.
void rename_enum_value(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(AlterEnumStmt, subject.node);
    if (!statement || !statement->oldVal)
        return;
    TypeName const name = raw::make_type_name(statement->typeName);
    DataType const type = subject.world.type(&name);
    if (type.oid == 0 || type.is_new)
        return;
    report.add(Severity::warning,
               "running programs read and write " + sql_literal(statement->oldVal) + " of " +
                   dotted(statement->typeName) + ": writing it fails from now on, and they read " +
                   sql_literal(statement->newVal) +
                   naming_note(routines_mentioning(subject, std::string_view(statement->oldVal))),
               "ALTER TYPE " + dotted(statement->typeName) + " ADD VALUE " + sql_literal(statement->newVal) +
                   ", deploy programs that know both first, then change the rows in batches.");
}

// Of a name that several functions have only the one with these arguments is renamed. A function of the old name that a
// later statement creates takes over.
void rename_routine(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(RenameStmt, subject.node);
    if (!statement || !statement->object ||
        (statement->renameType != OBJECT_FUNCTION && statement->renameType != OBJECT_PROCEDURE &&
         statement->renameType != OBJECT_ROUTINE))
        return;
    auto const *name = MIG_AS(ObjectWithArgs, statement->object);
    if (!name)
        return;
    std::vector<Routine> const all = routines_named(subject.world, name->objname, Place::found);
    Routine const *const routine = find_routine(all, subject.world, *name);
    if (!routine)
        return;
    // By name alone, so an overload counts as well: better to miss a rename than to report one that is taken care of.
    if (!done_later(subject, Lookahead::Effect::function, last_name(name->objname)))
        report.add(Severity::warning,
                   "running programs call " + routine->name + " by its old name" +
                       naming_note(routines_mentioning(subject, std::string_view(last_name(name->objname)))),
                   "Leave a function of the old name in the same transaction that calls the new one, and drop it when "
                   "nothing calls it.");
}

// For a program whose search_path has the new schema as well nothing changes, but that cannot be seen from here.
void set_schema(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(AlterObjectSchemaStmt, subject.node);
    if (!statement || !is_relation(statement->objectType) || !statement->relation)
        return;
    Table const *const relation = subject.world.find(statement->relation);
    if (!relation || relation->is_new || relation->schema == statement->newschema ||
        view_takes_over(subject, *relation))
        return;
    std::vector<std::string> const routines = routines_mentioning(subject, *relation);
    if (unused(*relation, routines))
        return;
    std::string const to = quoted(statement->newschema) + "." + quoted(relation->name);
    report.add(Severity::warning,
               "running programs look for " + relation->label() + " where it was" + naming_note(routines),
               "Leave a view in its place in the same transaction: CREATE VIEW " + relation->qualified() +
                   " AS SELECT * FROM " + to + "; or make sure that every search_path has " +
                   quoted(statement->newschema) + ".");
}

} // namespace mig::server::lint
