#include "lint/read/stored_values.hpp"

#include "lint/world/world.hpp"
#include "lint/world/world_contents.hpp"
#include "server/db/owner.hpp"
#include "server/db/query.hpp"

#include <algorithm>

extern "C" {
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace mig::server::lint {

namespace {

// The names of a column and a table in the live catalog, where pending statements have not renamed them yet.
std::optional<std::string> live_column(Table const &relation, Column const &column) {
    if (column.is_new || column.number <= 0)
        return std::nullopt;
    Oid const oid = relation.oid;
    auto const number = static_cast<AttrNumber>(column.number);
    const char *const name = pg::guarded([=]() -> const char * {
        const char *const found = get_attname(oid, number, true);
        return found ? quote_identifier(found) : nullptr;
    });
    return name ? std::optional<std::string>(name) : std::nullopt;
}

std::optional<std::string> live_table(Table const &relation) {
    Oid const oid = relation.oid;
    const char *const name = pg::guarded([=]() -> const char * {
        const char *const table = get_rel_name(oid);
        const char *const schema = table ? get_namespace_name(get_rel_namespace(oid)) : nullptr;
        return schema ? quote_qualified_identifier(schema, table) : nullptr;
    });
    return name ? std::optional<std::string>(name) : std::nullopt;
}

// Finds user-written code that planning a query of the table may execute: in expressions and predicates of indexes,
// CHECK constraints and extended statistics, whose constant parts eval_const_expressions() computes. Built-in objects
// are pinned (IsPinnedObject()), so that pg_depend has no rows for them: any function, operator or type found belongs
// to a user or an extension.
KeptQuery code_query(
    "SELECT 1 FROM (SELECT 'pg_class'::regclass AS class, indexrelid AS object FROM pg_index WHERE indrelid = $1::oid"
    "  UNION ALL SELECT 'pg_constraint'::regclass, oid FROM pg_constraint WHERE conrelid = $1::oid"
    "  UNION ALL SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext WHERE stxrelid = $1::oid) part"
    " JOIN pg_depend d ON d.classid = part.class AND d.objid = part.object"
    " WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_type'::regclass) LIMIT 1");

// Whether the table can be read now, at little cost, on behalf of the caller. Then it is locked, so that reading it
// cannot wait. User-written code is accepted only in a table of the caller's own.
bool lock_if_readable(World const &world, Table const &relation) {
    if (relation.oid == 0 || relation.is_new || relation.kind != 'r' || relation.temporary || !relation.small() ||
        relation.row_security)
        return false;
    // Both the caller and the owner, as whom the query runs, need the privileges. Children may belong to others, whose
    // expressions would be planned as well.
    static KeptQuery may_read("SELECT NOT relrowsecurity AND NOT relhassubclass"
                              "  AND has_table_privilege($1::oid, oid, 'SELECT')"
                              "  AND has_schema_privilege($1::oid, relnamespace, 'USAGE')"
                              "  AND has_table_privilege(relowner, oid, 'SELECT')"
                              "  AND has_schema_privilege(relowner, relnamespace, 'USAGE')"
                              " FROM pg_class WHERE oid = $2::oid");
    Rows const rows = may_read({static_cast<std::int64_t>(world.caller()), static_cast<std::int64_t>(relation.oid)});
    Oid const oid = relation.oid;
    bool const own = relation.owner == world.caller();
    return rows.size() > 0 && rows.boolean(0, 0) && (own || code_query({static_cast<std::int64_t>(oid)}).size() == 0) &&
           // Released with the subtransaction of findings().
           pg::guarded([=] { return ConditionalLockRelationOid(oid, AccessShareLock); });
}

// As the table's owner in a restricted context, like the server's own maintenance, so that none of the owner's code
// runs with the rights of the extension's owner. An ERROR, such as that of a value which the condition cannot cast, is
// no answer.
Answer answer(Table const &relation, std::string const &sql) {
    Answer result = Answer::unknown;
    (void) attempt([&] {
        AsOwnerOf const owner(relation.oid);
        result = query(sql.c_str(), {}).size() > 0 ? Answer::yes : Answer::no;
    });
    return result;
}

} // namespace

Answer any_row(World &world, Table const &relation, Column const &column, std::string_view condition) {
    std::optional<std::string> const name = live_column(relation, column);
    if (condition.empty() || !name || !lock_if_readable(world, relation))
        return Answer::unknown;
    std::optional<std::string> const table = live_table(relation);
    if (!table)
        return Answer::unknown;
    std::string sql = "SELECT 1 FROM " + *table + " WHERE ";
    for (char const c : condition)
        if (c == '$')
            sql += *name;
        else
            sql += c;
    return answer(relation, sql + " LIMIT 1");
}

// Rows with a NULL do not collide in a unique index, unless it is NULLS NOT DISTINCT.
Answer any_duplicate(World &world, Table &relation, std::vector<std::string> const &columns) {
    std::string list, present;
    for (std::string const &column : columns) {
        Column const *const found = relation.column(column);
        std::optional<std::string> const name = found ? live_column(relation, *found) : std::nullopt;
        if (!name)
            return Answer::unknown;
        list += (list.empty() ? "" : ", ") + *name;
        present += (present.empty() ? "" : " AND ") + *name + " IS NOT NULL";
    }
    if (list.empty() || !lock_if_readable(world, relation))
        return Answer::unknown;
    std::optional<std::string> const table = live_table(relation);
    if (!table)
        return Answer::unknown;
    return answer(relation, "SELECT 1 FROM " + *table + " WHERE " + present + " GROUP BY " + list +
                                " HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 1 LIMIT 1");
}

std::optional<Statistics> statistics(World &world, Table const &relation, Column const &column,
                                     std::string_view constant) {
    if (relation.oid == 0 || column.is_new || column.number <= 0)
        return std::nullopt;
    // The view pg_stats checks the privileges of the current user, which is the extension's owner: those of the caller
    // ($3) are checked here, with row security, as the view does it. Statistics over a whole inheritance tree are
    // preferred. The arrays are of type anyarray, which only a cast by way of text turns into an array of a known type.
    // The first of most_common_freqs is the largest (STATISTIC_KIND_MCV).
    static KeptQuery statistics_query(
        "SELECT s.null_frac::float8, s.n_distinct::float8, coalesce(s.most_common_freqs[1], 0)::float8,"
        " coalesce((SELECT sum(f) FROM unnest(s.most_common_freqs) f), 0)::float8,"
        " coalesce(cardinality(s.most_common_freqs), 0),"
        " coalesce(s.most_common_freqs[array_position(s.most_common_vals::text::text[], $4)], -1)::float8,"
        " coalesce((SELECT max(length(v)) FROM"
        "  unnest(s.most_common_vals::text::text[] || s.histogram_bounds::text::text[]) v), -1)"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid"
        " JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname"
        " WHERE c.oid = $1::oid AND a.attnum = $2 AND NOT c.relrowsecurity"
        " AND has_column_privilege($3::oid, $1::oid, $2::int2, 'SELECT')"
        " ORDER BY s.inherited DESC LIMIT 1");
    struct StatisticsColumn {
        enum : int { null_fraction, distinct, most_common, common_fraction, common_values, constant, max_length };
    };
    Rows const rows = statistics_query(
        {static_cast<std::int64_t>(relation.oid), column.number, static_cast<std::int64_t>(world.caller()), constant});
    if (rows.size() == 0)
        return std::nullopt;
    Statistics found;
    found.null_fraction = rows.real(0, StatisticsColumn::null_fraction);
    found.distinct = rows.real(0, StatisticsColumn::distinct);
    found.most_common = rows.real(0, StatisticsColumn::most_common);
    found.common_fraction = rows.real(0, StatisticsColumn::common_fraction);
    found.common_values = rows.integer(0, StatisticsColumn::common_values);
    found.constant = rows.real(0, StatisticsColumn::constant);
    found.max_length = rows.integer(0, StatisticsColumn::max_length);
    return found;
}

namespace {

bool any_statistics(Oid relation, int columns) {
    for (int number = 1; number <= columns; ++number)
        for (bool const inherited : {false, true})
            if (SearchSysCacheExists3(STATRELATTINH, ObjectIdGetDatum(relation), Int16GetDatum(number),
                                      BoolGetDatum(inherited)))
                return true;
    return false;
}

} // namespace

bool has_statistics(World &world, Table const &relation) {
    if (relation.oid == 0 || relation.is_new)
        return true;
    auto const [known, inserted] = world.contents().with_statistics.try_emplace(relation.oid, false);
    if (!inserted)
        return known->second;
    static KeptQuery tree_query("WITH RECURSIVE tree(oid) AS (SELECT $1::oid UNION"
                                "  SELECT i.inhrelid FROM pg_inherits i JOIN tree t ON i.inhparent = t.oid)"
                                " SELECT oid::bigint FROM tree LIMIT 100");
    Rows const rows = tree_query({static_cast<std::int64_t>(relation.oid)}, Access::fresh);
    int columns = 0;
    for (Column const &column : relation.columns)
        columns = std::max(columns, static_cast<int>(column.number));
    for (std::size_t i = 0; i < rows.size() && !known->second; ++i) {
        Oid const oid = static_cast<Oid>(rows.bigint(i, Rows::only_column));
        known->second = pg::guarded([=] { return any_statistics(oid, columns); });
    }
    return known->second;
}

} // namespace mig::server::lint
