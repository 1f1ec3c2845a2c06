#include "run/long_step.hpp"

#include "bridge/guard.hpp"
#include "core/migration/long_statement.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>
#include <limits>
#include <sys/stat.h>

extern "C" {
#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace mig::server {

namespace {

constexpr std::size_t few = 50;               // quick statements take no time
constexpr off_t small_file = 8 * 1024 * 1024; // bytes

RangeVar const *altered_table(Node const *statement) {
    if (auto const *alter = MIG_AS(AlterTableStmt, statement))
        return alter->relation;
    if (auto const *index = MIG_AS(IndexStmt, statement))
        return index->relation;
    return nullptr;
}

// RangeVarGetRelid() raises an error where the role may not use the schema, which is the statement's own to raise.
Oid find(RangeVar const *name) {
    if (!name->schemaname)
        return RelnameGetRelid(name->relname);
    Oid const schema = get_namespace_oid(name->schemaname, true);
    return OidIsValid(schema) ? get_relname_relid(name->relname, schema) : InvalidOid;
}

// In bytes; without a file, as a partitioned table is, the largest. Not by pg_relation_size(), which waits for whoever
// has locked the table.
off_t file_size(Oid relation) {
    LOCAL_FCINFO(call, 1);
    InitFunctionCallInfoData(*call, nullptr, 1, InvalidOid, nullptr, nullptr);
    call->args[0] = {ObjectIdGetDatum(relation), false};
    Datum const path = pg_relation_filepath(call);
    struct stat file;
    bool const found = !call->isnull && stat(TextDatumGetCString(path), &file) == 0;
    return found ? file.st_size : std::numeric_limits<off_t>::max();
}

Oid toast_table(Oid relation) {
    HeapTuple const tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (!HeapTupleIsValid(tuple))
        return InvalidOid;
    Oid const toast = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->reltoastrelid;
    ReleaseSysCache(tuple);
    return toast;
}

bool has_small_toast_table(Oid relation) {
    Oid const toast = toast_table(relation);
    return !OidIsValid(toast) || file_size(toast) < small_file;
}

// One that is not there yet is small too. ALTER TABLE goes on to the tables that inherit.
bool is_small(RangeVar const *name) {
    Oid const table = find(name);
    if (!OidIsValid(table))
        return true;
    off_t const size = file_size(table);
    return size < small_file && (size == 0 || has_small_toast_table(table)) && !has_subclass(table);
}

bool alters_small_table(Statement const &statement) {
    KeptTree const *const tree = kept_tree(statement);
    RangeVar const *const table = tree ? altered_table(tree->statement->stmt) : nullptr;
    return table && pg::guarded([=] { return is_small(table); });
}

} // namespace

bool may_take_long(Step const &step) {
    return step.verification || step.statements.size() > few ||
           std::any_of(step.statements.begin(), step.statements.end(), [&](Statement const &statement) {
               bool const waits = statement.kind == Statement::Kind::not_in_transaction;
               return may_take_long(statement, sql_of(step.body, statement)) &&
                      (waits || !alters_small_table(statement));
           });
}

} // namespace mig::server
