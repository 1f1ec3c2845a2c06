#include "server/session/session_state.hpp"

#include "bridge/compat.hpp"
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

// What RESET makes of it in this session.
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
    bool of_session; // set by SET, set_config() and the like
    union config_var_val value;
    Oid role;
};

// A commit ends SET LOCAL and what a function's own SET has put in the way, and keeps the rest: AtEOXact_GUC().
Outcome after_commit(struct config_generic const *setting) {
    GucStack const *const stack = setting->stack;
    if (!stack || stack->state == GUC_SET)
        return {setting->source == PGC_S_SESSION, current(setting), setting->srole};
    if (stack->state == GUC_SET_LOCAL)
        return {true, stack->masked.val, stack->masked_srole};
    return {stack->source == PGC_S_SESSION, stack->prior.val, stack->srole};
}

// Of the transaction, not of the session; and what only the server sets.
bool is_none_of_ours(struct config_generic const *setting) {
    return setting->context == PGC_INTERNAL || strncmp(setting->name, "transaction_", 12) == 0;
}

bool has_temporary_schema() {
    Oid schema = InvalidOid, toast = InvalidOid;
    GetTempNamespaceState(&schema, &toast);
    return OidIsValid(schema);
}

std::string name_of(Oid role) {
    const char *const name = pg::guarded([=] { return GetUserNameFromId(role, true); });
    return name ? name : "";
}

template <class Each>
void for_each_setting(ScratchMemory const &scratch, Each const &each) {
    int count = 0;
    struct config_generic **const all = scratch.run([&] { return pg::settings(&count); });
    for (int i = 0; i < count; ++i)
        each(all[i]);
    scratch.clear();
}

// What a later session begins with is no longer what this one began with.
void note_defaults(std::vector<Change> &changes, ScratchMemory const &scratch, std::string const &of) {
    for_each_setting(scratch, [&](struct config_generic const *setting) {
        bool const by_default = setting->reset_source >= PGC_S_GLOBAL && setting->reset_source <= PGC_S_DATABASE_USER;
        if ((of.empty() ? by_default : pg_strcasecmp(of.c_str(), setting->name) == 0) && !is_none_of_ours(setting))
            changes.push_back({Change::Kind::stays, setting->name, text_of(setting, at_reset(setting)), {}});
    });
}

} // namespace

SessionState::SessionState() : had_temporary_(has_temporary_schema()) {
    std::vector<Change> unused;
    for_each_setting(scratch_, [&](struct config_generic const *setting) { look(unused, setting); });
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
    // The server stacks what a transaction sets: all else is as it was, unless there was another transaction.
    for_each_setting(scratch_, [&](struct config_generic const *setting) {
        if (setting->stack || may_have_committed)
            look(changes, setting);
    });
    look_at_what_is_left(changes, effect.kind == Kind::listens);
    return changes;
}

void SessionState::look(std::vector<Change> &changes, struct config_generic const *setting) {
    if (is_none_of_ours(setting))
        return;
    Outcome const now = after_commit(setting);
    auto const known = settings_.find(setting->name);
    if (!now.of_session) {
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

void SessionState::look_at_what_is_left(std::vector<Change> &changes, bool listens) {
    session_watch::Seen const seen = session_watch::seen();
    auto const leave = [&](bool is_left, const char *what) {
        if (is_left && left_.insert(what).second)
            changes.push_back({Change::Kind::left, what});
    };
    leave(!had_temporary_ && has_temporary_schema(), "temporary objects");
    leave(seen.prepared_statement, "prepared statements");
    leave(seen.advisory_lock, "session advisory locks");
    leave(listens, "LISTEN");
}

void SessionState::committed() {
    before_.clear();
    left_before_ = left_;
}

void SessionState::rolled_back() {
    for (auto one = before_.rbegin(); one != before_.rend(); ++one)
        if (one->second)
            settings_[one->first] = *one->second;
        else
            settings_.erase(one->first);
    before_.clear();
    left_ = left_before_;
}

} // namespace mig::server
