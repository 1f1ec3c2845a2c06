#include "core/base/failure.hpp"
#include "lint/world/world.hpp"
#include "lint/world/world_contents.hpp"

extern "C" {
#include "access/attnum.h"
#include "catalog/pg_class.h"
#include "nodes/primnodes.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/syscache.h"
}

namespace mig::server::lint {

const char *const LiveRelations::relation_sql =
    "SELECT n.nspname::text, c.relname::text, c.relkind::text, c.relpersistence::text, c.reltuples::float8, c.relpages,"
    " c.relispartition, c.relrowsecurity, c.relforcerowsecurity, c.relreplident::text, c.relowner::int8,"
    " EXISTS (SELECT FROM pg_catalog.pg_publication_rel p WHERE p.prrelid = c.oid)"
    " OR EXISTS (SELECT FROM pg_catalog.pg_publication p WHERE p.puballtables)"
    " OR EXISTS (SELECT FROM pg_catalog.pg_publication_namespace p WHERE p.pnnspid = c.relnamespace),"
    " c.relhastriggers, c.relhasrules,"
    " (SELECT partdefid::int8 FROM pg_catalog.pg_partitioned_table p WHERE p.partrelid = c.oid)"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::oid";

const char *const LiveRelations::columns_sql =
    "SELECT attname::text, atttypid::int8, atttypmod, attcollation::int8, attnum::int4, attnotnull, atthasdef,"
    " attgenerated = 's', attidentity <> '', pg_catalog.format_type(atttypid, atttypmod), attlen::int4"
    " FROM pg_catalog.pg_attribute WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum";

const char *const LiveRelations::constraints_sql =
    "SELECT conname::text, contype::text, convalidated, condeferrable, confrelid::int8,"
    " ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(conkey) WITH ORDINALITY k(number, place)"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.number ORDER BY k.place),"
    " conbin::text FROM pg_catalog.pg_constraint WHERE conrelid = $1::oid AND contype <> 't' ORDER BY conname";

const char *const LiveRelations::indexes_sql =
    "SELECT c.relname::text, i.indisvalid, i.indisunique, i.indisprimary, i.indpred IS NOT NULL,"
    " i.indexprs IS NOT NULL,"
    " EXISTS (SELECT FROM pg_catalog.pg_constraint o WHERE o.conindid = c.oid AND o.conrelid = i.indrelid),"
    " ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY k(number, place)"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number"
    " WHERE k.place <= i.indnkeyatts ORDER BY k.place),"
    " pg_catalog.pg_stat_get_numscans(c.oid), c.oid::int8"
    " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
    " WHERE i.indrelid = $1::oid ORDER BY c.relname";

const char *const LiveRelations::partitions_sql =
    "WITH RECURSIVE below AS (SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = $1::oid"
    " UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN below b ON i.inhparent = b.inhrelid)"
    " SELECT c.oid::int8, c.reltuples::float8, c.relpages, c.relkind::text FROM below b"
    " JOIN pg_catalog.pg_class c ON c.oid = b.inhrelid";

// Those that can keep a row away, and those that can wait.
const char *const LiveRelations::deferrable_sql =
    "SELECT t.tgtype::int4, t.tgdeferrable, t.tginitdeferred, t.tgqual IS NOT NULL, coalesce(n.nspname, '')::text,"
    " coalesce(c.conname, '')::text, coalesce(c.contype, '')::text, coalesce(c.conrelid, 0)::int8, own.own,"
    " ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(CASE WHEN c.contype = 'f' AND NOT own.own THEN c.confkey"
    " WHEN c.contype = 't' THEN t.tgattr::int2[] ELSE c.conkey END) AS k (number)"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = k.number)"
    " FROM pg_catalog.pg_trigger t LEFT JOIN pg_catalog.pg_constraint c ON c.oid = t.tgconstraint"
    " LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace, LATERAL (SELECT coalesce(c.contype <> 'f' OR"
    " t.tgfoid::int4 IN (1644, 1645), true)) AS own (own)" // RI_FKey_check_ins and _upd
    " WHERE t.tgrelid = $1::oid AND t.tgenabled IN ('O', 'A')"
    " AND (t.tgdeferrable AND c.oid IS NOT NULL OR t.tgtype & 3 = 3)";

