// Loads relations from the live catalog.
#include "lint/world/world_contents.hpp"
#include "server/db/query.hpp"
#include "server/parse/tree.hpp"

extern "C" {
#include "access/attnum.h"
#include "catalog/pg_class.h"
#include "nodes/primnodes.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/syscache.h"
}

namespace mig::server::lint {

namespace {

// All of these queries take the OID as their only parameter, so that one kept plan serves every table. Names of columns
// are in the order of the key where that matters (WITH ORDINALITY).

// pg_class knows whether a table has triggers, which are read only then. A publication has the tables that it names,
// all tables, or all tables of a schema (from 15 on).
KeptQuery relation_query(
    "SELECT n.nspname::text, c.relname::text, c.relkind::text, c.relpersistence::text, c.reltuples::float8, c.relpages,"
    " c.relispartition, c.relrowsecurity, c.relforcerowsecurity, c.relreplident::text, c.relowner::int8,"
    " EXISTS (SELECT FROM pg_catalog.pg_publication_rel p WHERE p.prrelid = c.oid)"
    " OR EXISTS (SELECT FROM pg_catalog.pg_publication p WHERE p.puballtables)"
    " OR EXISTS (SELECT FROM pg_catalog.pg_publication_namespace p WHERE p.pnnspid = c.relnamespace),"
    " c.relhastriggers, c.relhasrules,"
    " (SELECT partdefid::int8 FROM pg_catalog.pg_partitioned_table p WHERE p.partrelid = c.oid)"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::oid");
struct RelationColumn {
    enum : int {
        schema,
        name,
        kind,
        persistence,
        tuples,
        pages,
        is_partition,
        row_security,
        force_row_security,
        replica_identity,
        owner,
        published,
        has_triggers,
        has_rules,
        default_partition
    };
};

// Dropped columns stay in pg_attribute, and system columns have negative numbers. attgenerated: 's' is STORED.
KeptQuery columns_query(
    "SELECT attname::text, atttypid::int8, atttypmod, attcollation::int8, attnum::int4, attnotnull, atthasdef,"
    " attgenerated = 's', attidentity <> '', pg_catalog.format_type(atttypid, atttypmod)"
    " FROM pg_catalog.pg_attribute WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum");
struct ColumnColumn {
    enum : int { name, type, typmod, collation, number, not_null, has_default, generated, identity, type_name };
};

// Constraint triggers have an entry in pg_constraint too ('t'): they are read with the triggers. conkey is NULL for
// constraints without columns, which makes the array empty.
KeptQuery constraints_query(
    "SELECT conname::text, contype::text, convalidated, condeferrable, confrelid::int8,"
    " ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(conkey) WITH ORDINALITY k(number, place)"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.number ORDER BY k.place),"
    " conbin::text FROM pg_catalog.pg_constraint WHERE conrelid = $1::oid AND contype <> 't' ORDER BY conname");
struct ConstraintColumn {
    enum : int { name, type, validated, deferrable, referenced, columns, expression };
};

// pg_index.indkey has 0 in the place of an expression, and the columns of INCLUDE after the first indnkeyatts. An index
// belongs to a constraint of its own table only: the foreign keys of other tables have the index that they need in
// conindid, too.
KeptQuery indexes_query(
    "SELECT c.relname::text, i.indisvalid, i.indisunique, i.indisprimary, i.indpred IS NOT NULL,"
    " i.indexprs IS NOT NULL,"
    " EXISTS (SELECT FROM pg_catalog.pg_constraint o WHERE o.conindid = c.oid AND o.conrelid = i.indrelid),"
    " ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY k(number, place)"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number"
    " WHERE k.place <= i.indnkeyatts ORDER BY k.place),"
    " pg_catalog.pg_stat_get_numscans(c.oid), c.oid::int8"
    " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
    " WHERE i.indrelid = $1::oid ORDER BY c.relname");
struct IndexColumn {
    enum : int { name, valid, unique, primary, partial, of_expressions, of_constraint, columns, scans, oid };
};

// As pg_partition_tree(), but without its locks on the partitions (find_all_inheritors()): it waits for a session that
// alters one.
KeptQuery
    partitions_query("WITH RECURSIVE below AS (SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = $1::oid"
                     " UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN below b ON i.inhparent = b.inhrelid)"
                     " SELECT c.oid::int8, c.reltuples::float8, c.relpages, c.relkind::text FROM below b"
                     " JOIN pg_catalog.pg_class c ON c.oid = b.inhrelid");
struct PartitionColumn {
    enum : int { oid, tuples, pages, kind };
};

// The triggers that may suppress a row (tgtype & 3: TRIGGER_TYPE_ROW, TRIGGER_TYPE_BEFORE) and those that can be
// deferred: triggers of foreign keys, unique_key_recheck() of unique constraints, constraint triggers. Only enabled
// ones: 'O' and 'A' fire in an ordinary session, 'D' and 'R' do not.
//
// A foreign key has four triggers, two on each table. Those that call RI_FKey_check_ins() or _upd() are on the
// referencing table (`own`), where conkey numbers its columns; confkey numbers those of the referenced table.
KeptQuery triggers_query(
    "SELECT t.tgtype::int4, t.tgdeferrable, t.tginitdeferred, t.tgqual IS NOT NULL, coalesce(n.nspname, '')::text,"
    " coalesce(c.conname, '')::text, coalesce(c.contype, '')::text, coalesce(c.conrelid, 0)::int8, own.own,"
    " ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(CASE WHEN c.contype = 'f' AND NOT own.own THEN c.confkey"
    " WHEN c.contype = 't' THEN t.tgattr::int2[] ELSE c.conkey END) AS k (number)"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = k.number)"
    " FROM pg_catalog.pg_trigger t LEFT JOIN pg_catalog.pg_constraint c ON c.oid = t.tgconstraint"
    " LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace, LATERAL (SELECT coalesce(c.contype <> 'f' OR"
    " t.tgfoid::int4 IN (1644, 1645), true)) AS own (own)" // RI_FKey_check_ins and _upd
    " WHERE t.tgrelid = $1::oid AND t.tgenabled IN ('O', 'A')"
    " AND (t.tgdeferrable AND c.oid IS NOT NULL OR t.tgtype & 3 = 3)");
struct TriggerColumn {
    enum : int { type, deferrable, initially_deferred, has_condition, schema, name, kind, relation, own, columns };
};

// With a fresh snapshot, so that the rows agree with the syscaches that names are resolved with.
Rows rows_for(KeptQuery &query, Oid oid) { return query({static_cast<std::int64_t>(oid)}, Access::fresh); }

struct Sizes {
    std::int64_t heap, total;
    bool known;
};

// Without waiting: pg_relation_size() locks the relation, and a lint() that waits for somebody's AccessExclusiveLock is
// of no use to whoever looks for the reason. Having the lock, the relation may be gone: its OID came from a snapshot.
Sizes sizes_of(Oid oid) {
    Sizes result{};
    if (!ConditionalLockRelationOid(oid, AccessShareLock))
        return result;
    if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(oid))) {
        result.heap = DatumGetInt64(
            DirectFunctionCall2(pg_relation_size, ObjectIdGetDatum(oid), PointerGetDatum(cstring_to_text("main"))));
        result.total = DatumGetInt64(DirectFunctionCall1(pg_total_relation_size, ObjectIdGetDatum(oid)));
        result.known = true;
    }
    UnlockRelationOid(oid, AccessShareLock);
    return result;
}

