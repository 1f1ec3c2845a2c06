#include "server/store/statement_log.hpp"

#include "server/db/owner.hpp"

#include <iterator>

extern "C" {
#include "access/attnum.h"
#include "catalog/namespace.h"
#include "utils/lsyscache.h"
}

namespace mig::server {

namespace {

#define COLUMNS                                                                                                        \
    "INSERT INTO migrator.statement_entry (module, version, action, result, statement, statements, line, command,"     \
    " checksum, sql, sqlstate, error, run_by, objects_before"
#define VALUES ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14"

constexpr const char *insert_sql = COLUMNS ", session_changes, relation" VALUES ", $15, $16)";
constexpr const char *insert_sql_1_0 = COLUMNS VALUES ")";

} // namespace

bool session_changes_are_kept() {
    Oid const place = schema();
    return pg::guarded([=] {
        Oid const table = get_relname_relid("statement_entry", place);
        return get_attnum(table, "session_changes") != InvalidAttrNumber;
    });
}

StatementLog::StatementLog(std::string_view module, std::string_view version, bool down, std::size_t total,
                           std::string_view run_by)
    : keeps_changes_(session_changes_are_kept()), insert_(keeps_changes_ ? insert_sql : insert_sql_1_0), module_(module), version_(version), run_by_(run_by), down_(down), total_(static_cast<std::int32_t>(total)) {}

void StatementLog::write(StatementEntry const &entry) {
    std::vector<Value> names;
    if (entry.objects_before)
        names.assign(entry.objects_before->begin(), entry.objects_before->end());
    std::vector<Value> const changes(entry.session_changes.begin(), entry.session_changes.end());
    Value const parameters[] = {module_, version_, down_ ? "rollback" : "apply", entry.result, entry.number, total_, entry.line,
                                entry.command, entry.checksum, entry.sql, entry.sqlstate, entry.error, run_by_,
                                Value::text_array(names), Value::text_array(changes),
                                entry.relation.empty() ? Value() : Value(entry.relation)};
    AsOwner const owner;
    (void) insert_(parameters, keeps_changes_ ? std::size(parameters) : 14);
}

std::vector<std::string> objects_on_record(StatementEvent const &start) {
    AsOwner const owner;
    Rows const rows =
        query("SELECT unnest(objects_before) FROM migrator.statement_entry WHERE id = $1", {start.id}, Access::fresh);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < rows.size(); ++i)
        names.emplace_back(rows.text(i, Rows::only));
    return names;
}

} // namespace mig::server
