#include "server/statement_log.hpp"

#include "server/owner.hpp"

namespace mig::server {

const char *const StatementLog::insert_sql =
    "INSERT INTO migrator.statement_entry (module, version, action, result, statement, statements, line, command,"
    " checksum, sql, sqlstate, error, run_by, objects_before)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

StatementLog::StatementLog(std::string_view module, std::string_view version, bool down, std::size_t total,
                           std::string_view run_by)
    : module_(module), version_(version), run_by_(run_by), down_(down), total_(static_cast<std::int32_t>(total)) {}

void StatementLog::write(StatementEntry const &entry) {
    std::vector<Value> names;
    if (entry.objects_before)
        names.assign(entry.objects_before->begin(), entry.objects_before->end());
    AsOwner const owner;
    (void) insert_({module_, version_, down_ ? "rollback" : "apply", entry.result, entry.number, total_, entry.line,
                    entry.command, entry.checksum, entry.sql, entry.sqlstate, entry.error, run_by_,
                    Value::text_array(names)});
}

std::vector<std::string> objects_on_record(StatementEvent const &start) {
    AsOwner const owner;
    Rows const rows =
        query("SELECT unnest(objects_before) FROM migrator.statement_entry WHERE id = $1", {start.id}, Access::fresh);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < rows.size(); ++i)
        names.emplace_back(rows.text(i, 0));
    return names;
}

} // namespace mig::server
