#include "lint/read/new_columns.hpp"

#include "server/db/query.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>
#include <cstring>

namespace mig::server::lint {

namespace {

// The definitions of columns and table constraints that the statement adds. CREATE TABLE IF NOT EXISTS adds nothing to
// an existing table.
void each_element(Subject const &subject, std::function<void(Node const &, const char *)> const &visit) {
    if (auto const *create = MIG_AS(CreateStmt, subject.node)) {
        if (create->relation->relpersistence != 't' && !subject.world.find(create->relation))
            each<Node>(create->tableElts, [&](Node const &element) { visit(element, create->relation->relname); });
    } else if (auto const *alter = MIG_AS(AlterTableStmt, subject.node)) {
        if (alter->objtype == OBJECT_TABLE)
            each<AlterTableCmd>(alter->cmds, [&](AlterTableCmd const &command) {
                if ((command.subtype == AT_AddColumn || command.subtype == AT_AddConstraint) && command.def)
                    visit(*command.def, alter->relation->relname);
            });
    }
}

Constraint const *table_constraint(Node const &element) {
    return IsA(&element, Constraint) ? reinterpret_cast<Constraint const *>(&element) : nullptr;
}

} // namespace

void each_new_column(Subject const &subject, std::function<void(ColumnDef const &, const char *)> const &visit) {
    each_element(subject, [&](Node const &element, const char *table) {
        auto const *column = MIG_AS(ColumnDef, &element);
        if (column && column->typeName)
            visit(*column, table);
    });
}

NewKeys::NewKeys(Subject const &subject) {
    each_element(subject, [&](Node const &element, const char *) {
        if (Constraint const *const key = table_constraint(element)) {
            if (key->contype == CONSTR_PRIMARY && list_length(key->keys) == 1)
                primary_.emplace(strVal(linitial(key->keys)));
            if (key->contype == CONSTR_PRIMARY || key->contype == CONSTR_UNIQUE)
                leading_.add(strings(key->keys));
            if (key->contype == CONSTR_FOREIGN)
                for (std::string &column : strings(key->fk_attrs))
                    foreign_.insert(std::move(column));
        }
        auto const *column = MIG_AS(ColumnDef, &element);
        if (column && (has_constraint(*column, CONSTR_PRIMARY) || has_constraint(*column, CONSTR_UNIQUE)))
            leading_.add({column->colname});
    });
}

bool NewKeys::is_primary(const char *column) const { return primary_.count(column) > 0; }
bool NewKeys::is_foreign(const char *column) const { return foreign_.count(column) > 0; }
bool NewKeys::any_begins_with(std::vector<std::string> const &columns) const {
    return leading_.any_begins_with(columns);
}

// REFERENCES in a column definition is a constraint of the column, FOREIGN KEY one of the table.
void each_foreign_key(
    Subject const &subject,
    std::function<void(Table *relation, const char *table, std::vector<std::string> const &columns)> const &visit) {
    auto const *alter = MIG_AS(AlterTableStmt, subject.node);
    Table *const relation = alter ? subject.world.find(alter->relation) : nullptr;
    each_element(subject, [&](Node const &element, const char *table) {
        Constraint const *const key = table_constraint(element);
        if (key && key->contype == CONSTR_FOREIGN)
            visit(relation, table, strings(key->fk_attrs));
        auto const *column = MIG_AS(ColumnDef, &element);
        if (column && has_constraint(*column, CONSTR_FOREIGN))
            visit(relation, table, {column->colname});
    });
}

bool is_plain_btree(TableIndex const &index) {
    if (index.oid == 0)
        return false; // new: its definition is not known here
    // indoption has the bits DESC and NULLS FIRST of each column (INDOPTION_* in pg_index.h). indnatts counts the
    // columns of INCLUDE too, indnkeyatts does not.
    static KeptQuery plain_index(
        "SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam"
        " WHERE i.indexrelid = $1::oid AND m.amname = 'btree' AND i.indnatts = i.indnkeyatts"
        " AND 0 = ALL (i.indoption::int2[])"
        " AND NOT EXISTS (SELECT 1 FROM unnest(i.indclass) o JOIN pg_opclass p ON p.oid = o WHERE NOT "
        "p.opcdefault)");
    return plain_index({static_cast<std::int64_t>(index.oid)}).size() > 0;
}

} // namespace mig::server::lint