// As the planner estimates it (table_block_relation_estimate_size()): the rows per page that the last VACUUM or ANALYZE
// found, times the pages there are now. Without any (reltuples -1) the rows per page follow from their width: a page
// has a header of 24 bytes, a row one of 24 bytes and a line pointer of 4.
double rows_of(double tuples, std::int32_t pages, std::int64_t heap, double width) {
    double const pages_now = static_cast<double>(heap) / BLCKSZ;
    if (tuples >= 0 && pages > 0)
        return tuples * pages_now / pages;
    if (tuples > 0)
        return tuples;
    return pages_now * (BLCKSZ - 24) / (width + 28);
}

// The columns that are not null in every row that passes a CHECK: `c IS NOT NULL`, alone or as an operand of AND. A
// validated one saves SET NOT NULL its scan (NotNullImpliedByRelConstraints()).
void not_null_columns(Node *node, std::int16_t *numbers, int &count, int most) {
    if (auto const *test = MIG_AS(NullTest, node)) {
        auto const *column = MIG_AS(Var, reinterpret_cast<Node *>(test->arg));
        if (column && test->nulltesttype == IS_NOT_NULL && !test->argisrow && count < most)
            numbers[count++] = column->varattno;
    } else if (auto const *logic = MIG_AS(BoolExpr, node); logic && logic->boolop == AND_EXPR) {
        ListCell *cell; // not each(): it throws an exception for an interrupt, and this runs in a guarded frame
        foreach (cell, logic->args)
            not_null_columns(static_cast<Node *>(lfirst(cell)), numbers, count, most);
    }
}

