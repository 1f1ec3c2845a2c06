#include "server/store/catalog.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/migration/checksum.hpp"
#include "server/db/owner.hpp"
#include "server/db/table_scan.hpp"
#include "server/lock/run_lock.hpp"

#include <iterator>

namespace mig::server {

namespace {

// xmax = 0 only for a row that this statement inserted. No row at all: nothing to change.
#define UPSERT(columns, values, sets)                                                                                  \
    "INSERT INTO migrator.migration AS m (module, version, name, up, down, up_line, down_line, reversible, source,"    \
    " checksum, raw_checksum, checksum_algorithm, loaded_by, up_directives, down_directives, kind, verify,"            \
    " verify_line, requirements, conflicts, down_source, verify_source" columns ")"                                    \
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, "        \
    "$22" values ")"                                                                                                   \
    " ON CONFLICT (module, version) DO UPDATE SET version = excluded.version, name = excluded.name, up = excluded.up," \
    " down = excluded.down, up_line = excluded.up_line, down_line = excluded.down_line,"                               \
    " reversible = excluded.reversible, source = excluded.source, checksum = excluded.checksum,"                       \
    " raw_checksum = excluded.raw_checksum, checksum_algorithm = excluded.checksum_algorithm,"                         \
    " loaded_at = clock_timestamp(), loaded_by = excluded.loaded_by, up_directives = excluded.up_directives,"          \
    " down_directives = excluded.down_directives, kind = excluded.kind, verify = excluded.verify,"                     \
    " verify_line = excluded.verify_line, requirements = excluded.requirements, conflicts = excluded.conflicts,"       \
    " down_source = excluded.down_source, verify_source = excluded.verify_source" sets                                 \
    " WHERE (m.version::text, m.name, m.up, m.down, m.source, m.raw_checksum, m.kind, m.verify, m.requirements,"       \
    " m.conflicts, m.up_directives, m.down_directives, m.down_source, m.verify_source, m.reversible) IS DISTINCT FROM" \
    " (excluded.version::text, excluded.name, excluded.up, excluded.down, excluded.source, excluded.raw_checksum,"     \
    " excluded.kind, excluded.verify, excluded.requirements, excluded.conflicts, excluded.up_directives,"              \
    " excluded.down_directives, excluded.down_source, excluded.verify_source, excluded.reversible)"                    \
    " RETURNING xmax = 0"

constexpr const char *upsert_sql =
    UPSERT(", loaded_in, loaded_as_superuser", ", $23, $24",
           ", loaded_in = excluded.loaded_in, loaded_as_superuser = excluded.loaded_as_superuser");
constexpr const char *upsert_sql_1_0 = UPSERT("", "", "");

// What is trusted less, or as much: as Loaders::trust() says it. Here and below, a version is cast: the index does not
// know text.
constexpr const char *take_over_sql =
    "UPDATE migrator.migration m"
    " SET loaded_by = $3, loaded_at = clock_timestamp(), loaded_in = $7, loaded_as_superuser = $8"
    " WHERE module = $1 AND version = $2::migrator.version"
    " AND (loaded_by, loaded_in, loaded_as_superuser) IS DISTINCT FROM ($3, $7, $8) AND $4 >= coalesce((SELECT CASE"
    " WHEN r.rolsuper AND (m.loaded_in = $7 OR m.loaded_as_superuser) THEN 2"
    " WHEN $5 OR r.rolname = ANY ($6) AND m.loaded_in = $7 THEN 1 ELSE 0 END"
    " FROM pg_roles r WHERE r.rolname = m.loaded_by), 0)";
constexpr const char *take_over_sql_1_0 =
    "UPDATE migrator.migration m SET loaded_by = $3, loaded_at = clock_timestamp()"
    " WHERE module = $1 AND version = $2::migrator.version AND loaded_by <> $3 AND $4 >= coalesce("
    "(SELECT CASE WHEN r.rolsuper THEN 2 WHEN $5 OR r.rolname = ANY ($6) THEN 1 ELSE 0 END"
    " FROM pg_roles r WHERE r.rolname = m.loaded_by), 0)";

} // namespace

