#include "core/adopt/history_tool.hpp"

#include <iterator>

namespace mig {

namespace {

// Of a history that is a list of versions.
#define VERSIONS(name, at)                                                                                             \
    "SELECT 'version', version::text, " name ", NULL, 'applied', " at ", NULL, NULL, NULL, NULL FROM"
#define FILES(column, at) "SELECT 'file', " column "::text, NULL, NULL, 'applied', " at ", NULL, NULL, NULL, NULL FROM"

// Where one shape is part of another, the one with more columns is meant: dbmate's is part of Supabase's.
constexpr HistoryTool tools[] = {
    {{"dbmate", "rails"},
     "dbmate or Rails",
     {"schema_migrations"},
     {{"version", 'S'}},
     VERSIONS("NULL", "NULL"),
     "ORDER BY version"},
    {{"golang-migrate"},
     "golang-migrate",
     {"schema_migrations"},
     {{"version", 'N'}, {"dirty", 'B'}},
     "SELECT 'up_to', version::text, NULL, NULL, CASE WHEN dirty THEN 'dirty' ELSE 'applied' END, NULL, NULL, NULL, "
     "NULL,"
     " CASE WHEN dirty THEN 'golang-migrate stopped in it, or in the one above it on the way down' END FROM",
     ""},
    // Its naive time is UTC by definition.
    {{"ecto"},
     "Ecto",
     {"schema_migrations"},
     {{"version", 'N'}, {"inserted_at", 'D'}},
     VERSIONS("NULL", "CASE pg_typeof(inserted_at) WHEN 'timestamp'::regtype THEN inserted_at::timestamp AT TIME ZONE "
                      "'UTC' ELSE inserted_at::timestamptz END"),
     "ORDER BY version"},
    {{"supabase"},
     "Supabase",
     {"schema_migrations"},
     {{"version", 'S'}, {"statements", 'A'}, {"name", 'S'}},
     VERSIONS("name", "NULL"),
     "ORDER BY version"},
    // A version or a repeatable may be there several times: the last entry counts.
    {{"flyway"},
     "Flyway",
     {"flyway_schema_history", "schema_version"},
     {{"installed_rank", 'N'},
      {"version", 'S'},
      {"type", 'S'},
      {"script", 'S'},
      {"installed_on", 'D'},
      {"success", 'B'}},
     "SELECT CASE WHEN version IS NULL THEN 'file' WHEN type LIKE '%BASELINE' THEN 'up_to' ELSE 'version' END,"
     " coalesce(version, script), description, NULL,"
     " CASE WHEN NOT success THEN 'failed' WHEN type LIKE 'UNDO%' OR type = 'DELETE' THEN 'rolled_back'"
     " WHEN type LIKE '%BASELINE' THEN 'baseline' ELSE 'applied' END,"
     " installed_on, installed_by, execution_time, NULL,"
     " CASE WHEN type LIKE 'UNDO%' AND NOT success THEN 'its undo failed'"
     " WHEN type = 'DELETE' THEN 'deleted by flyway repair'"
     " WHEN type LIKE '%BASELINE' THEN 'baseline of Flyway'"
     " WHEN type NOT LIKE 'UNDO%' AND type <> 'SQL' THEN 'of type ' || type END"
     " FROM (SELECT DISTINCT ON (version, CASE WHEN version IS NULL THEN script END) * FROM",
     "WHERE type <> 'SCHEMA' ORDER BY version, CASE WHEN version IS NULL THEN script END, installed_rank DESC) latest"
     " ORDER BY installed_rank"},
    // Version 0 stands for the table itself. Older releases write a row for the way down.
    {{"goose"},
     "goose",
     {"goose_db_version"},
     {{"id", 'N'}, {"version_id", 'N'}, {"is_applied", 'B'}, {"tstamp", 'D'}},
     "SELECT 'version', version_id::text, NULL, NULL, CASE WHEN is_applied THEN 'applied' ELSE 'rolled_back' END, "
     "tstamp,"
     " NULL, NULL, NULL, NULL FROM (SELECT DISTINCT ON (version_id) * FROM",
     "WHERE version_id <> 0 ORDER BY version_id, id DESC) latest ORDER BY id"},
    {{"sqlx"},
     "sqlx",
     {"_sqlx_migrations"},
     {{"version", 'N'}, {"description", 'S'}, {"installed_on", 'D'}, {"success", 'B'}, {"execution_time", 'N'}},
     "SELECT 'version', version::text, description, NULL, CASE WHEN success THEN 'applied' ELSE 'failed' END,"
     " installed_on, NULL, CASE WHEN execution_time > 0 THEN execution_time / 1e6 END, NULL, NULL FROM",
     "ORDER BY version"},
    {{"diesel"},
     "diesel",
     {"__diesel_schema_migrations"},
     {{"version", 'S'}, {"run_on", 'D'}},
     VERSIONS("NULL", "run_on"),
     "ORDER BY version"},
    // A migration that failed and was tried again is there several times.
    {{"prisma"},
     "Prisma",
     {"_prisma_migrations"},
     {{"migration_name", 'S'}, {"started_at", 'D'}, {"finished_at", 'D'}, {"rolled_back_at", 'D'}},
     "SELECT 'file', migration_name, NULL, NULL, CASE WHEN rolled_back_at IS NOT NULL THEN 'rolled_back'"
     " WHEN finished_at IS NULL THEN 'failed' ELSE 'applied' END, finished_at, NULL,"
     " 1000 * extract(epoch FROM finished_at - started_at), NULL, NULL"
     " FROM (SELECT DISTINCT ON (migration_name) * FROM",
     "ORDER BY migration_name, finished_at IS NOT NULL AND rolled_back_at IS NULL DESC, started_at DESC) latest"
     " ORDER BY started_at"},
    {{"node-pg-migrate"},
     "node-pg-migrate",
     {"pgmigrations"},
     {{"id", 'N'}, {"name", 'S'}, {"run_on", 'D'}},
     FILES("name", "run_on"),
     "ORDER BY id"},
    {{"knex"},
     "knex",
     {"knex_migrations"},
     {{"id", 'N'}, {"name", 'S'}, {"batch", 'N'}, {"migration_time", 'D'}},
     FILES("name", "migration_time"),
     "ORDER BY id"},
    {{"sql-migrate"},
     "sql-migrate",
     {"gorp_migrations"},
     {{"id", 'S'}, {"applied_at", 'D'}},
     FILES("id", "applied_at"),
     "ORDER BY applied_at, id"},
    {{"graphile-migrate"},
     "graphile-migrate",
     {"migrations"},
     {{"hash", 'S'}, {"previous_hash", 'S'}, {"filename", 'S'}, {"date", 'D'}},
     FILES("filename", "date"),
     "ORDER BY filename"},
    {{"tern"},
     "tern",
     {"schema_version"},
     {{"version", 'N'}},
     "SELECT 'up_to', version::text, NULL, NULL, 'applied', NULL, NULL, NULL, NULL, NULL FROM",
     "WHERE version > 0"},
    // Bits of `type`: 1 baseline, 2 executed, 4 set by hand, which keeps the error that it settles. A version that
    // begins with a dot is none.
    {{"atlas"},
     "Atlas",
     {"atlas_schema_revisions"},
     {{"version", 'S'}, {"type", 'N'}, {"applied", 'N'}, {"total", 'N'}, {"executed_at", 'D'}, {"error", 'S'}},
     "SELECT CASE WHEN type = 1 THEN 'up_to' ELSE 'version' END, version, description, NULL,"
     " CASE WHEN type = 1 THEN 'baseline' WHEN type & 4 <> 0 THEN 'applied'"
     " WHEN applied < total OR error <> '' THEN 'failed' ELSE 'applied' END,"
     " executed_at, NULL, execution_time / 1e6, NULL,"
     " CASE WHEN type = 1 THEN 'baseline of Atlas' WHEN type & 4 <> 0 THEN 'set by hand in Atlas'"
     " WHEN applied < total OR error <> '' THEN format('%s of %s statements ran: %s', applied, total, error) END FROM",
     "WHERE version NOT LIKE '.%' ORDER BY version"},
    {{"alembic"},
     "Alembic",
     {"alembic_version"},
     {{"version_num", 'S'}},
     "SELECT 'word', version_num, NULL, NULL, 'applied', NULL, NULL, NULL, NULL, NULL FROM",
     "ORDER BY version_num"},
    {{"liquibase"},
     "Liquibase",
     {"databasechangelog"},
     {{"id", 'S'},
      {"author", 'S'},
      {"filename", 'S'},
      {"dateexecuted", 'D'},
      {"orderexecuted", 'N'},
      {"exectype", 'S'}},
     "SELECT 'name', author || ':' || id, NULL, filename, CASE exectype WHEN 'FAILED' THEN 'failed'"
     " WHEN 'SKIPPED' THEN 'skipped' ELSE 'applied' END, dateexecuted, NULL, NULL, NULL,"
     " CASE exectype WHEN 'MARK_RAN' THEN 'marked as run by Liquibase' END FROM",
     "ORDER BY orderexecuted, dateexecuted"},
    {{"sqitch"},
     "Sqitch",
     {"changes"},
     {{"change_id", 'S'},
      {"change", 'S'},
      {"project", 'S'},
      {"committed_at", 'D'},
      {"committer_name", 'S'},
      {"planner_name", 'S'}},
     "SELECT 'name', change, NULL, NULL, 'applied', committed_at, committer_name, NULL, project, NULL FROM",
     "ORDER BY committed_at"},
};

} // namespace

HistoryTools history_tools() { return {std::begin(tools), std::end(tools)}; }

} // namespace mig
