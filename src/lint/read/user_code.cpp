#include "lint/read/user_code.hpp"

#include "bridge/compat.hpp"
#include "lint/world/world_contents.hpp"
#include "server/db/query.hpp"

extern "C" {
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/indexing.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace mig::server::lint {

namespace {

// By a scan of the catalog, as there is no syscache for the constraints of a domain.
bool has_check(Oid domain) {
    Relation const constraints = table_open(ConstraintRelationId, AccessShareLock);
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_constraint_contypid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(domain));
    SysScanDesc const scan = systable_beginscan(constraints, ConstraintTypidIndexId, true, nullptr, 1, &key);
    bool const found = HeapTupleIsValid(systable_getnext(scan));
    systable_endscan(scan);
    table_close(constraints, AccessShareLock);
    return found;
}

struct DomainRow {
    bool is_domain, not_null;
    Oid base;
};

// The pg_type row of a domain. is_domain is false for other types.
DomainRow domain_row(Oid type) {
    HeapTuple const tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (!HeapTupleIsValid(tuple))
        return {false, false, InvalidOid};
    auto const *row = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
    DomainRow const result{row->typtype == TYPTYPE_DOMAIN, row->typnotnull, row->typbasetype};
    ReleaseSysCache(tuple);
    return result;
}

} // namespace

bool domain_has_constraints(Oid type) {
    // A domain over a domain has the constraints of both.
    for (DomainRow domain = domain_row(type); domain.is_domain; domain = domain_row(type)) {
        if (domain.not_null || has_check(type))
            return true;
        type = domain.base;
    }
    return false;
}

bool only_builtin_casts(Node const *expression) {
    while (!IsA(expression, Var)) {
        if (IsA(expression, RelabelType)) {
            expression = reinterpret_cast<Node const *>(reinterpret_cast<RelabelType const *>(expression)->arg);
        } else if (IsA(expression, CoerceToDomain)) {
            auto const *domain = reinterpret_cast<CoerceToDomain const *>(expression);
            if (domain_has_constraints(domain->resulttype))
                return false;
            expression = reinterpret_cast<Node const *>(domain->arg);
        } else if (IsA(expression, FuncExpr)) {
            auto const *function = reinterpret_cast<FuncExpr const *>(expression);
            // initdb gives out the OIDs below FirstNormalObjectId (access/transam.h): such a function is the server's
            // own.
            if (function->funcid >= FirstNormalObjectId || function->args == NIL)
                return false;
            expression = static_cast<Node const *>(linitial(function->args));
        } else {
            return false;
        }
    }
    return true;
}

// PartConstraintImpliedByRelConstraint() simplifies the CHECK constraints of the child and compares them with the
// bounds of the parent and of all its ancestors. So the code is in those CHECKs, in partition keys with expressions,
// and in the operators of key columns that are not of built-in base types. The server's own functions, operators and
// types are pinned: pg_depend has no rows for them.
bool partition_proof_runs_code(Table const &parent, Table const &child) {
    static KeptQuery code_of_proof(
        "WITH RECURSIVE above(oid) AS (SELECT $1::oid UNION"
        "  SELECT i.inhparent FROM above JOIN pg_inherits i ON i.inhrelid = above.oid)"
        " SELECT 1 FROM pg_constraint c JOIN pg_depend d ON d.classid = 'pg_constraint'::regclass"
        "  AND d.objid = c.oid AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass,"
        "  'pg_type'::regclass)"
        " WHERE c.conrelid = $2::oid AND c.contype = 'c'"
        " UNION ALL SELECT 1 FROM above JOIN pg_partitioned_table p ON p.partrelid = above.oid"
        " WHERE p.partexprs IS NOT NULL OR EXISTS (SELECT FROM unnest(p.partattrs::int2[]) k"
        "  JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = k"
        "  JOIN pg_type t ON t.oid = a.atttypid WHERE t.typnamespace <> 'pg_catalog'::regnamespace"
        "  OR t.typtype <> 'b') LIMIT 1");
    return code_of_proof({static_cast<std::int64_t>(parent.oid), static_cast<std::int64_t>(child.oid)}, Access::fresh)
               .size() > 0;
}

namespace {

// initdb gives out the OIDs below FirstNormalObjectId (access/transam.h).
bool is_builtin(Oid object) { return object < FirstNormalObjectId; }

// Generic functions (array_eq(), record_eq(), enum_lt()) call those of the type of their arguments. An enum has none
// but the server's.
bool has_foreign_code(Oid type) {
    Oid const element = get_element_type(type);
    Oid const scalar = OidIsValid(element) ? element : type;
    return scalar == RECORDOID || (!is_builtin(scalar) && get_typtype(scalar) != TYPTYPE_ENUM);
}

// Of the stable functions some execute queries (table_to_xml()) or the output functions of any type (to_json()). Those
// of plain values do not: now(), date arithmetic, casts between dates and texts.
bool is_plain(Oid type) {
    switch (type) {
    case BOOLOID:
    case INT2OID:
    case INT4OID:
    case INT8OID:
    case FLOAT4OID:
    case FLOAT8OID:
    case NUMERICOID:
    case TEXTOID:
    case VARCHAROID:
    case BPCHAROID:
    case NAMEOID:
    case CHAROID:
    case BYTEAOID:
    case UUIDOID:
    case DATEOID:
    case TIMEOID:
    case TIMETZOID:
    case TIMESTAMPOID:
    case TIMESTAMPTZOID:
    case INTERVALOID:
    case CSTRINGOID:
    case UNKNOWNOID:
    case OIDOID: // of a type, that an input function gets
        return true;
    default:
        return false;
    }
}

bool is_foreign_function(Oid function, void *) {
    if (!is_builtin(function))
        return true;
    if (func_volatile(function) != PROVOLATILE_STABLE)
        return false; // a volatile one is not computed
    Oid *arguments = nullptr;
    int count = 0;
    if (!is_plain(get_func_signature(function, &arguments, &count)))
        return true;
    for (int i = 0; i < count; ++i)
        if (!is_plain(arguments[i]))
            return true;
    return false;
}

bool any_foreign_type(List const *arguments) {
    ListCell *cell; // not each(), which throws: this runs in a guarded frame
    foreach (cell, arguments)
        if (has_foreign_code(exprType(static_cast<Node *>(lfirst(cell)))))
            return true;
    return false;
}

// An operator of a user may have a function of the server, but estimators of its own.
bool is_foreign_operator(Node const *node) {
    switch (nodeTag(node)) {
    case T_OpExpr:
    case T_DistinctExpr: // the same struct as OpExpr (primnodes.h)
    case T_NullIfExpr:
        return !is_builtin(reinterpret_cast<OpExpr const *>(node)->opno);
    case T_ScalarArrayOpExpr:
        return !is_builtin(reinterpret_cast<ScalarArrayOpExpr const *>(node)->opno);
    default:
        return false;
    }
}

List const *arguments_of(Node const *node) {
    switch (nodeTag(node)) {
    case T_FuncExpr:
        return reinterpret_cast<FuncExpr const *>(node)->args;
    case T_OpExpr:
    case T_DistinctExpr:
    case T_NullIfExpr:
        return reinterpret_cast<OpExpr const *>(node)->args;
    case T_ScalarArrayOpExpr:
        return reinterpret_cast<ScalarArrayOpExpr const *>(node)->args;
    case T_MinMaxExpr:
        return reinterpret_cast<MinMaxExpr const *>(node)->args;
    default:
        return NIL;
    }
}

bool find_code(Node *node, void *context) {
    if (!node)
        return false;
    auto *const search = static_cast<CodeSearch *>(context);
    if (IsA(node, Query)) {
        auto *const query = castNode(Query, node);
        ListCell *cell;
        foreach (cell, query->rtable) {
            auto const *entry = lfirst_node(RangeTblEntry, cell);
            if (entry->rtekind != RTE_RELATION)
                continue;
            if (search->tables == most_planned_tables)
                return true;
            search->oids[search->tables++] = entry->relid;
        }
        return pg::walk_query(query, find_code, context);
    }
    if (check_functions_in_node(node, is_foreign_function, nullptr) || is_foreign_operator(node) ||
        any_foreign_type(arguments_of(node)) ||
        (IsA(node, CoerceToDomain) && domain_has_constraints(castNode(CoerceToDomain, node)->resulttype)))
        return true;
    return pg::walk_expression(node, find_code, context);
}

// Planning takes time for each partition.
constexpr std::int64_t most_partitions = 100;

// The server's own functions, operators and types are pinned: pg_depend has no rows for them. Planning a foreign table
// may connect to another server.
KeptQuery code_of_table_query(
    "WITH RECURSIVE tree(oid) AS (SELECT $1::oid UNION"
    "  SELECT i.inhrelid FROM pg_inherits i JOIN tree t ON i.inhparent = t.oid)"
    " SELECT count(*), coalesce(bool_or(c.relkind NOT IN ('r', 'p', 'm', 'v')), true) OR EXISTS (SELECT FROM tree t"
    "  CROSS JOIN LATERAL (SELECT 'pg_class'::regclass AS class, indexrelid AS object FROM pg_index WHERE indrelid = "
    "t.oid"
    "   UNION ALL SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext WHERE stxrelid = t.oid"
    "   UNION ALL SELECT 'pg_class'::regclass, t.oid) part"
    "  JOIN pg_depend d ON d.classid = part.class AND d.objid = part.object AND (d.objsubid = 0 OR d.objid <> t.oid)"
    "  WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_type'::regclass))"
    " FROM tree JOIN pg_class c ON c.oid = tree.oid");

} // namespace

void search_code(Query *query, CodeSearch &search) {
    search.found = find_code(reinterpret_cast<Node *>(query), &search);
}

bool is_plannable(World &world, Oid relation) {
    auto const [known, inserted] = world.contents().plannable.try_emplace(relation, false);
    if (inserted) {
        Rows const rows = code_of_table_query({static_cast<std::int64_t>(relation)}, Access::fresh);
        known->second = rows.size() > 0 && rows.bigint(0, 0) <= most_partitions && !rows.boolean(0, 1);
    }
    return known->second;
}

} // namespace mig::server::lint
