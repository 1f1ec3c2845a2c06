#include "call/report_surroundings.hpp"

#include "core/base/interruption.hpp"
#include "core/plan/status_detail.hpp"
#include "server/db/owner.hpp"
#include "server/db/query.hpp"

#include <cstdio>
#include <ctime>
#include <set>

namespace mig::server {

namespace {

// From microseconds since the server's epoch, 2000-01-01.
std::optional<std::string> iso_8601(std::int64_t timestamp) {
    constexpr std::int64_t epoch = 946684800, million = 1000000;
    std::int64_t seconds = timestamp / million, micros = timestamp % million;
    if (micros < 0) {
        micros += million;
        --seconds;
    }
    auto const unix_time = static_cast<std::time_t>(seconds + epoch);
    std::tm utc{};
    if (!gmtime_r(&unix_time, &utc))
        return std::nullopt;
    char written[80];
    snprintf(written, sizeof written, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", utc.tm_year + 1900, utc.tm_mon + 1,
             utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, static_cast<int>(micros));
    return std::string(written);
}

} // namespace

std::vector<report::Standing> standings(Catalog const &catalog) {
    Migration const *const newest = newest_applied(catalog.migrations());
    std::vector<report::Standing> all;
    for (Migration const &migration : catalog.migrations()) {
        check_for_interrupts();
        report::Standing one;
        one.version = migration.version();
        one.name = migration.name();
        one.status = to_text(migration.status);
        one.kind = to_text(migration.kind());
        one.reversible = migration.reversible();
        if (migration.run)
            one.applied_at = iso_8601(migration.run->finished_at);
        one.detail = status_detail(migration, newest);
        all.push_back(std::move(one));
    }
    return all;
}

std::vector<report::Relation> sizes_of_locked(std::vector<report::Migration> const &migrations) {
    std::set<std::string> names;
    for (report::Migration const &migration : migrations)
        for (report::Statement const &statement : migration.statements) {
            check_for_interrupts();
            for (TakenLock const &lock : statement.seen.locks)
                names.insert(lock.relation);
        }
    std::vector<report::Relation> all;
    if (names.empty())
        return all;
    struct Column {
        enum : int { name, bytes, rows };
    };
    std::vector<Value> const values(names.begin(), names.end());
    AsOwner const owner;
    static KeptQuery sizes(
        "SELECT w.name,"
        " (c.relpages + coalesce(t.relpages, 0)"
        "  + coalesce((SELECT pg_catalog.sum(i.relpages) FROM pg_catalog.pg_index x"
        "              JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid), 0))::int8"
        "  * pg_catalog.current_setting('block_size')::int8 AS bytes,"
        " CASE WHEN c.reltuples >= 0 THEN c.reltuples::int8 END AS rows"
        " FROM pg_catalog.unnest($1::pg_catalog.text[]) w (name)"
        " JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(w.name)"
        " LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid"
        " WHERE c.relkind IN ('r', 'm') ORDER BY bytes DESC, w.name");
    Rows const rows = sizes({Value::text_array(values)});
    for (std::size_t i = 0; i < rows.size(); ++i) {
        report::Relation one;
        one.name = rows.text(i, Column::name);
        one.bytes = rows.bigint(i, Column::bytes);
        if (!rows.is_null(i, Column::rows))
            one.rows = rows.bigint(i, Column::rows);
        all.push_back(std::move(one));
    }
    return all;
}

} // namespace mig::server