namespace {

struct Sizes {
    std::int64_t heap, total;
    bool known;
};

// Without waiting: a lint behind somebody's AccessExclusiveLock would be of no use to whoever looks for the reason.
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

// reltuples is what the last VACUUM or ANALYZE saw of relpages; -1: there was none.
double rows_of(double tuples, std::int32_t pages, std::int64_t heap, double width) {
    double const now = static_cast<double>(heap) / BLCKSZ;
    if (tuples >= 0 && pages > 0)
        return tuples * now / pages;
    if (tuples > 0)
        return tuples;
    return now * (BLCKSZ - 24) / (width + 28);
}

// The columns that a CHECK says to be NOT NULL: by its own, or in a chain of AND.
void not_null_columns(Node *node, std::int16_t *numbers, int &count, int most) {
    if (IsA(node, NullTest)) {
        auto const *test = castNode(NullTest, node);
        if (test->nulltesttype == IS_NOT_NULL && !test->argisrow && IsA(test->arg, Var) && count < most)
            numbers[count++] = reinterpret_cast<Var *>(test->arg)->varattno;
    } else if (IsA(node, BoolExpr) && castNode(BoolExpr, node)->boolop == AND_EXPR) {
        ListCell *cell;
        foreach (cell, castNode(BoolExpr, node)->args)
            not_null_columns(static_cast<Node *>(lfirst(cell)), numbers, count, most);
    }
}

void prove_not_null(Constraint &constraint, NamedList<Column> const &columns) {
    struct Found {
        std::int16_t numbers[32];
        int count;
    };
    const char *const text = constraint.expression.c_str();
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

} // namespace

void LiveRelations::load_sizes(Relation &relation, double tuples, std::int32_t pages) {
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
    Rows const parts = partitions_({static_cast<std::int64_t>(relation.oid)});
    constexpr std::size_t most_measured = 200; // files are looked at; the catalog tells of more than these
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (parts.text(i, 3) == "r") {
            ++relation.partitions;
            add(oid_of(parts, i, 0), parts.real(i, 1), parts.integer(i, 2), i < most_measured);
        }
}

void LiveRelations::load_checks(Relation &relation) {
    Rows const triggers = deferrable_({static_cast<std::int64_t>(relation.oid)});
    for (std::size_t i = 0; i < triggers.size(); ++i) {
        std::int32_t const events = triggers.integer(i, 0);
        if (!triggers.boolean(i, 1)) {
            relation.before_row_events |= events;
            continue;
        }
        DeferrableCheck check;
        check.events = events;
        check.initially_deferred = triggers.boolean(i, 2);
        check.schema = triggers.text(i, 4);
        check.name = triggers.text(i, 5);
        check.unique = triggers.text(i, 6) != "f" && triggers.text(i, 6) != "t";
        check.conditional = check.unique || triggers.boolean(i, 3);
        check.by_oid = triggers.boolean(i, 8) ? 0 : oid_of(triggers, i, 7);
        check.columns = triggers.texts(i, 9);
        relation.deferrable.push_back(std::move(check));
    }
}

std::unique_ptr<Relation> LiveRelations::load(Oid oid) {
    Value const key(static_cast<std::int64_t>(oid));
    Rows const found = relation_({key});
    if (found.size() == 0)
        return nullptr;
    auto relation = std::make_unique<Relation>();
    relation->oid = oid;
    relation->schema = found.text(0, 0);
    relation->name = found.text(0, 1);
    relation->kind = found.text(0, 2).front();
    relation->temporary = found.text(0, 3) == "t";
    relation->unlogged = found.text(0, 3) == "u";
    relation->is_partition = found.boolean(0, 6);
    relation->row_security = found.boolean(0, 7);
    relation->force_row_security = found.boolean(0, 8);
    relation->replica_identity = found.text(0, 9).front();
    relation->owner = oid_of(found, 0, 10);
    relation->published = relation->is_table() && found.boolean(0, 11);
    relation->has_triggers = found.boolean(0, 12);
    relation->has_rules = found.boolean(0, 13);
    relation->default_partition = oid_of(found, 0, 14);

    Rows const columns = columns_({key});
    for (std::size_t i = 0; i < columns.size(); ++i) {
        Column column;
        column.name = columns.text(i, 0);
        column.type = oid_of(columns, i, 1);
        column.typmod = columns.integer(i, 2);
        column.collation = oid_of(columns, i, 3);
        column.number = columns.integer(i, 4);
        column.not_null = columns.boolean(i, 5);
        column.has_default = columns.boolean(i, 6);
        column.generated = columns.boolean(i, 7);
        column.identity = columns.boolean(i, 8);
        column.type_name = columns.text(i, 9);
        relation->columns.push_back(std::move(column));
    }
    load_sizes(*relation, found.real(0, 4), found.integer(0, 5));
    if (!relation->is_table() && relation->kind != 'm')
        return relation;

    if (relation->has_triggers)
        load_checks(*relation);
    Rows const constraints = constraints_({key});
    for (std::size_t i = 0; i < constraints.size(); ++i) {
        Constraint constraint;
        constraint.name = constraints.text(i, 0);
        constraint.type = constraints.text(i, 1).front();
        constraint.validated = constraints.boolean(i, 2);
        constraint.deferrable = constraints.boolean(i, 3);
        constraint.referenced = oid_of(constraints, i, 4);
        constraint.columns = constraints.texts(i, 5);
        constraint.expression = constraints.text(i, 6);
        if (constraint.type == 'c')
            prove_not_null(constraint, relation->columns);
        relation->constraints.push_back(std::move(constraint));
    }
    Rows const indexes = indexes_({key});
    for (std::size_t i = 0; i < indexes.size(); ++i) {
        Index index;
        index.name = indexes.text(i, 0);
        index.valid = indexes.boolean(i, 1);
        index.unique = indexes.boolean(i, 2);
        index.primary = indexes.boolean(i, 3);
        index.partial = indexes.boolean(i, 4);
        index.of_expressions = indexes.boolean(i, 5);
        index.of_constraint = indexes.boolean(i, 6);
        index.columns = indexes.texts(i, 7);
        index.scans = indexes.bigint(i, 8);
        index.oid = oid_of(indexes, i, 9);
        relation->indexes.push_back(std::move(index));
    }
    return relation;
}

} // namespace mig::server::lint
