#include "lint/read/dependents.hpp"

#include "core/text/text.hpp"
#include "lint/read/wording.hpp"
#include "lint/read/words.hpp"
#include "lint/world/referring_keys.hpp"
#include "server/db/query.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>
#include <unordered_set>

extern "C" {
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "utils/lsyscache.h"
}

namespace mig::server::lint {

namespace {

// What DROP drops with an object ($1: catalog, $2: OID, $3: column or 0), as findDependentObjects() of dependency.c
// decides. Dependents are followed from pg_depend.refobjid to objid: automatic and internal ones ('a', 'i') and
// partitions ('P', 'S') go by themselves, normal ones ('n') and all that depends on those only by CASCADE. UNION ends
// the recursion where objects depend on each other.
//
// Internal dependencies are also followed upwards, except from relations: to drop an internal part of an object is to
// drop the object. A view depends on its tables by its rule, which is an internal part of the view.
//
// An object that is reached in several ways goes without CASCADE if one of them needs none (bool_and).
//
// Left out is what a reader would not call an object of its own: rules, defaults, members of operator families,
// triggers of constraints, TOAST tables, indexes of constraints, row types, multirange types and array types.
KeptQuery closure_query(
    "WITH RECURSIVE gone(classid, objid, objsubid, cascade) AS ("
    " SELECT $1::oid, $2::oid, $3, false UNION"
    " SELECT n.* FROM gone g CROSS JOIN LATERAL ("
    "  SELECT d.classid, d.objid, d.objsubid, g.cascade OR d.deptype = 'n' FROM pg_depend d"
    "  WHERE d.refclassid = g.classid AND d.refobjid = g.objid AND (g.objsubid = 0 OR d.refobjsubid = g.objsubid)"
    "  AND d.deptype IN ('n', 'a', 'i', 'P', 'S') UNION ALL"
    "  SELECT d.refclassid, d.refobjid, d.refobjsubid, g.cascade FROM pg_depend d"
    "  WHERE d.classid = g.classid AND d.objid = g.objid AND d.deptype = 'i' AND g.classid <> 'pg_class'::regclass"
    " ) n),"
    " object AS (SELECT classid, objid, objsubid, bool_and(cascade) AS cascade FROM gone"
    "  WHERE (classid, objid, objsubid) <> ($1::oid, $2::oid, $3)"
    // Of the table itself only generated columns are dropped with a column: they depend on it by their expression.
    "  AND NOT (classid = $1::oid AND objid = $2::oid AND ($3 = 0 OR objsubid = 0)) GROUP BY 1, 2, 3)"
    " SELECT pg_describe_object(o.classid, o.objid, o.objsubid), o.cascade,"
    "  CASE WHEN o.classid = 'pg_class'::regclass THEN o.objid ELSE coalesce(k.conrelid, 0) END::bigint,"
    "  coalesce(k.conname::text, ''),"
    "  CASE WHEN o.classid = 'pg_class'::regclass THEN greatest(pg_stat_get_live_tuples(o.objid), c.reltuples, 0)"
    "   ELSE 0 END::float8, coalesce((SELECT attname::text FROM pg_attribute WHERE attrelid = o.objid"
    "    AND o.classid = 'pg_class'::regclass AND attnum = o.objsubid AND attnum > 0), ''),"
    "  coalesce(tr.tgrelid, po.polrelid, 0)::bigint, coalesce('trigger ' || tr.tgname, 'policy ' || po.polname, '')"
    " FROM object o LEFT JOIN pg_constraint k ON o.classid = 'pg_constraint'::regclass AND k.oid = o.objid"
    "  LEFT JOIN pg_class c ON o.classid = 'pg_class'::regclass AND c.oid = o.objid"
    "  LEFT JOIN pg_type t ON o.classid = 'pg_type'::regclass AND t.oid = o.objid"
    "  LEFT JOIN pg_trigger tr ON o.classid = 'pg_trigger'::regclass AND tr.oid = o.objid"
    "  LEFT JOIN pg_policy po ON o.classid = 'pg_policy'::regclass AND po.oid = o.objid"
    " WHERE o.classid NOT IN ('pg_rewrite'::regclass, 'pg_attrdef'::regclass, 'pg_amop'::regclass)"
    "  AND tr.tgisinternal IS NOT TRUE"
    // NOT NULL is a part of its column, though from 18 on it has an entry in pg_constraint.
    "  AND k.contype IS DISTINCT FROM 'n'"
    "  AND (c.oid IS NULL OR c.relkind <> 't' AND (c.relkind NOT IN ('i', 'I') OR NOT EXISTS ("
    "   SELECT 1 FROM pg_depend d WHERE d.classid = o.classid AND d.objid = o.objid AND d.deptype = 'i')))"
    "  AND (t.oid IS NULL OR t.typrelid = 0 AND t.typtype <> 'm' AND NOT (t.typelem <> 0 AND t.typlen = -1))"
    // Parts of an object that goes by CASCADE are not named in addition.
    "  AND NOT (o.cascade AND EXISTS (SELECT 1 FROM pg_depend d JOIN object w ON w.cascade AND w.classid = d.refclassid"
    "   AND w.objid = d.refobjid AND w.objsubid = 0 WHERE d.classid = o.classid AND d.objid = o.objid"
    "   AND d.deptype IN ('a', 'i')))"
    " ORDER BY 1");
struct DependentColumn {
    enum : int { name, cascade, relation, constraint, rows, column, part_of, part };
};

// Routines whose body is text, about which pg_depend knows nothing. SQL-standard bodies (prosqlbody) are parsed at
// creation, and their dependencies are recorded. $1 is the name, searched for as a plain substring first, which is much
// cheaper than the patterns that follow.
#define BODIES                                                                                                         \
    "SELECT p.oid::regprocedure::text, p.proname::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"   \
    " JOIN pg_language l ON l.oid = p.prolang"                                                                         \
    " WHERE p.oid >= 16384 AND l.lanname NOT IN ('internal', 'c') AND p.prosqlbody IS NULL"                            \
    " AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'migrator') AND n.nspname !~ '^pg_temp_'"              \
    " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid"             \
    "  AND d.deptype = 'e')"                                                                                           \
    " AND position(lower($1) in lower(p.prosrc)) > 0"

// Comments may mention anything. Without `*?`: an expression with `|` at its top level is greedy as a whole, and would
// take all from the first comment to the last.
#define UNCOMMENTED "regexp_replace(p.prosrc, '--[^\\n]*|/\\*([^*]|\\*+[^*/])*\\*+/', '', 'g')"

// $2, $3, $4: table, schema and column as patterns. After a dot the same word is the name of a column, unless the
// schema stands before the dot. A finding names only a few routines, hence the LIMIT.
KeptQuery mentions_of_table(BODIES " AND " UNCOMMENTED
                                   " ~* ('(^|[^.[:alnum:]_\"$])\"?' || $2 || '\"?([^[:alnum:]_$]|$)|\\m' || $3"
                                   " || '\"?\\s*\\.\\s*\"?' || $2 || '\"?([^[:alnum:]_$]|$)')"
                                   " AND ($4 = '' OR " UNCOMMENTED
                                   " ~* ('(^|[^[:alnum:]_$])' || $4 || '([^[:alnum:]_$]|$)'))"
                                   " ORDER BY 1 LIMIT 50");

KeptQuery mentions_of_name(BODIES " AND " UNCOMMENTED
                                  " ~* ('(^|[^[:alnum:]_$])' || $2 || '([^[:alnum:]_$]|$)') ORDER BY 1 LIMIT 50");

// The pattern of a regular expression that matches the name alone.
std::string escaped(std::string_view name) {
    std::string pattern;
    for (char const c : name) {
        if (std::string_view(".^$*+?()[]{}|\\").find(c) != std::string_view::npos)
            pattern += '\\';
        pattern += c;
    }
    return pattern;
}

// Whether an earlier pending statement drops a table, or its part `trigger t` or `policy p`. Table 0: not a part.
bool is_dropped(World &world, std::int64_t table, std::string_view part) {
    if (table == 0)
        return false;
    Table const *const found = world.find(static_cast<std::uint32_t>(table));
    return !found || found->dropped_parts.count(std::string(part)) > 0;
}

// Routines that the migration changes along with the table are as they should be, and not reported. Statements are
// indexed by word, so each word of the routine's name is looked up.
bool handled(Subject const &subject, std::string const &routine) {
    bool mentioned = true;
    each_word(routine, [&](std::size_t offset, std::size_t length) {
        mentioned = mentioned && subject.ahead.routines_mention(routine.substr(offset, length));
    });
    return mentioned;
}

std::vector<std::string> unhandled(Subject const &subject, Rows const &rows) {
    std::vector<std::string> result;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!handled(subject, lower_case(rows.text(i, 1))))
            result.emplace_back(rows.text(i, 0));
    }
    return result;
}

} // namespace

