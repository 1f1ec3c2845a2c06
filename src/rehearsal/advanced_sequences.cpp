#include "rehearsal/advanced_sequences.hpp"

#include "bridge/relation_storage.hpp"
#include "server/db/owner.hpp"
#include "server/db/subtransaction.hpp"

#include <algorithm>

extern "C" {
#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "commands/sequence.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/relcache.h"
}

namespace mig::server {

namespace {

// setval() and nextval() write in place and past the transaction (manual, "Sequence Manipulation Functions"), unless
// the sequence's file itself is new: then the rollback removes the file.
bool is_lasting(Oid relation, SubTransactionId subtransaction) {
    if (get_rel_relkind(relation) != RELKIND_SEQUENCE)
        return false;
    Relation const opened = RelationIdGetRelation(relation);
    if (!RelationIsValid(opened))
        return false;
    bool const lasts = !pg::has_new_storage_since(opened, subtransaction);
    RelationClose(opened);
    return lasts;
}

const char *name_of(Oid relation) {
    const char *const name = get_rel_name(relation);
    return name ? quote_qualified_identifier(get_namespace_name_or_temp(get_rel_namespace(relation)), name) : nullptr;
}

// Reads the sequence's only row, as read_seq_tuple() of the server does. The caller holds a lock on it. Not by a query,
// which would need SELECT on it. A sequence is one row on one page, whose xmax read_seq_tuple() would repair.
FormData_pg_sequence_data read(Oid sequence) {
    FormData_pg_sequence_data data{};
    Relation const opened = RelationIdGetRelation(sequence);
    if (!RelationIsValid(opened))
        return data;
    Buffer const buffer = ReadBuffer(opened, 0);
    LockBuffer(buffer, BUFFER_LOCK_SHARE);
    Page const page = BufferGetPage(buffer);
    auto const *row = reinterpret_cast<HeapTupleHeader>(PageGetItem(page, PageGetItemId(page, FirstOffsetNumber)));
    data = *reinterpret_cast<FormData_pg_sequence_data const *>(reinterpret_cast<char const *>(row) + row->t_hoff);
    UnlockReleaseBuffer(buffer);
    RelationClose(opened);
    return data;
}

// Nothing if the session has not taken a value yet. currval() raises 55000 then. It reads the session's cache
// (SeqTable), to which no rollback applies either.
std::optional<std::int64_t> value_of_session(Oid sequence) {
    AsOwner const owner;
    return attempt(
        [=] { return std::int64_t{DatumGetInt64(DirectFunctionCall1(currval_oid, ObjectIdGetDatum(sequence)))}; });
}

} // namespace

bool is_lasting_sequence(Oid relation, SubTransactionId subtransaction) {
    return pg::call<is_lasting>(relation, subtransaction);
}

AdvancedSequences::AdvancedSequences() : subtransaction_(GetCurrentSubTransactionId()) {
    // If a sequence is locked already, its lock will not show that it advances: its position is compared at the end.
    for (OwnLock const &lock : locks_.added()) {
        if (lock.modes & LOCKBIT_ON(RowExclusiveLock))
            known_.insert(lock.relation);
        if (is_lasting_sequence(lock.relation, subtransaction_))
            used_.push_back({lock.relation, position_of(lock.relation)});
    }
}

std::vector<AdvancedSequences::Advanced> AdvancedSequences::take_advanced() {
    std::vector<Advanced> found;
    for (OwnLock const &lock : locks_.added()) {
        // nextval() and setval() keep RowExclusiveLock until the end of the transaction (lock_and_open_sequence()).
        if (!(lock.modes & LOCKBIT_ON(RowExclusiveLock)) || !known_.insert(lock.relation).second)
            continue;
        if (is_lasting_sequence(lock.relation, subtransaction_))
            found.push_back({lock.relation, pg::call<name_of>(lock.relation)});
    }
    return found;
}

// last_value and is_called together: the first nextval() changes only the latter.
AdvancedSequences::Position AdvancedSequences::position_of(Oid relation) {
    FormData_pg_sequence_data const data = pg::call<read>(relation);
    return {data.last_value, data.is_called, value_of_session(relation)};
}

// Other sessions take values too: this session's last value decides, where there is one.
bool AdvancedSequences::Position::differs_from(Position const &now) const {
    if (session_value && now.session_value)
        return session_value != now.session_value;
    return last_value != now.last_value || is_called != now.is_called;
}

std::vector<std::string> AdvancedSequences::advanced_since_start() const {
    std::vector<std::string> names;
    for (Used const &used : used_) {
        pg::check_for_interrupts();
        const char *const name = pg::call<name_of>(used.relation);
        if (name && used.position.differs_from(position_of(used.relation)))
            names.emplace_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace mig::server
