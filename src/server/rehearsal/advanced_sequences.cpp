#include "server/rehearsal/advanced_sequences.hpp"

extern "C" {
#include "catalog/pg_class.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
}

namespace mig::server {

namespace {

// Null: it is none, or one that the transaction has made.
const char *sequence_there_before(Oid relation) {
    if (get_rel_relkind(relation) != RELKIND_SEQUENCE)
        return nullptr;
    Relation const opened = RelationIdGetRelation(relation);
    if (!RelationIsValid(opened))
        return nullptr;
    bool const is_new = opened->rd_createSubid != InvalidSubTransactionId;
    RelationClose(opened);
    return is_new ? nullptr
                  : quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)), get_rel_name(relation));
}

} // namespace

AdvancedSequences::AdvancedSequences() {
    for (OwnLock const &lock : locks_.added())
        known_.insert(lock.relation);
}

void AdvancedSequences::look() {
    for (OwnLock const &lock : locks_.added()) {
        // nextval() and setval() keep it until the end of the transaction.
        if (!(lock.modes & LOCKBIT_ON(RowExclusiveLock)) || !known_.insert(lock.relation).second)
            continue;
        Oid const relation = lock.relation;
        if (const char *const name = pg::guarded([=] { return sequence_there_before(relation); }))
            names_.emplace_back(name);
    }
}

} // namespace mig::server
