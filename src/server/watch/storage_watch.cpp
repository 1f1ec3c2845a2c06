#include "server/watch/storage_watch.hpp"

#include <algorithm>

extern "C" {
#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_class.h"
#include "utils/syscache.h"
}

namespace mig::server::storage_watch {

// Hooks have no other place for state. Nothing below throws or owns anything: an ERROR may pass through.
namespace {

constexpr int room = 256; // tables altered by one statement; what is beyond it is not seen

struct Altered {
    Oid relation, storage; // before
};

bool on = false;
Altered altered[room];
Oid emptied[room];
int altered_count = 0, emptied_count = 0;
object_access_hook_type next_access = nullptr;

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
        altered[altered_count++] = {relation, storage_of(relation)};
}

void on_truncate(Oid relation) {
    if (emptied_count < room)
        emptied[emptied_count++] = relation;
}

void on_access(ObjectAccessType access, Oid class_id, Oid object, int sub_id, void *argument) {
    if (on && class_id == RelationRelationId && object >= FirstNormalObjectId) {
        if (access == OAT_POST_ALTER && sub_id == 0)
            on_alter(object);
        else if (access == OAT_TRUNCATE)
            on_truncate(object);
    }
    if (next_access)
        next_access(access, class_id, object, sub_id, argument);
}

bool contains(std::vector<Oid> const &list, Oid one) { return std::find(list.begin(), list.end(), one) != list.end(); }

} // namespace

void install() {
    next_access = object_access_hook;
    object_access_hook = on_access;
}

void start() noexcept {
    altered_count = emptied_count = 0;
    on = true;
}

void stop() noexcept { on = false; }

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
