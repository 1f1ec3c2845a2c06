#include "lint/read/user_code.hpp"
#include "server/db/query.hpp"

extern "C" {
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/indexing.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_type.h"
#include "nodes/primnodes.h"
#include "utils/fmgroids.h"
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

} // namespace mig::server::lint