#define STORED_TEXT                                                                                                    \
    "SELECT version::text, up, down, up_line, down_line, reversible, source, checksum, raw_checksum, "                 \
    "checksum_algorithm, up_directives, down_directives, kind, verify, verify_line, "                                  \
    "down_source, verify_source, "

namespace {

// Of STORED_TEXT, and who loaded it, whether elsewhere, and whether as a superuser.
struct TextColumn {
    enum : int {
        version,
        up,
        down,
        up_line,
        down_line,
        reversible,
        source,
        checksum,
        raw_checksum,
        checksum_algorithm,
        up_directives,
        down_directives,
        kind,
        verify,
        verify_line,
        down_source,
        verify_source,
        loaded_by,
        elsewhere,
        as_superuser
    };
};

} // namespace

const char *word(Stored stored) noexcept {
    return stored == Stored::added ? "added" : stored == Stored::changed ? "changed" : "unchanged";
}

MigrationStore::MigrationStore(std::string_view module)
    : module_(module), loaded_by_(current_role()), cluster_(cluster_identifier()), keeps_origins_(origins_are_kept()),
      trust_(loaders_.trust(loaded_by_)), upsert_(keeps_origins_ ? upsert_sql : upsert_sql_1_0),
      take_over_(keeps_origins_ ? take_over_sql : take_over_sql_1_0) {
    refuse_in_flight("load migrations");
}

Stored MigrationStore::put(NewMigration const &m) {
    std::vector<Value> const requirements(m.requirements.begin(), m.requirements.end()),
        conflicts(m.conflicts.begin(), m.conflicts.end());
    bool const of_lesser = m.loader_of_rest && loaders_.trust(*m.loader_of_rest, m.rest_from) < trust_;
    std::string_view const loaded_by = of_lesser ? *m.loader_of_rest : std::string_view(loaded_by_);
    LoadedFrom const from = of_lesser ? m.rest_from : LoadedFrom{false, trust_ == Trust::superuser};
    Value const parameters[] = {module_,
                                m.version,
                                m.name,
                                m.up,
                                m.down,
                                m.up_line,
                                m.down_line,
                                m.reversible,
                                m.source,
                                m.checksum,
                                m.raw_checksum,
                                checksum::algorithm,
                                loaded_by,
                                m.up_directives,
                                m.down_directives,
                                word(m.kind),
                                m.verify,
                                m.verify ? Value(m.verify_line) : Value::integer_or_null(std::nullopt),
                                Value::text_array(requirements),
                                Value::text_array(conflicts),
                                m.down_source,
                                m.verify_source,
                                from.elsewhere ? Value() : Value(cluster_),
                                from.as_superuser};
    constexpr std::size_t new_ones = 2;
    AsOwner const owner;
    Rows const rows = upsert_(parameters, std::size(parameters) - (keeps_origins_ ? 0 : new_ones));
    if (rows.size() == 0) {
        if (!of_lesser)
            take_over(m.version);
        return Stored::unchanged;
    }
    return rows.boolean(0, Rows::only) ? Stored::added : Stored::changed;
}

void MigrationStore::take_over(std::string_view version) {
    std::vector<Value> const listed(loaders_.listed().begin(), loaders_.listed().end());
    Value const parameters[] = {module_,
                                version,
                                loaded_by_,
                                static_cast<std::int32_t>(trust_),
                                loaders_.everybody(),
                                Value::text_array(listed),
                                cluster_,
                                trust_ == Trust::superuser};
    constexpr std::size_t new_ones = 2;
    (void) take_over_(parameters, std::size(parameters) - (keeps_origins_ ? 0 : new_ones));
}

