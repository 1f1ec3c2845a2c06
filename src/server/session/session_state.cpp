#include "server/session/session_state.hpp"

#include "bridge/compat.hpp"
#include "server/session/session_settings.hpp"
#include "server/session/session_watch.hpp"

extern "C" {
#include "catalog/namespace.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"
}

namespace mig::server {

namespace {

using Change = SessionChange;
using Kind = StatementEffect::Kind;

// As session_settings.cpp writes them: numbers in the setting's own unit, without one, and real ones with all digits.
// set_config_option() reads these as the same value. A show_hook is not asked: it may print something else.
std::string text_of(struct config_generic const *setting, union config_var_val const &value) {
    switch (setting->vartype) {
    case PGC_BOOL:
        return value.boolval ? "on" : "off";
    case PGC_INT:
        return std::to_string(value.intval);
    case PGC_REAL: {
        char text[64];
        snprintf(text, sizeof text, "%.17g", value.realval);
        return text;
    }
    case PGC_STRING:
        return value.stringval ? value.stringval : "";
    case PGC_ENUM: {
        auto const *choice = pg::typed_setting<config_enum>(setting);
        for (const struct config_enum_entry *entry = choice->options; entry->name; ++entry)
            if (entry->val == value.enumval)
                return entry->name;
        break;
    }
    }
    return {};
}

// config_generic has no value: it is in a C variable, of a type that vartype tells.
union config_var_val current(struct config_generic const *setting) {
    union config_var_val value {};
    switch (setting->vartype) {
    case PGC_BOOL:
        value.boolval = *pg::typed_setting<config_bool>(setting)->variable;
        break;
    case PGC_INT:
        value.intval = *pg::typed_setting<config_int>(setting)->variable;
        break;
    case PGC_REAL:
        value.realval = *pg::typed_setting<config_real>(setting)->variable;
        break;
    case PGC_STRING:
        value.stringval = *pg::typed_setting<config_string>(setting)->variable;
        break;
    case PGC_ENUM:
        value.enumval = *pg::typed_setting<config_enum>(setting)->variable;
        break;
    }
    return value;
}

// The value that RESET would give it in this session. The server fills it from all sources up to PGC_S_OVERRIDE, so
// that it includes what ALTER ROLE had set when this session began.
union config_var_val at_reset(struct config_generic const *setting) {
    union config_var_val value {};
    switch (setting->vartype) {
    case PGC_BOOL:
        value.boolval = pg::typed_setting<config_bool>(setting)->reset_val;
        break;
    case PGC_INT:
        value.intval = pg::typed_setting<config_int>(setting)->reset_val;
        break;
    case PGC_REAL:
        value.realval = pg::typed_setting<config_real>(setting)->reset_val;
        break;
    case PGC_STRING:
        value.stringval = pg::typed_setting<config_string>(setting)->reset_val;
        break;
    case PGC_ENUM:
        value.enumval = pg::typed_setting<config_enum>(setting)->reset_val;
        break;
    }
    return value;
}

struct Outcome {
    bool in_session; // by SET, set_config() and the like
    union config_var_val value;
    Oid role;
};

// The outcome of AtEOXact_GUC() at a commit: it undoes SET LOCAL and the SET clause of a function, and keeps the rest.
// Only the newest entry is looked at, since outside of subtransactions and functions there is just one, of nest level
// 1: push_old_value() changes the state of an entry that the level has already. A masked value is restored as
// PGC_S_SESSION, whatever it came from.
Outcome after_commit(struct config_generic const *setting) {
    GucStack const *const stack = setting->stack;
    if (!stack || stack->state == GUC_SET) // a plain SET
        return {setting->source == PGC_S_SESSION, current(setting), setting->srole};
    if (stack->state == GUC_SET_LOCAL) // SET, then SET LOCAL, which masks the value of the former
        return {true, stack->masked.val, stack->masked_srole};
    // GUC_LOCAL or GUC_SAVE: SET LOCAL, or the SET clause of a function.
    return {stack->source == PGC_S_SESSION, stack->prior.val, stack->srole};
}

// What is not the session's to keep: settings of the transaction, and those that only the server sets.
bool is_ignored(struct config_generic const *setting) {
    return setting->context == PGC_INTERNAL || is_transaction_setting(setting->name);
}

// Once it is committed, a session's temporary schema stays until the session ends. AtEOXact_Namespace() forgets it
// after an abort of the transaction that made it.
bool has_temporary_schema() {
    Oid schema = InvalidOid, toast = InvalidOid;
    GetTempNamespaceState(&schema, &toast);
    return OidIsValid(schema);
}

// By name, for the next session. Empty if it has been dropped since.
std::string name_of(Oid role) {
    const char *const name = pg::guarded([=] { return GetUserNameFromId(role, true); });
    return name ? name : "";
}

template <class Visit>
// Since 16 the list is a copy that get_guc_variables() allocates: hence the scratch memory.
void for_each_setting(ScratchMemory const &scratch, Visit const &visit) {
    int count = 0;
    struct config_generic **const all = scratch.run([&] { return pg::settings(&count); });
    for (int i = 0; i < count; ++i)
        visit(all[i]);
    scratch.clear();
}

// After ALTER ROLE and the like: a later session begins with other values, but in this one these stay. An empty `name`
// means all settings with such a default. The sources of such defaults are those from PGC_S_GLOBAL (ALTER ROLE ALL) to
// PGC_S_DATABASE_USER in the order of enum GucSource.
void note_defaults(std::vector<Change> &changes, ScratchMemory const &scratch, std::string const &name) {
    for_each_setting(scratch, [&](struct config_generic const *setting) {
        bool const by_default = setting->reset_source >= PGC_S_GLOBAL && setting->reset_source <= PGC_S_DATABASE_USER;
        if ((name.empty() ? by_default : pg_strcasecmp(name.c_str(), setting->name) == 0) && !is_ignored(setting))
            changes.push_back({Change::Kind::stays, setting->name, text_of(setting, at_reset(setting)), {}});
    });
}

} // namespace

// What is set already when the run begins is the caller's, and no change.
SessionState::SessionState() : had_temporary_(has_temporary_schema()) {
    std::vector<Change> unused;
    for_each_setting(scratch_, [&](struct config_generic const *setting) { check_setting(unused, setting); });
    committed();
}

std::vector<Change> SessionState::changes(StatementEffect const &effect, bool may_have_committed) {
    std::vector<Change> changes;
    if (effect.kind == Kind::resets_all)
        changes.push_back({Change::Kind::reset_all});
    if (effect.kind == Kind::discards_all)
        changes.push_back({Change::Kind::discard_all});
    if (effect.kind == Kind::alters_defaults)
        note_defaults(changes, scratch_, effect.setting);
    // The server stacks whatever a transaction sets: nothing else has changed, unless there was another transaction.
    for_each_setting(scratch_, [&](struct config_generic const *setting) {
        if (setting->stack || may_have_committed)
            check_setting(changes, setting);
    });
    check_leftovers(changes, effect.kind == Kind::listens);
    return changes;
}

void SessionState::check_setting(std::vector<Change> &changes, struct config_generic const *setting) {
    if (is_ignored(setting))
        return;
    Outcome const now = after_commit(setting);
    auto const known = settings_.find(setting->name);
    if (!now.in_session) {
        if (known == settings_.end())
            return;
        note(setting->name, std::nullopt);
        changes.push_back({Change::Kind::reset, setting->name});
        return;
    }
    Setting const is{text_of(setting, now.value), now.role};
    if (known != settings_.end() && known->second == is)
        return;
    note(setting->name, is);
    changes.push_back({Change::Kind::set, setting->name, is.value, name_of(is.role)});
}

void SessionState::note(std::string const &name, std::optional<Setting> const &value) {
    auto const known = settings_.find(name);
    before_.emplace_back(name, known == settings_.end() ? std::nullopt : std::optional(known->second));
    if (value)
        settings_[name] = *value;
    else
        settings_.erase(name);
}

// No setting, and so nothing that a record could restore: a run that resumes elsewhere can only say that they are gone.
// The flags tell that there may be some, not that there are.
void SessionState::check_leftovers(std::vector<Change> &changes, bool listens) {
    session_watch::Seen const seen = session_watch::seen();
    auto const note_left = [&](bool is_left, const char *what) {
        if (is_left && left_.insert(what).second)
            changes.push_back({Change::Kind::left, what});
    };
    note_left(!had_temporary_ && has_temporary_schema(), "temporary objects");
    note_left(seen.prepared_statement, "prepared statements");
    note_left(seen.advisory_lock, "session advisory locks");
    note_left(listens, "LISTEN");
}

void SessionState::committed() {
    before_.clear();
    left_before_ = left_;
}

void SessionState::rolled_back() {
    for (auto entry = before_.rbegin(); entry != before_.rend(); ++entry)
        if (entry->second)
            settings_[entry->first] = *entry->second;
        else
            settings_.erase(entry->first);
    before_.clear();
    left_ = left_before_;
}

} // namespace mig::server
