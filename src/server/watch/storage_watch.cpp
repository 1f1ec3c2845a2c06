#include "server/watch/storage_watch.hpp"

#include "bridge/guard.hpp"

#include <algorithm>

extern "C" {
#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_class.h"
#include "utils/syscache.h"
}

namespace mig::server::storage_watch {

// Globals, because hooks carry no private data.
namespace {

constexpr int room = 256; // for tables that one statement alters, or truncates; more are not seen

struct Altered {
    Oid relation, old_storage;
};

bool is_on = false;
Altered altered[room];
Oid truncated[room];
int altered_count = 0, truncated_count = 0;

Oid storage_of(Oid relation) {
    HeapTuple const tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (!HeapTupleIsValid(tuple))
        return InvalidOid;
    Oid const storage = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relfilenode;
    ReleaseSysCache(tuple);
    return storage;
}

// At OAT_POST_ALTER the catalog still shows the old row: the change becomes visible with CommandCounterIncrement(). The
// first report of a statement counts: a later one may come after an increment, and would show the new storage as the
// old one.
void on_alter(Oid relation) {
    for (int i = 0; i < altered_count; ++i)
        if (altered[i].relation == relation)
            return;
    if (altered_count < room)
        altered[altered_count++] = {relation, pg::call<storage_of>(relation)};
}

// By truncate_check_rel(), before the table is emptied; for its children and what CASCADE adds as well.
void on_truncate(Oid relation) {
    if (truncated_count < room)
        truncated[truncated_count++] = relation;
}

void on_access(pg::ObjectAccess const &access) {
    if (access.class_id != RelationRelationId || access.object < FirstNormalObjectId)
        return;
    if (access.kind == OAT_POST_ALTER && access.sub_id == 0)
        on_alter(access.object);
    else if (access.kind == OAT_TRUNCATE)
        on_truncate(access.object);
}

bool on() noexcept { return is_on; }

bool contains(std::vector<Oid> const &list, Oid relation) {
    return std::find(list.begin(), list.end(), relation) != list.end();
}

} // namespace

pg::Watcher const watcher{.on = on, .object_accessed = on_access};

void start() noexcept {
    altered_count = truncated_count = 0;
    is_on = true;
}

void stop() noexcept { is_on = false; }

Changes take_changes() {
    Changes changes;
    for (int i = 0; i < truncated_count; ++i)
        if (!contains(changes.truncated, truncated[i]))
            changes.truncated.push_back(truncated[i]);
    // TRUNCATE gives new storage as well, and is not a rewrite.
    for (int i = 0; i < altered_count; ++i) {
        Oid const now = pg::call<storage_of>(altered[i].relation);
        if (OidIsValid(now) && now != altered[i].old_storage && !contains(changes.truncated, altered[i].relation))
            changes.replaced.push_back(altered[i].relation);
    }
    altered_count = truncated_count = 0;
    return changes;
}

} // namespace mig::server::storage_watch
