#include "lint/read/catalog_changes.hpp"

#include "server/db/catalog_fence.hpp"
#include "server/db/query.hpp"

namespace mig::server::lint {

namespace {

// The newest fence since the database became this one: catalog_identity changes with a restore or pg_upgrade, which
// start other transaction ids. A failed run does not count, as its changes were rolled back, unless it ran statement by
// statement: what those had done stays, and would be taken for the work of others.
KeptQuery fence_query(
    "SELECT max(catalog_fence) FROM migrator.history_entry e WHERE catalog_identity = $1 AND (result <> 'failed'"
    " OR EXISTS (SELECT 1 FROM migrator.statement_entry s WHERE s.module = e.module AND s.version = e.version))"
    " AND id > (SELECT coalesce(max(id), 0) FROM migrator.history_entry WHERE catalog_identity IS DISTINCT FROM $1)");

// Whether a row was written after the fence. xmin holds the lower 32 bits of a transaction id, so ids are compared by
// their distance from the fence modulo 2^32. Ids below 3 (FirstNormalTransactionId) mark rows that are visible to all:
// of initdb, or frozen before PostgreSQL 9.4.
#define WRITTEN_SINCE(row)                                                                                             \
    "(" row ".xmin::text::bigint > 2 AND (" row ".xmin::text::bigint - $1 + 4294967296) % 4294967296 < $2)"

// A new row in pg_class is no sign of a change: VACUUM FULL, CLUSTER, REINDEX and TRUNCATE write one for a new
// relfilenode, and GRANT for the privileges. So this asks for new rows in catalogs that those leave alone:
//
// - A table, view or sequence has changed if one of its columns, its row type or its rules has. The row type is updated
//   when the table is renamed, moved to another schema or given another owner. Columns with privileges are skipped, as
//   a GRANT may have written them; so are functions and types with privileges.
// - An index is new if its pg_class row is as old as those of its columns. REINDEX CONCURRENTLY creates an index and
//   its columns, and swaps it with the old one in a later transaction, which updates its pg_class row
//   (index_concurrently_swap()). An index of a constraint is reported by way of the constraint.
// - A constraint is new if its dependency on its table is new as well: REINDEX CONCURRENTLY updates the pg_constraint
//   row that an index belongs to, but not that dependency. Constraints of partitions (conparentid) and constraint
//   triggers are skipped.
// - Partitions are left out, because jobs create them every night.
//
// The final SELECT removes members of extensions (deptype 'e') and parts of objects that it reports anyway ('a', 'i').
//
// $1: the fence modulo 2^32; $2: the number of transaction ids assigned since.
KeptQuery changes_query(R"(
WITH by_user AS (
    SELECT n.oid FROM pg_namespace n
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'migrator') AND n.nspname !~ '^pg_(toast|temp)'),
relation AS (
    SELECT c.oid, c.xmin, c.relkind, c.relname FROM pg_class c
    WHERE c.relnamespace IN (TABLE by_user) AND c.relpersistence <> 't'
    AND NOT EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhrelid = c.oid)),
indexed AS (
    SELECT r.oid, r.xmin, a.xmin AS column_xmin FROM relation r
    JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = 1
    WHERE r.relkind IN ('i', 'I')),
changed(classid, objid, name) AS (
    SELECT 'pg_class'::regclass, r.oid, r.relname FROM relation r
    WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S') AND (
        EXISTS (SELECT 1 FROM pg_attribute a
                WHERE a.attrelid = r.oid AND a.attnum > 0 AND a.attacl IS NULL AND )" WRITTEN_SINCE("a") R"()
        OR EXISTS (SELECT 1 FROM pg_type t WHERE t.typrelid = r.oid AND t.typacl IS NULL AND )" WRITTEN_SINCE("t") R"()
        OR EXISTS (SELECT 1 FROM pg_rewrite w WHERE w.ev_class = r.oid AND )" WRITTEN_SINCE("w") R"())
    UNION SELECT 'pg_class'::regclass, i.oid, r.relname FROM indexed i JOIN pg_index x ON x.indexrelid = i.oid
    JOIN relation r ON r.oid = x.indrelid
    WHERE i.xmin = i.column_xmin AND )" WRITTEN_SINCE("i") R"(
    AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.oid)
    UNION SELECT 'pg_constraint'::regclass, k.oid, coalesce(r.relname, t.typname) FROM pg_constraint k
    LEFT JOIN relation r ON r.oid = k.conrelid LEFT JOIN pg_type t ON t.oid = k.contypid
    WHERE k.connamespace IN (TABLE by_user) AND (r.oid IS NOT NULL OR k.conrelid = 0) AND k.contype <> 't'
    AND k.conparentid = 0 AND )" WRITTEN_SINCE("k") R"( AND (k.conrelid = 0 OR EXISTS (
        SELECT 1 FROM pg_depend d
        WHERE d.classid = 'pg_constraint'::regclass AND d.objid = k.oid AND d.refclassid = 'pg_class'::regclass
        AND d.refobjid = k.conrelid AND )" WRITTEN_SINCE("d") R"())
    UNION SELECT 'pg_proc'::regclass, p.oid, p.proname FROM pg_proc p
    WHERE p.pronamespace IN (TABLE by_user) AND p.proacl IS NULL AND )" WRITTEN_SINCE("p") R"(
    UNION SELECT 'pg_type'::regclass, t.oid, t.typname FROM pg_type t
    WHERE t.typnamespace IN (TABLE by_user) AND t.typtype IN ('e', 'd', 'r') AND (
        (t.typacl IS NULL AND )" WRITTEN_SINCE(
    "t") R"() OR EXISTS (SELECT 1 FROM pg_enum e WHERE e.enumtypid = t.oid AND )" WRITTEN_SINCE("e") R"())
    UNION SELECT 'pg_trigger'::regclass, g.oid, r.relname FROM pg_trigger g JOIN relation r ON r.oid = g.tgrelid
    WHERE NOT g.tgisinternal AND )" WRITTEN_SINCE("g") R"(
    UNION SELECT 'pg_policy'::regclass, p.oid, r.relname FROM pg_policy p JOIN relation r ON r.oid = p.polrelid
    WHERE )" WRITTEN_SINCE("p") R"()
SELECT pg_describe_object(c.classid, c.objid, 0), c.name::text FROM changed c
WHERE NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = c.classid AND d.objid = c.objid AND d.deptype = 'e')
AND NOT EXISTS (SELECT 1 FROM pg_depend d JOIN changed w ON w.classid = d.refclassid AND w.objid = d.refobjid
                WHERE d.classid = c.classid AND d.objid = c.objid AND d.deptype IN ('a', 'i'))
ORDER BY 1)");

} // namespace

std::vector<CatalogChange> changes_since_last_run() {
    std::vector<CatalogChange> result;
    std::string const identity = catalog_identity();
    Rows const found = fence_query({identity});
    if (found.size() == 0 || found.is_null(0, 0))
        return result;
    std::int64_t const fence = found.bigint(0, 0), since = next_transaction_id() - fence;
    if (since <= 0 || since > INT64_C(2'000'000'000)) // nothing since, or so much that old IDs look new
        return result;
    Rows const rows = changes_query({fence % (INT64_C(1) << 32), since});
    for (std::size_t i = 0; i < rows.size(); ++i)
        result.push_back({std::string(rows.text(i, 0)), std::string(rows.text(i, 1))});
    return result;
}

} // namespace mig::server::lint
