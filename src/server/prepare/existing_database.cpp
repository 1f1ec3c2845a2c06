#include "server/prepare/existing_database.hpp"

#include "bridge/report.hpp"
#include "core/text/migrator_call.hpp"
#include "core/text/text.hpp"
#include "server/db/owner.hpp"
#include "server/store/unadopted_history.hpp"

#include <algorithm>
#include <cstring>

namespace mig::server {

namespace {

// What a snapshot replaces would run with it.
std::vector<Migration const *> pending_of(PreparedRun const &run) {
    std::vector<Migration const *> pending = run.plan.steps;
    pending.insert(pending.end(), run.plan.covered.begin(), run.plan.covered.end());
    return pending;
}

// A failed attempt has left nothing.
bool something_ran(Catalog const &catalog) {
    std::vector<Migration> const &all = catalog.migrations();
    if (std::any_of(all.begin(), all.end(), [](Migration const &migration) {
            return migration.applied() || migration.undone || !migration.unfinished.empty();
        }))
        return true;
    AsOwner const owner;
    return query("SELECT EXISTS (SELECT FROM migrator.history_entry WHERE result <> 'failed')", {}, catalog.access())
        .boolean(0, Rows::only_column);
}

// Partitions are counted as the table that they belong to. $1: tables of other tools.
constexpr const char *count_sql =
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'"
    " AND n.nspname NOT IN ('information_schema', 'migrator')"
    " AND format('%I.%I', n.nspname, c.relname) <> ALL (coalesce($1, '{}'))"
    " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid"
    " AND d.deptype = 'e')";

std::int64_t count_tables(OtherHistories const &histories) {
    SearchPath const path("pg_catalog, pg_temp");
    return query(count_sql, {histories.tables()}, Access::fresh).bigint(0, Rows::only_column);
}

// If the first migration creates tables, they may be those that are there.
std::string hint_for(PreparedRun const &run) {
    Step const &first = run.steps.list.front();
    bool const creates = std::any_of(first.statements.begin(), first.statements.end(), [](Statement const &statement) {
        return std::strcmp(statement.command, "CREATE TABLE") == 0;
    });
    std::string const none = "load the output of pg_dump --schema-only as the first one, and mark that as applied. "
                             "Otherwise there is nothing to do.";
    if (!creates)
        return "If no migration creates what is there, " + none;
    return "If " + label(*first.migration) + " creates what is there, mark it as applied: SELECT * FROM " +
           migrator_call("baseline", sql_literal(first.origin.version), run.catalog.module()) +
           ". If no migration does, " + none;
}

} // namespace

bool warn_of_other_history(PreparedRun const &run) {
    return run.direction == Direction::up && OtherHistories().warn_of_repetition(run.catalog, pending_of(run));
}

void warn_of_existing_database(PreparedRun const &run) {
    if (run.direction == Direction::down)
        return;
    OtherHistories const histories;
    if (histories.warn_of_repetition(run.catalog, pending_of(run)) || something_ran(run.catalog))
        return;
    std::int64_t const count = count_tables(histories);
    if (count > 0)
        pg::warning("the database has " + (count == 1 ? std::string("a table") : std::to_string(count) + " tables") +
                        " that no migration has made",
                    hint_for(run));
}

} // namespace mig::server
