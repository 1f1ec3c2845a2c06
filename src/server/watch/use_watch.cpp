#include "server/watch/use_watch.hpp"

#include "bridge/compat.hpp"
#include "server/db/owner.hpp"
#include "server/db/query.hpp"
#include "server/watch/object_watch.hpp"

#include <map>

extern "C" {
#include "access/sysattr.h"
#include "access/transam.h"
#include "catalog/pg_class.h"
#include "executor/executor.h"
#include "nodes/bitmapset.h"
}

namespace mig::server::use_watch {

namespace {

// A global, because a hook carries no private data. A pointer, because a library must have no static object with a
// destructor.
std::map<std::pair<Oid, int>, bool> *uses = nullptr; // table, column or 0: whether it is updated

// Reading a Bitmapset calls nothing that can raise an ERROR. System columns have numbers below 0 and are left out; 0 is
// the whole row, which does not tell which columns are used.
void note_columns(Oid table, Bitmapset const *columns, bool updated = false) {
    for (int bit = -1; (bit = bms_next_member(columns, bit)) >= 0;)
        if (int const column = bit + FirstLowInvalidHeapAttributeNumber; column > 0)
            (*uses)[{table, column}] |= updated;
}

// The list is that of the query after rewriting: it has a view as well as what the view reads. COPY has it too, since
// DoCopy() checks permissions in the same way.
void note_needs(List *needs) {
    for (int i = 0; i < list_length(needs); ++i) {
        auto const *need = static_cast<pg::TablePermissions *>(list_nth(needs, i));
        if (need->relid < FirstNormalObjectId)
            continue;
        uses->insert({{need->relid, 0}, false});
        note_columns(need->relid, need->selectedCols);
        note_columns(need->relid, need->insertedCols);
        note_columns(need->relid, need->updatedCols, true);
    }
}

bool on() noexcept { return uses != nullptr; }

// The names of what was used ($1, $2: tables and columns that the server checked permissions of) and of what the
// changed objects ($3, $4: class, object) depend on by pg_depend. What a view reads is there under its rewrite rule,
// and what a foreign key references under its constraint: hence the `parts`. OIDs from 16384 on are the users'
// (FirstNormalObjectId). The changed relations themselves are left out: that they were created or altered is known
// already.
KeptQuery names_query(
    "WITH changed AS MATERIALIZED (SELECT class, object FROM unnest($3::bigint[], $4::bigint[]) m (class, object)),"
    " parts AS (SELECT class, object FROM changed"
    "  UNION SELECT 'pg_catalog.pg_rewrite'::regclass::oid::bigint, r.oid::bigint"
    "   FROM pg_rewrite r JOIN changed ON class = 'pg_catalog.pg_class'::regclass::oid::bigint"
    "    AND ev_class = object::oid"
    "  UNION SELECT 'pg_catalog.pg_constraint'::regclass::oid::bigint, c.oid::bigint"
    "   FROM pg_constraint c JOIN changed ON class = 'pg_catalog.pg_class'::regclass::oid::bigint"
    "    AND conrelid = object::oid),"
    " uses AS (SELECT relation, attribute, bool_or(updated) AS updated FROM (SELECT relation, attribute, updated <> 0"
    "   FROM unnest($1::bigint[], $2::bigint[], $5::bigint[]) u (relation, attribute, updated)"
    "  UNION ALL SELECT d.refobjid::bigint, d.refobjsubid, false FROM parts JOIN pg_depend d"
    "   ON d.classid = class::oid AND d.objid = object::oid"
    "   WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid >= 16384) a (relation, attribute, updated)"
    "  GROUP BY relation, attribute)"
    " SELECT CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'"
    "  WHEN 'S' THEN 'sequence' ELSE 'table' END,"
    " quote_ident(nspname) || '.' || quote_ident(relname), coalesce(quote_ident(attname), ''), updated"
    " FROM uses JOIN pg_class c ON c.oid = relation::oid JOIN pg_namespace n ON n.oid = relnamespace"
    " LEFT JOIN pg_attribute a ON attrelid = c.oid AND attnum = attribute AND NOT attisdropped"
    " WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND nspname <> 'migrator' AND relpersistence <> 't'"
    " AND NOT EXISTS (SELECT FROM changed WHERE class = 'pg_catalog.pg_class'::regclass::oid::bigint"
    "  AND object = relation)"
    " ORDER BY 2, 3");
struct UsedColumn {
    enum : int { kind, relation, column, updated };
};

std::vector<Value> bigints(std::vector<std::int64_t> const &numbers) { return {numbers.begin(), numbers.end()}; }

Value bigint_array(std::vector<Value> const &values) {
    Value array(std::int64_t{0});
    array.elements = &values;
    array.is_null = values.empty();
    return array;
}

} // namespace

pg::Watcher const watcher{.on = on, .permission_check_begins = note_needs};

void start() {
    if (!uses)
        uses = new std::map<std::pair<Oid, int>, bool>;
    uses->clear();
}

void stop() noexcept { delete std::exchange(uses, nullptr); }

std::vector<TouchedObject> take_used() {
    std::vector<std::int64_t> relations, columns, updated, classes, objects;
    for (auto const &[place, is_updated] : *uses) {
        relations.push_back(place.first);
        columns.push_back(place.second);
        updated.push_back(is_updated);
    }
    for (object_watch::Changed const &object : object_watch::take_changed()) {
        classes.push_back(object.class_id);
        objects.push_back(object.object);
    }
    std::vector<TouchedObject> used;
    if (!relations.empty() || !classes.empty()) {
        std::vector<Value> const a = bigints(relations), b = bigints(columns), c = bigints(classes),
                                 d = bigints(objects), e = bigints(updated);
        AsOwner const owner;
        Rows const rows = names_query(
            {bigint_array(a), bigint_array(b), bigint_array(c), bigint_array(d), bigint_array(e)}, Access::fresh);
        for (std::size_t i = 0; i < rows.size(); ++i)
            used.push_back({TouchedObject::How::used, std::string(rows.text(i, UsedColumn::kind)),
                            std::string(rows.text(i, UsedColumn::relation)),
                            std::string(rows.text(i, UsedColumn::column)),
                            rows.boolean(i, UsedColumn::updated) ? "UPDATE" : "", ""});
    }
    uses->clear(); // of what that query itself used, too
    return used;
}

} // namespace mig::server::use_watch