Object table_object(Table const &relation) { return {RelationRelationId, relation.oid, 0}; }

Object column_object(Table const &relation, std::string_view column) {
    std::string const name(column);
    const char *const chars = name.c_str();
    Oid const oid = relation.oid;
    AttrNumber number = InvalidAttrNumber;
    if (oid != 0)
        number = pg::guarded([=] { return get_attnum(oid, chars); });
    return number == InvalidAttrNumber ? Object{} : Object{RelationRelationId, oid, number};
}

Object constraint_object(Table const &relation, std::string_view constraint) {
    std::string const name(constraint);
    const char *const chars = name.c_str();
    Oid const oid = relation.oid;
    Oid const found =
        oid == 0 ? InvalidOid : pg::guarded([=] { return get_relation_constraint_oid(oid, chars, true); });
    return {ConstraintRelationId, found, 0};
}

// As TRUNCATE ... CASCADE follows foreign keys (heap_truncate_find_FKs()).
std::vector<Table const *> referencing_tables(World &world, Table const &relation) {
    std::vector<Table const *> result;
    if (relation.oid == 0)
        return result;
    std::unordered_set<std::uint32_t> seen{relation.oid};
    std::vector<std::uint32_t> queue{relation.oid};
    for (std::size_t next = 0; next < queue.size(); ++next)
        for (ReferringKey const &key : keys_referring_to(world, queue[next])) {
            if (!key.table->constraint(key.name) || !seen.insert(key.table->oid).second)
                continue;
            queue.push_back(key.table->oid);
            result.push_back(key.table);
        }
    std::sort(result.begin(), result.end(),
              [](Table const *a, Table const *b) { return a->qualified() < b->qualified(); });
    return result;
}

