#include "core/adopt/history_tool.hpp"

#include <iterator>

namespace mig {

namespace {

// For a history that has one row for each version that is applied, or for each file. A rollback deletes the row.
#define VERSIONS(name, at)                                                                                             \
    "SELECT 'version', version::text, " name ", NULL, 'applied', " at ", NULL, NULL, NULL, NULL FROM"
#define FILES(column, at) "SELECT 'file', " column "::text, NULL, NULL, 'applied', " at ", NULL, NULL, NULL, NULL FROM"

// Where one shape is part of another, the one with more columns is meant: dbmate's is part of Supabase's. Where a tool
// keeps several rows of a migration, the query leaves the one that counts.
constexpr HistoryTool tools[] = {
    {{"dbmate", "rails"},
     "dbmate or Rails",
     {"schema_migrations"},
     {{"version", 'S'}},
     VERSIONS("NULL", "NULL"),
     "ORDER BY version"},
    // One row: the version that was reached. It is dirty while the tool works, and on the way down it is the version
    // below the one that is undone.
    {{"golang-migrate"},
     "golang-migrate",
     {"schema_migrations"},
     {{"version", 'N'}, {"dirty", 'B'}},
     "SELECT 'up_to', version::text, NULL, NULL, CASE WHEN dirty THEN 'dirty' ELSE 'applied' END, NULL, NULL, NULL, "
     "NULL,"
     " CASE WHEN dirty THEN 'golang-migrate stopped in it, or in the one above it on the way down' END FROM",
     ""},
    // Its time is a timestamp without time zone unless configured otherwise, and always UTC.
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
    // Rows are only added: for an undo (UNDO_...), a removed file (DELETE) and each run of a repeatable, which has no
    // version. The last one counts. SCHEMA is the creation of the schema. The table was schema_version before 5.0.
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
    // Version 0 is for the table itself. Older releases add a row for a rollback, so the last one counts.
    {{"goose"},
     "goose",
     {"goose_db_version"},
     {{"id", 'N'}, {"version_id", 'N'}, {"is_applied", 'B'}, {"tstamp", 'D'}},
     "SELECT 'version', version_id::text, NULL, NULL, CASE WHEN is_applied THEN 'applied' ELSE 'rolled_back' END, "
     "tstamp,"
     " NULL, NULL, NULL, NULL FROM (SELECT DISTINCT ON (version_id) * FROM",
     "WHERE version_id <> 0 ORDER BY version_id, id DESC) latest ORDER BY id"},
    // execution_time is in nanoseconds, and -1 until the migration has committed.
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
    // A migration that failed and was tried again has several rows: the one that succeeded counts, else the last.
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
    // One row: the version that was reached, 0 before the first.
    {{"tern"},
     "tern",
     {"schema_version"},
     {{"version", 'N'}},
     "SELECT 'up_to', version::text, NULL, NULL, 'applied', NULL, NULL, NULL, NULL, NULL FROM",
     "WHERE version > 0"},
    // Bits of `type`: 1 baseline, 2 executed, 4 set by hand, which keeps the error that it resolves. Rows whose version
    // begins with a dot are Atlas's own. execution_time is in nanoseconds.
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
    // Only the heads of the revision graph: whatever leads to them has run too.
    {{"alembic"},
     "Alembic",
     {"alembic_version"},
     {{"version_num", 'S'}},
     "SELECT 'word', version_num, NULL, NULL, 'applied', NULL, NULL, NULL, NULL, NULL FROM",
     "ORDER BY version_num"},
    // A changeset is known by author, id and file. MARK_RAN: recorded without being executed.
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
    // The changes that are deployed, of all projects: a revert deletes the row.
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