void prove_not_null(TableConstraint &constraint, NamedList<Column> const &columns) {
    struct Found {
        std::int16_t numbers[32];
        int count;
    };
    const char *const text = constraint.expression.c_str(); // pg_constraint.conbin
    Found const found = pg::guarded([=] {
        Found result{};
        not_null_columns(static_cast<Node *>(stringToNode(text)), result.numbers, result.count, 32);
        return result;
    });
    for (int i = 0; i < found.count; ++i)
        for (Column const &column : columns)
            if (column.number == found.numbers[i])
                constraint.proves_not_null.push_back(column.name);
}

Oid oid_of(Rows const &rows, std::size_t row, int column) { return static_cast<Oid>(rows.bigint(row, column)); }

void load_columns(Table &relation) {
    Rows const columns = rows_for(columns_query, relation.oid);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        Column column;
        column.name = columns.text(i, ColumnColumn::name);
        column.type = oid_of(columns, i, ColumnColumn::type);
        column.typmod = columns.integer(i, ColumnColumn::typmod);
        column.collation = oid_of(columns, i, ColumnColumn::collation);
        column.number = columns.integer(i, ColumnColumn::number);
        column.not_null = columns.boolean(i, ColumnColumn::not_null);
        column.has_default = columns.boolean(i, ColumnColumn::has_default);
        column.generated = columns.boolean(i, ColumnColumn::generated);
        column.identity = columns.boolean(i, ColumnColumn::identity);
        column.type_name = columns.text(i, ColumnColumn::type_name);
        relation.columns.push_back(std::move(column));
    }
}

// A partitioned table has no storage: its size is that of all its partitions. The width of a row is a guess, 12 bytes a
// column, for tables that were never analyzed.
void load_sizes(Table &relation, double tuples, std::int32_t pages) {
    double width = 0;
    for (Column const &column : relation.columns)
        width += column.name.empty() ? 0 : 12;
    auto const add = [&](Oid oid, double part_tuples, std::int32_t part_pages, bool measure) {
        Sizes sizes{};
        if (measure)
            sizes = pg::call<sizes_of>(oid);
        if (!sizes.known)
            sizes.heap = sizes.total = static_cast<std::int64_t>(part_pages) * BLCKSZ;
        relation.rows += rows_of(part_tuples, part_pages, sizes.heap, width);
        relation.bytes += sizes.total;
    };
    if (relation.kind == 'r' || relation.kind == 'm' || relation.kind == 't')
        add(relation.oid, tuples, pages, true);
    if (!relation.is_table())
        return;
    // Children by inheritance too: a query of the parent reads them, and ALTER TABLE recurses to them.
    Rows const parts = rows_for(partitions_query, relation.oid);
    constexpr std::size_t most_measured = 200; // each by a stat() of its files; the rest by pg_class.relpages
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (parts.text(i, PartitionColumn::kind) == "r") {
            ++relation.partitions;
            add(oid_of(parts, i, PartitionColumn::oid), parts.real(i, PartitionColumn::tuples),
                parts.integer(i, PartitionColumn::pages), i < most_measured);
        }
}

// A trigger that is not deferrable is here because it may suppress rows.
void load_triggers(Table &relation) {
    Rows const triggers = rows_for(triggers_query, relation.oid);
    for (std::size_t i = 0; i < triggers.size(); ++i) {
        std::int32_t const events = triggers.integer(i, TriggerColumn::type);
        if (!triggers.boolean(i, TriggerColumn::deferrable)) {
            relation.before_row_events |= events;
            continue;
        }
        std::string_view const kind = triggers.text(i, TriggerColumn::kind);
        DeferrableCheck check;
        check.events = events;
        check.initially_deferred = triggers.boolean(i, TriggerColumn::initially_deferred);
        check.schema = triggers.text(i, TriggerColumn::schema);
        check.name = triggers.text(i, TriggerColumn::name);
        // Keys and exclusion constraints ('p', 'u', 'x'), whose trigger is queued for a possible duplicate only.
        check.unique = kind != "f" && kind != "t";
        check.conditional = check.unique || triggers.boolean(i, TriggerColumn::has_condition);
        check.referencing_oid =
            triggers.boolean(i, TriggerColumn::own) ? 0 : oid_of(triggers, i, TriggerColumn::relation);
        check.columns = triggers.texts(i, TriggerColumn::columns);
        relation.deferrable.push_back(std::move(check));
    }
}