namespace {

// The columns that the three scans ask for, in their order.
struct LoadedColumn {
    enum : int { version, name, checksum, reversible, kind, requirements, conflicts, raw_checksum, loaded_by };
};
struct EventColumn {
    enum : int {
        id,
        result,
        action,
        version,
        checksum,
        reversible,
        name,
        kind,
        raw_checksum,
        finished_at,
        execution_time_ms,
        run_by,
        sqlstate,
        error,
        statement,
        line
    };
};
struct StatementColumn {
    enum : int { id, result, action, version, checksum, statement, statements, line, error };
};

Rows scan_loaded(std::string_view module, Access access, Catalog::Detail detail) {
    if (detail == Catalog::Detail::plan)
        return scan_table("migration",
                          {"version", "name", "checksum", "reversible", "kind", "requirements", "conflicts"}, module,
                          access);
    return scan_table(
        "migration",
        {"version", "name", "checksum", "reversible", "kind", "requirements", "conflicts", "raw_checksum", "loaded_by"},
        module, access);
}

Rows scan_events(std::string_view module, Access access, Catalog::Detail detail) {
    if (detail == Catalog::Detail::plan)
        return scan_table("history_entry",
                          {"id", "result", "action", "version", "checksum", "reversible", "name", "kind"}, module,
                          access);
    return scan_table("history_entry",
                      {"id", "result", "action", "version", "checksum", "reversible", "name", "kind", "raw_checksum",
                       "finished_at", "execution_time_ms", "run_by", "sqlstate", "error", "statement", "line"},
                      module, access);
}

Rows scan_statements(std::string_view module, Access access) {
    return scan_table("statement_entry",
                      {"id", "result", "action", "version", "checksum", "statement", "statements", "line", "error"},
                      module, access);
}

Kind kind_of(Rows const &rows, std::size_t row, int column) {
    return kind_named(rows.text(row, column)).value_or(Kind::versioned);
}

} // namespace

Catalog::Catalog(std::string_view module, Access access, Detail detail)
    : module_(module), access_(access), loaded_rows_(scan_loaded(module_, access, detail)),
      event_rows_(scan_events(module_, access, detail)), statement_rows_(scan_statements(module_, access)) {
    loaded_.reserve(loaded_rows_.size());
    for (std::size_t i = 0; i < loaded_rows_.size(); ++i) {
        look_for_interrupts();
        Rows const &rows = loaded_rows_;
        loaded_.push_back({rows.text(i, LoadedColumn::version), rows.text(i, LoadedColumn::name),
                           rows.text(i, LoadedColumn::checksum), rows.text(i, LoadedColumn::raw_checksum),
                           rows.boolean(i, LoadedColumn::reversible), kind_of(rows, i, LoadedColumn::kind),
                           rows.texts(i, LoadedColumn::requirements), rows.texts(i, LoadedColumn::conflicts),
                           rows.text(i, LoadedColumn::loaded_by)});
    }
    events_.reserve(event_rows_.size());
    for (std::size_t i = 0; i < event_rows_.size(); ++i) {
        look_for_interrupts();
        Rows const &rows = event_rows_;
        std::optional<Event::Result> const result = result_named(rows.text(i, EventColumn::result));
        if (!result)
            continue; // of a later release
        events_.push_back({rows.bigint(i, EventColumn::id), *result, rows.text(i, EventColumn::action) == "rollback",
                           rows.text(i, EventColumn::version), rows.text(i, EventColumn::name),
                           rows.text(i, EventColumn::checksum), rows.text(i, EventColumn::raw_checksum),
                           rows.boolean(i, EventColumn::reversible), rows.bigint(i, EventColumn::finished_at),
                           rows.real(i, EventColumn::execution_time_ms), rows.text(i, EventColumn::run_by),
                           rows.text(i, EventColumn::sqlstate), rows.text(i, EventColumn::error),
                           rows.integer(i, EventColumn::statement), rows.integer(i, EventColumn::line),
                           kind_of(rows, i, EventColumn::kind)});
    }
    for (std::size_t i = 0; i < statement_rows_.size(); ++i) {
        look_for_interrupts();
        Rows const &rows = statement_rows_;
        std::optional<StatementEvent::Result> const result =
            statement_result_named(rows.text(i, StatementColumn::result));
        if (result)
            statements_.push_back(
                {rows.bigint(i, StatementColumn::id), *result, rows.text(i, StatementColumn::action) == "rollback",
                 rows.text(i, StatementColumn::version), rows.text(i, StatementColumn::checksum),
                 rows.integer(i, StatementColumn::statement), rows.integer(i, StatementColumn::statements),
                 rows.integer(i, StatementColumn::line), rows.text(i, StatementColumn::error)});
    }
    migrations_ = mig::migrations(loaded_, events_, statements_);
}

