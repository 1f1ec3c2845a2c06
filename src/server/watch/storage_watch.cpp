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

// Hooks have no other place for state.
namespace {

constexpr int room = 256; // tables altered by one statement; what is beyond it is not seen

struct Altered {
    Oid relation, storage; // before
};

bool is_on = false;
Altered altered[room];
Oid emptied[room];
int altered_count = 0, emptied_count = 0;

Oid storage_of(Oid relation) {
    HeapTuple const tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (!HeapTupleIsValid(tuple))
        return InvalidOid;
    Oid const storage = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relfilenode;
    ReleaseSysCache(tuple);
    return storage;
}

// The catalog is as it was: the change becomes visible with the next command counter.
void on_alter(Oid relation) {
    for (int i = 0; i < altered_count; ++i)
        if (altered[i].relation == relation)
            return;
    if (altered_count < room)
        altered[altered_count++] = {relation, pg::call<storage_of>(relation)};
}

void on_truncate(Oid relation) {
    if (emptied_count < room)
        emptied[emptied_count++] = relation;
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

bool contains(std::vector<Oid> const &list, Oid one) { return std::find(list.begin(), list.end(), one) != list.end(); }

} // namespace

pg::Watcher const watcher{.on = on, .object_accessed = on_access};

void start() noexcept {
    altered_count = emptied_count = 0;
    is_on = true;
}

void stop() noexcept { is_on = false; }

Seen take() {
    Seen seen;
    for (int i = 0; i < emptied_count; ++i)
        if (!contains(seen.emptied, emptied[i]))
            seen.emptied.push_back(emptied[i]);
    for (int i = 0; i < altered_count; ++i) {
        Oid const now = pg::call<storage_of>(altered[i].relation);
        if (OidIsValid(now) && now != altered[i].storage && !contains(seen.emptied, altered[i].relation))
            seen.replaced.push_back(altered[i].relation);
    }
    altered_count = emptied_count = 0;
    return seen;
}

} // namespace mig::server::storage_watch
