#include "server/db/untaken_settings.hpp"

#include "bridge/compat.hpp"
#include "server/db/owner.hpp"
#include "server/db/query.hpp"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_db_role_setting.h"
#include "catalog/pg_type.h"
#include "nodes/pg_list.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"
#include "utils/rel.h"
}

namespace mig::server::untaken_settings {

namespace {

struct Placeholder {
    const char *name, *value;
};

List *placeholders = NIL; // those of the session when the library was loaded, in TopMemoryContext

bool is_ours(const char *name) { return pg_strncasecmp(name, "migrator.", 9) == 0; }

void remember(struct config_generic const *setting) {
    const char *const value = *pg::typed_setting<config_string>(setting)->variable;
    if (!value)
        return;
    auto *const placeholder = static_cast<Placeholder *>(palloc(sizeof(Placeholder)));
    *placeholder = {pstrdup(setting->name), pstrdup(value)};
    placeholders = lappend(placeholders, placeholder);
}

// A source of higher precedence has set it to a valid value. enum GucSource is in rising order of precedence.
bool is_corrected(const char *name, GucSource source) {
    struct config_generic const *const setting = pg::find_setting(name);
    return setting && !(setting->flags & GUC_CUSTOM_PLACEHOLDER) && setting->source > source;
}

// Raises the server's error if the value is not valid. Changes nothing (changeVal is false).
void check(const char *name, const char *value) {
    (void) set_config_option(name, value, PGC_SUSET, PGC_S_SESSION, GUC_ACTION_SET, false, ERROR, false);
}

void refuse_unless_valid(const char *name, const char *value, GucSource source, std::string const &hint) {
    if (pg::call<is_corrected>(name, source))
        return;
    try {
        pg::call<check>(name, value);
    } catch (pg::Error &error) {
        error.add_detail("The server has ignored it, and the default would apply. Nothing was run.");
        error.set_hint((*error.hint_text() ? error.hint_text() + std::string(" ") : std::string()) + hint);
        throw;
    }
}

// What ALTER ROLE and ALTER DATABASE have stored for this session's database and role, in rising order of precedence,
// with the statement that removes each. The role is session_user, as current_user is the owner meanwhile.
constexpr const char *stored_sql =
    "SELECT split_part(item, '=', 1), substr(item, strpos(item, '=') + 1),"
    " (s.setdatabase <> 0)::int + 2 * (s.setrole <> 0)::int,"
    " format('ALTER %s RESET %s; then reconnect.', CASE"
    " WHEN s.setrole <> 0 AND s.setdatabase <> 0 THEN format('ROLE %I IN DATABASE %I', session_user, "
    "current_database())"
    " WHEN s.setrole <> 0 THEN format('ROLE %I', session_user)"
    " WHEN s.setdatabase <> 0 THEN format('DATABASE %I', current_database())"
    " ELSE 'ROLE ALL' END, split_part(item, '=', 1))"
    " FROM pg_db_role_setting s CROSS JOIN unnest(s.setconfig) AS item"
    " WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))"
    " AND s.setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = session_user))"
    " AND lower(item) LIKE 'migrator.%' ORDER BY 3, 1";
struct StoredColumn {
    enum : int { name, value, precedence, hint };
};

GucSource source_of(std::int32_t precedence) {
    constexpr GucSource sources[] = {PGC_S_GLOBAL, PGC_S_DATABASE, PGC_S_USER, PGC_S_DATABASE_USER};
    return sources[precedence];
}

bool has_one_of_ours(Datum settings) {
    Datum *texts;
    int count;
    deconstruct_array(DatumGetArrayTypeP(settings), TEXTOID, -1, false, TYPALIGN_INT, &texts, nullptr, &count);
    for (int i = 0; i < count; ++i)
        if (is_ours(TextDatumGetCString(texts[i])))
            return true;
    return false;
}

// For any database and role. There is hardly ever one, and planning the query above takes longer than the rest of a
// call that finds nothing to do.
bool any_stored() {
    Relation const stored = table_open(DbRoleSettingRelationId, AccessShareLock);
    SysScanDesc const scan = systable_beginscan(stored, InvalidOid, false, nullptr, 0, nullptr);
    bool found = false;
    HeapTuple row;
    while (!found && HeapTupleIsValid(row = systable_getnext(scan))) {
        bool is_null;
        Datum const settings =
            heap_getattr(row, Anum_pg_db_role_setting_setconfig, RelationGetDescr(stored), &is_null);
        found = !is_null && has_one_of_ours(settings);
    }
    systable_endscan(scan);
    table_close(stored, AccessShareLock);
    return found;
}

void refuse_stored() {
    if (!pg::call<any_stored>())
        return;
    AsOwner const owner;
    Rows const rows = query(stored_sql, {}, Access::fresh);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::string const name(rows.text(i, StoredColumn::name)), value(rows.text(i, StoredColumn::value));
        refuse_unless_valid(name.c_str(), value.c_str(), source_of(rows.integer(i, StoredColumn::precedence)),
                            std::string(rows.text(i, StoredColumn::hint)));
    }
}

} // namespace

void remember_placeholders_pg() {
    int count = 0;
    struct config_generic **const all = pg::settings(&count);
    MemoryContext const before = MemoryContextSwitchTo(TopMemoryContext);
    for (int i = 0; i < count; ++i)
        if ((all[i]->flags & GUC_CUSTOM_PLACEHOLDER) && is_ours(all[i]->name))
            remember(all[i]);
    MemoryContextSwitchTo(before);
}

void refuse() {
    refuse_stored();
    for (int i = 0; i < list_length(placeholders); ++i) {
        auto const *placeholder = static_cast<Placeholder const *>(list_nth(placeholders, i));
        std::string const name(placeholder->name);
        // With the precedence of a connection option, so that a SET since then counts as a correction.
        refuse_unless_valid(placeholder->name, placeholder->value, PGC_S_CLIENT,
                            pg::call<pg::find_setting>(placeholder->name)
                                ? "SET " + name + " to a valid value, or reconnect without it."
                                : "Reconnect without it; pg_settings lists the settings that exist.");
    }
}

} // namespace mig::server::untaken_settings
