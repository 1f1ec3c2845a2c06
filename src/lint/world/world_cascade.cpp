// What a pending DROP ... CASCADE drops besides the object that it names.
#include "lint/world/world_overlay.hpp"

#include "lint/world/referring_keys.hpp"
#include "server/db/query.hpp"

namespace mig::server::lint::overlay {

void drop_relation(World &world, Table *relation) {
    if (!relation)
        return;
    relation->dropped = true; // stays in memory, as others point to it
    world.contents().by_name[{relation->schema, relation->name}] = nullptr;
    if (relation->schema == "pg_temp")
        world.contents().by_name.erase({relation->schema, relation->name});
}

// It is not the view that depends on the tables it reads, but its rule: pg_depend has a row of class pg_rewrite for it,
// and the rule is an internal part of the view (InsertRule()). ev_type '1' is ON SELECT: every view has exactly
// one such rule and no table has any, so the rules of tables are not followed. UNION ends the recursion at views that
// depend on each other. Views that the catalog does not have yet are not found.
void drop_views_of(World &world, Table const &relation, std::int32_t column) {
    if (relation.oid == 0)
        return;
    static KeptQuery dependent_views(
        "WITH RECURSIVE view(oid) AS (SELECT w.ev_class FROM pg_depend d JOIN pg_rewrite w ON w.oid = d.objid"
        "  WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = $1::oid AND ($2 = 0 OR d.refobjsubid = $2)"
        "  AND d.classid = 'pg_rewrite'::regclass AND d.deptype = 'n' AND w.ev_type = '1' UNION"
        "  SELECT w.ev_class FROM view v JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = v.oid"
        "  JOIN pg_rewrite w ON w.oid = d.objid"
        "  WHERE d.classid = 'pg_rewrite'::regclass AND d.deptype = 'n' AND w.ev_type = '1')"
        " SELECT oid::bigint FROM view WHERE oid <> $1::oid");
    Rows const rows = dependent_views({static_cast<std::int64_t>(relation.oid), column}, Access::fresh);
    for (std::size_t i = 0; i < rows.size(); ++i)
        drop_relation(world, world.find(static_cast<std::uint32_t>(rows.bigint(i, 0))));
}

void drop_dependents(World &world, Table const &relation) {
    drop_views_of(world, relation, 0);
    for (ReferringKey const &key : keys_referring_to(world, relation.oid))
        key.table->constraints.erase(key.name);
}

} // namespace mig::server::lint::overlay