void load_constraints(Table &relation) {
    Rows const constraints = rows_for(constraints_query, relation.oid);
    for (std::size_t i = 0; i < constraints.size(); ++i) {
        TableConstraint constraint;
        constraint.name = constraints.text(i, ConstraintColumn::name);
        constraint.type = constraints.text(i, ConstraintColumn::type).front();
        constraint.validated = constraints.boolean(i, ConstraintColumn::validated);
        constraint.deferrable = constraints.boolean(i, ConstraintColumn::deferrable);
        constraint.referenced = oid_of(constraints, i, ConstraintColumn::referenced);
        constraint.columns = constraints.texts(i, ConstraintColumn::columns);
        constraint.expression = constraints.text(i, ConstraintColumn::expression);
        // A CHECK that is NOT VALID as well: proof_of_not_null() asks for `validated`, which a pending statement may
        // change.
        if (constraint.type == 'c')
            prove_not_null(constraint, relation.columns);
        relation.constraints.push_back(std::move(constraint));
    }
}

void load_indexes(Table &relation) {
    Rows const indexes = rows_for(indexes_query, relation.oid);
    for (std::size_t i = 0; i < indexes.size(); ++i) {
        TableIndex index;
        index.name = indexes.text(i, IndexColumn::name);
        index.valid = indexes.boolean(i, IndexColumn::valid);
        index.unique = indexes.boolean(i, IndexColumn::unique);
        index.primary = indexes.boolean(i, IndexColumn::primary);
        index.partial = indexes.boolean(i, IndexColumn::partial);
        index.of_expressions = indexes.boolean(i, IndexColumn::of_expressions);
        index.of_constraint = indexes.boolean(i, IndexColumn::of_constraint);
        index.columns = indexes.texts(i, IndexColumn::columns);
        index.scans = indexes.bigint(i, IndexColumn::scans);
        index.oid = oid_of(indexes, i, IndexColumn::oid);
        relation.indexes.push_back(std::move(index));
    }
}

} // namespace

// The columns come first: sizes are estimated from their number, and CHECK constraints are matched with theirs. Of what
// is neither a table nor a materialized view only the columns matter: it has no indexes, and nothing of it is checked.
std::unique_ptr<Table> load_relation(Oid oid) {
    Rows const found = rows_for(relation_query, oid);
    if (found.size() == 0)
        return nullptr;
    auto relation = std::make_unique<Table>();
    relation->oid = oid;
    relation->schema = found.text(0, RelationColumn::schema);
    relation->name = found.text(0, RelationColumn::name);
    relation->kind = found.text(0, RelationColumn::kind).front();
    relation->temporary = found.text(0, RelationColumn::persistence) == "t";
    relation->unlogged = found.text(0, RelationColumn::persistence) == "u";
    relation->is_partition = found.boolean(0, RelationColumn::is_partition);
    relation->row_security = found.boolean(0, RelationColumn::row_security);
    relation->force_row_security = found.boolean(0, RelationColumn::force_row_security);
    relation->replica_identity = found.text(0, RelationColumn::replica_identity).front();
    relation->owner = oid_of(found, 0, RelationColumn::owner);
    relation->published = relation->is_table() && found.boolean(0, RelationColumn::published);
    relation->has_triggers = found.boolean(0, RelationColumn::has_triggers);
    relation->has_rules = found.boolean(0, RelationColumn::has_rules);
    relation->default_partition = oid_of(found, 0, RelationColumn::default_partition);

    load_columns(*relation);
    load_sizes(*relation, found.real(0, RelationColumn::tuples), found.integer(0, RelationColumn::pages));
    if (!relation->is_table() && relation->kind != 'm')
        return relation;
    if (relation->has_triggers)
        load_triggers(*relation);
    load_constraints(*relation);
    load_indexes(*relation);
    return relation;
}

} // namespace mig::server::lint
