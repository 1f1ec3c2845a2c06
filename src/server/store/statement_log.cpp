#include "server/store/statement_log.hpp"

#include "server/db/owner.hpp"
#include "server/db/row_insert.hpp"
#include "server/store/columns.hpp"

extern "C" {
#include "access/attnum.h"
#include "catalog/namespace.h"
#include "utils/lsyscache.h"
}

namespace mig::server {

namespace {

Value objects_before(StatementEntry const &entry) {
    static std::vector<std::string> const none; // static, because a Value is a view
    return entry.objects_before ? *entry.objects_before : none;
}

Value relation(StatementEntry const &entry) { return entry.relation.empty() ? Value() : Value(entry.relation); }

constexpr Column<StatementEntry> entry_columns[] = {
    column<&StatementEntry::result>("result"),
    column<&StatementEntry::number>("statement"),
    column<&StatementEntry::line>("line"),
    column<&StatementEntry::command>("command"),
    column<&StatementEntry::checksum>("checksum"),
    column<&StatementEntry::sql>("sql"),
    column<&StatementEntry::sqlstate>("sqlstate"),
    column<&StatementEntry::error>("error"),
    {"objects_before", objects_before, nullptr},
};
constexpr Column<StatementEntry> later_columns[] = {
    // not in 1.0
    column<&StatementEntry::session_changes>("session_changes"),
    {"relation", relation, nullptr},
};

// The columns that are the same for all statements of a migration.
struct Parent {
    std::string_view module, version, action, run_by;
    std::int32_t total;
};

constexpr Column<Parent> parent_columns[] = {
    column<&Parent::module>("module"), column<&Parent::version>("version"),  column<&Parent::action>("action"),
    column<&Parent::run_by>("run_by"), column<&Parent::total>("statements"),
};

std::vector<const char *> columns(bool keeps_changes) {
    std::vector<const char *> names;
    add_names(names, parent_columns);
    add_names(names, entry_columns);
    if (keeps_changes)
        add_names(names, later_columns);
    return names;
}

} // namespace

bool tables_have_session_changes() {
    Oid const place = extension_schema();
    return pg::guarded([=] {
        Oid const table = get_relname_relid("statement_entry", place);
        return get_attnum(table, "session_changes") != InvalidAttrNumber;
    });
}

StatementLog::StatementLog(std::string_view module, std::string_view version, bool down, std::size_t total,
                           std::string_view run_by)
    : keeps_changes_(tables_have_session_changes()), module_(module), version_(version), run_by_(run_by), down_(down),
      total_(static_cast<std::int32_t>(total)) {}

void StatementLog::write(StatementEntry const &entry) {
    Parent const parent{module_, version_, down_ ? "rollback" : "apply", run_by_, total_};
    std::vector<Value> values;
    add_values(values, parent, parent_columns);
    add_values(values, entry, entry_columns);
    if (keeps_changes_)
        add_values(values, entry, later_columns);
    AsOwner const owner;
    insert_rows("statement_entry", columns(keeps_changes_), values);
}

std::vector<std::string> recorded_objects(StatementEvent const &start) {
    AsOwner const owner;
    // By the ID of the start, as a statement that is tried again has a new one.
    Rows const rows =
        query("SELECT unnest(objects_before) FROM migrator.statement_entry WHERE id = $1", {start.id}, Access::fresh);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < rows.size(); ++i)
        names.emplace_back(rows.text(i, Rows::only_column));
    return names;
}

} // namespace mig::server