std::vector<Dependent> dependents(World &world, Object const &object) {
    std::vector<Dependent> result;
    if (object.oid == 0)
        return result;
    // Most columns have no dependents but their default, and planning the whole query takes longer than finding out.
    static KeptQuery anything_on_column(
        "SELECT 1 FROM pg_depend WHERE refclassid = $1::oid AND refobjid = $2::oid"
        " AND refobjsubid = $3 AND (classid <> 'pg_attrdef'::regclass OR deptype = 'n') LIMIT 1");
    if (object.part != 0 && anything_on_column({static_cast<std::int64_t>(object.catalog),
                                                static_cast<std::int64_t>(object.oid), object.part},
                                               Access::fresh)
                                    .size() == 0)
        return result;
    Rows const rows = closure_query(
        {static_cast<std::int64_t>(object.catalog), static_cast<std::int64_t>(object.oid), object.part}, Access::fresh);
    // The catalog does not know what earlier pending statements have dropped.
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto const relation = static_cast<std::uint32_t>(rows.bigint(i, DependentColumn::relation));
        std::string_view const constraint = rows.text(i, DependentColumn::constraint);
        if (relation == object.oid && !rows.text(i, DependentColumn::column).empty()) {
            Table *const own_table = world.find(relation);
            if (!own_table || !own_table->column(rows.text(i, DependentColumn::column)))
                continue;
        }
        if (relation != 0 && relation != object.oid) {
            Table *const found = world.find(relation);
            bool const index =
                !found && constraint.empty() && rows.text(i, DependentColumn::name).substr(0, 6) == "index ";
            if (!index && (!found || (!constraint.empty() && !found->constraint(constraint))))
                continue;
        }
        if (is_dropped(world, rows.bigint(i, DependentColumn::part_of), rows.text(i, DependentColumn::part)))
            continue;
        result.push_back({std::string(rows.text(i, DependentColumn::name)), rows.boolean(i, DependentColumn::cascade),
                          rows.real(i, DependentColumn::rows), relation});
    }
    return result;
}

