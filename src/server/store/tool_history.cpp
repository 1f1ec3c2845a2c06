#include "server/store/tool_history.hpp"

extern "C" {
#include "catalog/namespace.h"
#include "utils/lsyscache.h"
}

namespace mig::server {

namespace {

// The tables of these names, with their columns. Tables only, since reading a view executes functions of its owner.
// Columns are joined only if their types are the server's: others are no evidence that the table is a tool's. Names
// first: there may be thousands of schemas. $3: at most so many tables; null: all.
constexpr const char *tables_sql =
    "WITH named AS MATERIALIZED (SELECT oid, relname, relnamespace FROM pg_class WHERE relname = ANY ($1)"
    " AND relkind IN ('r', 'p') AND relpersistence <> 't' ORDER BY oid LIMIT $3)"
    " SELECT n.nspname::text, c.relname::text, format('%I.%I', n.nspname, c.relname), a.attname::text,"
    " t.typcategory::text"
    " FROM named c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN (pg_attribute a JOIN pg_type t ON t.oid = a.atttypid AND t.typnamespace = 'pg_catalog'::regnamespace)"
    " ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
    " WHERE n.nspname = coalesce($2, n.nspname) AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'migrator')"
    " ORDER BY n.nspname, c.relname, a.attnum";
struct TableColumn {
    enum : int { schema, name, quoted, column, category };
};

// The columns that HistoryTool::select_from yields.
struct EntryColumn {
    enum : int { match, key, name, file, state, applied_at, applied_by, execution_time_ms, scope, note };
};

KeptQuery tables_query(tables_sql);

std::vector<FoundTable> find_tables(HistoryRequest const &request, std::optional<std::int64_t> most = std::nullopt) {
    std::vector<Value> const names(request.tables.begin(), request.tables.end());
    Value const schema = request.schema.empty() ? Value() : Value(request.schema);
    Rows const rows = tables_query({Value::text_array(names), schema, most}, Access::fresh);
    std::vector<FoundTable> found;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::string_view const quoted = rows.text(i, TableColumn::quoted);
        if (found.empty() || found.back().quoted != quoted)
            found.push_back({std::string(rows.text(i, TableColumn::schema)),
                             std::string(rows.text(i, TableColumn::name)),
                             std::string(quoted),
                             {}});
        if (!rows.is_null(i, TableColumn::column))
            found.back().columns.emplace_back(rows.text(i, TableColumn::column),
                                              rows.text(i, TableColumn::category).front());
    }
    return found;
}

Oid oid_of(FoundTable const &table) {
    const char *const schema = table.schema.c_str(), *const name = table.name.c_str();
    return pg::guarded([=] { return get_relname_relid(name, get_namespace_oid(schema, true)); });
}

} // namespace

std::vector<FoundTable> tables_named_like_histories(std::int64_t most) {
    return find_tables(parse_history_request("auto"), most);
}

ToolHistory::ToolHistory(std::string_view tool) {
    HistoryRequest const request = parse_history_request(tool);
    std::vector<FoundTable> const found = find_tables(request);
    read(choose_history(request, found), PlainCopy::Purpose::to_use);
}

ToolHistory::ToolHistory(HistoryTable const &history, PlainCopy::Purpose purpose) { read(history, purpose); }

// Any role that may create tables can create one of this name, so nothing that belongs to it must be executed.
void ToolHistory::read(HistoryTable const &history, PlainCopy::Purpose purpose) {
    origin_ = origin_of(history);
    PlainCopy const copy(oid_of(*history.table), history.table->quoted, purpose);
    if (!copy.empty())
        rows_ = query(history_query(history, copy.from_item()).c_str(), copy.parameters(), Access::fresh);
}

std::vector<ToolEntry> ToolHistory::entries() const {
    std::vector<ToolEntry> entries;
    entries.reserve(rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        ToolEntry entry;
        entry.match = match_named(rows_.text(i, EntryColumn::match));
        entry.key = rows_.text(i, EntryColumn::key);
        entry.name = rows_.text(i, EntryColumn::name);
        entry.file = rows_.text(i, EntryColumn::file);
        entry.state = state_named(rows_.text(i, EntryColumn::state));
        if (!rows_.is_null(i, EntryColumn::applied_at))
            entry.applied_at = rows_.bigint(i, EntryColumn::applied_at);
        entry.applied_by = rows_.optional_text(i, EntryColumn::applied_by);
        entry.execution_time_ms = rows_.real(i, EntryColumn::execution_time_ms);
        entry.scope = rows_.text(i, EntryColumn::scope);
        entry.note = rows_.text(i, EntryColumn::note);
        entries.push_back(entry);
    }
    return entries;
}

} // namespace mig::server
