#include "server/session/call_timeout.hpp"

#include "server/db/owner.hpp"
#include "server/db/query.hpp"

namespace mig::server {

namespace {

// `10s, by ALTER ROLE ci SET`; `is_set` is false if the limit has been lifted since. The sources are GucSource_Names of
// the server (guc_tables.c).
constexpr const char *limit_sql =
    "SELECT current_setting(name) || CASE source"
    " WHEN 'database' THEN format(', by ALTER DATABASE %I SET', current_database())"
    " WHEN 'user' THEN format(', by ALTER ROLE %I SET', session_user)"
    " WHEN 'database user' THEN format(', by ALTER ROLE %I IN DATABASE %I SET', session_user, current_database())"
    " WHEN 'global' THEN ', by ALTER ROLE ALL SET'"
    " WHEN 'client' THEN ', by the options of the client''s connection'"
    " WHEN 'session' THEN ', by SET in this session'"
    " WHEN 'command line' THEN ', by the server''s command line'"
    " WHEN 'configuration file' THEN ', by the server''s configuration'"
    " ELSE '' END, setting <> '0' FROM pg_settings WHERE name = 'statement_timeout'";
struct LimitColumn {
    enum : int { limit, is_set };
};

} // namespace

void explain_call_timeout(pg::Error &error) {
    if (!error.is_message("canceling statement due to statement timeout") || *error.hint_text())
        return;
    AsOwner const owner;
    Rows const rows = query(limit_sql, {}, Access::fresh);
    if (rows.size() != 1 || !rows.boolean(0, LimitColumn::is_set))
        return;
    error.set_hint(
        "statement_timeout is " + std::string(rows.text(0, LimitColumn::limit)) +
        ". It bounds the whole call, whatever a migration sets: SET statement_timeout = 0 before the call, and "
        "bound each statement of the migrations by migrator.statement_timeout.");
}

} // namespace mig::server