StoredTexts::StoredTexts(Rows rows, bool on_record) : rows_(std::move(rows)), on_record_(on_record) {}

StoredTexts StoredTexts::loaded(std::string_view module, std::string_view first, std::string_view last) {
#define LOADED(origin)                                                                                                 \
    STORED_TEXT "loaded_by, " origin " FROM migrator.migration m WHERE module = $1"                                    \
                " AND version BETWEEN $2::migrator.version AND $3::migrator.version"                                   \
                " ORDER BY m.version" // not the column above, which is text
    std::string const cluster = cluster_identifier();
    bool const kept = origins_are_kept();
    AsOwner const owner;
    return StoredTexts(kept ? query(LOADED("loaded_in IS DISTINCT FROM $4, loaded_as_superuser"),
                                    {module, first, last, cluster}, Access::fresh)
                            : query(LOADED("false, false"), {module, first, last}, Access::fresh),
                       false);
#undef LOADED
}

StoredTexts StoredTexts::on_record(std::int64_t event_id) {
    // Who ran it has vouched for it. A baseline and an accept() have run nothing, whatever the action was, and adopt()
    // writes whom the other tool names.
#define ON_RECORD(superuser)                                                                                           \
    STORED_TEXT "CASE WHEN action = 'apply' AND result = 'applied' THEN run_by END,"                                   \
                " split_part(catalog_identity, '/', 1) IS DISTINCT FROM $2, " superuser                                \
                " FROM migrator.history_entry WHERE id = $1"
    std::string const cluster = cluster_identifier();
    bool const kept = origins_are_kept();
    AsOwner const owner;
    return StoredTexts(kept ? query(ON_RECORD("run_as_superuser"), {event_id, cluster}, Access::fresh)
                            : query(ON_RECORD("false"), {event_id, cluster}, Access::fresh),
                       true);
#undef ON_RECORD
}

StoredText StoredTexts::of(std::string_view version) const & {
    if (std::optional<StoredText> const found = find(version))
        return *found;
    throw Failure(sqlstate::unknown_version, "the text of migration " + std::string(version) + " is gone");
}

std::optional<StoredText> StoredTexts::find(std::string_view version) const & {
    std::size_t low = 0, high = rows_.size();
    while (low < high) {
        std::size_t const middle = (low + high) / 2;
        if (version::compare(rows_.text(middle, TextColumn::version), version) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == rows_.size() || version::compare(rows_.text(low, TextColumn::version), version) != 0)
        return std::nullopt;
    return StoredText{
        rows_.text(low, TextColumn::up),
        rows_.optional_text(low, TextColumn::down),
        static_cast<std::uint32_t>(rows_.integer(low, TextColumn::up_line)),
        static_cast<std::uint32_t>(rows_.integer(low, TextColumn::down_line)),
        rows_.boolean(low, TextColumn::reversible),
        rows_.optional_text(low, TextColumn::source),
        rows_.text(low, TextColumn::checksum),
        rows_.text(low, TextColumn::raw_checksum),
        rows_.text(low, TextColumn::checksum_algorithm),
        rows_.optional_text(low, TextColumn::up_directives),
        rows_.optional_text(low, TextColumn::down_directives),
        kind_named(rows_.text(low, TextColumn::kind)).value_or(Kind::versioned),
        rows_.optional_text(low, TextColumn::verify),
        static_cast<std::uint32_t>(rows_.integer(low, TextColumn::verify_line)),
        rows_.optional_text(low, TextColumn::down_source),
        rows_.optional_text(low, TextColumn::verify_source),
        rows_.optional_text(low, TextColumn::loaded_by),
        LoadedFrom{rows_.boolean(low, TextColumn::elsewhere), rows_.boolean(low, TextColumn::as_superuser)},
        on_record_};
}

void forget(std::string_view module, std::string_view version) {
    AsOwner const owner;
    (void) query("DELETE FROM migrator.migration WHERE module = $1 AND version = $2::migrator.version",
                 {module, version}, Access::fresh);
}

} // namespace mig::server