std::vector<std::string> dependent_names(std::vector<Dependent> const &dependents, bool cascade) {
    std::vector<std::string> result;
    for (Dependent const &dependent : dependents)
        if (dependent.cascade == cascade)
            result.push_back(dependent.name);
    return result;
}

std::vector<std::string> blockers_of_type_change(World &world, Object const &column) {
    std::vector<std::string> result;
    if (column.oid == 0)
        return result;
    // Of the dependents that ATExecAlterColumnType() refuses to rebuild: rules, policies, and the expressions of
    // generated columns. A column's own default depends on it automatically ('a'). A view is named in place of its
    // rule.
    static KeptQuery users_query(
        "SELECT DISTINCT CASE WHEN w.oid IS NULL THEN pg_describe_object(d.classid, d.objid, d.objsubid)"
        "  ELSE pg_describe_object('pg_class'::regclass, w.ev_class, 0) END,"
        "  coalesce(w.ev_class, po.polrelid, 0)::bigint, coalesce('policy ' || po.polname, '')"
        " FROM pg_depend d LEFT JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid"
        " LEFT JOIN pg_policy po ON d.classid = 'pg_policy'::regclass AND po.oid = d.objid"
        " WHERE d.refclassid = $1::oid AND d.refobjid = $2::oid AND d.refobjsubid = $3 AND d.deptype = 'n'"
        "  AND d.classid IN ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_attrdef'::regclass)"
        " ORDER BY 1");
    Rows const rows = users_query(
        {static_cast<std::int64_t>(column.catalog), static_cast<std::int64_t>(column.oid), column.part}, Access::fresh);
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (!is_dropped(world, rows.bigint(i, 1), rows.text(i, 2)))
            result.emplace_back(rows.text(i, 0));
    return result;
}

std::vector<std::string> routines_mentioning(Subject const &subject, Table const &relation, std::string_view column) {
    return unhandled(
        subject, mentions_of_table({relation.name, escaped(relation.name), escaped(relation.schema), escaped(column)},
                                   Access::fresh));
}

std::vector<std::string> routines_mentioning(Subject const &subject, std::string_view name) {
    return unhandled(subject, mentions_of_name({name, escaped(name)}, Access::fresh));
}

Usage usage(Table const &relation) {
    Usage result;
    if (relation.oid == 0)
        return result;
    // Building an index and validating a constraint have counted as a sequential scan each: these are subtracted, so
    // that an unused table does not look used.
    static KeptQuery usage_query(
        "SELECT sum(greatest(0, pg_stat_get_numscans(c.oid) - (SELECT count(*) FROM pg_index WHERE indrelid = c.oid)"
        "   - (SELECT count(*) FROM pg_constraint WHERE conrelid = c.oid AND contype IN ('c', 'f')))"
        "  + coalesce((SELECT sum(pg_stat_get_numscans(indexrelid)) FROM pg_index WHERE indrelid = c.oid), 0))::bigint,"
        " sum(pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid)"
        "  + pg_stat_get_tuples_deleted(c.oid))::bigint"
        " FROM (SELECT $1::oid AS oid UNION SELECT relid FROM pg_partition_tree($1::oid)) c");
    Rows const rows = usage_query({static_cast<std::int64_t>(relation.oid)});
    result.reads = rows.bigint(0, 0);
    result.writes = rows.bigint(0, 1);
    return result;
}

std::string usage_text(Usage const &usage) {
    if (!usage.any())
        return {};
    return ", with " + counted(static_cast<double>(usage.reads), "scan") + " and " +
           counted(static_cast<double>(usage.writes), "row") + " written since the statistics were reset";
}

} // namespace mig::server::lint
