#include "server/store/plain_copy.hpp"

#include "bridge/compat.hpp"
#include "bridge/pod_list.hpp"
#include "core/base/failure.hpp"
#include "server/db/quoting.hpp"

#include <cstring>

extern "C" {
#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
}

namespace mig::server {

namespace {

enum class Verdict : unsigned char { fine, gone, busy, large, not_allowed, hidden_rows, no_table, foreign_type };

// The result, as PODs for the guarded frame.
struct Contents {
    Verdict verdict;
    const char *culprit; // for foreign_type: the column
    int columns;
    const char **names, **types;
    pg::PodList<const char *> texts; // row by row; a null pointer for NULL
    Size rows;
};

// As a query on all columns would check it. The executor accepts the right on the table or on every column that is
// read: ExecCheckRTEPerms(), since 16 ExecCheckOneRelPerms().
bool may_read(Relation relation) {
    Oid const table = RelationGetRelid(relation), role = GetUserId();
    return pg::may_use_schema(RelationGetNamespace(relation), role) &&
           (pg_class_aclcheck(table, role, ACL_SELECT) == ACLCHECK_OK ||
            pg_attribute_aclcheck_all(table, role, ACL_SELECT, ACLMASK_ALL) == ACLCHECK_OK);
}

// Whether the type comes with the server. An array of a user's type does not: it is in the schema of that type.
bool is_of_server(Oid type) {
    HeapTuple const tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (!HeapTupleIsValid(tuple))
        return false;
    auto const *row = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
    bool const plain =
        row->typtype == TYPTYPE_BASE || row->typtype == TYPTYPE_RANGE || row->typtype == TYPTYPE_MULTIRANGE;
    bool const result = plain && row->typnamespace == PG_CATALOG_NAMESPACE;
    ReleaseSysCache(tuple);
    return result;
}

Verdict judge(Relation relation, Contents &contents) {
    if (!may_read(relation))
        return Verdict::not_allowed;
    if (relation->rd_rel->relkind != RELKIND_RELATION)
        return Verdict::no_table;
    if (check_enable_rls(RelationGetRelid(relation), InvalidOid, true) == RLS_ENABLED)
        return Verdict::hidden_rows;
    TupleDesc const description = RelationGetDescr(relation);
    for (int i = 0; i < description->natts; ++i) {
        Form_pg_attribute const attribute = TupleDescAttr(description, i);
        if (attribute->attisdropped || (is_of_server(attribute->atttypid) && !pg::is_virtual(attribute)))
            continue;
        contents.culprit = pstrdup(NameStr(attribute->attname));
        return Verdict::foreign_type;
    }
    return Verdict::fine;
}

// Fills in the columns that are not dropped, their output functions, and their places in a tuple.
void describe(TupleDesc description, Contents &contents, FmgrInfo *output, int *places) {
    for (int i = 0; i < description->natts; ++i) {
        Form_pg_attribute const attribute = TupleDescAttr(description, i);
        if (attribute->attisdropped)
            continue;
        int const column = contents.columns++;
        bool is_varlena;
        Oid function;
        getTypeOutputInfo(attribute->atttypid, &function, &is_varlena);
        fmgr_info(function, &output[column]);
        places[column] = i;
        contents.names[column] = pstrdup(NameStr(attribute->attname));
        contents.types[column] =
            format_type_extended(attribute->atttypid, -1, FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_FORCE_QUALIFY);
    }
}

void read_rows(Relation relation, Contents &contents) {
    TupleDesc const description = RelationGetDescr(relation);
    Size const most = static_cast<Size>(description->natts) + 1;
    contents.names = static_cast<const char **>(palloc(sizeof(char *) * most));
    contents.types = static_cast<const char **>(palloc(sizeof(char *) * most));
    auto *const output = static_cast<FmgrInfo *>(palloc(sizeof(FmgrInfo) * most));
    auto *const places = static_cast<int *>(palloc(sizeof(int) * most));
    describe(description, contents, output, places);
    Snapshot const snapshot = RegisterSnapshot(GetTransactionSnapshot());
    TableScanDesc const scan = pg::begin_table_scan(relation, snapshot);
    TupleTableSlot *const slot = table_slot_create(relation, nullptr);
    while (table_scan_getnextslot(scan, ForwardScanDirection, slot)) {
        CHECK_FOR_INTERRUPTS();
        slot_getallattrs(slot);
        const char **const row = contents.texts.extend(static_cast<std::size_t>(contents.columns));
        ++contents.rows;
        for (int i = 0; i < contents.columns; ++i)
            row[i] =
                slot->tts_isnull[places[i]] ? nullptr : OutputFunctionCall(&output[i], slot->tts_values[places[i]]);
    }
    ExecDropSingleTupleTableSlot(slot);
    table_endscan(scan);
    UnregisterSnapshot(snapshot);
}

// Makes output functions write texts that the input functions read back as the same value, whatever the session's
// settings are; pg_dump sets these two for the same reason.
void use_portable_output() {
    (void) set_config_option("DateStyle", "ISO", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    (void) set_config_option("extra_float_digits", "1", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

// Any role may create a table of such a name. An empty one has nothing to hide.
void look_at_size(Relation relation, Contents &contents) {
    constexpr BlockNumber most = 8192; // 64 MB
    BlockNumber const blocks = RelationGetNumberOfBlocks(relation);
    if (blocks > most)
        contents.verdict = Verdict::large;
    else if (blocks == 0 && contents.verdict != Verdict::fine)
        contents.verdict = Verdict::gone;
}

void read(Oid table, bool only_look, Contents &contents) {
    if (only_look && !ConditionalLockRelationOid(table, AccessShareLock)) {
        contents.verdict = Verdict::busy;
        return;
    }
    Relation const relation = try_relation_open(table, only_look ? NoLock : AccessShareLock);
    if (!relation) {
        if (only_look)
            UnlockRelationOid(table, AccessShareLock);
        contents.verdict = Verdict::gone;
        return;
    }
    contents.verdict = judge(relation, contents);
    if (only_look && relation->rd_rel->relkind == RELKIND_RELATION)
        look_at_size(relation, contents);
    if (contents.verdict == Verdict::fine) {
        int const level = NewGUCNestLevel();
        use_portable_output();
        read_rows(relation, contents);
        AtEOXact_GUC(false, level);
    }
    relation_close(relation, only_look ? AccessShareLock : NoLock);
}

void refuse(Contents const &contents, std::string const &name) {
    switch (contents.verdict) {
    case Verdict::fine:
        return;
    case Verdict::gone:
        throw Failure(sqlstate::undefined_table, "table " + name + " does not exist any more");
    case Verdict::busy:
        throw Failure(sqlstate::lock_not_available, "table " + name + " is locked");
    case Verdict::large:
        throw Failure(sqlstate::invalid_parameter, "table " + name + " is too large for a history");
    case Verdict::not_allowed:
        throw Failure(sqlstate::insufficient_privilege, "permission denied for table " + name,
                      "It requires SELECT on the table and USAGE on its schema.");
    case Verdict::hidden_rows:
        throw Failure(sqlstate::insufficient_privilege,
                      "query would be affected by row-level security policy for table " + name,
                      "Migrations in rows that a policy hides would seem never to have run.",
                      "Run it as the owner of the table.");
    case Verdict::no_table:
        throw Failure(sqlstate::invalid_parameter, name + " is not an ordinary table",
                      "Views, foreign and partitioned tables are not read, since reading them can execute code of "
                      "other roles.");
    case Verdict::foreign_type:
        throw Failure(sqlstate::invalid_parameter,
                      "column " + quoted(contents.culprit) + " of table " + name +
                          " is of a type that is not the server's own, or is computed when it is read",
                      "No tool creates its history like that, and reading it could execute code of other roles.",
                      "Change the column to a type of the server's, or copy the table to one with such columns and "
                      "name that one.");
    }
}

} // namespace

PlainCopy::PlainCopy(Oid table, std::string const &name, Purpose purpose)
    : memory_(pg::guarded(
          [] { return AllocSetContextCreate(CurrentMemoryContext, "migrator plain copy", ALLOCSET_DEFAULT_SIZES); })) {
    Contents found{};
    Contents *const contents = &found;
    MemoryContext const memory = memory_;
    bool const only_look = purpose == Purpose::to_look;
    pg::guarded([=] {
        MemoryContext const before = MemoryContextSwitchTo(memory);
        read(table, only_look, *contents);
        MemoryContextSwitchTo(before);
    });
    refuse(found, name);
    columns_.reserve(static_cast<std::size_t>(found.columns));
    for (int i = 0; i < found.columns; ++i) {
        Column column{found.names[i], found.types[i], {}};
        column.values.reserve(found.rows);
        for (Size row = 0; row < found.rows; ++row) {
            const char *const text = found.texts.items[row * static_cast<Size>(found.columns) + static_cast<Size>(i)];
            column.values.push_back(text ? Value(text) : Value());
        }
        columns_.push_back(std::move(column));
    }
}

PlainCopy::~PlainCopy() { MemoryContextDelete(memory_); }

// Such as (SELECT c1::pg_catalog.int4 AS id FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[])) AS copy (c1)).
std::string PlainCopy::from_item() const {
    std::string list, arrays, names;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::string const number = std::to_string(i + 1), comma = i == 0 ? "" : ", ";
        list += comma + "c" + number + "::" + columns_[i].type + " AS " + quoted(columns_[i].name);
        arrays += comma + "pg_catalog.unnest($" + number + "::pg_catalog.text[])";
        names += comma + "c" + number;
    }
    return "(SELECT " + list + " FROM ROWS FROM (" + arrays + ") AS copy (" + names + "))";
}

std::vector<Value> PlainCopy::parameters() const {
    std::vector<Value> parameters;
    for (Column const &column : columns_)
        parameters.push_back(Value::text_array(column.values));
    return parameters;
}

} // namespace mig::server
