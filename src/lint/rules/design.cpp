// Rules: advice on keys, column types and indexes.
//
// Most of it is in "Don't Do This" of the PostgreSQL wiki, and in the manual's chapters on data types and indexes. Only
// what a migration creates is looked at, as changing it is cheap before there are rows.
#include "lint/rules/rules.hpp"

#include "lint/read/new_columns.hpp"
#include "lint/read/wording.hpp"
#include "lint/world/raw_tree.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>
#include <cstring>

extern "C" {
#include "catalog/pg_type.h"
}

namespace mig::server::lint {

// Only of keys that count up: an integer that comes from elsewhere may well be small for ever.
void small_primary_key(Subject const &subject, Report &report) {
    NewKeys const keys(subject);
    each_new_column(subject, [&](ColumnDef const &column, const char *table) {
        bool const key = has_constraint(column, CONSTR_PRIMARY) || keys.is_primary(column.colname);
        if (!key || has_constraint(column, CONSTR_FOREIGN) || keys.is_foreign(column.colname))
            return; // has to have the type of the key that it refers to
        std::uint32_t const type = subject.world.type(column.typeName).oid;
        // By name, since serial is no type: World::type() finds none, and transformColumnDefinition() replaces it.
        std::string_view const name = last_name(column.typeName->names);
        bool const counts_up = raw::is_serial(column.typeName) || has_constraint(column, CONSTR_IDENTITY);
        bool const small = name == "serial" || name == "serial4" || name == "smallserial" || name == "serial2" ||
                           (counts_up && (type == INT4OID || type == INT2OID));
        if (small)
            report.add(
                Severity::info,
                "primary key " + quoted(column.colname) + " of " + table + " ends at " +
                    (name == "smallserial" || name == "serial2" || type == INT2OID ? "32,767" : "2,147,483,647") +
                    "; a wider type then rewrites the table and every one that refers to it",
                quoted(column.colname) + " bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY.");
    });
}

// The server turns serial into a sequence and a DEFAULT. Unlike those of an identity column, the sequence needs
// privileges of its own, and nothing keeps an INSERT from setting the column to values that it will reach.
void serial_column(Subject const &subject, Report &report) {
    each_new_column(subject, [&](ColumnDef const &column, const char *table) {
        if (raw::is_serial(column.typeName))
            report.add(Severity::info,
                       "serial column " + quoted(column.colname) + " of " + table +
                           " has a sequence with privileges of its own, and accepts any value that is inserted",
                       quoted(column.colname) + " bigint GENERATED ALWAYS AS IDENTITY.");
    });
}

namespace {

struct Advice {
    std::string what, instead;
};

// By OID, which is the same for all spellings of a type. The modifier of a raw TypeName is a list of expressions: for
// these types a constant.
std::optional<Advice> advice(TypeName const &type, std::uint32_t oid) {
    int modifier = -1;
    if (type.typmods != NIL && IsA(linitial(type.typmods), A_Const)) {
        auto const *constant = static_cast<A_Const const *>(linitial(type.typmods));
        modifier = IsA(&constant->val, Integer) ? intVal(&constant->val) : -1;
    }
    switch (oid) {
    case BPCHAROID:
        // Without a length, char and character get the modifier 1 from the grammar; only bpchar has none, and is not
        // padded.
        if (type.typmods == NIL || modifier == 1) // char(1) is often used for flags, and has nothing to pad
            return std::nullopt;
        return Advice{"is padded with blanks, and = ignores them",
                      "text, with a CHECK (length(...) = n) where it matters"};
    case CASHOID:
        return Advice{"has the currency of lc_monetary, and no other", "numeric"};
    case TIMESTAMPOID:
        return Advice{"has no time zone: nobody can tell which moment it means", "timestamptz"};
    case TIMESTAMPTZOID:
        if (modifier != 0)
            return std::nullopt;
        return Advice{"rounds, by up to half a second into the future",
                      "timestamptz, and date_trunc('second', ...) where it is read"};
    case TIMETZOID:
        return Advice{"has a UTC offset but no date, so nobody can tell daylight saving time", "time, or timestamptz"};
    case JSONOID:
        return Advice{"has no =, no index, and is parsed at each access", "jsonb"};
    default:
        return std::nullopt;
    }
}

} // namespace

void column_type(Subject const &subject, Report &report) {
    each_new_column(subject, [&](ColumnDef const &column, const char *table) {
        std::optional<Advice> const found = advice(*column.typeName, subject.world.type(column.typeName).oid);
        if (found)
            report.add(Severity::info,
                       type_name(subject.world.type(column.typeName)) + " column " + quoted(column.colname) + " of " +
                           table + " " + found->what,
                       found->instead + ".");
    });
}

// Partitions, children and typed tables get theirs from elsewhere, LIKE ... INCLUDING INDEXES copies one, and a later
// statement of the migration may add it.
void table_without_primary_key(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(CreateStmt, subject.node);
    // Where the World finds the name, IF NOT EXISTS makes nothing, and anything else fails.
    if (!statement || statement->relation->relpersistence == 't' || statement->partbound || statement->inhRelations ||
        statement->ofTypename || subject.world.find(statement->relation))
        return;
    bool has_key = false, copies_indexes = false;
    each<Node>(statement->tableElts, [&](Node const &element) {
        if (auto const *column = MIG_AS(ColumnDef, &element))
            has_key = has_key || has_constraint(*column, CONSTR_PRIMARY);
        else if (IsA(&element, Constraint))
            has_key = has_key || reinterpret_cast<Constraint const *>(&element)->contype == CONSTR_PRIMARY;
        else if (auto const *like = MIG_AS(TableLikeClause, &element))
            copies_indexes = copies_indexes || (like->options & CREATE_TABLE_LIKE_INDEXES);
    });
    std::string_view const name = statement->relation->relname;
    bool const added_later = !has_key && !copies_indexes && done_later(subject, Lookahead::Effect::primary_key, name);
    if (!has_key && !copies_indexes && !added_later)
        report.add(Severity::info,
                   "table " + quoted(name) +
                       " has no primary key: its rows cannot be told apart, and once it is "
                       "published, UPDATE and DELETE fail",
                   "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, or the columns that tell its rows apart.");
}

// The server creates no index on the referencing side ("Foreign Keys" in the manual). Each DELETE of a referenced row,
// and each UPDATE of its key, looks for referencing rows (RI_FKey_noaction_del() and its like): by an index that begins
// with the columns, in any order, or by reading the whole table.
void foreign_key_without_index(Subject const &subject, Report &report) {
    std::optional<NewKeys> made; // by this statement
    std::optional<LeadingColumns> existing;
    each_foreign_key(subject, [&](Table *relation, const char *table, std::vector<std::string> const &columns) {
        // What this statement makes and what is there are read at its first foreign key: most statements have none.
        if (!made)
            made.emplace(subject);
        if (!existing) {
            existing.emplace();
            if (relation)
                for (TableIndex const &index : relation->indexes)
                    if (!index.partial && !index.of_expressions)
                        existing->add(index.columns);
        }
        bool const found =
            made->any_begins_with(columns) || existing->any_begins_with(columns) ||
            done_later(subject, Lookahead::Effect::leading_columns, table, LeadingColumns::key_of(columns));
        std::string const list = quoted_list(columns);
        if (!found)
            report.add(Severity::info,
                       "no index of " + quoted(table) + " begins with (" + list +
                           "): each DELETE, and each UPDATE of the "
                           "key, of a row that it refers to reads all of " +
                           quoted(table),
                       "CREATE INDEX " + std::string(relation && !relation->is_new ? "CONCURRENTLY " : "") + "ON " +
                           quoted(table) + " (" + list + ").");
    });
}

// Only plain B-tree indexes are compared, on the side of the statement as on the side of the catalog
// (is_plain_btree()): another order, operator class or INCLUDE may serve other queries. A unique index is never
// redundant.
void duplicate_index(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(IndexStmt, subject.node);
    if (!statement || !statement->relation || statement->whereClause || statement->unique || statement->primary)
        return;
    if (statement->accessMethod && std::strcmp(statement->accessMethod, "btree") != 0)
        return;
    std::vector<std::string> const columns = columns_of_index(*statement);
    bool const plain = !columns.empty() && !any<IndexElem>(statement->indexParams, [](IndexElem const &element) {
        return !element.name || element.opclass != NIL || element.collation != NIL ||
               (element.ordering != SORTBY_DEFAULT && element.ordering != SORTBY_ASC) ||
               element.nulls_ordering == SORTBY_NULLS_FIRST;
    });
    Table const *const relation = plain ? subject.world.find(statement->relation) : nullptr;
    if (!relation || statement->indexIncludingParams != NIL)
        return;
    for (TableIndex const &index : relation->indexes)
        // An index that is not valid is left over from a failed CONCURRENTLY, and this statement may be the next
        // attempt. is_plain_btree() comes late because it asks the catalog.
        if (index.valid && !index.partial && !index.of_expressions && index.columns == columns &&
            is_plain_btree(index) &&
            !(statement->if_not_exists && statement->idxname && index.name == statement->idxname)) {
            report.add(Severity::info,
                       "index " + quoted(index.name) + " of " + relation->qualified() +
                           " has the same columns: every "
                           "write updates both",
                       "Leave it out; or DROP INDEX CONCURRENTLY " + quoted(relation->schema) + "." +
                           quoted(index.name) + " when this one replaces it.");
            return;
        }
}

namespace {

constexpr Rule entries[] = {
    {"small-primary-key", "it runs out", small_primary_key},
    {"serial-column", "a sequence beside the table", serial_column},
    {"column-type", "a type with a trap", column_type},
    {"table-without-primary-key", "rows cannot be told apart", table_without_primary_key},
    {"foreign-key-without-index", "a DELETE in the referenced table reads this one", foreign_key_without_index},
    {"duplicate-index", "every write updates both", duplicate_index},
    {"long-name", "the server cuts it", long_name},
    {"mixed-case-name", "it must always be quoted", mixed_case_name},
    {"unlogged-table", "a crash empties it", unlogged_table},
    {"autovacuum-off", "dead rows stay", autovacuum_off},
    {"volatile-check", "rows that have passed it can break it", volatile_check},
    {"analyze-expression-index", "the planner knows nothing of it yet", analyze_expression_index},
    {"merge-alter-table", "the table is read once for each statement", merge_alter_table},
};

} // namespace

Rules design_rules() noexcept { return {std::begin(entries), std::end(entries)}; }

} // namespace mig::server::lint
