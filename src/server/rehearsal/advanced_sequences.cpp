#include "server/rehearsal/advanced_sequences.hpp"

#include "bridge/relation_storage.hpp"

extern "C" {
#include "catalog/pg_class.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/relcache.h"
}

namespace mig::server {

namespace {

bool is_lasting(Oid relation) {
    if (get_rel_relkind(relation) != RELKIND_SEQUENCE)
        return false;
    Relation const opened = RelationIdGetRelation(relation);
    if (!RelationIsValid(opened))
        return false;
    bool const lasts = !pg::has_storage_of_transaction(opened);
    RelationClose(opened);
    return lasts;
}

const char *name_of(Oid relation) {
    return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)), get_rel_name(relation));
}

} // namespace

bool is_lasting_sequence(Oid relation) { return pg::call<is_lasting>(relation); }

AdvancedSequences::AdvancedSequences() {
    for (OwnLock const &lock : locks_.added())
        known_.insert(lock.relation);
}

void AdvancedSequences::look() {
    for (OwnLock const &lock : locks_.added()) {
        // nextval() and setval() keep it until the end of the transaction.
        if (!(lock.modes & LOCKBIT_ON(RowExclusiveLock)) || !known_.insert(lock.relation).second)
            continue;
        if (is_lasting_sequence(lock.relation))
            names_.emplace_back(pg::call<name_of>(lock.relation));
    }
}

} // namespace mig::server
