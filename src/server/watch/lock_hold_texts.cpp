#include "server/watch/lock_hold_texts.hpp"

#include "core/text/text.hpp"

#include <cstdlib>
#include <cstring>

extern "C" {
#include "catalog/index.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
}

namespace mig::server {

namespace {

// The table that an index or a TOAST table belongs to. The latter is named after its table's OID (toasting.c).
Oid table_of(Oid relation) {
    if (get_rel_relkind(relation) == RELKIND_INDEX)
        return IndexGetRelation(relation, true);
    const char *const name = get_rel_name(relation);
    if (name && get_rel_namespace(relation) == PG_TOAST_NAMESPACE && std::strncmp(name, "pg_toast_", 9) == 0)
        return static_cast<Oid>(std::strtoul(name + 9, nullptr, 10));
    return relation;
}

const char *name_of(Oid relation) {
    Oid const table = table_of(relation);
    const char *const name = OidIsValid(table) ? get_rel_name(table) : nullptr;
    return name ? quote_qualified_identifier(get_namespace_name(get_rel_namespace(table)), name)
                : psprintf("relation %u", relation);
}

} // namespace

LockHoldTexts lock_hold_texts(Oid relation, LOCKMODE mode, std::string const &place, int limit_ms) {
    std::string const name = pg::guarded([=] { return name_of(relation); });
    return {
        "the migration has held a lock on " + name + " for longer than migrator.max_lock_hold",
        "It has held " + std::string(GetLockmodeName(DEFAULT_LOCKMETHOD, mode)) +
            (place.empty() ? "" : ", since " + place) + "; the limit is " + format_ms(limit_ms) + ".",
        "Move what takes long (a backfill, a validation, an index) into a migration of its own that takes no such "
        "lock: NOT VALID and then VALIDATE CONSTRAINT, CREATE INDEX CONCURRENTLY. With apply(), every lock is held "
        "until the last migration has run: CALL migrator.apply_each() instead. Or raise migrator.max_lock_hold before "
        "the call."};
}

} // namespace mig::server
